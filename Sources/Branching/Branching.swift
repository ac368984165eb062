// Branching
