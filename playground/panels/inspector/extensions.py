"""What can be done with the chosen rows. Each is a QObject made with `(view, context)` that adds its commands."""

from __future__ import annotations

EXTENSIONS: tuple[str, ...] = (
    "playground.panels.inspector.marks:Marks",
    "playground.panels.inspector.explaining:Explaining",
    "playground.panels.inspector.replay:Replaying",
    "playground.panels.inspector.exporting:Exporting",
)
"""`package.module:Class`. Made with the panel: their modules import nothing heavy before a command is run."""
