"""A run's output, as blocks that grow while they stream in."""

from __future__ import annotations

from playground.widgets.blocks.output import OutputView

__all__ = ["OutputView"]
