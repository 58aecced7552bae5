"""Several people on one assessment: who answers what, what a reviewer says, where two versions disagree."""
