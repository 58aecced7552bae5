"""Evaluating what is in use."""
