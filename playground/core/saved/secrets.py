"""No key in a saved request: what is one is found before anything is written, and after anything is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from playground.core.redact import SECRET_HEADERS, SECRET_PARAMETERS, known

_DEEP = SECRET_HEADERS | {"api_key", "apikey", "client_secret", "password", "access_token"}
"""Names that hold a secret wherever they stand, such as the `authorization` of an MCP server."""
_NO_SECRET = re.compile(r"^\s*$|^[$%<\[]|^\{\{|^[x*•….]+$", re.IGNORECASE)
"""What stands where a secret would be and is none."""
_VARIABLE = re.compile(r"\s*(?:Bearer\s+)?\{\{[^{}]*\}\}\s*", re.IGNORECASE)
HOLE = "[removed]"


def without_secrets(arguments: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Arguments without keys, and what was taken out, in words. A secret of the body (an MCP server's token) becomes a
    variable; headers and parameters that the profile's key takes the place of go."""
    notes: list[str] = []
    kept = dict(arguments)
    for place, names in (("extra_headers", SECRET_HEADERS), ("extra_query", SECRET_PARAMETERS)):
        values = kept.get(place)
        if not isinstance(values, Mapping):
            continue
        for name in [name for name in values if name.lower() in names]:
            if isinstance(values[name], str) and _VARIABLE.fullmatch(values[name]):
                continue
            values = {other: value for other, value in values.items() if other != name}
            notes.append(f"“{place}.{name}” was left out: the profile's key takes its place.")
        if values:
            kept[place] = values
        else:
            del kept[place]
    return {name: _clean(value, name, notes) for name, value in kept.items()}, notes


def _clean(value: Any, where: str, notes: list[str]) -> Any:
    if isinstance(value, Mapping):
        return {name: _member(name, one, f"{where}.{name}", notes) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one, f"{where}[{at}]", notes) for at, one in enumerate(value)]
    if isinstance(value, str):
        masked = known().text(value)
        if masked != value:
            notes.append(f"A key was taken out of “{where}”.")
            return re.sub(r"(?:sk-|ses|ek_)?\*{6,}", HOLE, masked)
    return value


def _member(name: Any, value: Any, where: str, notes: list[str]) -> Any:
    if isinstance(name, str) and isinstance(value, str) and _is_secret(name, value):
        variable = re.sub(r"\W+", "_", name.lower()).strip("_")
        notes.append(
            f"The secret in “{where}” is not written: {{{{{variable}}}}} stands there. Give it with --var {variable}=…"
        )
        return f"{{{{{variable}}}}}"
    return _clean(value, where, notes)


def _is_secret(name: str, value: str) -> bool:
    if name.lower() not in _DEEP or _VARIABLE.fullmatch(value):
        return False
    bare = re.sub(r"^\s*(?:Bearer|Basic)\s+", "", value, flags=re.IGNORECASE)
    return not _NO_SECRET.search(bare)


def find_secret(value: Any) -> tuple[Any, ...] | None:
    """The way (names and numbers) to the first thing in a document that is a key; None where there is none."""
    return next(_secrets(value, ()), None)


def _secrets(value: Any, way: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, Mapping):
        for name, one in value.items():
            if isinstance(name, str) and isinstance(one, str) and _is_secret(name, one):
                yield (*way, name)
            else:
                yield from _secrets(one, (*way, name))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from _secrets(one, (*way, at))
    elif isinstance(value, str) and known().text(value) != value:
        yield way
