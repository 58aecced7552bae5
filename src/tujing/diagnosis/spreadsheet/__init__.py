"""Answering in a spreadsheet: a draft goes out filled in, comes back, and is set against what happened meanwhile."""
