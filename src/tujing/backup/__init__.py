"""One file that holds a whole installation, and brings it back on either database. It knows rows and files, no room."""
