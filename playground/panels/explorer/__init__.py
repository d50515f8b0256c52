"""The explorer: every method of the SDK, with a form, an exact preview, and its answer."""
