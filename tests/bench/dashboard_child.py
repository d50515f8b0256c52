"""Paints one chart of 100,000 points, again and again."""

from __future__ import annotations

import json
import os
import random
import time
from array import array

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from playground.widgets.chart import Series, TimeChart
from playground.widgets.theme import ThemeManager

POINTS = 100_000
REPEATS = 5


def main() -> None:
    app = QApplication([])
    ThemeManager(app).apply("light")
    chance = random.Random(1)
    xs = array("d", (1_790_000_000.0 + number for number in range(POINTS)))
    ys = array("d", (chance.lognormvariate(0.3, 0.9) for _ in xs))
    chart = TimeChart("bench", "Duration", "seconds")
    chart.resize(1000, 300)
    chart.show()
    found: dict[str, list[float]] = {"paint": [], "mark": [], "sort": []}
    for _ in range(REPEATS):
        series = Series("a", "a", xs, ys)
        start = time.perf_counter()
        chart.set_series([series])
        chart.plot.grab()
        found["paint"].append((time.perf_counter() - start) * 1000)
        start = time.perf_counter()
        QTest.keyClick(chart.plot, Qt.Key.Key_Right)
        chart.plot.grab()
        found["mark"].append((time.perf_counter() - start) * 1000)
        start = time.perf_counter()
        sorted(ys)
        found["sort"].append((time.perf_counter() - start) * 1000)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
