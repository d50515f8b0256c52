"""Variables: what is put in where, and what is said when one has no value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.saved import SavedProblem, environments, fill, given_variables, read_environment, used
from playground.core.saved.variables import escaped


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        ("{{n}}", 5),
        ("{{ n }} words", "5 words"),
        ("{{list}}", ["a", 1]),
        ("as text: {{list}}", 'as text: ["a", 1]'),
        ("{{name}} and {{name}}", "Ada {{n}} and Ada {{n}}"),
        (r"\{{n}}", "{{n}}"),
        (r"\{{n}} {{n}}", "{{n}} 5"),
        ("{{#if x}} {{}} {n} {{a b}}", "{{#if x}} {{}} {n} {{a b}}"),
        ({"a": ["{{n}}", {"b": "{{name}}"}], "{{n}}": 1}, {"a": [5, {"b": "Ada {{n}}"}], "{{n}}": 1}),
        (None, None),
    ],
)
def test_values_are_put_in(value: Any, filled: Any) -> None:
    assert fill(value, {"n": 5, "name": "Ada {{n}}", "list": ["a", 1]}) == filled


@given(st.recursive(st.text("{}\\ab- "), lambda one: st.lists(one) | st.dictionaries(st.text(), one), max_leaves=5))
def test_what_is_escaped_stands_for_itself(value: Any) -> None:
    assert used(escaped(value)) == []
    assert fill(escaped(value), {}) == value or "\\{{" in str(value)


def test_an_unknown_one_is_named_before_anything_is_sent() -> None:
    with pytest.raises(SavedProblem) as caught:
        fill({"model": "{{modell}}", "input": "{{other}}"}, {"model": "m"}, where="The environment “work” lacks it")
    words = caught.value.problem.line()
    assert "{{modell}}, {{other}}" in words and "Is {{model}} meant?" in words and "work" in words
    assert used(["{{b}}", "{{a}} {{b}}", r"\{{c}}"]) == ["b", "a"]


def test_of_the_command_line() -> None:
    assert given_variables(["a=1", "b:=[1]", "c=x=y", "d="]) == {"a": "1", "b": [1], "c": "x=y", "d": ""}
    for word in ("a", "=1", "1a=2", "a b=2"):
        with pytest.raises(SavedProblem, match="NAME=VALUE"):
            given_variables([word])
    with pytest.raises(SavedProblem, match="no JSON"):
        given_variables(["a:=x"])


def test_environments_are_files(tmp_path: Path) -> None:
    assert environments(tmp_path) == ()
    folder = tmp_path / "environments"
    folder.mkdir()
    (folder / "work.yaml").write_text("# ours\nmodel: gpt-5\ntries: 3\n")
    (folder / "Home.yml").write_text("")
    (folder / ".work.yaml.swp").write_text("")
    assert environments(tmp_path) == ("Home", "work")
    assert read_environment(tmp_path, "work") == {"model": "gpt-5", "tries": 3}
    assert read_environment(tmp_path, "Home") == {}
    for name in ("wokr", "../environments/work"):
        with pytest.raises(SavedProblem, match="no environment"):
            read_environment(tmp_path, name)
    for text, line in (("- 1\n", 1), ("a: 1\n2b: 2\n", 2), ("ok: 1\nkey: sk-proj-canary0123456789abcdefghij\n", 2)):
        (folder / "bad.yaml").write_text(text)
        with pytest.raises(SavedProblem) as caught:
            read_environment(tmp_path, "bad")
        assert caught.value.line == line
        assert "canary" not in caught.value.problem.line()
