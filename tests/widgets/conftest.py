"""A theme for every widget test, and a place for widgets that are taken down properly."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

from playground.widgets.theme import ThemeManager

Show = Callable[[QWidget, int, int], None]


def settle() -> None:
    """Deliver what is posted: palette and font changes, layout requests."""
    QCoreApplication.sendPostedEvents(None, 0)


def delete(widget: QWidget) -> None:
    """Delete a widget now."""
    widget.close()
    widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> ThemeManager:
    return ThemeManager(qapp)


@pytest.fixture(autouse=True)
def light(theme: ThemeManager) -> Iterator[ThemeManager]:
    """Every test begins light, at the design's type size."""
    theme.apply("light", 1.0)
    settle()
    yield theme
    theme.apply("light", 1.0)
    settle()


@pytest.fixture
def show() -> Iterator[Show]:
    shown: list[QWidget] = []

    def put(widget: QWidget, width: int = 760, height: int = 500) -> None:
        widget.resize(width, height)
        widget.show()
        settle()
        shown.append(widget)

    yield put
    for widget in shown:
        delete(widget)
