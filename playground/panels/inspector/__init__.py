"""Requests: the log at any size, found by any ID, and what happened in each of them."""
