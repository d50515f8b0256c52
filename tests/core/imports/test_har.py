"""HAR files of browsers, of other programs and of our own log open as the methods that make their requests."""

from __future__ import annotations

import base64
import contextlib
import json
from pathlib import Path
from typing import Any

import openai
import pytest

from playground.core.calls import call
from playground.core.catalog import Catalog, read_catalog
from playground.core.exchanges.export import write
from playground.core.exchanges.scrub import Scrubber
from playground.core.imports import ImportProblem, is_har, open_as, read_har
from playground.core.session import Session
from tests.core.house import KEY, House
from tests.core.imports.test_logged import CASES

CANARY = "sk-proj-canary0123456789abcdefghij"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    found = read_catalog(Path("/nonexistent"))
    assert found is not None
    return found


def entry(method: str, url: str, *, headers: dict[str, str] | None = None, **post: Any) -> dict[str, Any]:
    """As Chrome and Firefox write it, with what HTTP/2 puts in place of the first line."""
    named = {":authority": "api.openai.com", ":method": method, **(headers or {})}
    request: dict[str, Any] = {
        "method": method,
        "url": url,
        "httpVersion": "http/2.0",
        "headers": [{"name": name, "value": value} for name, value in named.items()],
        "cookies": [{"name": "session", "value": CANARY}],
        "queryString": [],
    }
    if post:
        request["postData"] = {"mimeType": "application/json", **post}
    return {"startedDateTime": "2026-11-27T01:00:00Z", "request": request, "response": {"status": 200}, "time": 1}


def har(*entries: Any) -> str:
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "WebInspector"}, "entries": entries}})


def test_a_whole_file_is_a_list_to_choose_from(catalog: Catalog) -> None:
    auth = {"authorization": f"Bearer {CANARY}", "content-type": "application/json", "cookie": f"a={CANARY}"}
    body = {"model": "gpt-5", "input": "Grüße 🙂"}
    text = har(
        entry("OPTIONS", "https://api.openai.com/v1/responses"),
        entry("POST", "https://api.openai.com/v1/responses", headers=auth, text=json.dumps(body)),
        entry("GET", f"https://x.openai.azure.com/openai/v1/files?limit=3&api-key={CANARY}"),
        entry("GET", "https://cdn.example/logo.png"),
    )
    assert is_har(text)
    requests = read_har(text)
    opened = [open_as(catalog, request) for request in requests]
    assert [one.method for one in opened] == ["responses.create", "files.list", ""]
    assert [one.arguments for one in opened] == [body, {"limit": 3}, {}]
    assert [one.base_url for one in opened[:2]] == ["https://api.openai.com/v1", "https://x.openai.azure.com/openai/v1"]
    assert all(one.key is not None and one.key.reveal() == CANARY for one in opened[:2])
    assert opened[2].key is None
    assert CANARY not in repr(requests) + repr(opened) + str([one.arguments for one in opened])


@pytest.mark.parametrize("shape", ["entry", "list", "request", "entries"])
def test_one_entry_as_it_is_copied(catalog: Catalog, shape: str) -> None:
    one = entry("DELETE", "https://api.openai.com/v1/files/file-1")
    text = json.dumps({"entry": one, "list": [one], "request": one["request"], "entries": {"entries": [one]}}[shape])
    (request,) = read_har(text)
    assert open_as(catalog, request).method == "files.delete"
    assert open_as(catalog, request).arguments == {"file_id": "file-1"}
    assert is_har(text) or shape == "entries"


def test_bodies_in_every_form(catalog: Catalog) -> None:
    url = "https://api.openai.com/v1/files"
    multipart = (
        '--X\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n'
        '--X\r\nContent-Disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n{}\r\n--X--\r\n'
    )
    typed = {"content-type": "multipart/form-data; boundary=X"}
    params = [{"name": "purpose", "value": "batch"}, {"name": "file", "fileName": "a.jsonl", "contentType": "x/y"}]
    for one in (
        entry("POST", url, headers=typed, mimeType=typed["content-type"], text=multipart),
        entry("POST", url, mimeType="multipart/form-data", params=params),
    ):
        (request,) = read_har(har(one))
        opened = open_as(catalog, request)
        assert (opened.method, opened.arguments) == ("files.create", {"purpose": "batch"})
        assert opened.notes == ["The file “a.jsonl” of “file” must be chosen again."]
    coded = base64.b64encode(b'{"model": "m", "input": "x"}').decode()
    responses = "https://api.openai.com/v1/responses"
    (request,) = read_har(har(entry("POST", responses, text=coded, encoding="base64")))
    assert open_as(catalog, request).arguments == {"model": "m", "input": "x"}
    plain = "application/x-www-form-urlencoded"
    fields = [{"name": "model", "value": "m"}, {"name": "input", "value": "a b&c"}]
    (request,) = read_har(har(entry("POST", responses, mimeType=plain, params=fields)))
    assert open_as(catalog, request).arguments == {"model": "m", "input": "a b&c"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "no JSON"),
        ("[]", "no request"),
        ('{"log": 3}', "neither"),
        ('{"log": {"entries": [3]}}', "Entry 1"),
        ('{"request": {"method": "GET", "url": "/v1"}}', "no address"),
        ('{"request": {"url": "https://a/v1"}}', "no method"),
    ],
)
def test_what_is_none_says_why(text: str, words: str) -> None:
    with pytest.raises(ImportProblem, match=words):
        read_har(text)


def test_entries_that_cannot_be_read_do_not_hide_the_others() -> None:
    (request,) = read_har(har(entry("GET", "https://api.openai.com/v1/models"), {"request": []}, None))
    assert len(request.notes) == 2 and "Entry 2" in request.notes[0]


@pytest.mark.parametrize(("method", "arguments"), CASES, ids=[method for method, _ in CASES])
def test_what_the_log_exports_is_read_again(
    house: House, catalog: Catalog, method: str, arguments: dict[str, Any]
) -> None:
    async def send(session: Session) -> None:
        with contextlib.suppress(openai.NotFoundError):
            await call(session, method, arguments)

    house.run(send)
    pieces: list[bytes] = []
    write(house.store, house.store.log.ids(""), "har", pieces.append, Scrubber())
    assert KEY.encode() not in b"".join(pieces)
    (request,) = read_har(b"".join(pieces))
    opened = open_as(catalog, request)
    assert opened.key is None, "“[removed]” is no key to offer"
    assert (opened.method, opened.base_url) == (method, house.server.base_url)
    extra = opened.arguments.pop("extra_headers", {})
    assert {name for name in extra if not name.lower().startswith("openai-")} == set(arguments.get("extra_headers", {}))
    assert opened.arguments == {name: value for name, value in arguments.items() if name != "extra_headers"}
