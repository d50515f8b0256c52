"""Compose: write a prompt, run it, watch the answer."""
