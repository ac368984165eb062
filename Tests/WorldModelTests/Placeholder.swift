import Testing
@testable import WorldModel
