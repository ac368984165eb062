@_exported import Archive
@_exported import Branching
@_exported import Drawing
@_exported import Interchange
@_exported import Optimizer
@_exported import Stepping
@_exported import WorldModel
