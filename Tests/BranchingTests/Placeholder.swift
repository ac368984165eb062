import Testing
@testable import Branching
