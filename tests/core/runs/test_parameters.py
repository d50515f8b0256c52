"""The table of settings, against the installed SDK and against the API's own document."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from playground.core.resources import dated
from playground.core.runs import GenerationRequest, Message, Place
from playground.core.runs.json_text import LONGEST, read
from playground.core.runs.parameters import (
    APIS,
    CONSTANT,
    ELSEWHERE,
    GROUPS,
    Api,
    Parameter,
    parameter,
    parameters,
    sdk_version,
)
from tests.generators.parameters import generated
from tests.sandbox import document

HELLO = (Message("user", "Say hello as JSON"),)
CASES = [(api, entry) for entry in parameters() for api in APIS if api in entry.paths]
COMPONENTS: dict[Api, str] = {"responses": "CreateResponse", "chat": "CreateChatCompletionRequest"}
NEWER = {"access_programs.cyber", "background_options", "image.context_compression", "prompt_cache_options"}
"""What the SDK knows and the document of August 2026 does not, or not all values of."""
TOGETHER = (
    ("moderation.policy", ("moderation.model", "omni-moderation-latest")),
    ("audio.", ("audio.voice", "alloy"), ("audio.format", "pcm16")),
)
"""Settings whose object the API wants with other members."""


def sample(entry: Parameter, api: Api) -> Any:
    """A value that the API takes."""
    match entry.kind:
        case "number" | "integer":
            low = entry.minimum if entry.minimum is not None else 0
            return max(low, 16) if entry.id.startswith("max_") else low + (0.5 if entry.kind == "number" else 0)
        case "boolean":
            return False
        case "choice":
            return entry.choices[api][-1]
        case "texts":
            return list(entry.choices[api][:2]) or ["END", "\n"]
        case "pairs":
            return {"50256": -100} if entry.of_integers else {"team": "support"}
        case "json":
            return '[{"type": "compaction"}]' if entry.json_kind is list else '{"type": "object"}'
    return "abc"


def settings_for(entry: Parameter, api: Api) -> dict[str, Any]:
    """The setting, and what it has no meaning without."""
    settings = {entry.id: sample(entry, api)}
    if entry.needs is not None:
        settings = {"text.format.name": "n", "text.format.schema": "{}", **settings, entry.needs[0]: entry.needs[1]}
    for together in TOGETHER:
        if entry.id.startswith(together[0]):
            settings = {**dict(together[1:]), **settings}
    if entry.id == "text.format.type":
        settings |= {"text.format.name": "n", "text.format.schema": "{}"}
    return settings


def member(body: dict[str, Any], path: str) -> Any:
    value: Any = body
    for step in path.split("."):
        value = value[step]
    return value


def test_the_facts_are_those_of_the_installed_sdk(record_property: Callable[[str, object], None]) -> None:
    """What a newer SDK knows in addition is said, and no reason to fail: releases come every week. To have it, run
    `python -m tests.generators.parameters`, then fill the table."""
    written = json.loads(dated("parameters").read_text("utf-8"))
    written.pop("date")
    now = generated()
    if now["sdk"] == written["sdk"]:
        assert now == written
    for api in APIS:
        assert set(written[api]) <= set(now[api]), "a parameter that the SDK has no more"
        if new := sorted(set(now[api]) - set(written[api])):
            record_property("said", f"{api}: openai {now['sdk']} knows more settings: {', '.join(new)}")
    assert sdk_version() == written["sdk"]


@pytest.mark.parametrize("api", APIS)
def test_every_parameter_of_the_sdk_has_its_place(api: Api) -> None:
    known = set(json.loads(dated("parameters").read_text("utf-8"))[api])
    here = {entry.paths[api] for entry in parameters() if api in entry.paths}
    elsewhere = {path for path in known if path in ELSEWHERE or path.split(".")[0] in ELSEWHERE}
    assert here <= known
    assert not here & elsewhere
    assert known - here - elsewhere == set(), "a parameter that is neither a setting nor left out for a reason"


def test_the_table_is_in_order() -> None:
    assert len({entry.id for entry in parameters()}) == len(parameters())
    assert len({entry.label for entry in parameters()}) == len(parameters()), "names tell settings apart"
    assert [entry.group for entry in parameters()] == sorted(
        (entry.group for entry in parameters()), key=list(GROUPS).index
    )
    for entry in parameters():
        assert entry.doc and entry.summary.endswith((".", "!")), entry.id
        assert "](" not in entry.doc and "Learn more" not in entry.doc
        if entry.needs is not None:
            assert parameter(entry.needs[0]) is not None


@pytest.mark.parametrize(("api", "entry"), CASES, ids=[f"{api}-{entry.id}" for api, entry in CASES])
def test_a_setting_is_sent_as_the_api_takes_it(api: Api, entry: Parameter) -> None:
    settings = settings_for(entry, api)
    request = GenerationRequest(api=api, model="gpt-test", messages=HELLO, settings=settings)
    assert request.problems() == []
    body = request.body()
    sent = member(body, entry.paths[api])
    assert sent == (json.loads(settings[entry.id]) if entry.kind == "json" else settings[entry.id])
    plain = GenerationRequest(api=api, model="gpt-test", messages=HELLO).body()
    assert set(body) - set(plain) <= {entry.paths[api].split(".")[0]}, "nothing else is sent"
    if not any(entry.id.startswith(name) for name in NEWER):
        document.load().check(COMPONENTS[api], body)


@pytest.mark.parametrize("api", APIS)
def test_a_setting_of_the_other_api_is_not_sent(api: Api) -> None:
    settings = {
        key: value for entry in parameters() for key, value in settings_for(entry, next(iter(entry.paths))).items()
    }
    body = GenerationRequest(api=api, model="m", messages=HELLO, settings=settings).body()
    allowed = {entry.paths[api].split(".")[0] for entry in parameters() if api in entry.paths}
    assert set(body) - {"model", "input", "messages", "stream", "stream_options"} == allowed - {"stream_options"}


def test_the_order_of_the_body() -> None:
    settings = {"max_output_tokens": 9, "metadata": {"b": "1", "a": "2"}, "temperature": 1, "reasoning.effort": "low"}
    request = GenerationRequest(model="m", instructions="i", messages=HELLO, settings=settings, extra={"z": 1, "a": 2})
    assert " ".join(request.body()) == (
        "model instructions input reasoning temperature max_output_tokens metadata stream z a"
    )
    assert list(request.body()["metadata"]) == ["b", "a"]


def test_what_the_format_needs() -> None:
    request = GenerationRequest(model="m", messages=HELLO, settings={"text.format.type": "json_schema"})
    assert request.problems() == [
        "Schema name: Needed for the format json_schema.",
        "JSON Schema: Needed for the format json_schema.",
    ]
    plain = GenerationRequest(
        model="m",
        messages=HELLO,
        settings={"text.format.type": "text", "text.format.schema": "{", "text.format.name": "n"},
    )
    assert plain.problems() == [] and plain.body()["text"] == {"format": {"type": "text"}}
    broken = GenerationRequest(
        model="m",
        messages=HELLO,
        settings={"text.format.type": "json_schema", "text.format.name": "n", "text.format.schema": '{\n "a": 1,\n}'},
    )
    assert broken.problems() == ["JSON Schema: Line 3, column 1: remove the comma before this bracket."]
    assert "schema" not in broken.body()["text"]["format"], "a body can be shown all the same"


def test_the_usage_comes_with_the_other_options_of_the_stream() -> None:
    settings = {"stream_options.include_obfuscation": False}
    chat = GenerationRequest(api="chat", model="m", messages=HELLO, settings=settings).body()
    assert chat["stream_options"] == {"include_usage": True, "include_obfuscation": False}
    body = GenerationRequest(model="m", messages=HELLO, settings=settings).body()
    assert body["stream_options"] == {"include_obfuscation": False}
    assert CONSTANT["prediction.content"] == ("prediction.type", "content")


@pytest.mark.parametrize(
    ("identifier", "value", "said"),
    [
        ("temperature", 2.5, "between 0 and 2"),
        ("temperature", True, "number"),
        ("seed", 1.5, "whole number"),
        ("max_output_tokens", 0, "at least 1"),
        ("stop", list("abcde"), "4 are allowed"),
        ("stop", "x", "list"),
        ("metadata", {str(n): "" for n in range(17)}, "16 are allowed"),
        ("metadata", {"k" * 65: ""}, "64 are allowed"),
        ("metadata", {"k": "v" * 513}, "512 are allowed"),
        ("logit_bias", {"1": 101}, "between -100 and 100"),
        ("logit_bias", {"1": 1.5}, "whole number"),
        ("safety_identifier", "x" * 129, "128 are allowed"),
        ("text.format.name", "a b", "letters"),
        ("text.format.schema", "[]", "object"),
        ("context_management", "{}", "array"),
        ("store", "true", "true or false"),
        ("service_tier", 1, "text"),
    ],
)
def test_what_does_not_fit_is_said(identifier: str, value: object, said: str) -> None:
    entry = parameter(identifier)
    assert entry is not None and said in entry.problem(value)


def test_values_nobody_knows_yet_are_taken() -> None:
    for identifier in ("reasoning.effort", "service_tier", "text.format.type", "reasoning.mode"):
        entry = parameter(identifier)
        assert entry is not None and entry.problem("of-tomorrow") == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a" 1}', "Line 1, column 6: a colon"),
        ('{\n"a": 1,\n}', "Line 3, column 1: remove the comma"),
        ('{"a": "x', "Line 1, column 7: the text that begins here"),
        ('{"a": 1} x', "column 10: there is something after the end"),
        ("", "a value is expected"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": 1, "a": 2}', "“a” stands twice"),
        ("[1]", "an object"),
        ("[" * 100_000, "nested too deeply"),
        (" " * (LONGEST + 1), "longer than 200,000"),
    ],
)
def test_what_is_wrong_with_json_is_said_with_its_place(text: str, said: str) -> None:
    value, words = read(text)
    assert value is None and said in words


SET = {
    "reasoning.effort": "low",
    "text.format.type": "json_schema",
    "max_output_tokens": 5,
    "stop": ["x"],
    "metadata": {"a": "b"},
}


@pytest.mark.parametrize(
    ("api", "param", "place"),
    [
        ("responses", "reasoning.effort", Place("setting", "reasoning.effort")),
        ("responses", "reasoning", Place("setting", "reasoning.effort")),
        ("chat", "reasoning_effort", Place("setting", "reasoning.effort")),
        ("responses", "text.format.schema", Place("setting", "text.format.schema")),
        ("responses", "text.format", Place("setting", "text.format.type")),
        ("chat", "response_format", Place("setting", "text.format.type")),
        ("chat", "response_format.json_schema.schema.properties.a", Place("setting", "text.format.schema")),
        ("chat", "stop[0]", Place("setting", "stop")),
        ("responses", "metadata.a", Place("setting", "metadata")),
        ("chat", "max_tokens", Place("setting", "max_output_tokens")),
        ("responses", "max_tokens", Place("setting", "max_output_tokens")),
        ("responses", "top_p", Place("setting", "top_p")),
        ("responses", "model", Place("model")),
        ("responses", "instructions", Place("instructions")),
        ("responses", "input[1].content", Place("message", message=1)),
        ("responses", "input", Place("message", message=1)),
        ("chat", "messages[0].role", Place("instructions")),
        ("chat", "messages[2].content[0]", Place("message", message=1)),
        ("chat", "messages[9]", None),
        ("chat", "messages.1.content", Place("message", message=0)),
        ("responses", "user_location.city", Place("extra")),
        ("responses", "input_audio", None),
        ("responses", "nothing_known", None),
        ("responses", None, None),
    ],
)
def test_what_a_servers_param_is_about(api: Api, param: str | None, place: Place | None) -> None:
    request = GenerationRequest(
        api, "m", "be brief", (*HELLO, Message("user", "again")), SET, {"user_location": {"city": 1}}
    )
    assert request.place(param) == place
