"""The site. Floor 6."""
