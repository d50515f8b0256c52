"""The model `sandbox-bench`: as many events as asked for, prebuilt, valid, at full speed and at a rate."""

from __future__ import annotations

import http.client
import json
import time

import pytest

from playground.sandbox.bench import Load, deltas, read_load
from playground.sandbox.errors import ApiError
from tests.sandbox.document import Document
from tests.sandbox.http import Api

BODY = {"model": "sandbox-bench", "input": "x", "stream": True}


@pytest.mark.parametrize("shape", ["prose", "code", "list", "paragraph"])
def test_it_streams_just_so_many_events(api: Api, shape: str) -> None:
    answer = api.post("/responses", BODY, headers={"X-Sandbox-Bench": f"events=2500;shape={shape}"})
    events = answer.events
    texts = [event["delta"] for event in events if event["type"] == "response.output_text.delta"]
    assert texts == deltas(Load(2500, shape=shape)) and len(texts) == 2500
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert events[-1]["response"]["output"][0]["content"][0]["text"] == "".join(texts)
    assert answer.headers["x-sandbox-engine"] == "sandbox-bench"


def test_its_events_are_valid(api: Api, spec: Document) -> None:
    for event in api.post("/responses", BODY, headers={"X-Sandbox-Bench": "events=3"}).events:
        spec.check_event(event)
    chat = {"model": "sandbox-bench", "messages": [{"role": "user", "content": "x"}], "stream": True}
    *chunks, end = api.post("/chat/completions", chat, headers={"X-Sandbox-Bench": "events=3"}).events
    assert end == {"done": True} and len([chunk for chunk in chunks if chunk["choices"]]) == 5
    for chunk in chunks:
        spec.check("CreateChatCompletionStreamResponse", chunk)


def test_a_rate_is_kept_from_the_first_event_on(api: Api) -> None:
    headers = {"Authorization": f"Bearer {api.key}", "X-Sandbox-Bench": "events=200;rate=400"}
    connection = http.client.HTTPConnection(api.host, api.port or 80, timeout=30)
    arrived: list[float] = []
    try:
        connection.request("POST", "/v1/responses", json.dumps(BODY), headers)
        answer = connection.getresponse()
        begun = time.monotonic()
        while line := answer.readline():
            if line.startswith(b"event: response.output_text.delta"):
                arrived.append(time.monotonic() - begun)
    finally:
        connection.close()
    assert len(arrived) == 200
    assert arrived[100] >= 0.2 and arrived[199] >= 0.45  # due after 100/400 s and 199/400 s


def test_deltas_can_be_larger() -> None:
    texts = deltas(Load(100, bytes=50))
    assert len(texts) == 100 and min(map(len, texts)) >= 50


def test_no_list_shows_it_and_it_only_streams(api: Api) -> None:
    assert "sandbox-bench" not in api.get("/models").data.decode()
    assert api.post("/responses", {**BODY, "stream": False}).error["param"] == "stream"


@pytest.mark.parametrize("text", ["events=0", "events=x", "shape=cube", "speed=3", "rate=-1", "events=99999999"])
def test_what_it_cannot_do_it_refuses(text: str) -> None:
    with pytest.raises(ApiError) as raised:
        read_load(text)
    assert raised.value.status == 400 and raised.value.param == "X-Sandbox-Bench"
