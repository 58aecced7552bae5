"""One folder a scenario, in six wings. Floor 3."""
