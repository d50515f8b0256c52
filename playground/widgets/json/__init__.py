"""JSON to look at: a lazy tree and lazy text of bodies of any size."""

from __future__ import annotations

from playground.widgets.json.view import JsonView

__all__ = ["JsonView"]
