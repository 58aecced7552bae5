"""Example factories that a newcomer can open at once."""
