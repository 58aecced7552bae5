"""API tokens: what a program may do in an organisation in the name of one person."""
