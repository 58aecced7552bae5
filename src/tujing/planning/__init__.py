"""Step 2 of the loop: candidates, their value and risk, and the plan that an exact optimiser chooses. Floor 4."""
