"""Markdown that may still be streaming in."""

from __future__ import annotations

from playground.widgets.markdown.view import MarkdownView

__all__ = ["MarkdownView"]
