"""Chain leaders with their suppliers, and authorities with the companies of their region: who lets whom see what."""
