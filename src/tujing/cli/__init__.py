"""The tujing command. Floor 6."""
