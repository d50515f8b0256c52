"""What a bench says: rows of a table, each beside its baseline and its target."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measured value. `baseline` is the value of the thing it is compared with, in the same unit."""

    bench: str
    what: str
    value: float
    unit: str
    against: str = ""
    baseline: float | None = None
    target: float | None = None
    """The greatest good ratio where there is a baseline, else the greatest good value; None: only shown."""
    digits: int = 2

    @property
    def ratio(self) -> float | None:
        return self.value / self.baseline if self.baseline else None

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        measured = self.value if self.baseline is None else self.ratio
        return measured is not None and round(measured, self.digits) <= self.target

    def cells(self) -> tuple[str, ...]:
        baseline = "" if self.baseline is None else f"{self.baseline:.{self.digits}f} {self.unit}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        unit = "" if self.baseline is not None else f" {self.unit}"
        target = "" if self.target is None else f"≤ {self.target:g}{'×' if self.baseline is not None else unit}"
        met = {None: "", True: "met", False: "**missed**"}[self.met]
        return (self.bench, self.what, f"{self.value:.{self.digits}f} {self.unit}", self.against, baseline, ratio,
                target, met)  # fmt: skip


HEAD = ("bench", "what", "measured", "against", "baseline", "ratio", "target", "")


def markdown(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [HEAD, tuple("---" for _ in HEAD), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0…1) of the values are; 0 where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
