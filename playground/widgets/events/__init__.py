"""The events of a stream: a table with their times, and the chosen one's JSON."""

from __future__ import annotations

from playground.widgets.events.view import EventsView

__all__ = ["EventsView"]
