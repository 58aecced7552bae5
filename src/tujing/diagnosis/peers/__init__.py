"""Comparison with enterprises of the same industry and size, without showing any of them."""
