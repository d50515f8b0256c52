"""The pages of the panel beside the list. Each is imported and made when it is first opened."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page: a QWidget made with `(context, parent)`.

    It may have a signal `rows_wanted(str)` (a query, with which the list is then shown), and `activate()` and
    `deactivate()`, called as it comes to the front and goes: nothing of it ticks or reads while it is hidden.
    """

    id: str
    title: str
    view: str
    """`package.module:Class`"""


PAGES: tuple[PageEntry, ...] = (
    PageEntry("dashboard", "Dashboard", "playground.panels.inspector.dashboard:DashboardPage"),
    PageEntry("limits", "Limits", "playground.panels.inspector.limits:LimitsPage"),
    PageEntry("proxy", "Proxy", "playground.panels.inspector.proxy:ProxyPage"),
)
