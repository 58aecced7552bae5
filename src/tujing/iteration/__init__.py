"""Step 5 of the loop, which alone sees the other four: the spiral and its next turn. Floor 4."""
