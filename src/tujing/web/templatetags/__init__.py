"""Template tags: text in the reader's language, numbers and dates."""
