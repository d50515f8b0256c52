"""The catalogue against the SDK itself: nothing is missing, and what it says is what the SDK does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from playground.core.catalog import Catalog, Kind
from tests.core.catalog.walk_child import walk

LOCAL = {
    "beta.agents.environments.files.prepare": "reads files and makes what another method sends",
    "beta.agents.environments.files.prepare_directory": "reads a folder and makes what another method sends",
    "beta.agents.environments.files.upload": "takes what `prepare` made, and sends it in several requests",
    "beta.agents.sessions.artifacts.for_result": "takes an answer of another method as a Python object",
    "webhooks.unwrap": "reads a webhook's body and sends nothing",
    "webhooks.verify_signature": "computes a signature and sends nothing",
}
"""Methods that make no request by themselves, known so far."""


def test_the_whole_sdk_is_in_it_and_takes_what_it_says(
    catalog: Catalog, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    found = asyncio.run(walk(catalog, tmp_path))
    said = [
        f"openai {found.sdk}: {found.methods} public methods, {found.methods - len(found.absent)} in the catalogue, "
        f"{found.wired} with verb and path, {found.sockets} WebSockets, {found.forms} forms; "
        f"the SDK sends the smallest body of {found.sent}."
    ]
    for name, reason in found.unwired.items():
        said.append(f"  no verb and path: {name}: {LOCAL.get(name, reason)}")
    for name, reason in (found.refused | found.formless).items():
        said.append(f"  refused: {name}: {reason}")
    record_property("said", "\n".join(said))
    assert found.absent == []
    assert found.methods >= 436
    assert found.wired >= 421
    assert found.wired + found.sockets + len(found.unwired) == found.methods
    assert found.refused == {}
    assert found.formless == {}
    assert found.sent == sum(entry.generated for entry in catalog.methods.values()) >= 396


def test_every_method_is_in_the_tree_once(catalog: Catalog) -> None:
    in_tree = [name for family in catalog.families for node in family.walk() for name in node.methods]
    assert sorted(in_tree) == sorted(catalog.methods)
    titles = [family.title for family in catalog.families]
    assert titles[:10] == [
        "Responses", "Conversations", "Chat", "Embeddings", "Images", "Audio", "Moderations", "Files", "Uploads",
        "Vector Stores",
    ]  # fmt: skip
    assert titles[10:21] == [
        "Models", "Batches", "Fine-tuning", "Realtime", "Assistants", "Threads", "Messages", "Runs", "Run Steps",
        "Administration", "Completions",
    ]  # fmt: skip


def test_every_method_says_what_it_does(catalog: Catalog) -> None:
    for entry in catalog.methods.values():
        assert " " in entry.summary and entry.summary[0].isupper(), (entry.name, entry.summary)
    entry = catalog.methods["responses.create"]
    assert all(parameter.help for parameter in entry.parameters), "the help stands on the overloads"


def test_kinds(catalog: Catalog) -> None:
    kinds = {name: entry.kind for name, entry in catalog.methods.items()}
    assert kinds["responses.create"] is Kind.CALL and catalog.methods["responses.create"].can_stream
    assert kinds["files.list"] is kinds["vector_stores.search"] is Kind.LIST
    assert kinds["files.create"] is kinds["images.edit"] is kinds["uploads.parts.create"] is Kind.UPLOAD
    assert kinds["files.content"] is kinds["audio.speech.create"] is Kind.DOWNLOAD
    assert kinds["responses.stream"] is Kind.STREAM
    assert kinds["webhooks.unwrap"] is Kind.HELPER
    assert {name for name, kind in kinds.items() if kind is Kind.WEBSOCKET} == {
        name for name in kinds if name.endswith(".connect")
    }
    realtime = catalog.methods["realtime.connect"]
    assert realtime.path == "/realtime"
    assert {one.name for one in realtime.parameters if one.place == "query"} == {"model", "call_id"}


def test_what_needs_care(catalog: Catalog) -> None:
    admin = {name for name, entry in catalog.methods.items() if entry.admin}
    assert {name for name in catalog.methods if name.startswith("admin.")} <= admin
    assert "fine_tuning.checkpoints.permissions.create" in admin and "files.list" not in admin
    destructive = {name for name, entry in catalog.methods.items() if entry.destructive}
    assert {name for name, entry in catalog.methods.items() if entry.verb == "DELETE"} <= destructive
    assert {
        "responses.cancel", "batches.cancel", "admin.organization.projects.archive",
        "admin.organization.admin_api_keys.create", "admin.organization.projects.service_accounts.create",
        "webhooks.rotate_secret",
    } <= destructive  # fmt: skip
    assert not {"responses.create", "files.create", "models.list", "fine_tuning.jobs.pause"} & destructive


def test_deprecated_methods_say_why_and_what_instead(catalog: Catalog) -> None:
    deprecated = {name: entry for name, entry in catalog.methods.items() if entry.deprecated}
    assert len(deprecated) >= 47
    ended = {name for name, entry in deprecated.items() if not entry.successor}  # and nothing follows
    assert {name for name in ended if not name.startswith(("videos.", "evals."))} <= {"fine_tuning.jobs.create"}
    assert deprecated["beta.assistants.list"].deprecated == "The Assistants API ended on 26 August 2026."
    assert "deprecated in favor of the Responses API" in deprecated["beta.threads.create"].deprecated
    for entry in deprecated.values():
        assert " " in entry.deprecated
        assert entry.successor == "" or not catalog.methods[entry.successor].deprecated, entry.name
    assert deprecated["beta.threads.messages.list"].successor == "conversations.items.list"
    assert deprecated["files.retrieve_content"].successor == "files.content"
    assert "February 26, 2027" in deprecated["audio.translations.create"].deprecated
    assert not catalog.methods["audio.speech.create"].deprecated
    chat = catalog.schema_of("chat.completions.create")["properties"]
    assert {name for name, schema in chat.items() if schema.get("deprecated")} >= {"functions", "max_tokens", "user"}
    assert "deprecated" not in chat["temperature"]


def test_where_parameters_go(catalog: Catalog) -> None:
    def places(name: str) -> dict[str, str]:
        return {one.name: one.place for one in catalog.methods[name].parameters}

    assert places("beta.threads.runs.create")["include"] == "query"
    assert places("beta.threads.runs.create")["thread_id"] == "path"
    assert places("beta.threads.runs.create")["assistant_id"] == "body"
    assert set(places("images.edit").values()) == {"form"}
    betas = catalog.methods["beta.responses.create"].parameter("betas")
    assert betas is not None and (betas.place, betas.wire) == ("header", "openai-beta")
    poll = catalog.methods["vector_stores.files.create_and_poll"]
    assert poll.wraps == "vector_stores.files.create" and not poll.generated
    assert places(poll.name)["file_id"] == "body" and places(poll.name)["poll_interval_ms"] == "local"
    assert catalog.methods["beta.assistants.list"].headers == {"OpenAI-Beta": "assistants=v2"}


def test_ids_have_a_kind(catalog: Catalog) -> None:
    for name, parameter, kind in (
        ("responses.retrieve", "response_id", "response"),
        ("fine_tuning.jobs.create", "training_file", "file"),
        ("fine_tuning.jobs.list", "after", "fine_tuning_job"),
        ("batches.list", "after", "batch"),
        ("vector_stores.file_batches.cancel", "batch_id", "vector_store_file_batch"),
        ("responses.create", "model", "model"),
    ):
        found = catalog.methods[name].parameter(parameter)
        assert found is not None and found.id_kind == kind
        assert catalog.schema_of(name)["properties"][parameter]["x-id-kind"] == kind
    tool = catalog.schema_of("responses.create")["$defs"]["FileSearchToolParam"]
    assert tool["properties"]["vector_store_ids"]["x-id-kind"] == "vector_store"
