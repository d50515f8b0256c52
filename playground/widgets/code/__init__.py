"""Code to read: a box that grows as code streams in, and a view of finished code."""

from __future__ import annotations

from playground.widgets.code.box import CodeBox
from playground.widgets.code.view import CodeView

__all__ = ["CodeBox", "CodeView"]
