"""The tabs of one request's details. Each is imported and made when it is first opened."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TabEntry:
    """A tab: a QWidget made with `(context, parent)`, with `show_detail(detail | None)` and perhaps a signal
    `link_opened(str)`."""

    id: str
    title: str
    view: str
    """`package.module:Class`"""


TABS: tuple[TabEntry, ...] = (
    TabEntry("doctor", "What happened", "playground.panels.inspector.doctor:DoctorTab"),
    TabEntry("timing", "Timing", "playground.panels.inspector.timing:TimingTab"),
    TabEntry("request", "Request", "playground.panels.inspector.messages:RequestTab"),
    TabEntry("response", "Response", "playground.panels.inspector.messages:ResponseTab"),
    TabEntry("events", "Events", "playground.panels.inspector.events:EventsTab"),
    TabEntry("diff", "Diff", "playground.panels.inspector.diff:DiffTab"),
)
