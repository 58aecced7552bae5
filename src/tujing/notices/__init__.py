"""What people are told of: mentions, assignments, what is late, work that ended. Read on the site, or by mail."""
