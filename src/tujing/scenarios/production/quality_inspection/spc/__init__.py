"""Statistical process control: the right chart, run rules, capability and gauge studies."""
