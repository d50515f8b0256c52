"""Where the values of a chart lie on the screen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Geometry:
    """The inner part of a chart in pixels, and the times and values of its edges."""

    left: float
    top: float
    width: float
    height: float
    start: float
    """Unix seconds."""
    end: float
    low: float
    high: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def columns(self) -> int:
        """Whole pixels from left to right."""
        return max(1, int(self.width))

    @property
    def seconds_a_pixel(self) -> float:
        return (self.end - self.start) / max(1.0, self.width)

    def x(self, time: float) -> float:
        return self.left + (time - self.start) / (self.end - self.start) * self.width

    def y(self, value: float) -> float:
        return self.bottom - (value - self.low) / (self.high - self.low) * self.height

    def time(self, x: float) -> float:
        return self.start + (x - self.left) / max(1.0, self.width) * (self.end - self.start)

    def value(self, y: float) -> float:
        return self.low + (self.bottom - y) / max(1.0, self.height) * (self.high - self.low)

    def holds(self, x: float, y: float) -> bool:
        return self.left - 4 <= x <= self.right + 4 and self.top - 4 <= y <= self.bottom + 4
