"""研发设计 · Research and design."""
