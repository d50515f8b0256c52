"""Schemas: structured outputs that are right before they are sent."""
