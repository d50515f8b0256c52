"""Commands of all shells, as people paste them; and what our own generator writes is read back as it was."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.core.catalog import Catalog, read_catalog
from playground.core.codegen import CallRequest, call_program
from playground.core.dryrun import WireRequest
from playground.core.imports import ImportProblem, is_curl, open_as, read_curl

KEY = "sk-proj-canary0123456789abcdefghij"
BODY = {"model": "gpt-5", "input": "It's \"5 o'clock\"\n$HOME `id` ^ & | 100%\\"}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    found = read_catalog(Path("/nonexistent"))
    assert found is not None
    return found


def bash() -> str:
    body = json.dumps(BODY).replace("'", "'\\''")
    return (
        "curl 'https://api.openai.com/v1/responses' \\\n  -H 'Content-Type: application/json' \\\n"
        f"  -H \"Authorization: Bearer {KEY}\" \\\n  --data-raw '{body}' --compressed"
    )


def ansi() -> str:
    body = json.dumps(BODY).replace("\\", "\\\\").replace("'", "\\'")
    return f"curl https://api.openai.com/v1/responses -XPOST -H 'authorization: Bearer {KEY}' --data-raw $'{body}'"


def windows() -> str:
    """As a browser's “Copy as cURL (cmd)” writes it."""
    body = re.sub(r'(\\*)"', r'\1\1\\"', json.dumps(BODY))
    escaped = "".join(f"^{char}" if not char.isalnum() and char != " " else char for char in body)
    return (
        'curl.exe ^"https://api.openai.com/v1/responses^" ^\n  -H ^"Content-Type: application/json^" ^\n'
        f'  -H ^"Authorization: Bearer {KEY}^" ^\n  --data-raw ^"{escaped}^"'
    )


def powershell() -> str:
    body = json.dumps(BODY).replace("'", "''")
    return (
        "curl.exe https://api.openai.com/v1/responses `\n  -H 'Content-Type: application/json' `\n"
        f"  -H \"Authorization: Bearer {KEY}\" `\n  -d '{body}'"
    )


@pytest.mark.parametrize(
    "command", [bash(), ansi(), windows(), powershell()], ids=["bash", "ansi", "cmd", "powershell"]
)
def test_commands_of_every_shell(catalog: Catalog, command: str) -> None:
    assert is_curl(command)
    request = read_curl(command)
    opened = open_as(catalog, request)
    assert (opened.method, opened.arguments) == ("responses.create", BODY), opened.notes
    assert opened.key is not None and opened.key.reveal() == KEY
    assert KEY not in repr(opened) + repr(request) + json.dumps(opened.arguments)
    assert opened.base_url == "https://api.openai.com/v1"


@pytest.mark.parametrize(
    ("command", "method", "arguments"),
    [
        ("curl -sS https://x.test/v1/models", "models.list", {}),
        ("curl https://x.test/openai/v1/models/gpt-5", "models.retrieve", {"model": "gpt-5"}),
        (
            "curl -G https://x.test/v1/files -d limit=5 -d purpose=batch --data-urlencode 'after=file a'",
            "files.list",
            {"limit": 5, "purpose": "batch", "after": "file a"},
        ),
        ("curl -XDELETE x.test/v1/files/file-1", "files.delete", {"file_id": "file-1"}),
        (
            "curl x.test/v1/files -F purpose=batch -F 'file=@\"a b.jsonl\";type=text/plain'",
            "files.create",
            {"purpose": "batch", "file": "@a b.jsonl"},
        ),
        (
            "curl 'x.test/v1/responses/resp_1?include[]=a&include[]=b&stream=true&odd=1'",
            "responses.retrieve",
            {"response_id": "resp_1", "include": ["a", "b"], "stream": True, "extra_query": {"odd": "1"}},
        ),
        (
            'curl x.test/v1/embeddings --json \'{"model": "m", "input": ["a"], "new": 1}\' -H \'X-Mine: 1\'',
            "embeddings.create",
            {"model": "m", "input": ["a"], "extra_body": {"new": 1}, "extra_headers": {"X-Mine": "1"}},
        ),
        (
            "curl x.test/v1/images/edits -F image[]=@a.png -F image[]=@b.png -F n=2 -F prompt='x y'",
            "images.edit",
            {"image": ["@a.png", "@b.png"], "n": 2, "prompt": "x y"},
        ),
    ],
)
def test_options(catalog: Catalog, command: str, method: str, arguments: dict[str, Any]) -> None:
    opened = open_as(catalog, read_curl(command))
    assert (opened.method, opened.arguments) == (method, arguments), opened.notes


@pytest.mark.parametrize(
    ("command", "key"),
    [
        ("curl x.test/v1/models -H 'Authorization: Bearer $OPENAI_API_KEY'", None),
        ("curl x.test/v1/models -H 'Authorization: Bearer YOUR_API_KEY'", None),
        (f"curl 'x.test/v1/models?api-key={KEY}&limit=1'", KEY),
        (f"curl x.test/v1/models -H 'api-key: {KEY}'", KEY),
        (f"curl x.test/v1/models --oauth2-bearer {KEY}", KEY),
        ("curl x.test/v1/models -u me:secret -b session=1", None),
    ],
)
def test_keys_are_taken_out(catalog: Catalog, command: str, key: str | None) -> None:
    request = read_curl(command)
    opened = open_as(catalog, request)
    assert (opened.key.reveal() if opened.key is not None else None) == key
    text = repr(request) + repr(opened) + json.dumps(opened.arguments)
    assert KEY not in text and "secret" not in text and "session=1" not in text


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("wget https://x.test", "does not begin"),
        ("curl", "no address"),
        ("curl -H", "wants something behind it"),
        ("curl 'x.test", "not closed"),
        ('curl "x.test', "not closed"),
        ("curl x.test -d @- <<'EOF'\nabc", "no end"),
    ],
)
def test_what_cannot_be_read_is_said(command: str, words: str) -> None:
    with pytest.raises(ImportProblem, match=words):
        read_curl(command)


def test_a_request_of_no_method_says_so(catalog: Catalog) -> None:
    opened = open_as(catalog, read_curl("curl https://x.test/v1/nothing/here"))
    assert opened.method == ""
    assert "No method" in opened.notes[-1]


_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60) | st.sampled_from(
    ["it's", '"', "\\", "$HOME", "`id`", "BODY\n", "\n", "!", "a\tb", "^&|<>", "100%"]
)
_BODIES = st.dictionaries(
    st.sampled_from(["input", "instructions", "metadata", "invented"]),
    st.recursive(_TEXTS | st.integers() | st.booleans() | st.none(), lambda inner: st.lists(inner, max_size=3)),
    min_size=1,
)


@settings(max_examples=300, deadline=None)
@given(_BODIES)
def test_what_we_write_we_read(body: dict[str, Any]) -> None:
    found = read_catalog(Path("/nonexistent")) if not _CACHE else _CACHE[0]
    assert found is not None
    _CACHE[:] = [found]
    base = "http://127.0.0.1:9/v1"
    wire = WireRequest("POST", f"{base}/responses", (("Content-Type", "application/json"),), json.dumps(body).encode())
    text = call_program("curl", CallRequest(found.methods["responses.create"], body, base, wire=wire))
    request = read_curl(text)
    assert request.url == f"{base}/responses"
    assert json.loads(request.body) == body
    assert request.key is None


_CACHE: list[Catalog] = []


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1), max_size=6))
def test_words_are_read_as_a_shell_reads_them(words: list[str]) -> None:
    from playground.core.imports.words import _Posix

    assert _Posix(" ".join(shlex.quote(word) for word in words)).words() == words


def test_fields_of_a_form_that_are_json_or_in_a_file(catalog: Catalog) -> None:
    request = read_curl(
        "curl https://api.openai.com/v1/realtime/calls -F 'sdp=<offer.sdp;type=application/sdp' "
        """-F 'session={"type":"realtime","model":"gpt-realtime"};type=application/json'"""
    )
    opened = open_as(catalog, request)
    assert opened.arguments == {"sdp": "", "session": {"type": "realtime", "model": "gpt-realtime"}}
    assert opened.notes == ["“sdp” is read from offer.sdp: paste what is in it."]
