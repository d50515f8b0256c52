"""A native desktop playground and explorer for the OpenAI API."""

__version__ = "0.1.0"
