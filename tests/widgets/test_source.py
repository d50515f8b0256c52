"""The editor for JSON at length: brackets, folds, and what may be typed next."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.core.schemas.completion import Candidate
from playground.widgets.form.json_edit import Mark
from playground.widgets.source import SourceEdit
from playground.widgets.source.regions import Region, around, pair_at, regions

TEXT = json.dumps({"a": {"b": [1, 2], "text": "no { bracket ]"}, "c": {}}, indent=2)


@pytest.fixture
def edit(qtbot: QtBot) -> SourceEdit:
    made = SourceEdit("source", "Source")
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    made.show_text(TEXT)
    made._look()
    return made


def lines_seen(edit: SourceEdit) -> list[int]:
    block, seen = edit.document().begin(), []
    while block.isValid():
        if block.isVisible():
            seen.append(block.blockNumber())
        block = block.next()
    return seen


def test_brackets_in_texts_are_none() -> None:
    assert regions('{"a": "}"}') == [Region(0, 9)]
    assert regions('[{"a]": [}') == [Region(1, 9)], "what is not closed is passed over"
    assert regions('{"a \\" }": 1}') == [Region(0, 12)]
    assert pair_at(TEXT, 1) == Region(0, len(TEXT) - 1)
    assert [TEXT[one.start] for one in around(TEXT.index("1,"), regions(TEXT))] == ["[", "{", "{"]


@given(st.recursive(st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_every_object_and_array_is_a_region(value: object) -> None:
    def count(one: object) -> int:
        if isinstance(one, dict):
            return 1 + sum(map(count, one.values()))
        return 1 + sum(map(count, one)) if isinstance(one, list) else 0

    text = json.dumps(value)
    found = regions(text)
    assert len(found) == count(value)
    assert all(json.loads(text[one.start : one.end + 1]) is not None for one in found)


def test_folds_hide_what_is_between_the_brackets(edit: SourceEdit) -> None:
    assert edit.folds() == {0: 9, 1: 7, 2: 5}
    edit.fold(1)
    assert lines_seen(edit) == [0, 1, 7, 8, 9]
    edit.fold(2)
    edit.fold(1, False)
    assert 3 not in lines_seen(edit) and 6 in lines_seen(edit), "the inner one stays folded"
    edit.unfold_all()
    assert lines_seen(edit) == list(range(edit.blockCount()))
    edit.fold_all()
    assert lines_seen(edit)[:2] == [0, 1] and 2 not in lines_seen(edit)


def test_what_is_gone_to_is_opened(edit: SourceEdit) -> None:
    edit.fold_all()
    edit.show_place(TEXT.index("2"))
    assert edit.textCursor().block().isVisible()
    assert edit.text() == TEXT


def test_the_fold_around_the_cursor(edit: SourceEdit) -> None:
    edit.show_place(TEXT.index("2"))
    edit.toggle_fold()
    assert edit.is_folded(2) and edit.textCursor().blockNumber() == 2
    edit.toggle_fold()
    assert not edit.is_folded(2)


def test_an_opening_bracket_brings_its_pair(qtbot: QtBot, edit: SourceEdit) -> None:
    edit.show_text("")
    qtbot.keyClicks(edit, '{"a')
    assert edit.text() == '{"a"}'
    qtbot.keyClicks(edit, '": [')
    assert edit.text() == '{"a": []}'
    qtbot.keyClicks(edit, "1]}")
    assert edit.text() == '{"a": [1]}', "what is there already is walked over"


@dataclass(frozen=True)
class One:
    text: str
    start: int
    end: int
    words: str = ""


def test_what_may_be_typed_next_is_taken_by_a_key(qtbot: QtBot, edit: SourceEdit) -> None:
    def completer(text: str, cursor: int) -> list[One]:
        start = text.rfind('"', 0, cursor) + 1
        return [One(word, start, cursor) for word in ("type", "title") if word.startswith(text[start:cursor])]

    edit.completer = completer
    edit.show_text("{}")
    edit.show_place(1)
    qtbot.keyClicks(edit, '"t')
    assert edit.completing()
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert edit.text() == '{"title"}' and not edit.completing()
    edit.undo()
    assert edit.text() == '{"t"}'


def test_the_pair_of_a_bracket_is_shown(edit: SourceEdit) -> None:
    edit.show_place(0)
    edit._look()
    assert edit._pair == Region(0, len(TEXT) - 1) and len(edit.extraSelections()) == 2
    edit.show_place(TEXT.index("b"))
    assert edit._pair is None


EMOJI = '{\n  "🙂🙂": "🙂",\n  "b": 1,\n  "c": {}\n}'
"""Of some characters Qt has two units."""


def selected(edit: SourceEdit, number: int) -> str:
    kept = edit.extraSelections()
    return str(kept[number].cursor.selectedText())  # type: ignore[attr-defined]


def test_what_is_replaced_behind_an_emoji_is_the_right_stretch_and_undone_the_same(edit: SourceEdit) -> None:
    edit.show_text(EMOJI)
    edit.show_text(EMOJI.replace('"b": 1', '"bee": 2'))
    assert edit.text() == EMOJI.replace('"b": 1', '"bee": 2')
    edit.show_text(EMOJI.replace("🙂", "🙃"))
    assert edit.text() == EMOJI.replace("🙂", "🙃"), "half of a character is none"
    edit.undo()
    edit.undo()
    assert edit.text() == EMOJI


@given(st.lists(st.text("a🙂\né𝔘", max_size=12), min_size=2, max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_after_any_other_is_shown_to_the_letter(edit: SourceEdit, texts: list[str]) -> None:
    for text in texts:
        edit.show_text(text)
        assert edit.text() == text


def test_places_behind_an_emoji_are_those_of_the_text(edit: SourceEdit) -> None:
    edit.show_text(EMOJI)
    edit._look()
    start = EMOJI.index('"b"')
    edit.set_marks([Mark(start, start + 3, "odd")])
    assert selected(edit, 0) == '"b"'
    edit.show_place(start)
    assert edit.textCursor().block().text()[edit.textCursor().positionInBlock() :].startswith('"b"')
    assert edit.place() == start
    edit.show_place(EMOJI.index("{}"))
    assert [selected(edit, number) for number in (1, 2)] == ["{", "}"], "the pair of brackets"
    asked: list[tuple[str, int]] = []

    def completer(text: str, cursor: int) -> list[Candidate]:
        asked.append((text, cursor))
        place = text.index("c")
        return [Candidate(text="x", start=place, end=place + 1)]

    edit.completer = completer
    edit.complete()
    assert asked == [(EMOJI, EMOJI.index("{}"))]
    edit._take(completer(EMOJI, 0)[0])
    assert edit.text() == EMOJI.replace('"c"', '"x"')


def test_colours_behind_an_emoji_are_on_their_words(edit: SourceEdit) -> None:
    edit.show_text('{"🙂": "a", "b": 12}')
    block = edit.document().begin()
    units = block.text().encode("utf-16-le")
    seen = {units[2 * one.start : 2 * (one.start + one.length)].decode("utf-16-le") for one in block.layout().formats()}
    assert seen == {'"🙂"', '"a"', '"b"', "12"}
