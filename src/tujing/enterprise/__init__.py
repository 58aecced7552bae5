"""Organisations, people, roles, and the enterprise profile with its size class and track. Floor 1."""
