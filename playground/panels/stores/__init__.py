"""Vector stores: what is in them, what was made of each file, and a question to one."""
