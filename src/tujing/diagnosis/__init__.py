"""Step 1 of the loop: maturity instruments, assessments, what is missing for the next level. Floor 4."""
