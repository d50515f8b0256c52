"""Every widget on two pages, to be looked at: `python -m tests.widgets.gallery FOLDER` writes PNGs, light and dark.

Nothing is compared with pictures by machine; the pictures in the design are.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from playground.core.errors import Problem
from playground.core.exchanges.records import Timings
from playground.core.runs import (
    Block,
    BlockClosed,
    BlockKind,
    BlockOpened,
    RunSnapshot,
    RunUpdated,
    TextAppended,
    Usage,
)
from playground.widgets.blocks import OutputView
from playground.widgets.code import CodeView
from playground.widgets.commands import CommandRegistry
from playground.widgets.controls import (
    Banner,
    Chip,
    CommandButton,
    Disclosure,
    EmptyState,
    HairLine,
    IconButton,
    IdLabel,
    Label,
    OptionalChoice,
    OptionalNumber,
    SectionLabel,
    Segmented,
)
from playground.widgets.icons import icon
from playground.widgets.tables import CopyTable
from playground.widgets.theme import ThemeManager, mono_font
from playground.widgets.timeline import TimingBar

PROBLEM = Problem(
    title="The service failed; your request was fine.",
    cause="Three attempts in 6.0 s, all answered 500. Nothing was generated and nothing is billed.",
    remedy="Try again in a minute. If it goes on, look at the status page, then send the support bundle: "
    "it holds what the server's owner asks for, without your key.",
    retry="A retry usually helps. The server said nothing about when.",
    status=500,
    type="server_error",
    request_id="req_e0f9a2b6d4",
    server_words="The server had an error while processing your request.\nSorry about that!",
)

MARKDOWN = """**Category: export, size limit.** The deciding sentence is *“Request too large”* since Tuesday: \
incident 4127 lowered the body limit to `8 MB` on 17 November. See [the handbook](https://example.com/).

Next step: raise the limit for this customer and confirm with the log line below.
```python
# export.log, 17 Nov 09:12:44
raise RequestTooLarge(limit=8_388_608, got=23_118_004)
```
1. Open the console
2. Raise `body_limit`
   - for **one** customer, and this item is long enough that it has to wrap onto a second line in its column, hanging
   - not for all
3. Done
- [x] checked
> A quoted sentence from the ticket.

| Field | Meaning | Count |
|---|---|--:|
| `category` | what it is about | 12 |
| severity | from 1 to 4 | 1,204 |

---
## A heading
The rest, still **streaming"""


def _commands(parent: QObject) -> CommandRegistry:
    registry = CommandRegistry(parent)
    for id_, title, shortcut, name, enabled in (
        ("g.run", "Run", "Ctrl+Return", "play", True),
        ("g.stop", "Stop", "Esc", "square", True),
        ("g.add", "Message", None, "plus", True),
        ("g.off", "Off", None, "copy", False),
        ("g.settings", "Settings", "Ctrl+,", "settings", True),
    ):
        registry.add(id_, title, registry.children, group="Gallery", shortcut=shortcut, icon=name, enabled=enabled)
    return registry


def controls_page() -> QWidget:
    page = QWidget()
    registry = _commands(page)
    run, stop, add, off, settings = registry
    columns = QHBoxLayout(page)
    columns.setContentsMargins(24, 24, 24, 24)
    columns.setSpacing(32)
    left, right = QVBoxLayout(), QVBoxLayout()
    columns.addLayout(left, 1)
    columns.addLayout(right, 1)
    left.setSpacing(10)
    right.setSpacing(10)
    left.addWidget(SectionLabel("Sampling"))
    left.addLayout(_fields())
    left.addWidget(HairLine())
    left.addWidget(Segmented(["Responses", "Chat Completions"], name="API"))
    chips = QHBoxLayout()
    for role in ("plain", "muted", "accent", "good", "warning", "error", "simulated"):
        chips.addWidget(Chip(role, role))
    chips.addStretch(1)
    left.addLayout(chips)
    row = QHBoxLayout()
    for widget in (
        CommandButton(add, "quiet"),
        CommandButton(off),
        CommandButton(off, "primary"),
        CommandButton(stop),
        CommandButton(run, "primary"),
        IconButton(settings),
        IconButton(off),
    ):
        row.addWidget(widget)
    row.addStretch(1)
    left.addLayout(row)
    row = QHBoxLayout()
    for widget in (
        Chip("lookup_incident", dot="good"),
        IdLabel("req_8f21c0d4a7"),
        IdLabel("resp_" + "0" * 40, limit=12),
    ):
        row.addWidget(widget)
    row.addWidget(Disclosure("Reasoning", "2.1 s · 146 tokens"), 1)
    left.addLayout(row)
    left.addWidget(Banner(PROBLEM, run))
    left.addWidget(EmptyState("file", "No files yet", "Drop some here, or upload one.", run), 1)
    _natives(right)
    return page


def _fields() -> QGridLayout:
    grid = QGridLayout()
    grid.setVerticalSpacing(5)
    fields = {
        "Temperature": OptionalNumber(0, 2, 2, 0.1, start=1.0, name="Temperature"),
        "Top p": OptionalNumber(0, 1, 2, 0.05, name="Top p"),
        "Max output tokens": OptionalNumber(1, None, 0, 256, name="Max output tokens"),
        "Wrong": OptionalNumber(0, 2, name="Wrong"),
        "Reasoning effort": OptionalChoice(["low", "medium", "high"], name="Reasoning effort"),
        "Verbosity": OptionalChoice(["low", "high"], name="Verbosity"),
        "Model": OptionalChoice(["smollm2-135m", "sandbox-echo"], True, name="Model"),
        "Other model": OptionalChoice(["smollm2-135m"], True, name="Other model"),
    }
    for row, (name, field) in enumerate(fields.items()):
        grid.addWidget(Label(name), row, 0)
        grid.addWidget(field, row, 1)
    fields["Temperature"].set_value(0.2)  # type: ignore[arg-type]
    fields["Max output tokens"].set_value(1024)  # type: ignore[arg-type]
    fields["Wrong"].setText("2,5")  # type: ignore[union-attr]
    fields["Reasoning effort"].set_value("low")  # type: ignore[arg-type]
    fields["Model"].set_value("smollm2-135m")  # type: ignore[arg-type]
    grid.setColumnStretch(1, 1)
    return grid


def _natives(column: QVBoxLayout) -> None:
    tabs = QTabBar()
    for text in ("Output", "Events", "JSON", "Code"):
        tabs.addTab(text)
    column.addWidget(tabs)
    edit = QLineEdit()
    edit.setPlaceholderText("Search, paste an ID, or run a command")
    text = QPlainTextEdit("You are a support engineer at {{company}}. Classify the ticket.\n" * 8)
    text.setFixedHeight(84)
    combo = QComboBox()
    combo.addItems(["low", "high"])
    row = QHBoxLayout()
    check, radio, plain, spin = QCheckBox("Stream"), QRadioButton("Local"), QPushButton("Export"), QSpinBox()
    check.setChecked(True)
    radio.setChecked(True)
    for widget in (check, radio, plain, spin):
        row.addWidget(widget)
    bar = QProgressBar()
    bar.setValue(40)
    for widget in (edit, text, combo):
        column.addWidget(widget)
    column.addLayout(row)
    column.addWidget(bar)
    for timings, state in (
        (Timings(connected=0.02, sent=0.03, first_byte=0.1, first_token=0.41, last_byte=1.2), "done"),
        (Timings(connected=0.2, sent=0.2, first_byte=1.6, last_byte=1.7), "failed"),
        (Timings(connected=0.3, sent=0.35), "open"),
    ):
        column.addWidget(TimingBar(timings, state))
    table = _table()
    table.setMinimumHeight(150)
    column.addWidget(table, 1)
    code = CodeView('{\n  "type": "object",\n  "minimum": 1,\n  "strict": true\n}', "json")
    code.setFixedHeight(120)
    column.addWidget(code)
    for area in (table, text, code):
        area.verticalScrollBar().setValue(0)


def _table() -> CopyTable:
    model = QStandardItemModel()
    model.setHorizontalHeaderLabels(["Time", "Path", "Model", "Status", "Duration"])
    for number, line in enumerate(
        (
            ("12:03:11.204", "/responses", "smollm2-135m", "200", "3.10 s"),
            ("12:02:40.881", "/responses", "gpt-6-luna", "429", "1.90 s"),
            ("12:02:12.010", "/vector_stores", "", "200", "88 ms"),
        )
    ):
        items = [QStandardItem(value) for value in line]
        items[0].setFont(mono_font())
        items[1].setFont(mono_font())
        items[4].setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        model.insertRow(number, items)
    model.setHeaderData(4, Qt.Orientation.Horizontal, Qt.AlignmentFlag.AlignRight, Qt.ItemDataRole.TextAlignmentRole)
    table = CopyTable()
    model.setParent(table)
    table.setModel(model)
    table.set_columns([110, 120, 110, 60, 80], stretch=2)
    table.selectRow(1)
    table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    return table


def output_page() -> OutputView:
    view = OutputView()
    fill(view)
    return view


def fill(view: OutputView) -> None:
    """One block of each kind, in the states they have."""

    def block(key: str, kind: BlockKind, title: str, text: str, state: str = "done", **more: object) -> None:
        view.apply([BlockOpened(Block(key, kind, title, **more))])  # type: ignore[arg-type]
        view.apply([TextAppended(key, text[at : at + 9]) for at in range(0, len(text), 9)])
        if state != "streaming":
            view.apply([BlockClosed(key, state, None)])  # type: ignore[arg-type]

    block("r", BlockKind.REASONING, "Reasoning", "Thinking about **limits**.\n\nThen about time.")
    view.apply([RunUpdated(RunSnapshot(usage=Usage(reasoning=146)))])
    block("s", BlockKind.STATUS, "Web search", "completed: body limit of the export API")
    arguments = '{"since": "2026-11-17", "area": "export"}'
    block("t", BlockKind.TOOL_CALL, "lookup_incident", arguments, language="json")
    long = '{"query": "' + "a long question about exports, " * 8 + '", "limit": 10}'
    block("t2", BlockKind.TOOL_CALL, "search_handbook", long, "failed", language="json")
    block("c", BlockKind.CODE, "Shell output", "$ df -h\n/dev/sda1   40G   12G   28G  30% /", language="text")
    block("x", BlockKind.REFUSAL, "Refusal", "I cannot help with that.")
    block("j", BlockKind.JSON, "holographic_call", '{\n  "type": "holographic_call",\n  "depth": 3\n}', language="json")
    block(
        "m",
        BlockKind.TEXT,
        "",
        '{ "category": "export", "severity": 2, "quote": "Request too large", "next_ste',
        "streaming",
    )
    block("w", BlockKind.TEXT, "", MARKDOWN, "streaming")


def menu() -> QMenu:
    result = QMenu()
    result.addAction(icon("copy"), "Copy").setShortcut("Ctrl+C")
    result.addSeparator()
    action = result.addAction("Follow the system")
    action.setCheckable(True)
    action.setChecked(True)
    result.addAction("Not now").setEnabled(False)
    result.addMenu("More")
    return result


def main(folder: Path) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    theme = ThemeManager()
    theme.apply("light")
    pages = {"controls": (controls_page(), 1180, 980), "output": (output_page(), 860, 1560), "menu": (menu(), 220, 140)}
    for page, width, height in pages.values():
        page.resize(width, height)
        page.show()
    for name in ("light", "dark"):
        theme.apply(name)  # type: ignore[arg-type]
        QTest.qWait(150)
        for page_name, (page, _, _) in pages.items():
            page.grab().save(str(folder / f"gallery-{page_name}-{name}.png"))
    for page, _, _ in pages.values():
        page.close()
        page.deleteLater()
    QCoreApplication.sendPostedEvents(None, 0)
    app.quit()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
