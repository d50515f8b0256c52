"""The small controls, used as a person uses them: mostly by keyboard."""

from __future__ import annotations

import time
import weakref

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from playground.core.errors import Problem
from playground.widgets import countdown
from playground.widgets.commands import CommandRegistry
from playground.widgets.controls import (
    Banner,
    Chip,
    CommandButton,
    Disclosure,
    EmptyState,
    IconButton,
    IdLabel,
    LinkButton,
    OptionalChoice,
    OptionalNumber,
    SectionLabel,
    Segmented,
)
from playground.widgets.links import LinkQuestion
from playground.widgets.panes import Paragraph
from tests.widgets.conftest import Show, delete

Key = Qt.Key


def number(**more: object) -> OptionalNumber:
    return OptionalNumber(0, 2, 2, 0.1, start=1.0, name="Temperature", **more)  # type: ignore[arg-type]


def test_a_number_is_unset_until_it_is_typed(qtbot: QtBot, show: Show) -> None:
    field = number()
    show(field, 120, 26)
    assert field.value() is None
    assert field.is_unset()
    assert field.placeholderText() == "not sent"
    assert field.accessibleDescription() == "not sent"
    with qtbot.waitSignals([field.changed] * 1):
        QTest.keyClicks(field, "0.2")
    assert field.value() == 0.2
    assert not field.is_unset()
    assert field.accessibleName() == "Temperature"
    assert field.alignment() & Qt.AlignmentFlag.AlignRight


@pytest.mark.parametrize("key", [Key.Key_Backspace, Key.Key_Delete])
def test_deleting_a_numbers_text_unsets_it(key: Key, show: Show) -> None:
    field = number()
    show(field, 120, 26)
    field.set_value(0.5)
    field.selectAll()
    QTest.keyClick(field, key)
    assert field.value() is None
    assert field.is_unset()


def test_arrows_step_a_number_inside_its_range(show: Show) -> None:
    field = number()
    show(field, 120, 26)
    QTest.keyClick(field, Key.Key_Up)
    assert field.value() == 1.0
    QTest.keyClick(field, Key.Key_Up)
    assert field.value() == 1.1
    for _ in range(3):
        QTest.keyClick(field, Key.Key_PageUp)
    assert field.value() == 2
    QTest.keyClick(field, Key.Key_Down)
    assert field.value() == 1.9


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("warm", "not a number"),
        ("0,5", "point"),
        ("7", "between 0 and 2"),
        ("-1", "between"),
        ("nan", "can be sent"),
    ],
)
def test_wrong_numbers_are_kept_marked_and_explained(typed: str, words: str, show: Show) -> None:
    field = number()
    show(field, 120, 26)
    QTest.keyClicks(field, typed)
    assert field.text() == typed
    assert field.value() is None
    assert words in field.problem()
    assert field.toolTip() == field.problem() == field.accessibleDescription()
    field.unset()
    assert field.problem() == ""


def test_whole_numbers_stay_whole(show: Show) -> None:
    field = OptionalNumber(1, None, 0, 256, name="Max output tokens")
    show(field, 120, 26)
    field.set_value(1024)
    assert field.text() == "1024"
    assert type(field.value()) is int
    field.setText("1.5")
    assert "whole number" in field.problem()
    field.setText("0")
    assert field.problem() == "Must be at least 1"


def test_the_cross_unsets_a_number_and_is_nowhere_while_it_is_unset(show: Show) -> None:
    field = number()
    show(field, 120, 26)
    cross = QPoint(field.width() - 12, 13)
    QTest.mouseClick(field, Qt.MouseButton.LeftButton, pos=cross)
    assert field.value() is None
    field.set_value(0.7)
    QTest.mouseClick(field, Qt.MouseButton.LeftButton, pos=cross)
    assert field.value() is None


def test_a_servers_complaint_goes_with_the_next_change(show: Show) -> None:
    field = number()
    show(field, 120, 26)
    field.set_value(0.7)
    field.set_problem("This model takes no temperature")
    assert field.toolTip() == "This model takes no temperature"
    QTest.keyClick(field, Key.Key_Up)
    assert field.problem() == ""


def test_changed_says_each_value_once(show: Show) -> None:
    field = number()
    show(field, 120, 26)
    heard: list[object] = []
    field.changed.connect(heard.append)
    field.set_value(1)
    field.setText("1.0")
    field.setText("")
    assert heard == [1.0, None]


def test_a_choice_by_keyboard(show: Show) -> None:
    field = OptionalChoice(["low", ("medium", "Medium"), "high"], name="Effort")
    show(field, 160, 26)
    heard: list[object] = []
    field.changed.connect(heard.append)
    assert field.value() is None
    assert field.currentText() == "not sent"
    QTest.keyClick(field, Key.Key_Down)
    QTest.keyClick(field, Key.Key_Down)
    assert field.value() == "medium"
    QTest.keyClick(field, Key.Key_Delete)
    assert field.value() is None
    QTest.keyClicks(field, "h")
    assert field.value() == "high"
    assert heard == ["low", "medium", None, "high"]


def test_a_choice_keeps_a_value_it_does_not_know(show: Show) -> None:
    field = OptionalChoice(["low"], name="Effort")
    field.set_value("extreme")
    assert field.value() == "extreme"
    field.set_choices(["low", "high"])
    assert field.value() == "extreme"
    field.set_value(None)
    assert field.value() is None
    delete(field)


def test_free_text_in_an_editable_choice(show: Show) -> None:
    field = OptionalChoice([("gpt-6", "GPT 6"), "echo"], True, name="Model")
    show(field, 200, 26)
    edit = field.lineEdit()
    assert edit is not None
    assert edit.placeholderText() == "not sent"
    assert field.value() is None
    edit.setText("my-own-model")
    assert field.value() == "my-own-model"
    edit.setText("GPT 6")
    assert field.value() == "gpt-6"
    edit.setText("")
    assert field.value() is None


def test_a_button_is_its_command(qtbot: QtBot, show: Show) -> None:
    parent = QWidget()
    registry = CommandRegistry(parent)
    ran: list[int] = []
    command = registry.add("g.run", "Run it", lambda: ran.append(1), group="G", shortcut="Ctrl+Return", icon="play")
    button, small = CommandButton(command, "primary", parent=parent), IconButton(command, parent=parent)
    show(parent, 300, 60)
    for one in (button, small):
        assert one.accessibleName() == "Run it"
        assert one.objectName() == "g.run"
        assert "Ctrl" in one.toolTip()
    QTest.keyClick(button, Key.Key_Space)
    small.click()
    assert ran == [1, 1]
    command.setEnabled(False)
    assert not button.isEnabled()
    command.setText("Run again")
    assert button.accessibleName() == "Run again"
    registry.remove("g.run")
    qtbot.waitUntil(lambda: button.command is None)
    button.click()
    assert ran == [1, 1]


def test_pills_choose_by_arrow_keys(show: Show) -> None:
    pills = Segmented([("responses", "Responses"), ("chat", "Chat Completions")], name="API")
    show(pills, 300, 30)
    heard: list[str] = []
    pills.changed.connect(heard.append)
    first = pills.findChildren(QWidget)[0]
    first.setFocus()
    QTest.keyClick(first, Key.Key_Right)
    assert pills.value() == "chat"
    pills.set_value("responses")
    assert heard == ["chat", "responses"]


def test_an_id_opens_and_is_copied_whole(show: Show) -> None:
    label = IdLabel("req_" + "0" * 40, limit=12)
    show(label, 200, 20)
    opened: list[str] = []
    label.opened.connect(opened.append)
    QTest.mouseClick(label, Qt.MouseButton.LeftButton)
    QTest.keyClick(label, Key.Key_Return)
    assert opened == [label.id(), label.id()]
    QTest.keyClick(label, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "req_" + "0" * 40
    assert label.sizeHint().width() < 120


def test_a_banner_says_everything_it_knows(show: Show) -> None:
    problem = Problem("It failed.", "Because.", "Do this.", "Yes.", 429, "t", "slow_down", None, "req_1", "their words")
    parent = QWidget()
    command = CommandRegistry(parent).add("g.again", "Try again", lambda: None, group="G")
    banner = Banner(problem, command, parent=parent)
    show(parent, 500, 400)
    said = [one.text() for one in banner.findChildren(Paragraph) if not one.isHidden()]
    assert said == ["It failed.", "Because.", "Do this.", "Does trying again help? Yes."]
    assert [chip.text() for chip in banner.findChildren(Chip)] == ["429 slow_down"]
    opened: list[str] = []
    banner.opened.connect(opened.append)
    banner.findChild(IdLabel).click()
    assert opened == ["req_1"]
    banner.findChild(Disclosure).click()
    assert "their words" in [one.text() for one in banner.findChildren(Paragraph) if not one.isHidden()]
    assert banner.findChild(CommandButton).accessibleName() == "Try again"


def test_a_banner_leads_to_the_documentation_and_to_the_control(show: Show) -> None:
    problem = Problem("It failed.", "Because.", "Do this.", "Not as it is.", 400, param="top_p", section="errors")
    banner = Banner(problem)
    banner.offer_param()
    show(banner, 500, 400)
    wanted: list[str] = []
    banner.param_wanted.connect(wanted.append)
    links = {link.objectName(): link for link in banner.findChildren(LinkButton)}
    assert links.keys() == {"banner.section", "banner.param"}
    assert links["banner.param"].x() < links["banner.section"].x()
    assert links["banner.param"].words() == "Go to “top_p”"
    QTest.keyClick(links["banner.param"], Key.Key_Return)
    QTest.mouseClick(links["banner.param"], Qt.MouseButton.LeftButton)
    assert wanted == ["top_p", "top_p"]
    assert links["banner.section"].words() == "Documentation: Error codes"
    QTest.mouseClick(links["banner.section"], Qt.MouseButton.LeftButton)
    (question,) = banner.window().findChildren(LinkQuestion)
    assert question.where.host == "developers.openai.com"
    question.close()
    plain = Banner(Problem("It failed.", "Because.", "Do this."))
    plain.offer_param()
    show(plain, 500, 400)
    assert not plain.findChildren(LinkButton), "there is nothing to go to"


def test_a_banner_counts_what_is_left_of_the_time_a_server_named(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    banner = Banner(Problem("Too fast.", "Because.", "Wait.", "Yes, in 20 seconds.", 429, again="wait", wait=20.0))
    show(banner, 500, 400)
    (left,) = banner.findChildren(countdown.Countdown)
    assert left.text().startswith("The server asked to wait 20 s: ") and left.text().endswith(" s left.")
    assert left.timer.isActive()
    banner.hide()
    assert not left.timer.isActive(), "it counts where nobody sees it"
    monkeypatch.setattr(countdown.time, "time", lambda: now + 60)
    banner.show()
    assert left.text().endswith("that time is over.") and not left.timer.isActive()


def test_a_paragraph_is_as_high_as_its_words(show: Show) -> None:
    short, long = Paragraph("One."), Paragraph("Many words that have to wrap. " * 10)
    assert short.heightForWidth(300) == 20
    assert long.heightForWidth(300) > 60
    assert long.heightForWidth(300) > long.heightForWidth(600)
    delete(short)
    delete(long)


def test_every_interactive_control_has_a_name() -> None:
    for one in (number(), OptionalChoice(["a"], name="A"), IdLabel("req_1"), Disclosure("Words")):
        assert one.accessibleName()
        delete(one)
    section, empty = SectionLabel("Sampling"), EmptyState("file", "No files yet", "Drop some.")
    assert section.text() == "SAMPLING"
    assert section.accessibleName() == "Sampling"
    assert empty.accessibleName() == "No files yet"
    delete(section)
    delete(empty)


def test_what_an_empty_place_says_fits_into_it() -> None:
    pane = QStackedWidget()
    empty = EmptyState("file", "No files yet", "Run it on inputs of yours, several times each: every one is checked.")
    empty.set_widest(270)
    pane.addWidget(empty)
    pane.show()
    for width in (260, 600, 200):
        pane.resize(width, 400)
        left, right = empty.text.x(), empty.text.x() + empty.text.width()
        assert empty.width() == width and left >= 0 and right <= width, width
        assert empty.text.height() >= empty.text.heightForWidth(empty.text.width()), "and all of its lines"
    delete(pane)


def test_controls_leave_nothing_behind() -> None:
    parent = QWidget()
    command = CommandRegistry(parent).add("g.x", "X", parent.update, group="G")
    made = [CommandButton(command), IconButton(command), number(), OptionalChoice(["a"]), Segmented(["a", "b"])]
    references = [weakref.ref(one) for one in made]
    while made:
        delete(made.pop())
    assert [reference() for reference in references] == [None] * 5
    delete(parent)
