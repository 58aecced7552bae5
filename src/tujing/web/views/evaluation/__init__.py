"""Pages of the evaluate step, a module an idea."""
