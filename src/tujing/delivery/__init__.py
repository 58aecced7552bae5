"""Step 3 of the loop: adoptions with milestones whose acceptance is a check that runs. Floor 4."""
