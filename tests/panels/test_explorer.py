"""The explorer against the real sandbox: find, fill in, look at, send; and what is asked before."""

from __future__ import annotations

import base64
import hmac
import json
import threading
import time
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from playground.core.catalog import Catalog
from playground.core.profiles import KeySource, Profile
from playground.panels.explorer.nodes import found, tree
from playground.panels.explorer.question import question_words
from playground.panels.explorer.view import ExplorerView
from playground.widgets.controls import Banner, CommandButton, LinkButton
from tests.helpers.servers import RecordingServer, Reply
from tests.panels.conftest import PATIENCE, House
from tests.panels.streams import error_reply


def press(view: ExplorerView, house: House, name: str) -> None:
    """Run a command of the explorer, and wait until all is done."""
    view.commands[name].trigger()
    house.settled()


def write(view: ExplorerView, text: str, qtbot: QtBot) -> None:
    """Write other JSON, as a person does."""
    editor = view.page.pair.editor
    editor.setFocus()
    qtbot.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(editor, text)


def catalog(view: ExplorerView) -> Catalog:
    assert view.methods.catalog is not None
    return view.methods.catalog


def test_the_tree_has_the_families_in_the_order_people_know(sandbox_house: House) -> None:
    view = sandbox_house.explorer()
    titles = [node.title for node in tree(catalog(view), [], []).children]
    assert titles[:6] == ["Responses", "Conversations", "Chat", "Embeddings", "Images", "Audio"]
    assert "Administration" in titles
    with_more = tree(catalog(view), ["files.list"], ["models.list", "no.such"])
    assert [node.title for node in with_more.children[:2]] == ["Favourites", "Recent"]
    assert [node.method for node in with_more.children[1].children] == ["models.list"]


def test_the_trees_model_is_one(sandbox_house: House, qtmodeltester: ModelTester) -> None:
    view = sandbox_house.explorer()
    qtmodeltester.check(view.methods.tree.model_)


def test_a_search_finds_by_name_path_and_parameter(sandbox_house: House, qtbot: QtBot) -> None:
    view = sandbox_house.explorer()
    assert found(catalog(view), "embeddings.create").children[0].method == "embeddings.create"
    assert "fine_tuning.jobs.create" in [node.method for node in found(catalog(view), "hyperparameters").children]
    view.go_to_search()
    qtbot.keyClicks(view.methods.search, "list models")
    qtbot.keyClick(view.methods.search, Qt.Key.Key_Down)
    qtbot.keyClick(view.methods.tree, Qt.Key.Key_Return)
    assert view.page.entry is not None and view.page.entry.name == "models.list"
    qtbot.keyClick(view.methods.search, Qt.Key.Key_Escape)
    assert view.methods.search.text() == ""
    assert view.methods.recent[0] == "models.list"


def test_a_list_is_sent_and_shown_as_a_table(sandbox_house: House) -> None:
    view = sandbox_house.explorer()
    view.open_method("models.list")
    press(view, sandbox_house, "send")
    assert view.result.head is not None and view.result.head.status == 200
    assert view.result.request_id.id().startswith("req_")
    assert view.result.view.face() == "table"
    assert not view.result.source.isHidden(), "a simulated answer says so"
    sandbox_house.store.flush()
    [logged] = [one for one in sandbox_house.store.recent() if one.origin == "explorer"]
    assert logged.id == view.result.head.exchange_id


def test_form_and_json_are_one(sandbox_house: House, qtbot: QtBot) -> None:
    view = sandbox_house.explorer()
    view.open_method("responses.create", {"model": "sandbox-echo", "input": "Hello"})
    assert json.loads(view.page.pair.text()) == {"model": "sandbox-echo", "input": "Hello"}
    view.show_json()
    write(view, '{"model": "sandbox-echo", "input": "Bye", "unheard_of": 1}', qtbot)
    assert view.page.arguments() == {"model": "sandbox-echo", "input": "Bye", "unheard_of": 1}
    assert view.page.form.value()["input"] == "Bye"
    write(view, '{"model": ', qtbot)
    assert view.page.form.value()["input"] == "Bye", "what cannot be read changes nothing"
    press(view, sandbox_house, "send")
    assert view.result.head is None, "nothing was sent"
    assert "Nothing was sent." in view.page.status.source()
    press(view, sandbox_house, "send")
    assert view.result.head is None, "nor the second time"


def test_a_stream_is_shown_as_it_comes(sandbox_house: House) -> None:
    view = sandbox_house.explorer()
    view.open_method("responses.create", {"model": "sandbox-echo", "input": "Hello"})
    press(view, sandbox_house, "stream")
    press(view, sandbox_house, "send")
    assert view.result.head is not None and view.result.head.is_stream
    assert "events" in view.result.facts.source()


def test_the_preview_is_exactly_what_is_sent(house: House, server: RecordingServer) -> None:
    server.add("/embeddings", Reply.of_json({"object": "list", "data": []}))
    view = house.explorer()
    view.open_method("embeddings.create", {"model": "m", "input": "héllo", "extra_query": {"a": "b c"}})
    view.show_preview()
    house.settled()
    text = view.page.preview.text()
    head, _, body = text.partition("\n\n")
    assert head.startswith("POST /v1/embeddings?a=b")
    assert "sk-test" not in text
    press(view, house, "send")
    seen = server.received[-1]
    assert seen.body.decode() == body
    assert f"{seen.method} {seen.path}" == head.splitlines()[0].rpartition(" ")[0]


def test_what_is_missing_is_said_before_it_is_sent(sandbox_house: House) -> None:
    view = sandbox_house.explorer()
    view.open_method("files.retrieve", {})
    press(view, sandbox_house, "send")
    assert "Send again" in view.page.status.source()
    assert view.result.head is None


def test_something_destructive_asks_first_and_names_it(house: House, server: RecordingServer) -> None:
    server.add("/files/file-1", Reply.of_json({"id": "file-1", "deleted": True}))
    view = house.explorer()
    view.open_method("files.delete", {"file_id": "file-1"})
    before = len(server.received)
    press(view, house, "send")
    assert view.question.is_asking
    assert "Delete file file-1 on “Environment”?" in view.question.words.source()
    assert len(server.received) == before
    press(view, house, "refrain")
    assert not view.question.is_asking
    press(view, house, "send")
    press(view, house, "confirm")
    assert [request.method for request in server.received[before:]] == ["DELETE"]


@pytest.mark.parametrize(
    ("method", "arguments", "words"),
    [
        ("batches.cancel", {"batch_id": "batch_1"}, "Cancel batch batch_1"),
        (
            "vector_stores.files.delete",
            {"vector_store_id": "vs_1", "file_id": "file-1"},
            "Delete vector store vs_1 of file file-1",
        ),
    ],
)
def test_questions_name_the_object(sandbox_house: House, method: str, arguments: dict[str, Any], words: str) -> None:
    view = sandbox_house.explorer()
    entry = catalog(view).methods[method]
    assert entry.destructive
    said = question_words(entry, arguments, sandbox_house.sessions.current)
    assert all(part in said for part in arguments.values())
    assert said.startswith(words.split(" ")[0])


def test_a_refused_parameter_is_marked_at_its_place(house: House, server: RecordingServer) -> None:
    server.add("/embeddings", error_reply(400, "“dimensions” is too large", param="dimensions"))
    view = house.explorer()
    view.open_method("embeddings.create", {"model": "m", "input": "x", "dimensions": 9})
    press(view, house, "send")
    assert view.page.form.model.marks
    assert view.findChildren(Banner)
    assert view.result.status.text() == "400"


def test_admin_methods_say_what_they_need(house: House, server: RecordingServer) -> None:
    server.add("/organization/projects", error_reply(401, "no admin key"))
    view = house.explorer()
    view.open_method("admin.organization.projects.list")
    house.settled()
    note = view.page.head.admin_note
    assert "sk-admin-" in note.words.source()
    assert not note.isHidden()
    press(view, house, "send")
    assert "admin key, and was refused" in view.page.status.source()
    view.open_method("models.list")
    house.settled()
    assert note.isHidden()


def test_an_admin_key_is_known_by_how_it_begins(house: House) -> None:
    view = house.explorer()
    profile = Profile.new("Owner", base_url="https://api.openai.com/v1", key=KeySource.MEMORY)
    house.profiles.save(profile)

    async def keep(key: str) -> None:
        await house.vault.set(profile, key)

    note = view.page.head.admin_note
    view.open_method("admin.organization.projects.list")
    for key, hidden in (("sk-proj-0123456789", False), ("sk-admin-0123456789", True)):
        house.await_(keep, key)
        house.use(profile.id)
        view.admin.look()
        house.settled()
        assert note.isHidden() is hidden


def test_drafts_are_kept_for_each_method_and_over_a_restart(sandbox_house: House) -> None:
    view = sandbox_house.explorer()
    view.open_method("models.retrieve", {"model": "one"})
    view.open_method("files.list", {"limit": 3})
    view.open_method("models.retrieve")
    assert view.page.arguments() == {"model": "one"}
    view.toggle_favourite()
    view.save()
    sandbox_house.close(view)
    again = sandbox_house.explorer()
    assert again.page.entry is not None and again.page.entry.name == "models.retrieve"
    assert again.page.arguments() == {"model": "one"}
    assert again.methods.favourites == ["models.retrieve"]
    again.open_method("files.list")
    assert again.page.arguments() == {"limit": 3}


def test_pages_are_loaded_on_request(house: House, server: RecordingServer) -> None:
    pages = {"": ["a", "b"], "b": ["c"]}

    def page(after: str) -> Reply:
        data = [{"id": one, "object": "file"} for one in pages[after]]
        return Reply.of_json({"object": "list", "data": data, "has_more": after == "", "last_id": data[-1]["id"]})

    server.add("/files", page(""), page("b"))
    view = house.explorer()
    view.open_method("files.list")
    press(view, house, "send")
    assert view.result.following is not None
    view.result.view.more.emit()
    house.settled()
    assert view.result.following is None
    assert [request.path for request in server.received if "/files" in request.path][-1].endswith("after=b")


def test_every_method_can_be_opened(sandbox_house: House) -> None:
    """Also those that make no request: they say what they are."""
    view = sandbox_house.explorer()
    for name in catalog(view).methods:
        view.open_method(name)
        assert view.page.entry is not None and view.page.entry.name == name
    QApplication.sendPostedEvents(None, 0)
    assert PATIENCE


def test_a_request_that_cannot_be_made_is_said_in_the_preview(sandbox_house: House) -> None:
    view = sandbox_house.explorer()
    view.open_method("models.list", {})
    view.show_preview()
    sandbox_house.settled()
    assert view.page.preview.pages.currentWidget() is view.page.preview.view
    view.open_method("files.retrieve", {})
    sandbox_house.settled()
    assert view.page.preview.pages.currentWidget() is view.page.preview.trouble
    assert "file_id" in view.page.preview.trouble.text.source()
    assert view.page.preview.text() == "", "the former method's request is not copied"


def test_headers_and_attempts_are_those_of_the_log(sandbox_house: House) -> None:
    view = sandbox_house.explorer()
    view.open_method("models.list", {})
    press(view, sandbox_house, "send")
    view.result.view.set_tab("headers")
    exchange = view.result.view.exchange()
    assert exchange is not None and view.result.head is not None
    assert exchange.summary.id == view.result.head.exchange_id
    assert exchange.summary.duration is not None


def test_escape_answers_a_question_with_no(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    view = house.explorer()
    view.open_method("files.delete", {"file_id": "file-1"})
    before = len(server.received)
    press(view, house, "send")
    focus = view.window().focusWidget()
    assert focus is not None and view.question.isAncestorOf(focus), "the keyboard is where the question is"
    qtbot.keyClick(focus, Qt.Key.Key_Return)
    assert not view.question.is_asking
    press(view, house, "send")
    qtbot.keyClick(view.window().focusWidget(), Qt.Key.Key_Escape)
    house.settled()
    assert not view.question.is_asking
    assert len(server.received) == before


def test_a_key_that_the_window_has_too_is_the_panels(sandbox_house: House, qtbot: QtBot) -> None:
    """Alt+2 opens the window's second panel; in the explorer, where that is the second key of a command, a side."""
    panel = sandbox_house.commands.add("panel.second", "Second", sandbox_house.settled, group="Panels")
    panel.setShortcuts([QKeySequence("Ctrl+2"), QKeySequence("Alt+2")])
    view = sandbox_house.explorer()
    view.addAction(panel)
    panel.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    view.open_from_elsewhere("models.retrieve", {})
    focus = view.window().focusWidget()
    assert focus is not None and view.page.pair.isAncestorOf(focus), "one can write at once"
    qtbot.keyClick(focus, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert view.page.sides.currentWidget() is view.page.preview


def test_enter_on_the_open_method_leads_to_its_form(sandbox_house: House, qtbot: QtBot) -> None:
    view = sandbox_house.explorer()
    view.go_to_search()
    qtbot.keyClicks(view.methods.search, "retrieve model")
    qtbot.keyClick(view.methods.search, Qt.Key.Key_Return)
    tree = view.methods.tree
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert view.page.entry is not None and view.page.entry.name == "models.retrieve"
    assert tree.hasFocus(), "so that one can look at several"
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    focus = view.window().focusWidget()
    assert focus is not None and view.page.pair.isAncestorOf(focus)


def test_the_request_is_copied_as_a_program_without_looking_at_it(sandbox_house: House) -> None:
    view = sandbox_house.explorer()
    view.open_method("embeddings.create", {"model": "m", "input": "hello"})
    for name, words in (("copy_curl", "curl"), ("copy_python", "client.embeddings.create("), ("copy_http", "POST /v1")):
        press(view, sandbox_house, name)
        assert words in QGuiApplication.clipboard().text()
        assert "Copied as" in view.page.status.source()
    view.open_method("files.retrieve", {})
    press(view, sandbox_house, "copy_curl")
    assert "file_id" in view.page.status.source()


def test_a_failure_offers_to_try_again(house: House, server: RecordingServer) -> None:
    error = {"error": {"message": "oops", "type": "invalid_request_error", "param": None, "code": None}}
    server.add("/embeddings", Reply.of_json(error, status=400), Reply.of_json({"object": "list", "data": []}))
    view = house.explorer()
    view.open_method("embeddings.create", {"model": "m", "input": "x"})
    press(view, house, "send")
    [banner] = [one for one in view.result.findChildren(Banner) if one.isVisible()]
    [button] = [one for one in banner.findChildren(CommandButton) if one.command is view.commands["retry"]]
    button.click()
    house.settled()
    assert view.result.head is not None and view.result.head.status == 200
    assert view.result.head is not None and view.result.head.status == 200


def test_the_parameter_that_a_failure_names_is_a_link_to_its_row(house: House, server: RecordingServer) -> None:
    error = {"error": {"message": "no", "type": "invalid_request_error", "param": "dimensions", "code": None}}
    odd = {"error": {"message": "no", "type": "invalid_request_error", "param": "nowhere", "code": None}}
    server.add("/embeddings", Reply.of_json(error, status=400), Reply.of_json(odd, status=400))
    view = house.explorer()
    view.open_method("embeddings.create", {"model": "m", "input": "x", "dimensions": 7})
    press(view, house, "send")
    view.page.show_preview()
    view.methods.search.setFocus()
    (link,) = [one for one in view.result.findChildren(LinkButton) if one.objectName() == "banner.param"]
    assert link.words() == "Go to “dimensions”"
    link.click()
    house.settled()
    focus = view.window().focusWidget()
    row = view.page.form.row("/dimensions")
    assert view.page.sides.currentWidget() is view.page.pair and row is not None and focus is not None
    assert row.isAncestorOf(focus)
    press(view, house, "send")
    assert not [one for one in view.result.findChildren(LinkButton) if one.objectName() == "banner.param"]


def test_the_last_events_before_a_silence_are_shown(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    hold = threading.Event()
    events = [{"type": "response.output_text.delta", "delta": str(n), "item_id": "i"} for n in range(5)]
    reply = Reply.of_events(events)
    reply.hold, reply.hold_after = hold, len(reply.body)
    reply.body += b": the end\n\n"
    server.add("/responses", reply)
    view = house.explorer()
    view.open_method("responses.create", {"model": "m", "input": "x", "stream": True})
    try:
        view.commands["send"].trigger()
        qtbot.waitUntil(lambda: "5 events" in view.result.facts.source(), timeout=PATIENCE)
        assert view.calling.running
    finally:
        hold.set()
    house.settled()


def test_what_was_unset_can_be_restored(sandbox_house: House) -> None:
    view = sandbox_house.explorer()
    view.open_method("files.list", {"limit": 3, "extra_query": {"a": "b"}})
    assert not view.commands["restore"].isEnabled()
    press(view, sandbox_house, "unset")
    assert view.page.arguments() == {}
    press(view, sandbox_house, "restore")
    assert view.page.arguments() == {"limit": 3, "extra_query": {"a": "b"}}
    press(view, sandbox_house, "unset")
    view.open_method("models.list")
    assert not view.commands["restore"].isEnabled(), "another method's are not brought back there"


def test_what_was_opened_is_listed_as_recent_when_the_panel_is_next_seen(sandbox_house: House) -> None:
    view = sandbox_house.explorer()
    view.open_method("models.list")
    view.open_method("files.list")
    titles = [node.title for node in view.methods.tree.model_.node(QModelIndex()).children]
    assert titles[0] == "Responses", "nothing moves under the pointer"
    view.hide()
    view.show()
    [recent, *_] = view.methods.tree.model_.node(QModelIndex()).children
    assert (recent.title, [node.method for node in recent.children]) == ("Recent", ["files.list", "models.list"])


def test_a_helper_of_the_sdk_is_run(sandbox_house: House) -> None:
    view = sandbox_house.explorer()
    secret = "whsec_" + base64.b64encode(b"0123456789abcdef").decode()
    payload = json.dumps({"id": "evt_1", "object": "event", "type": "response.completed", "data": {"id": "resp_1"}})
    moment, signed = str(int(time.time())), "wh_1"
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{signed}.{moment}.{payload}".encode(), "sha256").digest()
    headers = {
        "webhook-id": signed,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
    view.open_method("webhooks.unwrap", {"payload": payload, "headers": headers, "secret": secret})
    sandbox_house.settled()
    assert view.commands["send"].text() == "Run"
    press(view, sandbox_house, "send")
    press(view, sandbox_house, "send")  # the form does not know “headers” of Python
    assert view.result.view.state == "shown", view.page.status.source()
    view.page.pair.set_value({"payload": payload, "headers": headers, "secret": "whsec_" + "x" * 24})
    press(view, sandbox_house, "send")
    press(view, sandbox_house, "send")
    assert view.result.view.state == "failed"


def test_stop_closes_the_socket_at_once_and_keeps_what_came(
    house: House, server: RecordingServer, qtbot: QtBot
) -> None:
    reply = Reply.of_events([{"type": "response.output_text.delta", "delta": "first", "item_id": "i"}])
    reply.hold, reply.hold_after = threading.Event(), len(reply.body)
    reply.body += b": more\n\n"
    server.add("/responses", reply)
    view = house.explorer()
    view.open_method("responses.create", {"model": "m", "input": "x", "stream": True})
    view.commands["send"].trigger()
    qtbot.waitUntil(lambda: "1 event" in view.result.facts.source(), timeout=PATIENCE)
    view.commands["stop"].trigger()
    assert server.left.wait(PATIENCE / 1000), "the server sees that nobody listens"
    house.settled()
    assert not view.calling.running
    assert view.result.view.face() == "events"
    reply.hold.set()
