"""Markdown and code as widgets: streamed is as at once, nothing is loaded, what is closed stays closed."""

from __future__ import annotations

import weakref

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from playground.widgets.code import CodeBox, CodeView
from playground.widgets.code.chunk import CHUNK_LINES, LINE_LIMIT, CodeChunk
from playground.widgets.markdown import MarkdownView
from playground.widgets.markdown.prose import ProseSegment
from playground.widgets.markdown.view import SEGMENT_CHARS
from playground.widgets.theme import ThemeManager, color
from tests.widgets.conftest import Show, delete, settle
from tests.widgets.gallery import MARKDOWN
from tests.widgets.test_pieces import TEXT


def seen(view: MarkdownView) -> list[str]:
    """The text of each part."""
    return [item.plain_text() if isinstance(item, ProseSegment) else item.text() for item in view.items()]  # type: ignore[attr-defined]


def rendering(view: MarkdownView) -> list[str]:
    """Text and looks of each prose segment."""
    return [item.document().toHtml() for item in view.items() if isinstance(item, ProseSegment)]


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
@pytest.mark.parametrize("text", [TEXT, MARKDOWN, "plain words " * 900, "- item **b**\n" * 1500])
def test_streamed_is_as_at_once(text: str, size: int) -> None:
    if len(text) / size > 2000:
        text = text[:2000]
    once, streamed = MarkdownView(), MarkdownView()
    once.fit(700)
    streamed.fit(700)
    once.set_text(text)
    for at in range(0, len(text), size):
        streamed.append(text[at : at + size])
    streamed.finish()
    assert streamed.plain_text() == once.plain_text()
    assert rendering(streamed) == rendering(once)
    assert streamed.content_height() == once.content_height()
    assert streamed.text() == once.text() == text
    delete(once)
    delete(streamed)


def test_nothing_is_ever_loaded(show: Show, tmp_path: object) -> None:
    view = MarkdownView()
    show(view, 600, 400)
    view.set_text(
        f"![a](http://evil.example/x.png) ![b](file:///etc/passwd) ![c]({tmp_path}/x.png)\n\n"
        '<img src="http://evil.example/y.png"> <script>alert(1)</script>\n\n[run](javascript:alert) [f](file:///etc/passwd)\n'
    )
    view.grab()
    (segment,) = view.items()
    assert isinstance(segment, ProseSegment)
    assert segment.document().requests == 0
    assert "<script>alert(1)</script>" in view.plain_text()
    assert "image: a" in view.plain_text()
    html = segment.document().toHtml()
    assert "<img" not in html
    assert 'href="http://evil.example/x.png"' in html
    assert 'href="file' not in html
    assert 'href="javascript' not in html
    assert "(javascript:alert)" in view.plain_text()


def test_the_document_would_refuse_to_load(show: Show) -> None:
    view = MarkdownView()
    show(view, 300, 200)
    view.set_text("text")
    (segment,) = view.items()
    assert isinstance(segment, ProseSegment)
    segment.document().setHtml('<img src="file:///etc/hostname">')
    segment.grab()
    assert segment.document().requests > 0
    assert segment.document().resource(2, "file:///etc/hostname").width() == 1


def test_long_prose_closes_its_segments() -> None:
    view = MarkdownView()
    view.fit(700)
    paragraph = "Some words **bold** and more of them in a line.\n\n"
    view.append(paragraph * 600)
    items = [item for item in view.items() if isinstance(item, ProseSegment)]
    assert len(items) >= len(paragraph) * 600 // (SEGMENT_CHARS + 500)
    revisions = [item.document().revision() for item in items[:-1]]
    for _ in range(50):
        view.append("more words of the same kind. ")
    assert [item.document().revision() for item in items[:-1]] == revisions
    assert all(item.size <= SEGMENT_CHARS + 4100 for item in items)
    delete(view)


def test_long_code_closes_its_chunks_and_keeps_its_text() -> None:
    view = MarkdownView()
    view.fit(700)
    line = "value = compute(1)\n"
    view.append("```python\n")
    for _ in range(100):
        view.append(line * 20)
    (box,) = view.items()
    assert isinstance(box, CodeBox)
    chunks = box.findChildren(CodeChunk)
    assert len(chunks) == -(-2000 // CHUNK_LINES)
    assert {chunk.lines for chunk in chunks[:-1]} == {CHUNK_LINES}
    assert box.text() == line * 2000
    assert view.content_height() == 2000 * 18 + 30 + 10
    delete(view)


def test_a_line_without_end_is_broken_on_the_screen_only() -> None:
    box = CodeBox("json", wrap=True)
    for _ in range(100):
        box.append("x" * 99)
    box.fit(700)
    (chunk,) = box.findChildren(CodeChunk)
    assert max(map(len, chunk.plain_text().split("\n"))) <= LINE_LIMIT
    assert box.text() == "x" * 9900
    box.copy()
    assert QGuiApplication.clipboard().text() == "x" * 9900
    delete(box)


def test_code_gets_its_colours_once_it_is_seen(qtbot: QtBot, show: Show) -> None:
    view = CodeView('x = "text"  # note\n', "python")
    show(view, 400, 200)
    (chunk,) = view.findChildren(CodeChunk)
    qtbot.waitUntil(lambda: chunk.coloured)
    kinds = {one.format.foreground().color().name() for one in chunk.document().firstBlock().layout().formats()}
    assert kinds == {color("syntax.string").name(), color("syntax.comment").name()}


def test_unseen_code_costs_no_lexing(qtbot: QtBot) -> None:
    box = CodeBox("python")
    box.append("x = 1\n" * 50)
    box.fit(500)
    box.finish()
    (chunk,) = box.findChildren(CodeChunk)
    QTest.qWait(20)
    assert not chunk.coloured
    delete(box)


def test_the_theme_recolours_what_is_there(light: ThemeManager, qtbot: QtBot, show: Show) -> None:
    view = MarkdownView()
    show(view, 600, 600)
    view.set_text("Text with [a link](http://x.y) and `code`.\n\n> quote\n\n```python\nx = 1\n```\n")
    before = view.grab().toImage()
    light.apply("dark")
    settle()
    segment, box = view.items()
    assert isinstance(segment, ProseSegment)
    html = segment.document().toHtml()
    assert color("accent").name() in html
    assert color("sunken").name() in html
    assert view.grab().toImage() != before
    (chunk,) = box.findChildren(CodeChunk)
    qtbot.waitUntil(lambda: chunk.coloured)
    formats = chunk.document().firstBlock().layout().formats()
    assert formats[0].format.foreground().color() == color("syntax.number")


def test_the_type_scale_makes_it_higher(light: ThemeManager, qtbot: QtBot, show: Show) -> None:
    view = MarkdownView()
    show(view, 600, 600)
    view.set_text("A paragraph. " * 60 + "\n\n```python\nx = 1\ny = 2\n```\n")
    before = view.content_height()
    light.set_scale(1.5)
    settle()
    qtbot.waitUntil(lambda: view.content_height() > before * 1.3)


def test_links_are_only_announced(qtbot: QtBot, show: Show) -> None:
    view = MarkdownView()
    show(view, 400, 200)
    view.set_text("[handbook](https://example.com/x)")
    (segment,) = view.items()
    assert isinstance(segment, ProseSegment)
    with qtbot.waitSignal(view.link_activated) as heard:
        QTest.mouseClick(segment, Qt.MouseButton.LeftButton, pos=QPoint(20, 8))
    assert heard.args == ["https://example.com/x", "handbook"]
    assert segment.link_at(QPointF(300, 8)) == ""


def test_text_is_selected_and_copied(show: Show) -> None:
    view = MarkdownView()
    show(view, 400, 200)
    view.set_text("one two three\n\nfour")
    (segment,) = view.items()
    assert isinstance(segment, ProseSegment)
    QTest.mouseDClick(segment, Qt.MouseButton.LeftButton, pos=QPoint(10, 8))
    assert segment.selected_text() == "one"
    QTest.keyClick(segment, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "one"
    QTest.keyClick(segment, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert segment.selected_text() == "one two three\nfour"
    view.copy()
    assert QGuiApplication.clipboard().text() == "one two three\n\nfour"


def test_the_menu_offers_to_copy(qtbot: QtBot, show: Show) -> None:
    view = MarkdownView()
    show(view, 400, 200)
    view.set_text("[handbook](https://example.com/x)")
    (segment,) = view.items()
    where = QPoint(20, 8)
    QApplication.sendEvent(
        segment, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, segment.mapToGlobal(where))
    )
    menu = segment.findChild(QMenu)
    texts = [action.text() for action in menu.actions()]
    assert texts == ["Copy", "Copy Link", "Select all here", "Copy text as Markdown"]
    menu.actions()[1].trigger()
    assert QGuiApplication.clipboard().text() == "https://example.com/x"
    menu.close()


def test_late_links_are_mended_at_the_end() -> None:
    view = MarkdownView()
    view.fit(500)
    view.append("See [the manual][m].\n\n")
    view.append("[m]: https://example.com/m\n")
    assert "https://example.com/m" not in rendering(view)[0]
    view.finish()
    assert "https://example.com/m" in rendering(view)[0]
    delete(view)


def test_views_leave_nothing_behind() -> None:
    view = MarkdownView()
    view.fit(500)
    view.set_text(TEXT)
    references = [weakref.ref(view), *map(weakref.ref, view.items())]
    view.clear()
    assert view.plain_text() == ""
    assert view.content_height() == 0
    delete(view)
    del view
    assert [reference() for reference in references] == [None] * len(references)
