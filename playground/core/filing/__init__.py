"""A server's files: listed, looked into, found where they are used, deleted."""
