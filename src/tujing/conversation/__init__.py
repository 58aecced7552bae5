"""What people say about any object of the enterprise, and what they give each other to do."""
