"""Answer once, score in all: capability facts, and how each instrument's items read them."""
