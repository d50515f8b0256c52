"""Requests on their way from the log to the explorer, and from there to Compose; IDs that fields offer."""

from __future__ import annotations

from typing import Any

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
