"""Past outputs against a schema, out of files and of the log; and inputs as files."""

from __future__ import annotations

import asyncio
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.schemas.proof import Plan, ProofInput, prove
from playground.core.schemas.proof.inputs import (
    InputsError,
    beside,
    from_csv,
    from_jsonl,
    merged,
    read_file,
    save_file,
    to_jsonl,
    typed,
    written,
)
from playground.core.schemas.proof.outputs import Stored, of_file, of_log
from playground.core.schemas.proof.stored import check_stored, pattern
from tests.core.schemas.proofs import session_with
from tests.helpers.sandbox import Server

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"n": {"type": "integer"}, "l": {"type": "array", "items": {"type": "string"}}},
    "required": ["n", "l"],
    "additionalProperties": False,
}


def write(path: Path, *lines: Any) -> Path:
    path.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in lines), "utf-8")
    return path


def test_what_would_break_is_counted_by_path(tmp_path: Path) -> None:
    file = write(
        tmp_path / "past.jsonl",
        {"n": 1, "l": []},
        {"n": "1", "l": ["a", 2]},
        {"n": "2", "l": [3, "b"]},
        "{broken",
        {"n": 1},
    )
    result = check_stored(of_file(file), SCHEMA)
    assert (result.checked, result.fit, result.wrong, result.unreadable) == (5, 1, 4, 1)
    found = {one.path: (one.count, one.examples) for one in result.breaks}
    assert found["/n"] == (2, ["line 2", "line 3"]) and found["/l/*"] == (2, ["line 2", "line 3"])
    assert found[""] == (1, ["line 5"])
    assert result.unread[0].startswith("line 4: It is no JSON")
    assert result.words() == "4 of 5 outputs do not fit. 1 of them is no JSON."


def test_a_changed_schema_says_what_it_breaks_that_fitted(tmp_path: Path) -> None:
    file = write(tmp_path / "past.jsonl", *({"n": number, "l": []} for number in range(10)))
    changed = {**SCHEMA, "properties": {**SCHEMA["properties"], "n": {"type": "integer", "maximum": 6}}}
    result = check_stored(of_file(file), changed, SCHEMA)
    assert (result.newly, result.mended, result.fit) == (3, 0, 7)
    assert check_stored(of_file(file), SCHEMA, changed).mended == 3


@pytest.mark.parametrize(
    "text",
    ['[{"n": 1}, {"n": 2}]', '{"n": 1}\n{"n": 2}', '{\n "n": 1\n}\n{\n "n": 2\n}', '\ufeff{"n": 1}\n\n{"n": 2}\n'],
    ids=["list", "lines", "laid out", "mark"],
)
def test_lists_lines_and_values_are_told_apart(tmp_path: Path, text: str) -> None:
    path = tmp_path / "past.json"
    path.write_text(text, "utf-8")
    assert [one.value for one in of_file(path)] == [{"n": 1}, {"n": 2}]


@given(
    st.lists(
        st.integers() | st.text() | st.lists(st.integers()) | st.dictionaries(st.text(), st.floats(allow_nan=False)),
        max_size=8,
    )
)
def test_any_list_is_read_as_it_is(tmp_path_factory: pytest.TempPathFactory, values: list[Any]) -> None:
    path = tmp_path_factory.mktemp("x") / "past.json"
    path.write_text(json.dumps([values, *values][1:]), "utf-8")
    found = list(of_file(path))
    for one, value in zip(found, values, strict=True):
        assert one.value == value or isinstance(value, str)


def test_outputs_in_what_servers_put_around_them(tmp_path: Path) -> None:
    text = '{"n": 1, "l": []}'
    content = [{"type": "output_text", "text": text}]
    response = {"object": "response", "output": [{"type": "reasoning"}, {"type": "message", "content": content}]}
    file = write(
        tmp_path / "past.jsonl",
        response,
        {"custom_id": "1", "response": {"status_code": 200, "body": response}},
        {"object": "chat.completion", "choices": [{"message": {"content": text}}]},
        {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": text}]},
        text,
        json.dumps(text),
    )
    assert [one.value for one in of_file(file)] == [json.loads(text)] * 6


def test_a_large_file_is_never_whole_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "past.json"
    with path.open("w") as opened:
        opened.write("[")
        for number in range(60_000):
            opened.write(f'{"," if number else ""}\n{{"n": {number}, "l": ["{"x" * 200}"]}}')
        opened.write("]")
    tracemalloc.start()
    count = sum(not one.problem for one in of_file(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 60_000 and peak < path.stat().st_size * 0.6, f"{peak:,} bytes of {path.stat().st_size:,}"


def test_outputs_of_the_last_calls_of_that_schema(sandbox_server: Server, tmp_path: Path) -> None:
    async def main() -> tuple[list[Stored], list[Stored], int]:
        async with session_with(sandbox_server, tmp_path) as (session, store):
            plan = Plan(SCHEMA, (ProofInput("a"), ProofInput("b")), name="wanted", model="sandbox-echo", runs=2)
            await prove(session, plan, list.copy)
            await prove(
                session, Plan(SCHEMA, plan.inputs, name="other", model="sandbox-echo", runs=1, api="chat"), list.copy
            )
            store.flush()
            changed = {**SCHEMA, "required": ["n", "l", "more"]}
            broken = check_stored(of_log(store, "wanted", 10), changed)
            assert broken.breaks[0].exchange_id
            return list(of_log(store, "wanted", 3)), list(of_log(store, "other", 10)), broken.wrong

    wanted, other, broken = asyncio.run(main())
    assert len(wanted) == 3 and len(other) == 2 and broken == 4
    assert all(one.value.keys() == {"n", "l"} and one.exchange_id for one in wanted + other)


def test_patterns_of_paths() -> None:
    assert pattern("/a/3/b/12") == "/a/*/b/*" and pattern("") == "" and pattern("/a1") == "/a1"


# Inputs


def test_inputs_of_other_peoples_files(tmp_path: Path) -> None:
    lines = [
        '"plain"',
        '{"input": "named", "failed": true}',
        '[{"role": "user", "content": "listed"}]',
        '{"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]}',
        '{"custom_id": "1", "method": "POST", "url": "/v1/responses", "body": {"input": "of a batch"}}',
        '"plain"',
    ]
    found = from_jsonl("\n".join(lines))
    assert [one.line() for one in found] == ["plain", "named", "user: listed", "system: s · user: u", "of a batch"]
    assert [one.failed for one in found] == [False, True, False, False, False]
    assert [one.text for one in from_csv('id;text\n1;"a; b"\n2;c\n')] == ["a; b", "c"]
    with pytest.raises(InputsError, match="Line 2 holds no input"):
        from_jsonl('"a"\n{"x": 1}')
    with pytest.raises(InputsError, match="Line 1 is no JSON"):
        from_jsonl("{")
    with pytest.raises(InputsError, match="no input in it"):
        read_file(write(tmp_path / "empty.txt", "  "))
    assert [one.text for one in read_file(write(tmp_path / "lines.txt", "a", "", " b "))] == ["a", "b"]


@given(st.lists(st.text(min_size=1, alphabet=st.characters()).filter(str.strip), max_size=6, unique=True))
def test_inputs_that_are_kept_come_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    inputs = [ProofInput(text, failed=number % 2 == 0) for number, text in enumerate(texts)]
    if inputs:
        assert from_jsonl(to_jsonl(inputs)) == inputs
        path = beside(tmp_path_factory.mktemp("x") / "thing.json")
        assert path.name == "thing.inputs.jsonl"
        save_file(path, inputs)
        assert read_file(path) == inputs


def test_what_is_written_is_read_as_it_was_meant() -> None:
    messages = ({"role": "user", "content": "x"},)
    assert typed(written(ProofInput(messages=messages))) == ProofInput(messages=messages)
    assert typed("[1, 2]") == ProofInput("[1, 2]") and typed("[draft") == ProofInput("[draft")
    both, came = merged([ProofInput("a", failed=True)], [ProofInput("a"), ProofInput("b"), ProofInput(" ")])
    assert [one.text for one in both] == ["a", "b"] and came == 1 and both[0].failed
