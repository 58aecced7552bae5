"""Step 4 of the loop: what an adoption changed, with an interval. Floor 4."""
