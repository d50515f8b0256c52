"""The program of `test_garbage.py`: QObjects are destroyed after the bridge's end, with much garbage about.

Prints "gone" and ends with 0, or waits for itself for ever.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from playground.bridge import Bridge

OBJECTS = 3_000
"""Qt has 131 locks for signals and slots: one of so many objects surely shares that of the one that goes."""


class Talker(QObject):
    said = Signal()


class Listener(QObject):
    def hear(self) -> None: ...


def make_pairs(count: int) -> list[tuple[Talker, Listener]]:
    pairs = [(Talker(), Listener()) for _ in range(count)]
    for talker, listener in pairs:
        talker.said.connect(listener.hear)
    return pairs


async def end_at_once() -> int:
    return 0


def main() -> int:
    application = QApplication([])
    assert Bridge().run_app(end_at_once) == 0
    collects_by_itself = gc.isenabled()
    gc.disable()
    (talker, listener), *others = make_pairs(OBJECTS)
    for pair in others:
        pair[0].cycle = pair  # type: ignore[attr-defined]
    del pair, others
    if collects_by_itself:
        gc.enable()
    del listener  # the next thing that is allocated is allocated in its destructor
    print("gone")
    del talker, application
    return 0


if __name__ == "__main__":
    sys.exit(main())
