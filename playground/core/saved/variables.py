r"""`{{name}}` in the texts of a request: values come from an environment's file and from the command line.

A text that is nothing but a variable becomes the variable's value, of whatever type; inside a longer text the value
becomes part of it. Values are put in as they are: what looks like a variable in them stays. `\{{name}}` is no variable.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from playground.core.saved import yaml
from playground.core.saved.files import SUFFIXES
from playground.core.saved.model import refuse_secrets
from playground.core.saved.problems import SavedProblem, broken

ENVIRONMENTS = "environments"
NAME = re.compile(r"[^\W\d][\w.-]*")
_USE = re.compile(r"(\\?)\{\{[ \t]*([^\W\d][\w.-]*)[ \t]*\}\}")


def used(value: Any) -> list[str]:
    """The variables in a value, each once, in their order."""
    return list(dict.fromkeys(_used(value)))


def _used(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield from (match[2] for match in _USE.finditer(value) if not match[1])
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _used(one)
    elif isinstance(value, list):
        for one in value:
            yield from _used(one)


def escaped(value: Any) -> Any:
    r"""A value in which nothing is a variable: `{{name}}` becomes `\{{name}}`."""
    if isinstance(value, str):
        return _USE.sub(lambda match: f"\\{match[0]}", value)
    if isinstance(value, Mapping):
        return {name: escaped(one) for name, one in value.items()}
    return [escaped(one) for one in value] if isinstance(value, list) else value


def fill(value: Any, variables: Mapping[str, Any], *, where: str = "") -> Any:
    """A value with its variables put in. Raises SavedProblem that names those nobody gave, before anything is sent.

    `where`: which environment was asked, for that problem.
    """
    unknown = [name for name in used(value) if name not in variables]
    if unknown:
        names = ", ".join(f"{{{{{name}}}}}" for name in unknown)
        close = difflib.get_close_matches(unknown[0], list(variables), n=1)
        hint = f" Is {{{{{close[0]}}}}} meant?" if close else ""
        raise SavedProblem(
            f"No value for {names}",
            f"{where or 'No environment was chosen, and no variable given'}.{hint}",
            f"Give it with --var {unknown[0]}=…, or in an environment; \\{{{{{unknown[0]}}}}} stands for itself.",
        )
    return _filled(value, variables)


def _filled(value: Any, variables: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        return {name: _filled(one, variables) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, variables) for one in value]
    if not isinstance(value, str):
        return value
    whole = _USE.fullmatch(value)
    if whole is not None and not whole[1]:
        return variables[whole[2]]
    return _USE.sub(lambda match: match[0][1:] if match[1] else _text(variables[match[2]]), value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def given_variables(words: Iterable[str]) -> dict[str, Any]:
    """`NAME=TEXT` and `NAME:=JSON` of the command line. Raises SavedProblem."""
    found: dict[str, Any] = {}
    for word in words:
        name, equals, text = word.partition("=")
        as_json = name.endswith(":")
        name = name.removesuffix(":").strip()
        if not equals or NAME.fullmatch(name) is None:
            # What follows may be a secret: only the name is said.
            raise SavedProblem(
                "A variable is given as NAME=VALUE", f"“{name[:40]}” is not.", "For JSON write NAME:=[1, 2]."
            )
        try:
            found[name] = json.loads(text) if as_json else text
        except ValueError as error:
            raise SavedProblem(
                f"The value of “{name}” is no JSON", f"{error}.", f"For a text write {name}=… without the colon."
            ) from None
    return found


def environments(root: Path) -> tuple[str, ...]:
    """The names of a collection's environments, sorted. Never raises."""
    try:
        found = [path for path in (root / ENVIRONMENTS).iterdir() if path.suffix.lower() in SUFFIXES]
    except OSError:
        return ()
    return tuple(sorted((path.stem for path in found if not path.name.startswith(".")), key=str.lower))


def read_environment(root: Path, name: str) -> dict[str, Any]:
    """The variables of an environment. Raises SavedProblem where there is none, or its file is broken; OSError."""
    folder = root / ENVIRONMENTS
    found = next((path for suffix in SUFFIXES if (path := folder / f"{name}{suffix}").is_file()), None)
    if found is None or Path(name).name != name:
        names = environments(root)
        there = f"There are: {', '.join(names)}" if names else f"{folder} holds none"
        raise SavedProblem(f"There is no environment “{name}”", f"{there}.", f"Write {ENVIRONMENTS}/NAME.yaml.")
    document = yaml.read(found)
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise broken(
            found, 1, "It is no environment: names and values are missing.", "Write lines like “model: gpt-5”."
        )
    values: dict[str, Any] = yaml.Plain(found).value(document)
    refuse_secrets(found, document)
    for one in values:
        if NAME.fullmatch(one) is None:
            reason = f"“{one}” is no name for a variable."
            raise broken(found, yaml.line_of(document, one), reason, "It begins with a letter; then - . _ and digits.")
    return values
