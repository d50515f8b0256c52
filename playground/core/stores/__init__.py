"""Vector stores: what is in them, what they cost, filled, watched, copied and searched. Knows no window."""
