"""A folder of requests: what is written is read, by people too; what others do to it is noticed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.core.catalog import read_catalog
from playground.core.redact import known
from playground.core.saved import (
    Collection,
    SavedProblem,
    SavedRequest,
    placed,
    read_request,
    root_of,
    unplaced,
)
from playground.core.saved.files import slug

CANARY = "sk-proj-canary0123456789abcdefghij"
HELLO = SavedRequest("Say hello", "responses.create", {"model": "{{model}}", "input": "Hello\n\nhow are you?\n"})
WRITTEN = """\
title: Say hello
method: responses.create
arguments:
  model: '{{model}}'
  input: |
    Hello

    how are you?
"""


def test_a_file_reads_well_and_comes_back(tmp_path: Path) -> None:
    collection = Collection(tmp_path / "requests")
    written = collection.save(HELLO)
    path = tmp_path / "requests" / "say-hello.yaml"
    assert (written.request.path, written.notes) == (path, ())
    assert path.read_text("utf-8") == WRITTEN
    read = read_request(path)
    assert (read.title, read.method, read.arguments, read.stream) == (HELLO.title, HELLO.method, HELLO.arguments, False)
    collection.save(read)
    assert path.read_text("utf-8") == WRITTEN, "saving what did not change changes no sign"
    assert [other.name for other in path.parent.iterdir()] == ["say-hello.yaml"], "nothing is left beside it"


def test_what_people_wrote_into_it_stays(tmp_path: Path) -> None:
    path = tmp_path / "mine.yml"
    path.write_text(
        "# for the demo\nmethod: responses.create\narguments:\n"
        "  input: [one, 'two']   # both\n  # cheap\n  model: \"gpt-5-mini\"\n  store: no\n  n: 010\n  day: 2026-11-27\n"
    )
    read = read_request(path)
    assert read.title == "mine"
    assert read.arguments == {
        "input": ["one", "two"], "model": "gpt-5-mini", "store": "no", "n": 10, "day": "2026-11-27",
    }  # fmt: skip
    Collection(tmp_path).save(replace(read, arguments={**read.arguments, "model": "gpt-5", "temperature": 0.5}))
    text = path.read_text("utf-8")
    for kept in ("# for the demo\n", "# both\n", "# cheap\n", "'two'", "day: '2026-11-27'\n", "store: no\n", "n: 010"):
        assert kept in text, text
    assert text.index("input") < text.index('model: "gpt-5"\n') < text.index("temperature: 0.5")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=st.dictionaries(st.text(max_size=8), JSON, max_size=4), second=st.dictionaries(st.text(), JSON, max_size=4)
)
def test_every_json_comes_back(tmp_path: Path, first: dict[str, Any], second: dict[str, Any]) -> None:
    collection = Collection(tmp_path)
    saved = collection.save(SavedRequest("x", "responses.create", first)).request
    assert saved.path is not None
    assert json.dumps(read_request(saved.path).arguments) == json.dumps(first)
    again = collection.save(replace(saved, arguments=second)).request
    assert again.path == saved.path
    assert read_request(saved.path).arguments == second
    saved.path.unlink()


def test_half_of_a_surrogate_pair_comes_back_too(tmp_path: Path) -> None:
    path = Collection(tmp_path).save(replace(HELLO, arguments={"input": "\ud83d"})).request.path
    assert path is not None and read_request(path).arguments == {"input": "\ud83d"}


def test_no_key_is_written(tmp_path: Path) -> None:
    known().add("a-key-in-use-77")
    written = Collection(tmp_path).save(
        replace(
            HELLO,
            description=f"with {CANARY}",
            arguments={
                "input": [{"content": f"my key is {CANARY}, and a-key-in-use-77"}],
                "tools": [{"type": "mcp", "authorization": "ya29.oauth-token", "headers": {"X-API-Key": "abc123"}}],
                "extra_headers": {"Authorization": f"Bearer {CANARY}", "x-mine": "kept"},
                "extra_query": {"api-key": "0123456789abcdef"},
            },
        )
    )
    assert written.request.path is not None
    text = written.request.path.read_text("utf-8")
    for secret in (CANARY, "a-key-in-use-77", "ya29.oauth-token", "abc123", "0123456789abcdef"):
        assert secret not in text + str(written)
    arguments = read_request(written.request.path).arguments
    assert arguments["extra_headers"] == {"x-mine": "kept"} and "extra_query" not in arguments
    assert arguments["tools"][0] == {
        "type": "mcp", "authorization": "{{authorization}}", "headers": {"X-API-Key": "{{x_api_key}}"},
    }  # fmt: skip
    assert arguments["input"][0]["content"] == "my key is [removed], and [removed]"
    assert len(written.notes) == 6, written.notes
    assert "--var authorization=" in " ".join(written.notes)


BROKEN = [
    ("a: [1\nb: 2\n", 2, "no YAML"),
    ("method: responses.create\nmethod: files.list\n", 2, "duplicate"),
    ("- 1\n", 1, "no saved request"),
    ("", 1, "no saved request"),
    ("title: x\n", None, "names no method"),
    ("method: [a]\n", 1, "name of a method"),
    ("method: m\nargumnets: {}\n", 2, "no “argumnets”"),
    ("method: m\narguments: 3\n", 2, "names and values"),
    ("method: m\nstream: yes\n", 2, "true or false"),
    ("method: m\narguments:\n  a: .nan\n", 3, "JSON has no such value"),
    ("method: m\narguments:\n  1: x\n", 3, "no text"),
    ("method: m\narguments:\n  a: !!binary aGk=\n", 3, "JSON has no such value"),
    ("method: m\narguments:\n  x: !!python/object/apply:os.system [true]\n", 3, "tags are not read"),
    (f"method: m\narguments:\n  input:\n    - {CANARY}\n", 4, "a key"),
    ("method: m\narguments:\n  extra_headers:\n    Authorization: Bearer abcdefgh\n", 4, "a key"),
    (
        "method: m\narguments:\n  a0: &a0 [x, x]\n"
        + "".join(f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)),
        None,
        "It holds too much",
    ),
]


@pytest.mark.parametrize(("text", "line", "words"), BROKEN)
def test_a_broken_file_is_named_with_line_and_reason(tmp_path: Path, text: str, line: int | None, words: str) -> None:
    Collection(tmp_path).save(HELLO)
    (tmp_path / "broken.yaml").write_text(text)
    scan = Collection(tmp_path).scan()
    assert [one.title for one in scan.requests] == ["Say hello"], "the others still load"
    (one,) = scan.broken
    assert one.path.name == "broken.yaml"
    assert words in one.reason
    assert line is None or one.line == line
    assert CANARY not in repr(scan)


def test_what_two_places_share_changes_in_one(tmp_path: Path) -> None:
    path = tmp_path / "shared.yaml"
    path.write_text("method: m\narguments:\n  a: &x {k: 1}\n  b: *x\n")
    read = read_request(path)
    assert read.arguments == {"a": {"k": 1}, "b": {"k": 1}}
    Collection(tmp_path).save(replace(read, arguments={"a": {"k": 1}, "b": {"k": 2}}))
    assert read_request(path).arguments == {"a": {"k": 1}, "b": {"k": 2}}


def test_no_text_and_too_long(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"method: m\ntitle: Gr\xfc\xdfe\n")
    (tmp_path / "long.yaml").write_bytes(b"#" * (5 << 20))
    (tmp_path / "deep.yaml").write_text("[" * 5000)
    scan = Collection(tmp_path).scan()
    assert {one.path.name: (one.line, one.reason) for one in scan.broken}.keys() == {
        "latin.yaml", "long.yaml", "deep.yaml",
    }  # fmt: skip
    assert next(one.line for one in scan.broken if one.path.name == "latin.yaml") == 2


def test_scanning_sees_what_others_do(tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "work.yaml").write_text("model: gpt-5\n")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.yaml").write_text("method: m\n")
    (tmp_path / "loop").symlink_to(tmp_path)
    collection = Collection(tmp_path)
    first = collection.save(HELLO).request
    collection.save(replace(HELLO, title="Überblick: Dateien!", method="files.list", arguments={}), folder="ops/daily")
    scan = collection.scan()
    assert [(one.folder, one.title, one.method, one.path.name) for one in scan.requests] == [
        ("", "Say hello", "responses.create", "say-hello.yaml"),
        ("ops/daily", "Überblick: Dateien!", "files.list", "überblick-dateien.yaml"),
    ]
    assert scan.environments == ("work",)
    assert collection.scan() == scan
    assert first.path is not None
    first.path.write_text("method: responses.create\ntitle: Edited outside\n")
    assert [one.title for one in collection.scan().requests] == ["Edited outside", "Überblick: Dateien!"]
    with pytest.raises(SavedProblem, match="changed by another program"):
        collection.save(first)
    assert "Edited outside" in first.path.read_text()
    first.path.unlink()
    assert [one.title for one in collection.scan().requests] == ["Überblick: Dateien!"]
    assert root_of(tmp_path / "ops" / "daily" / "x.yaml") == tmp_path.resolve()


def test_unchanged_files_are_not_read_again(tmp_path: Path) -> None:
    collection = Collection(tmp_path)
    saved = collection.save(HELLO).request
    assert saved.path is not None and saved.stamp is not None
    scan = collection.scan()
    import os

    size = saved.path.stat().st_size
    saved.path.write_bytes(b"#" * size)  # broken now, and made to look as if it were not
    os.utime(saved.path, ns=(saved.stamp.changed, saved.stamp.changed))
    assert collection.scan() == scan


def test_names_renaming_and_deleting(tmp_path: Path) -> None:
    collection = Collection(tmp_path)
    one, two = (collection.save(HELLO).request for _ in range(2))
    assert one.path is not None and two.path is not None
    assert (one.path.name, two.path.name) == ("say-hello.yaml", "say-hello-2.yaml")
    renamed = collection.rename(two.path, "Say goodbye")
    assert renamed.path == tmp_path / "say-goodbye.yaml" and read_request(renamed.path).title == "Say goodbye"
    assert collection.rename(one.path, "Say HELLO").path == one.path
    collection.delete(one.path)
    assert [path.name for path in tmp_path.iterdir()] == ["say-goodbye.yaml"]
    outside = tmp_path.parent / "outside.yaml"
    outside.write_text("method: m\n")
    with pytest.raises(SavedProblem):
        collection.delete(outside)
    with pytest.raises(SavedProblem, match="outside the collection"):
        collection.save(HELLO, folder="../elsewhere")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("CON", "con-request"),
        ("…", "request"),
        ("日本 語", "日本-語"),
        ("A\x00B", "a-b"),
    ],
)
def test_titles_make_harmless_names(title: str, name: str) -> None:
    assert slug(title) == name
    assert len(slug("x" * 500)) <= 60


def test_paths_of_files_move_with_the_folder(tmp_path: Path) -> None:
    catalog = read_catalog(tmp_path)
    assert catalog is not None
    entry = catalog.methods["files.create"]
    inside = {"file": f"@{tmp_path / 'data' / 'a.jsonl'}", "purpose": "@batch"}
    relative = unplaced(entry, inside, tmp_path)
    assert relative == {"file": "@data/a.jsonl", "purpose": "@batch"}
    assert placed(entry, relative, tmp_path) == inside
    assert unplaced(entry, {"file": "@/elsewhere/b"}, tmp_path) == {"file": "@/elsewhere/b"}
    edit = catalog.methods["images.edit"]
    assert placed(edit, {"image": ["@a.png", "@b.png"]}, tmp_path)["image"] == [
        f"@{tmp_path}/a.png",
        f"@{tmp_path}/b.png",
    ]
