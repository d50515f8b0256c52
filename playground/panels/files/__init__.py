"""Files: what a server holds, and the way there and back."""
