"""Texts from elsewhere: nothing in them is loaded or run, nothing in them is hidden, and links ask first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from playground.core.errors import Problem
from playground.core.runs import Block, BlockClosed, BlockKind, BlockOpened, TextAppended
from playground.shell.surface import Text
from playground.widgets.blocks import OutputView
from playground.widgets.code import CodeBox
from playground.widgets.controls import Banner, Chip, Disclosure, IdLabel, Label
from playground.widgets.links import LinkQuestion
from playground.widgets.markdown import MarkdownView
from playground.widgets.markdown.prose import ProseSegment
from playground.widgets.panes import InertDocument, Paragraph, TextPane
from playground.widgets.presentation import present
from playground.widgets.theme import ThemeManager
from tests.helpers.servers import RecordingServer, Reply
from tests.widgets.conftest import Show

HIDDEN = "a\u202eb\u200bc\x1b(B\u2066\ufeff\x9bd"
SHOWN = "a‹U+202E›b‹U+200B›c‹U+001B›(B‹U+2066›‹U+FEFF›‹U+009B›d"


def of(view: OutputView, kind: BlockKind, text: str, title: str = "", data: dict[str, Any] | None = None) -> None:
    view.apply(
        [BlockOpened(Block("one", kind, title=title)), TextAppended("one", text), BlockClosed("one", "done", data)]
    )


def panes(widget: QWidget) -> str:
    return "\n".join(pane.plain_text() for pane in widget.findChildren(TextPane))


# What is shown, place by place


@pytest.mark.parametrize(
    "source",
    [
        HIDDEN,
        f"**{HIDDEN}**",
        f"- item {HIDDEN}",
        f"> {HIDDEN}",
        f"# {HIDDEN}",
        f"`{HIDDEN}`",
        f"```\n{HIDDEN}\n```",
        f"| h |\n| - |\n| {HIDDEN} |",
        f"    {HIDDEN}",
        f"[{HIDDEN}](https://a.example)",
        f"[x](file:///{HIDDEN})",
        f"![{HIDDEN}](https://a.example/x.png)",
    ],
)
@pytest.mark.parametrize("size", [1, 5, 1000])
def test_every_kind_of_prose_shows_what_is_hidden(source: str, size: int, show: Show) -> None:
    view = MarkdownView()
    show(view, 600, 400)
    for at in range(0, len(source), size):
        view.append(source[at : at + size])
    view.finish()
    assert SHOWN in panes(view)
    assert view.text() == source


PLACES: list[tuple[str, Callable[[], QWidget], Callable[[Any], str]]] = [
    ("label", lambda: Label(HIDDEN), lambda widget: widget.text()),
    ("line", lambda: Text(HIDDEN, elide=True), lambda widget: widget.text()),
    ("line's name", lambda: Text(HIDDEN, elide=True), lambda widget: widget.accessibleName()),
    ("chip", lambda: Chip(HIDDEN), lambda widget: widget.shown_text()),
    ("chip's name", lambda: Chip(HIDDEN), lambda widget: widget.accessibleName()),
    ("ID", lambda: IdLabel(HIDDEN), lambda widget: widget.text()),
    ("ID's tip", lambda: IdLabel(HIDDEN), lambda widget: widget.toolTip()),
    ("ID's name", lambda: IdLabel(HIDDEN), lambda widget: widget.accessibleName()),
    ("paragraph", lambda: Paragraph(HIDDEN), lambda widget: widget.plain_text()),
    ("paragraph's name", lambda: Paragraph(HIDDEN), lambda widget: widget.accessibleName()),
    ("code's title", lambda: CodeBox(title=HIDDEN), lambda widget: widget.accessibleName()),
    ("banner", lambda: Banner(Problem("title", HIDDEN, "do")), lambda widget: panes(widget)),
    ("banner's name", lambda: Banner(Problem(HIDDEN, "why", "do")), lambda widget: widget.accessibleName()),
    ("banner's reasons", lambda: Banner(Problem("t", HIDDEN, "do")), lambda widget: widget.accessibleDescription()),
    ("their words", lambda: Banner(Problem("t", "c", "d", server_words=HIDDEN)), lambda widget: panes(widget)),
]


@pytest.mark.parametrize(("make", "seen"), [place[1:] for place in PLACES], ids=[place[0] for place in PLACES])
def test_every_place_shows_what_is_hidden(make: Callable[[], QWidget], seen: Callable[[Any], str], show: Show) -> None:
    widget = make()
    show(widget, 900, 200)
    assert SHOWN in seen(widget)


@pytest.mark.parametrize("kind", list(BlockKind), ids=lambda kind: kind.name)
def test_every_kind_of_block_shows_what_is_hidden(kind: BlockKind, show: Show) -> None:
    view = OutputView()
    show(view, 900, 400)
    of(view, kind, HIDDEN, title=f"tool {HIDDEN}")
    for disclosure in view.findChildren(Disclosure):
        disclosure.setChecked(True)
    texts = [panes(view), *(label.text() for label in view.findChildren(Label))]
    assert any(SHOWN in text for text in texts)
    assert HIDDEN not in "".join(texts)
    assert all(HIDDEN not in child.accessibleName() + child.toolTip() for child in view.findChildren(QWidget))


def test_code_that_streams_in_shows_what_is_hidden(show: Show) -> None:
    box = CodeBox("python")
    show(box, 900, 200)
    source = f"x = 1\r\ny = '{HIDDEN}'\rz = '👨\u200d👩'\r\n"
    for sign in source:
        box.append(sign)
    box.finish()
    assert panes(box) == f"x = 1\ny = '{SHOWN}'‹U+000D›z = '👨\u200d👩'"
    assert box.text() == source


def test_copies_are_of_the_text_itself(light: ThemeManager, show: Show) -> None:
    clipboard = QGuiApplication.clipboard()
    view, box, label = MarkdownView(), CodeBox("python"), Label(HIDDEN, selectable=True)
    source = f"one **{HIDDEN}** two\u202e\u202ethree"
    for widget in (view, box, label):
        show(widget, 700, 200)
    view.set_text(source)
    box.set_text(f"x = '{HIDDEN}'\n# next")
    box.finish()
    for pane in (*view.findChildren(TextPane), *box.findChildren(TextPane)):
        pane.select_all()
    assert view.findChildren(TextPane)[0].selected_text() == source.replace("**", "")
    assert box.findChildren(TextPane)[0].selected_text() == f"x = '{HIDDEN}'\n# next"
    light.apply("dark")
    assert box.findChildren(TextPane)[0].selected_text() == f"x = '{HIDDEN}'\n# next"
    label.setSelection(0, len(label.text()))
    QTest.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == HIDDEN
    box.copy()
    assert clipboard.text() == f"x = '{HIDDEN}'\n# next"
    identity = IdLabel(f"req_{HIDDEN}")
    identity.copy()
    assert clipboard.text() == f"req_{HIDDEN}"


# Nothing is loaded


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A picture that would be seen if it were read."""
    file = tmp_path / "canary.png"
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.magenta)
    assert image.save(str(file))
    return file


def has_magenta(widget: QWidget) -> bool:
    image = widget.grab().toImage()
    step = range(0, image.height(), 4)
    return any(image.pixelColor(x, y).name() == "#ff00ff" for y in step for x in range(0, image.width(), 4))


def test_no_text_reaches_the_network_or_a_file(
    recording_server: RecordingServer, canary: Path, show: Show, qtbot: QtBot
) -> None:
    server = recording_server
    server.add("/x.png", Reply(b"", forever=True))
    base = server.base_url.rsplit("/v1", 1)[0]
    addresses = [f"{base}/x.png", canary.as_uri(), str(canary)]
    html = "".join(
        f'<img src="{one}"><link rel="stylesheet" href="{one}"><iframe src="{one}"></iframe>'
        f'<p style="background-image:url({one})">x</p><object data="{one}"></object>'
        for one in addresses
    )
    markdown = "\n\n".join(f"![p]({one}) ![q][r] <{one}> [l]({one})\n\n[r]: {one}" for one in addresses)
    source = f"{html}\n\n<script>fetch('{base}/x.png')</script>\n\n{markdown}\n\n```html\n{html}\n```\n"
    view = OutputView()
    banner = Banner(Problem(html, html, html, server_words=html))
    label = Text(html, elide=True)
    for widget in (view, banner, label):
        show(widget, 900, 600)
    for kind in BlockKind:
        view.apply([BlockOpened(Block(kind.name, kind, title=html)), TextAppended(kind.name, source)])
        view.apply([BlockClosed(kind.name, "done", {"annotations": [{"url": f"{base}/x.png", "title": html}]})])
    for widget in (view, banner, label):
        assert not has_magenta(widget)
    documents = [pane.document() for pane in view.findChildren(TextPane)]
    assert sum(document.requests for document in documents) == 0
    assert not server.received


def test_a_tooltip_is_never_html(canary: Path, show: Show, qtbot: QtBot) -> None:
    label = Label("text")
    show(label, 200, 40)
    label.setToolTip(f'<img src="{canary}" width="64" height="64"> \u202e')
    QToolTip.showText(label.mapToGlobal(QPoint(5, 5)), label.toolTip(), label)
    qtbot.waitUntil(QToolTip.isVisible)
    (shown,) = [widget for widget in QApplication.topLevelWidgets() if widget.inherits("QTipLabel")]
    assert not has_magenta(shown)
    assert "&lt;img" in label.toolTip() and "‹U+202E›" in label.toolTip()
    QToolTip.hideText()


def test_the_inert_document_refuses_what_a_document_would_load(canary: Path) -> None:
    document = InertDocument()
    document.setHtml(f'<img src="{canary.as_uri()}"><img src="{canary}">')
    image = QImage(200, 200, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    document.drawContents(painter)
    painter.end()
    assert document.requests > 0
    assert image.allGray()


# Links


class Browser(QObject):
    """Stands where the desktop's browser does."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def browser() -> Iterator[Browser]:
    made = Browser()
    for scheme in ("http", "https", "mailto", "file"):
        QDesktopServices.setUrlHandler(scheme, made, "take")
    yield made
    for scheme in ("http", "https", "mailto", "file"):
        QDesktopServices.unsetUrlHandler(scheme)


def click_link(view: OutputView) -> LinkQuestion:
    (segment,) = view.findChildren(ProseSegment)
    QTest.mouseClick(segment, Qt.MouseButton.LeftButton, pos=QPoint(20, 8))
    return view.window().findChildren(LinkQuestion)[-1]


def test_a_link_asks_before_it_opens(show: Show, browser: Browser, qtbot: QtBot) -> None:
    view = OutputView()
    show(view, 700, 300)
    of(view, BlockKind.TEXT, "[the **hand**book](https://docs.example/a?b=c)")
    question = click_link(view)
    assert not question.isModal() and browser.opened == []
    assert "docs.example" in question.texts() and "https://docs.example/a?b=c" in question.texts()
    assert not question.warning
    again = click_link(view)
    assert again is not question
    QTest.mouseClick(again.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "https://docs.example/a?b=c"
    assert browser.opened == []
    third = click_link(view)
    QTest.mouseClick(third.open_button, Qt.MouseButton.LeftButton)
    assert browser.opened == ["https://docs.example/a?b=c"]


def test_a_link_that_says_another_address_is_called_out(show: Show, browser: Browser) -> None:
    view = OutputView()
    show(view, 700, 300)
    of(view, BlockKind.TEXT, "[https://**bank**.example/login](https://evil.example/x) and more")
    assert "https://bank.example/login (goes to evil.example) and more" in panes(view)
    (segment,) = view.findChildren(ProseSegment)
    segment.select_all()
    assert segment.selected_text() == "https://bank.example/login and more"
    question = click_link(view)
    assert "“https://bank.example/login”" in question.warning and "evil.example" in question.warning
    assert question.cancel_button.isDefault()
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert browser.opened == []


def test_a_link_tells_its_target_under_the_pointer(show: Show) -> None:
    view = OutputView()
    show(view, 700, 300)
    of(view, BlockKind.TEXT, "[handbook](https://docs.example:8443/a?<b>)")
    (segment,) = view.findChildren(ProseSegment)
    QTest.mouseMove(segment, QPoint(22, 9))
    QTest.mouseMove(segment, QPoint(20, 8))
    assert "docs.example:8443\nhttps://docs.example:8443/a?&lt;b&gt;" in segment.toolTip()


@pytest.mark.parametrize("href", ["file:///etc/passwd", "javascript:x", "smb://host/share", "https://a\\@b.example"])
def test_other_addresses_are_refused_in_words(href: str, browser: Browser) -> None:
    question = LinkQuestion(href, "x")
    question.show()
    assert not hasattr(question, "open_button")
    assert "not opened" in question.texts() and href in question.texts()
    question.open_it()
    assert browser.opened == []


@pytest.mark.parametrize("size", [1, 3, 7])
def test_what_streams_in_while_presenting_never_shows_a_part(light: ThemeManager, show: Show, size: int) -> None:
    source = "Ask canary-organization about `resp_68a4Canary0f0c2`.\n\n```\nid = resp_68a4Canary0f0c2\n```\nThe end"
    view = MarkdownView()
    show(view, 600, 300)
    present(True, {"canary-organization"})
    light.apply("light")
    try:
        for at in range(0, len(source), size):
            view.append(source[at : at + size])
            assert "canary" not in panes(view).lower() and "resp_6" not in panes(view)
        view.finish()
        assert "The end" in panes(view)
        assert panes(view).count("resp_••••••") == 2 and "Ask •••••• about" in panes(view)
        assert view.text() == source
    finally:
        present(False)
        light.apply("light")
    assert "Ask canary-organization about resp_68a4Canary0f0c2." in panes(view)
    assert "id = resp_68a4Canary0f0c2" in panes(view)
