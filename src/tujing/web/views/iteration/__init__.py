"""Pages of the iterate step, a module an idea."""
