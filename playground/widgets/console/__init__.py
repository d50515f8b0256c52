"""A console for a connection that speaks both ways: messages, and a place to write one."""

from __future__ import annotations

from playground.widgets.console.view import Console

__all__ = ["Console"]
