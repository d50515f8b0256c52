"""A cURL command that is pasted opens as the method that makes its request; a key in it goes nowhere by itself."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from playground.panels.explorer.finder import MethodFinder
from tests.panels.conftest import House
from tests.panels.test_explorer import press

KEY = "sk-proj-canary0123456789abcdef"
COMMAND = f"""curl https://api.example.com/v1/embeddings \\
  -H "Authorization: Bearer {KEY}" \\
  -H "Content-Type: application/json" \\
  -d '{{"model": "m", "input": "it'"'"'s", "new_thing": 1}}'
"""
CONTROL = Qt.KeyboardModifier.ControlModifier


def test_a_pasted_command_opens_filled_in(sandbox_house: House, qtbot: QtBot) -> None:
    view = sandbox_house.explorer()
    QGuiApplication.clipboard().setText(COMMAND)
    view.go_to_search()
    qtbot.keyClick(view.methods.search, Qt.Key.Key_V, CONTROL)
    sandbox_house.settled()
    assert view.methods.search.text() == "", "nobody is to read the key there"
    assert view.page.entry is not None and view.page.entry.name == "embeddings.create"
    assert view.page.arguments() == {"model": "m", "input": "it's", "extra_body": {"new_thing": 1}}
    assert "A key was in it" in view.page.head.imported.words.source()
    view.save()
    assert KEY not in str(sandbox_house.memory.state)
    assert KEY not in view.page.pair.text()


def test_the_key_is_offered_and_can_be_put_away(sandbox_house: House) -> None:
    given: list[tuple[Any, ...]] = []
    sandbox_house.commands.add("profile.new-with-key", "New", lambda *what: given.append(what), group="Tests")
    view = sandbox_house.explorer()
    view.passing.open_text(COMMAND)
    sandbox_house.settled()
    press(view, sandbox_house, "keep_key")
    [(base_url, key)] = given
    assert (base_url, key.reveal()) == ("https://api.example.com/v1", KEY)
    assert KEY not in repr(given)
    assert view.page.head.imported.isHidden()
    view.passing.open_text(COMMAND)
    sandbox_house.settled()
    press(view, sandbox_house, "forget_key")
    assert not view.commands["keep_key"].isEnabled()


def test_what_is_no_command_is_said(sandbox_house: House) -> None:
    view = sandbox_house.explorer()
    QGuiApplication.clipboard().setText("just words")
    press(view, sandbox_house, "import")
    assert "no cURL command" in str(sandbox_house.notes[-1])
    view.passing.open_text("curl https://api.openai.com/v1/nothing/of/the/kind -d '{}'")
    sandbox_house.settled()
    assert "No method of this SDK makes POST" in str(sandbox_house.notes[-1])
    assert view.page.entry is None


def test_the_palette_finds_what_a_command_is(sandbox_house: House) -> None:
    finder = MethodFinder(sandbox_house.folder / "cache")
    [found] = finder.find(COMMAND)
    assert (found.title, found.command) == ("Open as embeddings.create", "explorer.import")
    assert found.arguments == (COMMAND, 0)
    assert KEY not in repr(found)
    assert finder.find("curl https://api.openai.com/v1/nothing -d '{}'") == []


def har(*requests: tuple[str, str]) -> str:
    entries = [
        {"request": {"method": method, "url": f"https://api.openai.com{path}", "headers": []}}
        for method, path in requests
    ]
    return json.dumps({"log": {"version": "1.2", "entries": entries}})


def test_a_har_of_several_requests_lets_one_choose(sandbox_house: House) -> None:
    text = har(("GET", "/favicon.ico"), ("GET", "/v1/models"), ("GET", "/v1/files?limit=2"))
    finder = MethodFinder(sandbox_house.folder / "cache")
    found = finder.find(text)
    assert [one.title for one in found] == ["Open as models.list", "Open as files.list"]
    view = sandbox_house.explorer()
    sandbox_house.commands.run(found[1].command, *found[1].arguments)
    sandbox_house.settled()
    assert view.page.entry is not None and view.page.entry.name == "files.list"
    assert view.page.arguments() == {"limit": 2}
    view.passing.open_text(text)
    sandbox_house.settled()
    assert view.page.entry.name == "models.list", "the first that is one of the API's"
    assert "One of 3 requests" in view.page.head.imported.words.source()


def test_a_broken_har_says_why(sandbox_house: House) -> None:
    view = sandbox_house.explorer()
    view.passing.open_text('{"log": {"entries": [')
    sandbox_house.settled()
    assert "cannot be read" in str(sandbox_house.notes[-1])
