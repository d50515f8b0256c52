"""The answer to any request: as table, tree, text, pictures, sound, events or file, with its headers and timing."""

from __future__ import annotations

from playground.widgets.answer.view import AnswerView

__all__ = ["AnswerView"]
