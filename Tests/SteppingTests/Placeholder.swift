import Testing
@testable import Stepping
