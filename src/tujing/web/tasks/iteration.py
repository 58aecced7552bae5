"""Opening the next turn."""
