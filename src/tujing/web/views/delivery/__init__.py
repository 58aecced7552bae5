"""Pages of the implement step, a module an idea."""
