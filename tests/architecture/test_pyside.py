"""PySide6 6.12.0 loses a reference to True at each emit on CPython before 3.12 and aborts after about a thousand."""

from __future__ import annotations

import subprocess
import sys

import pytest

EMITS = 3000
CODE = f"""
import sys
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal, Slot

class Sender(QObject):
    said = Signal(bool)

class Receiver(QObject):
    heard = 0

    @Slot(bool)
    def hear(self, value):
        self.heard += value

app = QCoreApplication([])
sender, receiver = Sender(), Receiver()
sender.said.connect(receiver.hear)
sender.said.emit(True)
before = sys.getrefcount(True), sys.getrefcount(None)
for _ in range({EMITS}):
    sender.said.emit(True)
    app.postEvent(receiver, QEvent(QEvent.Type.User))
app.sendPostedEvents()
after = sys.getrefcount(True), sys.getrefcount(None)
assert receiver.heard == {EMITS} + 1
print(after[0] - before[0], after[1] - before[1])
"""


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="platform: True and None are immortal from 3.12 on")
def test_emitting_loses_no_reference() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    for lost in map(int, done.stdout.split()):
        assert lost > -EMITS // 10
