"""Webhooks: what happens in a company, told to a program or a chat of its own."""
