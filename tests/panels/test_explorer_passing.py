"""Requests on their way from the log to the explorer, and from there to Compose; IDs that fields offer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.helpers.servers import RecordingServer, Reply
from tests.panels.conftest import House
from tests.panels.test_explorer import press


def test_a_logged_request_opens_as_its_method_and_is_sent_again(house: House, server: RecordingServer) -> None:
    server.add("/embeddings", Reply.of_json({"object": "list", "data": []}, forever=True))
    view = house.explorer()
    arguments = {"model": "m", "input": "héllo", "encoding_format": "float", "extra_query": {"a": "b"}}
    view.open_method("embeddings.create", arguments)
    press(view, house, "send")
    first = server.received[-1]
    house.store.flush()
    [logged] = [one for one in house.store.recent() if one.origin == "explorer"]
    view.open_method("models.list")
    house.commands.run("explorer.open_exchange", logged.id)
    house.settled()
    assert view.page.entry is not None and view.page.entry.name == "embeddings.create"
    assert view.page.arguments() == arguments
    press(view, house, "send")
    again = server.received[-1]
    assert (again.method, again.path, again.body) == (first.method, first.path, first.body)


def test_a_request_that_is_no_methods_is_said(house: House, server: RecordingServer) -> None:
    view = house.explorer()
    house.commands.run("explorer.open_exchange", "01ARZ3NDEKTSV4RRFFQ69G5FAV")
    house.settled()
    assert "not in the log any more" in str(house.notes[-1])
    assert view.page.entry is None


def test_a_response_goes_to_compose_and_other_methods_do_not(house: House, server: RecordingServer) -> None:
    given: list[tuple[Any, ...]] = []
    house.commands.add("compose.open_request", "Open", lambda *what: given.append(what), group="Tests")
    view = house.explorer()
    view.open_method("responses.create", {"model": "m", "input": "x"})
    assert view.commands["open_in_compose"].isEnabled()
    press(view, house, "open_in_compose")
    assert given == [("responses.create", {"model": "m", "input": "x"})]
    view.open_method("models.list")
    assert not view.commands["open_in_compose"].isEnabled()
    view.passing.open_in_compose()
    assert len(given) == 1
    assert "Compose opens" in view.page.status.source()


def test_fields_offer_the_ids_that_were_seen(house: House, server: RecordingServer) -> None:
    data = [{"id": "file-2b", "object": "file"}, {"id": "batch_7", "object": "batch"}]
    server.add("/files", Reply.of_json({"object": "list", "data": data, "has_more": False}))
    view = house.explorer()
    view.open_method("files.list", {})
    press(view, house, "send")
    view.open_method("files.delete", {})
    house.settled()
    assert view.seen.of_kind("file") == (("file-2b", "files.list"),)
    assert view.seen.of_kind("batch") == ()


@pytest.mark.parametrize(
    ("id_", "method"),
    [
        ("file-abc123", "files.retrieve"),
        ("resp_1", "responses.retrieve"),
        ("batch_1", "batches.retrieve"),
        ("vs_1", "vector_stores.retrieve"),
        ("ftjob-1", "fine_tuning.jobs.retrieve"),
        ("chatcmpl-1", "chat.completions.retrieve"),
        ("asst_1", "beta.assistants.retrieve"),
    ],
)
def test_an_id_in_an_answer_leads_to_its_object(sandbox_house: House, id_: str, method: str) -> None:
    view = sandbox_house.explorer()
    view.result.link_opened.emit(id_)
    assert view.page.entry is not None and view.page.entry.name == method
    assert list(view.page.arguments().values()) == [id_]


def test_the_request_id_of_an_answer_leads_to_the_log(sandbox_house: House) -> None:
    view = sandbox_house.explorer()
    view.open_method("models.list", {})
    press(view, sandbox_house, "send")
    view.result.link_opened.emit(view.result.request_id.id())
    assert sandbox_house.called == [("requests.show", view.result.exchange_id)]


def test_a_header_with_a_key_is_not_remembered(sandbox_house: House) -> None:
    view = sandbox_house.explorer()
    headers = {"authorization": "Bearer a-key-nobody-knows", "x-mine": "yes"}
    view.open_method("models.list", {"extra_headers": headers})
    view.save()
    assert "a-key-nobody-knows" not in str(sandbox_house.memory.state)
    assert view.page.arguments()["extra_headers"] == headers, "it is sent all the same"
    assert sandbox_house.memory.state["drafts"]["arguments"]["models.list"] == {"extra_headers": {"x-mine": "yes"}}
