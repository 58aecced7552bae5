"""One box over everything: what can be found, and how a few typed letters find it in Chinese or English."""
