"""The WebSockets of the sandbox, over real ones: by the SDK, and by plain frames."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import openai
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection
from websockets.sync.client import connect as connect_to

from tests.helpers.sandbox import Server, running_sandbox
from tests.sandbox.document import Document
from tests.sandbox.http import Api

USER = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello there"}]}
TOOL = {"type": "function", "name": "get_weather", "description": "", "parameters": {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}  # fmt: skip


class Socket:
    """A connection whose events are dicts."""

    def __init__(self, raw: ClientConnection) -> None:
        self.raw = raw

    def send(self, kind: str, **more: Any) -> None:
        self.raw.send(json.dumps({"type": kind, **more}))

    def get(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.raw.recv(timeout=10))
        return event

    def until(self, kind: str) -> list[dict[str, Any]]:
        """The events up to the first of a type, that one with them."""
        found = [self.get()]
        while found[-1]["type"] != kind:
            found.append(self.get())
        return found

    def ask(self, kind: str, **more: Any) -> dict[str, Any]:
        self.send(kind, **more)
        return self.get()


@contextmanager
def opened(server: Server, path: str = "/realtime?model=gpt-realtime", **headers: str) -> Iterator[Socket]:
    url = server.base_url.replace("http", "ws") + path
    sent = {"Authorization": f"Bearer {server.key}", "X-Sandbox-Rate": "0", **headers}
    with connect_to(url, additional_headers=sent, user_agent_header=None) as raw:
        yield Socket(raw)


@pytest.fixture
def socket(sandbox_server: Server) -> Iterator[Socket]:
    """A realtime session, its first event read."""
    with opened(sandbox_server) as socket:
        assert socket.get()["type"] == "session.created"
        yield socket


def _conversation(spec: Document, socket: Socket) -> list[dict[str, Any]]:
    socket.send("conversation.item.create", item=USER)
    socket.send("response.create")
    return socket.until("rate_limits.updated")


def test_a_session_echoes_and_each_event_is_valid(sandbox_server: Server, spec: Document) -> None:
    with opened(sandbox_server) as socket:
        assert socket.raw.response is not None
        assert "realtime session" in socket.raw.response.headers["X-Sandbox-Simulated"]
        first = socket.get()
        events = [first, *_conversation(spec, socket)]
        assert first["session"]["model"] == "sandbox-echo"
    for event in events:
        spec.check("RealtimeServerEvent", event)
    kinds = [event["type"] for event in events]
    assert kinds[:7] == [
        "session.created", "conversation.item.added", "conversation.item.done", "response.created",
        "response.output_item.added", "conversation.item.added", "response.content_part.added",
    ]  # fmt: skip
    assert kinds[-7:] == ["response.output_text.delta", "response.output_text.done", "response.content_part.done",
                          "response.output_item.done", "conversation.item.done", "response.done",
                          "rate_limits.updated"]  # fmt: skip
    text = "".join(event["delta"] for event in events if event["type"] == "response.output_text.delta")
    assert "no model answered" in text and text.endswith("Hello there")
    done = events[-2]["response"]
    assert done["status"] == "completed" and done["output"][0]["content"] == [{"type": "output_text", "text": text}]
    assert len({event["event_id"] for event in events}) == len(events)


def test_sound_is_a_tone_with_a_transcript(socket: Socket, spec: Document) -> None:
    updated = socket.ask("session.update", session={"type": "realtime", "output_modalities": ["audio"], "audio": {
        "input": {"turn_detection": {"type": "server_vad"}}}})  # fmt: skip
    spec.check("RealtimeServerEvent", updated)
    assert updated["session"]["audio"]["input"]["turn_detection"] is None, "none are detected, and it says so"
    events = _conversation(spec, socket)
    for event in events:
        spec.check("RealtimeServerEvent", event)
    sound = b"".join(base64.b64decode(event["delta"]) for event in events if event["type"].endswith("audio.delta"))
    assert len(sound) > 24_000 and max(sound) > 0
    assert [event for event in events if event["type"] == "response.output_audio_transcript.done"]


def test_sound_that_comes_is_counted_and_committed(socket: Socket, spec: Document) -> None:
    empty = socket.ask("input_audio_buffer.commit")
    assert empty["error"]["code"] == "input_audio_buffer_commit_empty"
    socket.send("input_audio_buffer.append", audio=base64.b64encode(bytes(48_000)).decode())
    committed = socket.ask("input_audio_buffer.commit")
    added = socket.until("conversation.item.done")[-1]
    assert added["item"]["id"] == committed["item_id"] and "1.0 s of audio" in str(added["item"]["content"])
    socket.send("input_audio_buffer.append", audio="AAAA")
    cleared = socket.ask("input_audio_buffer.clear")
    for event in (empty, committed, added, cleared):
        spec.check("RealtimeServerEvent", event)
    assert socket.ask("input_audio_buffer.append", audio="*")["error"]["param"] == "audio"


def test_items_can_be_placed_read_and_deleted(socket: Socket, spec: Document) -> None:
    for name, before in (("b", None), ("a", "root"), ("c", "b")):
        socket.send("conversation.item.create", item={**USER, "id": name}, previous_item_id=before)
    placed = [event["previous_item_id"] for event in (*socket.until("conversation.item.done"),
              *socket.until("conversation.item.done"), *socket.until("conversation.item.done"))]  # fmt: skip
    assert placed == [None, None, None, None, "b", "b"]
    retrieved = socket.ask("conversation.item.retrieve", item_id="a")
    deleted = socket.ask("conversation.item.delete", item_id="a")
    for event in (retrieved, deleted):
        spec.check("RealtimeServerEvent", event)
    assert socket.ask("conversation.item.retrieve", item_id="a")["error"]["code"] == "item_not_found"


def test_a_function_is_called(socket: Socket, spec: Document) -> None:
    socket.send("conversation.item.create", item=USER)
    socket.until("conversation.item.done")
    socket.send("response.create", response={"tools": [TOOL], "tool_choice": "required"})
    events = socket.until("response.done")
    for event in events:
        spec.check("RealtimeServerEvent", event)
    done = next(event for event in events if event["type"] == "response.function_call_arguments.done")
    assert isinstance(json.loads(done["arguments"])["city"], str)
    call = events[-1]["response"]["output"][0]
    assert call["call_id"] == done["call_id"]
    socket.until("rate_limits.updated")
    socket.send("conversation.item.create", item={
        "type": "function_call_output", "call_id": done["call_id"], "output": "sunny"})  # fmt: skip
    socket.until("conversation.item.done")
    socket.send("response.create")
    assert "sunny" in socket.until("response.done")[-1]["response"]["output"][0]["content"][0]["text"]


def test_a_response_can_be_cancelled_and_is_one_at_a_time(sandbox_server: Server, spec: Document) -> None:
    with opened(sandbox_server, **{"X-Sandbox-Rate": "1"}) as socket:
        socket.send("response.create")
        socket.until("response.output_text.delta")
        second = socket.ask("response.create")
        assert second["error"]["code"] == "conversation_already_has_active_response"
        socket.send("response.cancel")
        done = socket.until("response.done")[-1]
        spec.check("RealtimeServerEvent", done)
        assert done["response"]["status_details"] == {"type": "cancelled", "reason": "client_cancelled"}
        socket.until("rate_limits.updated")
        assert socket.ask("response.cancel")["error"]["code"] == "response_cancel_not_active"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ('{"type": "response.dance", "event_id": "mine"}', "response.dance"),
        ('{"type": "response.create", "response": {"output_modalities": ["text", "audio"]}}', "modalities"),
        ('{"type": "conversation.item.create", "item": {"type": "poem"}}', "poem"),
        ('{"type": "conversation.item.create", "item": {"type": "message", "role": "user", "content": "x"}}', "array"),
        ('{"type": "conversation.item.create"}', "item"),
        ('{"type": "session.update", "session": 3}', "session"),
        ('{"type": "conversation.item.truncate", "item_id": "x", "content_index": 0, "audio_end_ms": 1}', "x"),
        ("[]", "object"),
        ("{}", "type"),
        ("no JSON", "JSON"),
        ("[" * 100_000, "JSON"),
    ],
)
def test_what_is_wrong_is_an_error_event_and_the_session_stays(
    socket: Socket, spec: Document, sent: str, words: str
) -> None:
    socket.raw.send(sent)
    event = socket.get()
    spec.check("RealtimeServerEvent", event)
    assert event["type"] == "error" and words in event["error"]["message"]
    assert event["error"]["event_id"] == ("mine" if "mine" in sent else None)
    socket.raw.send(b"\xff\x00 bytes")
    assert socket.get()["type"] == "error"
    assert socket.ask("input_audio_buffer.clear")["type"] == "input_audio_buffer.cleared"


def test_the_beta_hears_its_own_names(sandbox_server: Server) -> None:
    with opened(sandbox_server, **{"OpenAI-Beta": "realtime=v1"}) as socket:
        socket.get()
        socket.send("conversation.item.create", item=USER)
        socket.send("response.create")
        kinds = [event["type"] for event in socket.until("response.done")]
    assert "conversation.item.created" in kinds and "response.text.delta" in kinds
    assert not [kind for kind in kinds if kind.endswith(("item.added.", "item.done.")) or "output_text" in kind]


def test_who_may_come_in(sandbox_server: Server, api: Api, spec: Document) -> None:
    def enter(key: str, *, path: str = "/realtime?model=x", protocol: bool = False) -> str:
        url = sandbox_server.base_url.replace("http", "ws") + path
        more: dict[str, Any] = {"additional_headers": {"Authorization": f"Bearer {key}"}}
        if protocol:
            more = {"subprotocols": ["realtime", f"openai-insecure-api-key.{key}"]}
        with connect_to(url, **more) as raw:
            assert raw.subprotocol == ("realtime" if protocol else None)
            return str(json.loads(raw.recv(timeout=10))["session"]["instructions"])

    assert enter(sandbox_server.key) == enter(sandbox_server.key, protocol=True) == ""
    body = {"session": {"type": "realtime", "instructions": "Be kind"}, "expires_after": {
        "anchor": "created_at", "seconds": 10}}  # fmt: skip
    made = api.make("/realtime/client_secrets", body)
    spec.check("RealtimeCreateClientSecretResponse", made)
    assert enter(made["value"]) == enter(made["value"], protocol=True) == "Be kind"
    assert api.get("/models", key=made["value"]).status == 401, "it opens nothing else"
    for key, path, status in (("sk-wrong", "/realtime?model=x", 401), (sandbox_server.key, "/realtime", 400),
                              (sandbox_server.key, "/live", 501)):  # fmt: skip
        with pytest.raises(InvalidStatus) as refused:
            enter(key, path=path)
        assert refused.value.response.status_code == status
        assert "error" in json.loads(refused.value.response.body or b"")
    assert api.get("/realtime?model=x").status == 426 and api.get("/responses").status == 426


def test_faults_meet_a_socket_too(sandbox_server: Server) -> None:
    with pytest.raises(InvalidStatus) as refused, opened(sandbox_server, **{"X-Sandbox-Fault": "429"}):
        pass
    assert refused.value.response.status_code == 429
    with opened(sandbox_server, **{"X-Sandbox-Fault": "cut=2"}) as socket:
        socket.send("conversation.item.create", item=USER)
        with pytest.raises(ConnectionClosed):
            socket.until("never")
    with opened(sandbox_server, **{"X-Sandbox-Fault": "invalid-json=1"}) as socket:
        socket.get()
        socket.send("input_audio_buffer.clear")
        with pytest.raises(json.JSONDecodeError):
            socket.get()
        assert socket.get()["type"] == "input_audio_buffer.cleared"


def test_the_sdk_talks_to_it(sandbox_server: Server) -> None:
    with openai.OpenAI(base_url=sandbox_server.base_url, api_key=sandbox_server.key) as client:
        secret = client.realtime.client_secrets.create(session={"type": "realtime"})
        assert secret.value.startswith("ek_sandbox_")
        with client.realtime.connect(model="gpt-realtime", extra_headers={"X-Sandbox-Rate": "0"}) as connection:
            connection.session.update(session={"type": "realtime", "instructions": "Be brief"})
            connection.conversation.item.create(item=USER)  # type: ignore[arg-type]
            connection.response.create()
            text = ""
            for event in connection:
                if event.type == "response.output_text.delta":
                    text += event.delta
                if event.type == "response.done":
                    break
        assert text.endswith("Hello there")


def test_a_translation_session_gives_sound_back(sandbox_server: Server, api: Api, spec: Document) -> None:
    body = {"session": {"model": "gpt-realtime-translate", "audio": {"output": {"language": "fr"}}}}
    secret = api.make("/realtime/translations/client_secrets", body)
    spec.check("RealtimeTranslationClientSecretCreateResponse", secret)
    sound = base64.b64encode(bytes(24_000)).decode()
    path = "/realtime/translations?model=x"
    with opened(sandbox_server, path, Authorization=f"Bearer {secret['value']}") as socket:
        events = [socket.get(), socket.ask("session.update", session={"audio": {"output": {"language": "de"}}})]
        assert [event["session"]["audio"]["output"]["language"] for event in events] == ["fr", "de"]
        socket.send("session.input_audio_buffer.append", audio=sound)
        socket.send("session.input_audio_buffer.append", audio=sound)
        events += [socket.get() for _ in range(4)]
        assert events[2]["delta"] == sound and "0.5 s of audio" in events[3]["delta"]
        assert [event["elapsed_ms"] for event in events[2:]] == [0, 0, 500, 500]
        for wrong in ({"type": "session.input_audio_buffer.append", "audio": "*"}, {"type": "dance"}):
            socket.raw.send(json.dumps(wrong))
            events.append(socket.get())
        events.append(socket.ask("session.close"))
        for event in events:
            spec.check("RealtimeTranslationServerEvent", event)
        with pytest.raises(ConnectionClosed):
            socket.get()


def test_responses_over_a_socket(sandbox_server: Server, spec: Document) -> None:
    with opened(sandbox_server, "/responses") as socket:
        socket.send("response.create", model="sandbox-echo", input="Hello")
        events = socket.until("response.completed")
        for event in events:
            spec.check_event(event)
        first = events[-1]["response"]["id"]
        socket.send("response.create", model="sandbox-echo", input="More", previous_response_id=first, stream_id="s")
        more = socket.until("response.completed")
        assert {event["stream_id"] for event in more} == {"s"}
        assert more[-1]["response"]["previous_response_id"] == first
        wrong = socket.ask("response.create", model="gpt-none", input="x")
        assert wrong["status"] == 404 and wrong["error"]["code"] == "model_not_found"
        assert socket.ask("response.create", model="sandbox-echo", input="x", background=True)["error"]["param"]
        assert socket.ask("response.steer", input="x", previous_response_id=first)["type"] == "response.steer.failed"
        socket.raw.send("?")
        assert socket.get()["error"]["code"] == "invalid_json"
    with openai.OpenAI(base_url=sandbox_server.base_url, api_key=sandbox_server.key) as client:
        fast = {"X-Sandbox-Rate": "0"}
        with client.responses.connect(extra_headers=fast) as connection:
            connection.response.create(model="sandbox-echo", input="Hello")
            kinds = []
            for event in connection:
                kinds.append(event.type)
                if event.type == "response.completed":
                    break
    assert kinds[0] == "response.created" and "response.output_text.delta" in kinds


def test_one_response_at_a_time_over_a_socket(sandbox_server: Server) -> None:
    with opened(sandbox_server, "/responses", **{"X-Sandbox-Rate": "1"}) as socket:
        socket.send("response.create", model="sandbox-echo", input="Hello")
        socket.until("response.output_text.delta")
        assert socket.ask("response.create", model="sandbox-echo", input="x")["status"] == 409


def test_a_server_that_stops_says_so(tmp_path: Any) -> None:
    with running_sandbox(tmp_path) as server:
        socket = opened(server)
        entered = socket.__enter__()
        entered.get()
    with pytest.raises(ConnectionClosed) as closed:
        entered.get()
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1001
    socket.__exit__(None, None, None)
