"""What backs an answer: files kept by their hash, recorded runs, measured facts."""
