"""Adoptions: an enterprise's instances of scenarios, the hub of the loop. Floor 3."""
