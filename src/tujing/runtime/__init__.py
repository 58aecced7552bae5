"""What runs a scenario: the solution contract, runs, progress, jobs, conformance. Floor 3."""
