"""`playground schema diff`: words, JSON, and exit codes for CI."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_call import run

OLD = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": False}
WIDER = {**OLD, "properties": {"a": {"type": ["integer", "null"]}}}
WORDS = {**OLD, "description": "A number"}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    made = {}
    for name, value in {"old": OLD, "wider": WIDER, "words": WORDS, "list": [1]}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(value))
        made[name] = str(tmp_path / f"{name}.json")
    (tmp_path / "broken.json").write_text('{"type": ')
    return {**made, "broken": str(tmp_path / "broken.json"), "none": str(tmp_path / "none.json")}


@pytest.mark.parametrize(
    ("old", "new", "more", "code"),
    [("old", "old", [], 0), ("old", "words", [], 0), ("old", "wider", [], 1), ("wider", "old", [], 1),
     ("old", "wider", ["--for", "writers"], 0), ("wider", "old", ["--for", "readers"], 0),
     ("old", "list", [], 2), ("broken", "old", [], 2), ("old", "none", [], 2)],
)  # fmt: skip
def test_exit_codes(files: dict[str, str], old: str, new: str, more: list[str], code: int) -> None:
    got, out, err = run("schema", "diff", files[old], files[new], *more)
    assert got == code, err
    assert bool(out) == (code != 2) and bool(err) == (code == 2)


def test_what_is_said(files: dict[str, str]) -> None:
    out = run("schema", "diff", files["old"], files["wider"])[1].decode()
    assert out == "a: May be null now.  [breaks readers]\nReaders are broken by it, writers are not touched.\n"
    told = json.loads(run("schema", "diff", "--json", files["old"], files["wider"])[1])
    assert (told["breaks_readers"], told["breaks_writers"]) == (True, False)
    assert [(one["pointer"], one["kind"]) for one in told["changes"]] == [("/properties/a/type", "nullable")]
    assert "Line 1, column 10" in run("schema", "diff", files["broken"], files["old"])[2].decode()
