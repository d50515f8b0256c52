"""What bodies say: words across deltas, IDs, models, errors."""

from __future__ import annotations

import json

import pytest

from playground.core.exchanges import texts
from tests.helpers.servers import Reply, need_recordings, recordings

STREAM = json.dumps([["content-type", "text/event-stream"]])


def stream_of(*events: dict[str, object], done: bool = False) -> bytes:
    return Reply.of_events(events, done=done).body


def test_words_that_come_in_two_deltas_are_whole() -> None:
    body = stream_of(
        {"type": "response.output_text.delta", "item_id": "a", "delta": "Zeb"},
        {"type": "response.output_text.delta", "item_id": "a", "delta": "ra"},
        {"type": "response.output_text.done", "item_id": "a", "text": "Zebra"},
        {"type": "response.output_item.added", "item": {"id": "b"}},
        {"type": "response.output_text.delta", "item_id": "b", "delta": 'Näxt "one" \n'},
    )
    assert texts.response_text(body, STREAM).split() == ["Zebra", "Näxt", '"one"']
    chat = stream_of(*({"choices": [{"delta": {"content": piece}}]} for piece in ("Gir", "affe")), done=True)
    assert texts.response_text(chat, STREAM).strip() == "Giraffe"


def test_the_end_of_a_response_says_all_its_words() -> None:
    output = [{"content": [{"type": "output_text", "text": "All of it"}]}]
    body = stream_of(
        {"type": "x.delta", "delta": "All"}, {"type": "response.completed", "response": {"output": output}}
    )
    assert "All of it" in texts.response_text(body, STREAM)


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        (stream_of({"type": "response.completed", "response": {}}), True),
        (stream_of({"choices": []}, done=True), True),
        (stream_of({"type": "response.created"}), False),
        (stream_of({"type": "response.completed", "response": {}})[:-12], False),
        (b"", False),
    ],
)
def test_whether_a_stream_said_its_last_word(body: bytes, whole: bool) -> None:
    assert texts.stream_is_whole(body) is whole


@pytest.mark.parametrize(
    ("body", "stream", "fault"),
    [
        (b'{"error": {"message": "m", "type": "t", "code": "c"}}', False, texts.Fault("c", "m")),
        (b'{"error": {"message": "m", "type": "t", "code": null}}', False, texts.Fault("t", "m")),
        (b'{"error": "words"}', False, texts.Fault(None, "words")),
        (b"<html>Bad gateway</html>", False, None),
        (b'{"id": "resp_1", "error": null}', False, None),
        (stream_of({"type": "error", "code": "c", "message": "m"}), True, texts.Fault("c", "m")),
        (
            stream_of({"type": "response.failed", "response": {"error": {"code": "c", "message": "m"}}}),
            True,
            texts.Fault("c", "m"),
        ),
        (stream_of({"type": "response.completed", "response": {"error": None}}), True, None),
    ],
)
def test_errors_in_bodies(body: bytes, stream: bool, fault: texts.Fault | None) -> None:
    assert texts.fault_of(body, stream=stream) == fault


def test_models() -> None:
    assert texts.model_of(b'{"tools": [{"model": "inner"}], "model": "outer"}') == "outer"
    assert texts.model_of(b'{"input": "no model"}') is None
    assert texts.model_of(b'{"model": "big", "input": "' + b"x" * 100_000 + b'"}') == "big"
    form = b'--b\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n--b--'
    assert texts.model_of(form) == "whisper-1"


def test_ids_in_paths_and_bodies() -> None:
    assert texts.path_identifiers("/responses/resp_68af12345/cancel") == {"resp_68af12345"}
    assert texts.path_identifiers("/vector_stores/vs_abc1234/files/file-XyZ98765") == {"vs_abc1234", "file-XyZ98765"}
    assert texts.path_identifiers("/chat/completions") == set()
    assert texts.body_identifiers(b'{"id": "resp_1", "output": [{"id":"msg_2"}]}') == {"resp_1", "msg_2"}


def test_data_is_not_words_and_damage_is_no_error() -> None:
    image = "A" * 10_000
    assert image not in texts.request_text(json.dumps({"image": image, "text": "words"}).encode())
    assert texts.request_text(b"\x00\x01binary") == ""
    assert texts.request_text(b"{broken") == "{broken"
    assert texts.response_text(b"data: {broken\n\ndata: 3\n\ndata: [1]\n\n", STREAM).strip() == ""


def test_every_recorded_answer_can_be_read() -> None:
    need_recordings()
    for entry in recordings():
        body, headers = str(entry["response"]).encode(), json.dumps([["content-type", entry["content_type"]]])
        texts.response_text(body, headers)
        fault = texts.fault_of(body, stream=bool(entry["sse"]))
        assert (fault is not None) >= ((entry["status"] or 200) >= 400 and b'"error"' in body), entry["id"]
