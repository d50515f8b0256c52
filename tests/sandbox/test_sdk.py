"""The real openai SDK against the real server: each method that is served, plain and streamed."""

from __future__ import annotations

import asyncio
import base64
import math
import operator
import re
from collections.abc import Iterator
from pathlib import Path

import openai
import pytest
from pydantic import BaseModel

from playground.core.catalog import read_catalog
from playground.sandbox.engines import load_engines
from playground.sandbox.server import build_app
from playground.sandbox.state import State
from tests.helpers.sandbox import Server

USER = [{"role": "user", "content": "Weather in Lisbon?"}]
FAST = {"X-Sandbox-Rate": "0"}
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
"""One pixel."""


@pytest.fixture(scope="module")
def client(sandbox_server: Server) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(
        base_url=sandbox_server.base_url, api_key=sandbox_server.key, max_retries=0, default_headers=FAST
    ) as client:
        yield client


class Person(BaseModel):
    name: str
    age: int
    friends: list[Person]


def test_models(client: openai.OpenAI) -> None:
    assert {"sandbox-echo", "sandbox-embed"} <= {model.id for model in client.models.list()}
    assert client.models.retrieve("sandbox-echo").owned_by == "sandbox"
    with pytest.raises(openai.PermissionDeniedError):
        client.models.delete("sandbox-echo")


def test_a_response_and_what_belongs_to_it(client: openai.OpenAI) -> None:
    response = client.responses.create(model="sandbox-echo", input="Hello", instructions="Be brief")
    assert "No model answered" in response.output_text and response._request_id
    assert client.responses.retrieve(response.id).output_text == response.output_text
    items = client.responses.input_items.list(response.id)
    assert [item.type for item in items] == ["message"]
    counted = client.responses.input_tokens.count(model="sandbox-echo", input="Hello", instructions="Be brief")
    assert response.usage and counted.input_tokens == response.usage.input_tokens
    assert client.responses.compact(model="sandbox-echo", input="Hello").object == "response.compaction"
    client.responses.delete(response.id)
    with pytest.raises(openai.NotFoundError) as raised:
        client.responses.retrieve(response.id)
    assert raised.value.request_id and response.id in str(raised.value)


def test_the_helper_accumulates_a_stream(client: openai.OpenAI) -> None:
    """It raises on any anomaly in the order of events."""
    with client.responses.stream(model="sandbox-echo", input="Hello", reasoning={"effort": "low"}) as stream:
        deltas = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        final = stream.get_final_response()
    assert final.output_text == deltas and final.status == "completed"


def test_structured_output_is_parsed(client: openai.OpenAI) -> None:
    parsed = client.responses.parse(model="sandbox-echo", input="A person", text_format=Person).output_parsed
    assert isinstance(parsed, Person)
    chat = client.chat.completions.parse(model="sandbox-echo", messages=USER, response_format=Person)  # type: ignore[arg-type]
    assert isinstance(chat.choices[0].message.parsed, Person)


def test_a_background_response_is_polled_followed_and_cancelled(client: openai.OpenAI) -> None:
    started = client.responses.create(
        model="sandbox-echo", input="Hi", background=True, extra_headers={"X-Sandbox-Rate": "2"}
    )
    assert started.status == "queued"
    assert client.responses.retrieve(started.id).status in ("queued", "in_progress")
    with client.responses.retrieve(started.id, stream=True, starting_after=1) as stream:
        assert next(iter(stream)).sequence_number == 2
    assert client.responses.cancel(started.id).status == "cancelled"


def test_conversations(client: openai.OpenAI) -> None:
    conversation = client.conversations.create(items=[{"role": "user", "content": "One"}], metadata={"a": "b"})
    assert client.conversations.update(conversation.id, metadata={"c": "d"}).metadata == {"c": "d"}
    assert client.conversations.retrieve(conversation.id).metadata == {"c": "d"}
    added = client.conversations.items.create(
        conversation.id, items=[{"role": "user", "content": str(index)} for index in range(3)]
    )
    first = client.conversations.items.retrieve(added.data[0].id or "", conversation_id=conversation.id)
    assert first.type == "message"
    listed = list(client.conversations.items.list(conversation.id, limit=2, order="asc"))
    assert len(listed) == 4
    assert client.conversations.items.delete(added.data[0].id or "", conversation_id=conversation.id)
    assert len(list(client.conversations.items.list(conversation.id))) == 3
    assert client.conversations.delete(conversation.id).deleted


def test_chat_completions_plain_and_streamed(client: openai.OpenAI) -> None:
    plain = client.chat.completions.create(model="sandbox-echo", messages=USER, n=2)  # type: ignore[arg-type]
    assert len(plain.choices) == 2 and plain.usage and plain.usage.total_tokens > 0
    with client.chat.completions.stream(model="sandbox-echo", messages=USER) as stream:  # type: ignore[arg-type]
        stream.until_done()
        final = stream.get_final_completion()
    assert "Chat Completions" in (final.choices[0].message.content or "")
    assert final.choices[0].finish_reason == "stop"


def test_a_chat_tool_is_called_streamed_and_answered(client: openai.OpenAI) -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 3}},
              "required": ["city", "days"], "additionalProperties": False}  # fmt: skip
    tools = [{"type": "function", "function": {"name": "forecast", "parameters": schema, "strict": True}}]
    with client.chat.completions.stream(model="sandbox-echo", messages=USER, tools=tools) as stream:  # type: ignore[arg-type]
        stream.until_done()
        message = stream.get_final_completion().choices[0].message
    assert message.tool_calls
    call = message.tool_calls[0]
    assert call.function.name == "forecast" and call.function.parsed_arguments["days"] >= 3  # type: ignore[index]
    after = [*USER, message.model_dump(exclude_none=True, include={"role", "tool_calls"}),
             {"role": "tool", "tool_call_id": call.id, "content": "sunny"}]  # fmt: skip
    for entry in after[1]["tool_calls"]:
        entry["function"].pop("parsed_arguments", None)
        entry.pop("index", None)
    answer = client.chat.completions.create(model="sandbox-echo", messages=after, tools=tools)  # type: ignore[arg-type]
    assert "> sunny" in (answer.choices[0].message.content or "")


def test_stored_chat_completions(client: openai.OpenAI) -> None:
    made = client.chat.completions.create(
        model="sandbox-echo", messages=USER, store=True, metadata={"test": "stored"}  # type: ignore[arg-type]
    )  # fmt: skip
    assert client.chat.completions.retrieve(made.id).id == made.id
    assert [entry.id for entry in client.chat.completions.list(metadata={"test": "stored"})] == [made.id]
    assert client.chat.completions.update(made.id, metadata={"test": "changed"}).metadata == {"test": "changed"}
    assert [message.content for message in client.chat.completions.messages.list(made.id)] == [USER[0]["content"]]
    assert client.chat.completions.delete(made.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.retrieve(made.id)


def test_completions_plain_and_streamed(client: openai.OpenAI) -> None:
    plain = client.completions.create(model="sandbox-echo", prompt="Once upon")
    assert plain.choices[0].finish_reason == "length" and plain.usage and plain.usage.completion_tokens == 16
    streamed = client.completions.create(model="sandbox-echo", prompt="Once upon", stream=True)
    assert "".join(chunk.choices[0].text for chunk in streamed) == plain.choices[0].text


def test_embeddings_come_as_floats_whichever_way_they_travel(client: openai.OpenAI) -> None:
    texts = ["the cat sat on the mat", "a cat sits on a mat", "quarterly revenue grew"]
    coded = [entry.embedding for entry in client.embeddings.create(model="sandbox-embed", input=texts).data]
    plain = client.embeddings.create(model="sandbox-embed", input=texts, encoding_format="float").data
    for one, other in zip(coded, plain, strict=True):
        assert len(one) == 256 and one == pytest.approx(other.embedding, abs=1e-6)
        assert math.fsum(value * value for value in one) == pytest.approx(1, abs=1e-5)

    def near(one: list[float], other: list[float]) -> float:
        return math.fsum(a * b for a, b in zip(one, other, strict=True))

    assert near(coded[0], coded[1]) > near(coded[0], coded[2]) + 0.2
    short = client.embeddings.create(model="sandbox-embed", input="x", dimensions=3).data[0].embedding
    assert len(short) == 3


def test_files(client: openai.OpenAI) -> None:
    made = [client.files.create(file=(f"{n}.txt", str(n).encode()), purpose="assistants") for n in range(3)]
    listed = client.files.list(purpose="assistants", limit=2)
    assert [entry.id for entry in listed][:3] == [entry.id for entry in reversed(made)], "over two pages"
    assert client.files.content(made[1].id).read() == b"1"
    assert client.files.retrieve(made[1].id).bytes == 1
    assert client.files.delete(made[1].id).deleted
    with pytest.raises(openai.NotFoundError):
        client.files.content(made[1].id)
    lines = client.files.create(file=("t.jsonl", b'{"a": 1}\n\n{"b": 2}\n'), purpose="batch", expires_after={
        "anchor": "created_at", "seconds": 3600})  # fmt: skip
    assert lines.expires_at == lines.created_at + 3600
    with pytest.raises(openai.BadRequestError, match="Line 2"):
        client.files.create(file=("t.jsonl", b'{"a": 1}\n{"b"'), purpose="fine-tune")
    with pytest.raises(openai.BadRequestError, match="Supported values") as wrong:
        client.files.create(file=b"x", purpose="fun")  # type: ignore[arg-type]
    assert wrong.value.param == "purpose"
    picture = client.files.create(file=("p.png", base64.b64decode(PNG)), purpose="vision")
    body = {"prompt": "Night", "images": [{"file_id": picture.id}]}
    assert client.post("/images/edits", cast_to=object, body=body)


def test_moderations(client: openai.OpenAI) -> None:
    made = client.moderations.create(input=["tea", "kill"])
    assert [result.flagged for result in made.results] == [False, True] and "simulated" in made.model
    assert made.results[1].categories.violence


def test_pictures_generated_edited_and_streamed(client: openai.OpenAI) -> None:
    made = client.images.generate(prompt="A lighthouse", n=2, size="1024x1024")
    assert made.data and made.size == "1024x1024" and made.usage
    pictures = [base64.b64decode(entry.b64_json or "") for entry in made.data]
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    edited = client.images.edit(image=pictures, prompt="Night", mask=pictures[0], input_fidelity="high", n=1)
    assert edited.data and edited.data[0].b64_json
    stream = client.images.generate(prompt="A lighthouse", stream=True, partial_images=1)
    assert [event.type for event in stream] == ["image_generation.partial_image", "image_generation.completed"]
    streamed = client.images.edit(image=pictures[0], prompt="Night", stream=True)
    assert [event.type for event in streamed] == ["image_edit.completed"]
    with pytest.warns(DeprecationWarning):
        assert client.images.create_variation(image=pictures[0]).data


def test_administration_reads_samples_and_writes_nothing(sandbox_server: Server) -> None:
    """The sandbox's key is an admin key too."""
    with openai.OpenAI(
        base_url=sandbox_server.base_url, admin_api_key=sandbox_server.key, max_retries=0
    ) as admin:  # fmt: skip
        organization = admin.admin.organization
        projects = list(organization.projects.list(limit=10))
        assert len(projects) == 23 and all("sandbox" in (project.name or "") for project in projects)
        assert organization.projects.retrieve(projects[3].id).name == projects[3].name
        assert len(list(organization.groups.list(limit=2))) == 5
        assert len(list(organization.projects.users.list(projects[0].id, limit=4))) == 6
        usage = organization.usage.completions(start_time=1_790_000_000, group_by=["model"], limit=2)
        assert [len(bucket.results) for bucket in usage.data] == [2, 2]
        assert next(iter(organization.workload_identity_providers.list())).name == "Sample identity provider (sandbox)"
        with pytest.raises(openai.InternalServerError, match="keeps no organization"):
            organization.projects.create(name="x")


SAMPLES = {"user": "user", "project": "proj", "invite": "invite", "group": "group", "role": "role", "alert": "alert",
           "certificate": "cert", "key": "key", "api_key": "key", "service_account": "svc_acct", "external_key": "ek",
           "external_storage": "storage", "workload_identity_provider": "wip",
           "workload_identity_federation_rule": "rule"}  # fmt: skip


def test_every_read_of_administration_that_the_sdk_has_is_served(sandbox_server: Server) -> None:
    """By the catalogue, so that a read that a new SDK brings is missed here."""
    catalog = read_catalog(Path("nowhere"))
    assert catalog is not None
    reads = [entry for entry in catalog.methods.values() if entry.name.startswith("admin.") and entry.verb == "GET"]
    assert len(reads) > 60
    missing = []
    with openai.OpenAI(base_url=sandbox_server.base_url, admin_api_key=sandbox_server.key, max_retries=0) as admin:
        for entry in reads:
            method = operator.attrgetter(entry.name)(admin)
            given: dict[str, object] = {}
            for parameter in entry.parameters:
                if parameter.place == "path":
                    given[parameter.name] = f"{SAMPLES[parameter.name.removesuffix('_id')]}_sandbox_sample_1"
                elif parameter.name == "start_time":
                    given[parameter.name] = 1_790_000_000
            try:
                assert method(**given)
            except openai.APIStatusError as error:
                missing.append((entry.name, str(error)))
    assert not missing


def test_nothing_is_served_that_the_sdk_does_not_have(tmp_path: Path) -> None:
    """Each route is some method's."""
    catalog = read_catalog(Path("nowhere"))
    assert catalog is not None
    state = State(tmp_path)
    engines = load_engines(tmp_path, echo_rate=0)
    app = build_app(state, engines, "sk-none")
    unknown = []
    for route in app.router.routes():
        path = re.sub(r"\{\w+\}", "x_1", route.resource.canonical if route.resource else "")
        if route.method != "HEAD" and not catalog.match(route.method, path.removeprefix("/v1")):
            unknown.append((route.method, path))
    asyncio.run(engines.aclose())
    state.close()
    assert unknown == []


def test_errors_become_the_sdks_own(client: openai.OpenAI, sandbox_server: Server) -> None:
    with pytest.raises(openai.BadRequestError) as bad:
        client.responses.create(model="sandbox-echo", input="x", temperature=9)
    assert bad.value.param == "temperature" and bad.value.request_id
    with pytest.raises(openai.NotFoundError):
        client.embeddings.create(model="text-embedding-3-small", input="x")
    with pytest.raises(openai.InternalServerError) as unserved:
        client.containers.create(name="x")
    assert unserved.value.status_code == 501 and "POST /containers" in str(unserved.value)
    stranger = openai.OpenAI(base_url=sandbox_server.base_url, api_key="sk-other", max_retries=0)
    with pytest.raises(openai.AuthenticationError), stranger:
        stranger.models.list()
