"""How much a level can be trusted: the fewest answers that would flip it, and the chance that it holds."""
