"""The output view: every kind of change, one layout pass, and a reader who is never dragged along."""

from __future__ import annotations

import weakref

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from playground.core.exchanges.records import Timings
from playground.core.runs import (
    Block,
    BlockClosed,
    BlockKind,
    BlockOpened,
    RunEnded,
    RunSnapshot,
    RunUpdated,
    TextAppended,
    TextReplaced,
    Usage,
)
from playground.widgets.blocks import OutputView, warm_up
from playground.widgets.blocks.kinds import SOURCES, CodeBlock, ReasoningBlock, TextBlock, ToolCallBlock
from playground.widgets.code import CodeBox
from playground.widgets.controls import Chip
from playground.widgets.markdown import MarkdownView
from playground.widgets.theme import ThemeManager
from playground.widgets.timeline import TimingBar, segments
from tests.widgets.conftest import Show, delete, settle
from tests.widgets.gallery import fill

PARAGRAPH = "Some words that make a paragraph of a line or two, so that there is something to scroll.\n\n"


def opened(key: str, kind: BlockKind, title: str = "", language: str | None = None) -> BlockOpened:
    return BlockOpened(Block(key, kind, title, language=language))


def test_every_kind_of_block(show: Show) -> None:
    view = OutputView()
    show(view, 800, 600)
    fill(view)
    assert [block.kind for block in view.blocks()] == [
        BlockKind.REASONING,
        BlockKind.STATUS,
        BlockKind.TOOL_CALL,
        BlockKind.TOOL_CALL,
        BlockKind.CODE,
        BlockKind.REFUSAL,
        BlockKind.JSON,
        BlockKind.TEXT,
        BlockKind.TEXT,
    ]
    tops = [block.y() for block in view.blocks()]
    ends = [block.y() + block.height() for block in view.blocks()]
    assert tops == sorted(tops)
    assert all(end < top for end, top in zip(ends, tops[1:], strict=False))
    assert all(block.height() > 15 for block in view.blocks())
    assert "I cannot help with that." in view.text()
    assert "Thinking" not in view.text()


def test_changes_in_one_go_are_as_changes_one_by_one(show: Show) -> None:
    changes = [
        opened("t", BlockKind.TEXT),
        TextAppended("t", "One **bo"),
        TextAppended("t", "ld** word.\n\n- item"),
        TextReplaced("t", "One **bold** word.\n\n- item, more"),
        BlockClosed("t", "done", None),
        RunUpdated(RunSnapshot(status="streaming")),
        RunEnded(RunSnapshot(status="completed")),
    ]
    one, many = OutputView(), OutputView()
    show(one)
    show(many)
    one.apply(changes)
    for change in changes:
        many.apply([change])
    assert one.text() == many.text() == "One **bold** word.\n\n- item, more"
    assert one.widget().height() == many.widget().height()


def test_changes_of_unknown_blocks_and_kinds_do_no_harm(show: Show) -> None:
    view = OutputView()
    show(view)
    view.apply([TextAppended("x", "a"), TextReplaced("x", "b"), BlockClosed("x", "done", None), object()])  # type: ignore[list-item]
    assert view.blocks() == []


def test_a_final_text_that_differs_replaces_what_streamed(show: Show) -> None:
    view = OutputView()
    show(view)
    view.apply([opened("t", BlockKind.TEXT), TextAppended("t", "wrong"), TextReplaced("t", "right")])
    (prose,) = view.findChildren(MarkdownView)
    assert prose.plain_text() == "right"
    view.apply([TextReplaced("t", "right and more")])
    assert prose.plain_text() == "right and more"


def test_the_view_goes_along_only_while_the_reader_is_at_the_end(show: Show) -> None:
    view = OutputView()
    show(view, 600, 300)
    view.apply([opened("t", BlockKind.TEXT), TextAppended("t", PARAGRAPH * 30)])
    bar = view.verticalScrollBar()
    assert bar.maximum() > 300
    assert view.at_end()
    view.apply([TextAppended("t", PARAGRAPH)])
    assert view.at_end()
    bar.setValue(100)
    view.apply([TextAppended("t", PARAGRAPH * 5)])
    assert bar.value() == 100
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.at_end()
    view.apply([TextAppended("t", PARAGRAPH)])
    assert view.at_end()
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert bar.value() == 0


def test_what_is_above_stays_where_it_is(show: Show) -> None:
    view = OutputView()
    show(view, 600, 300)
    view.apply([opened("r", BlockKind.REASONING, "Reasoning"), opened("t", BlockKind.TEXT), TextAppended("t", "text")])
    first, second = view.blocks()
    places = first.geometry(), second.pos()
    view.apply([TextAppended("r", "A long thought. " * 100), TextAppended("t", PARAGRAPH * 9)])
    view.apply([BlockClosed("r", "done", None)])
    assert (first.geometry(), second.pos()) == places


def test_reasoning_opens_on_click_and_tells_time_and_tokens(show: Show) -> None:
    view = OutputView()
    show(view, 600, 400)
    view.apply([opened("r", BlockKind.REASONING, "Reasoning"), TextAppended("r", "First.\n\nThen **this**")])
    (block,) = view.blocks()
    assert isinstance(block, ReasoningBlock)
    assert block.disclosure.note() == "Then this"
    assert view.findChildren(MarkdownView) == []
    block.disclosure.click()
    (prose,) = view.findChildren(MarkdownView)
    view.apply([TextAppended("r", " too")])
    assert prose.plain_text() == "First.\nThen this too"
    high = block.height()
    view.apply([BlockClosed("r", "done", None), RunUpdated(RunSnapshot(usage=Usage(reasoning=146)))])
    assert block.disclosure.note().endswith("s · 146 tokens")
    block.disclosure.click()
    assert block.height() < high


def test_a_short_call_is_one_line_and_a_long_one_a_box(show: Show) -> None:
    view = OutputView()
    show(view, 800, 400)
    view.apply(
        [
            opened("a", BlockKind.TOOL_CALL, "look_up", "json"),
            TextAppended("a", '{"area": "export"}'),
            BlockClosed("a", "done", None),
            opened("b", BlockKind.TOOL_CALL, "search", "json"),
            TextAppended("b", '{"q": "' + "words " * 60 + '"}'),
            BlockClosed("b", "failed", None),
            opened("c", BlockKind.TOOL_CALL, "broken", "json"),
            TextAppended("c", '{"area": '),
            BlockClosed("c", "done", None),
        ]
    )
    short, long, broken = view.blocks()
    assert isinstance(short, ToolCallBlock)
    assert short.findChildren(CodeBox) == []
    assert [chip.text() for chip in short.findChildren(Chip)] == ["look_up"]
    assert short._verdict.text() == "valid"
    assert long.findChildren(CodeBox)[0].text().startswith('{"q"')
    assert long._verdict.text() == "failed"  # type: ignore[attr-defined]
    assert broken._verdict.text() == "not valid JSON"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "is_json"),
    [
        ('{"a": 1}', True),
        ('  [{"a": 1}]', True),
        ("{{name}} is", False),
        ("[a link](x)", False),
        ("text", False),
        ("{", False),
    ],
)
def test_a_json_answer_is_shown_as_json(text: str, is_json: bool, show: Show) -> None:
    view = OutputView()
    show(view)
    view.apply([opened("t", BlockKind.TEXT), *[TextAppended("t", sign) for sign in text]])
    view.apply([BlockClosed("t", "done", None)])
    (block,) = view.blocks()
    assert isinstance(block, TextBlock)
    assert bool(block.findChildren(CodeBox)) is is_json
    assert bool(block.findChildren(MarkdownView)) is not is_json
    assert view.text() == text


def test_citations_become_links(show: Show) -> None:
    view = OutputView()
    show(view)
    note = {"type": "url_citation", "url": "https://example.com/a_b", "title": "A [title]"}
    view.apply([opened("t", BlockKind.TEXT), TextAppended("t", "Said.")])
    view.apply([BlockClosed("t", "done", {"annotations": [note, note, {"filename": "x.pdf"}, "odd"]})])
    _, sources = view.findChildren(MarkdownView)
    assert sources.plain_text() == "Sources: A [title] · x.pdf"
    chat = [{"type": "url_citation", "url_citation": {"url": f"https://x.test/{n}"}} for n in range(SOURCES + 1200)]
    view.apply([BlockClosed("t", "done", {"annotations": chat})])
    shown = sources.plain_text()
    assert shown.startswith("Sources: https://x.test/0 ·") and shown.endswith("· and 1,200 more")
    view.apply([BlockClosed("t", "done", {"annotations": "odd"})])


def test_unknown_items_are_json_under_their_type(show: Show) -> None:
    view = OutputView()
    show(view)
    view.apply([opened("j", BlockKind.JSON, "holographic_call"), TextReplaced("j", '{"depth": 3}')])
    (block,) = view.blocks()
    assert isinstance(block, CodeBlock)
    (box,) = block.findChildren(CodeBox)
    assert box.language == "json"
    assert "holographic_call" in box.accessibleName()


def test_a_run_that_ends_closes_what_is_open(show: Show) -> None:
    view = OutputView()
    show(view)
    view.apply([opened("t", BlockKind.TEXT), TextAppended("t", "half a **sen")])
    view.apply([RunEnded(RunSnapshot(status="cancelled"))])
    assert view.blocks()[0].state == "failed"
    assert view.findChildren(MarkdownView)[0].plain_text() == "half a **sen"
    view.copy()
    assert QGuiApplication.clipboard().text() == "half a **sen"


def test_warming_up_leaves_nothing(qapp: QApplication) -> None:
    before = len(qapp.allWidgets())
    warm_up()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert len(qapp.allWidgets()) == before


def test_clear_leaves_nothing(show: Show) -> None:
    view = OutputView()
    show(view)
    fill(view)
    references = [weakref.ref(block) for block in view.blocks()]
    view.clear()
    delete(OutputView())
    settle()
    assert view.blocks() == []
    assert view.text() == ""
    assert [reference() for reference in references] == [None] * len(references)
    view.apply([opened("t", BlockKind.TEXT), TextAppended("t", "again")])
    assert view.text() == "again"


def test_a_theme_change_keeps_place_and_text(light: ThemeManager, show: Show) -> None:
    view = OutputView()
    show(view, 700, 400)
    fill(view)
    text, height = view.text(), view.widget().height()
    before = view.grab().toImage()
    light.apply("dark")
    settle()
    assert view.text() == text
    assert view.widget().height() == height
    assert view.grab().toImage() != before


def test_another_width_is_another_height(show: Show) -> None:
    view = OutputView()
    show(view, 800, 300)
    view.apply([opened("t", BlockKind.TEXT), TextAppended("t", "Words that wrap. " * 60)])
    wide = view.widget().height()
    view.resize(300, 300)
    settle()
    assert view.widget().height() > wide * 1.5
    assert view.widget().width() <= 300


def test_the_column_is_never_too_wide_to_read(show: Show) -> None:
    view = OutputView()
    show(view, 1900, 300)
    view.apply([opened("t", BlockKind.TEXT), TextAppended("t", "text")])
    assert view.blocks()[0].width() == 740


def test_a_timing_bar_tells_its_parts() -> None:
    whole = Timings(connected=0.1, sent=0.1, first_byte=0.3, first_token=0.4, last_byte=1.4)
    assert segments(whole) == [("connect", 0.0, 0.1), ("wait", 0.1, 0.4), ("stream", 0.4, 1.4)]
    assert segments(Timings(connected=0.1), "open", 2.0) == [("connect", 0.0, 0.1), ("wait", 0.1, 2.0)]
    assert segments(Timings(connected=0.1, first_byte=0.5), "failed")[-1] == ("failed", 0.1, 0.5)
    assert segments(whole, "cut")[-1][0] == "failed"
    bar = TimingBar(whole)
    assert bar.toolTip() == "connecting 100 ms, waiting for the first token 300 ms, streaming 1.0 s"
    assert bar.toolTip() in bar.accessibleName()
    assert not TimingBar(Timings()).grab().isNull()
    delete(bar)
