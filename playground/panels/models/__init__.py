"""Models: what the server offers, and what is known of it."""
