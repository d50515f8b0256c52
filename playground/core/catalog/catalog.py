"""The catalogue as the program uses it: looked up, searched, matched against requests. Imports no SDK."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from playground.core.catalog.minimal import minimal_value
from playground.core.catalog.model import Family, Hit, Kind, MethodEntry, ParameterEntry
from playground.core.catalog.pool import closure, references
from playground.core.catalog.words import MARKED
from playground.core.fuzzy import score
from playground.core.resources import dated

ALWAYS = ("extra_headers", "extra_query", "extra_body")
"""What every method takes besides its own; `timeout` is the profile's."""
_ALWAYS_HELP = {
    "extra_headers": "Headers to add to the request.",
    "extra_query": "Parameters to add to the query.",
    "extra_body": "Members to add to the JSON body; they win over all others.",
}


class Catalog:
    """Every public method of one version of the SDK."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Raises KeyError, TypeError or ValueError for data of another shape."""
        self.sdk_version: str = data["sdk"]
        retired = retirements()
        self.methods: dict[str, MethodEntry] = {method["name"]: _entry(method, retired) for method in data["methods"]}
        self.families: tuple[Family, ...] = tuple(_family(family) for family in data["families"])
        self.defs: dict[str, Any] = data["defs"]
        self.problems: list[dict[str, str]] = list(data.get("problems", ()))
        """What could not be described, with the reason."""

    def schema_of(self, name: str) -> dict[str, Any]:
        """The arguments of a method as one self-contained JSON Schema. What may be given instead of what is an `anyOf`
        of `required` lists; an ID carries its kind as `x-id-kind`. Raises KeyError."""
        entry = self.methods[name]
        properties: dict[str, Any] = {}
        for parameter in entry.parameters:
            if "x-python" in parameter.schema:
                continue
            schema = dict(parameter.schema)
            if parameter.help:
                schema["description"] = parameter.help
            if parameter.id_kind:
                schema["x-id-kind"] = parameter.id_kind
            properties[parameter.name] = schema
        if entry.verb:
            for extra in ALWAYS:
                if extra != "extra_body" or entry.verb not in ("GET", "DELETE"):
                    properties[extra] = {
                        "type": "object", "additionalProperties": True, "description": _ALWAYS_HELP[extra],
                        "x-extra": True,
                    }  # fmt: skip
        required = [name for name in entry.required[0] if all(name in needed for needed in entry.required)]
        whole: dict[str, Any] = {
            "type": "object",
            "properties": properties,
            "required": [name for name in required if name in properties],
            "additionalProperties": False,
        }
        if len(entry.required) > 1:
            whole["anyOf"] = [{"required": list(needed)} for needed in entry.required]
        whole["$defs"] = closure(iter(list(references(properties))), self.defs)
        return whole

    def minimal(self, name: str) -> dict[str, Any]:
        """The smallest arguments that a method takes, as `playground call` has them (`"@file"` for a file). Raises
        KeyError."""
        entry = self.methods[name]
        arguments: dict[str, Any] = {}
        wanted_names = list(entry.required[0])
        files = [parameter for parameter in entry.parameters if parameter.place == "form" and _is_file(parameter)]
        if entry.multipart and files and not any(_place(entry, name) == "form" for name in wanted_names):
            wanted_names.append(files[0].name)  # the SDK would let an upload be without anything to upload
        for wanted in wanted_names:
            parameter = entry.parameter(wanted)
            if parameter is None or "x-python" in parameter.schema:
                continue
            value = minimal_value(parameter.schema, self.defs)
            if parameter.id_kind and isinstance(value, str):
                value = example_id(parameter.id_kind)
            arguments[wanted] = value
        return arguments

    def match(self, verb: str, path: str) -> list[tuple[str, dict[str, str]]]:
        """The methods that make such a request, best first, each with the path's parameters as they stand there (still
        quoted). `path` is below the base URL; a query tells apart methods that differ in no more (`?beta=true`)."""
        path, _, asked = path.partition("?")
        path, verb, query = "/" + path.strip("/"), verb.upper(), dict(parse_qsl(asked, keep_blank_values=True))
        found = []
        for pattern, literal, entry in self._patterns:
            if entry.verb == verb and (matched := pattern.fullmatch(path)):
                fits = sum(1 if query.get(name) == value else -1 for name, value in entry.query.items())
                rank = (-fits, bool(entry.wraps), bool(entry.deprecated), entry.name.startswith("beta."), -literal)
                found.append((*rank, len(entry.name), entry.name, matched.groupdict()))
        return [(name, values) for *_, name, values in sorted(found, key=lambda row: row[:-1])]

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], int, MethodEntry]]:
        rows = []
        for entry in self.methods.values():
            if entry.path:
                parts = re.split(r"\{(\w+)\}", entry.path)
                text = "".join(
                    f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts)
                )
                rows.append((re.compile(text), sum(len(part) for part in parts[::2]), entry))
        return rows

    def search(self, text: str, limit: int = 200) -> list[Hit]:
        """What a text finds, best first: in names before paths, summaries and parameters; deprecated ones last. Names
        and paths are found by the beginnings of their words, too (`vscr` is `vector_stores.create`)."""
        words = text.casefold().split()
        hits = [hit for row in self._haystacks if (hit := _find(text, words, row)) is not None]
        order = {name: place for place, name in enumerate(self.methods)}
        hits.sort(key=lambda hit: (-hit.score, order[hit.name]))
        return hits[:limit]

    @cached_property
    def _haystacks(self) -> list[_Row]:
        rows = []
        for entry in self.methods.values():
            names = tuple(parameter.name for parameter in entry.parameters)
            whole = " ".join((entry.name, entry.verb, entry.path, entry.summary, *names)).casefold()
            rows.append(_Row(entry, f"{entry.verb} {entry.path}", names, whole))
        return rows


class _Row(NamedTuple):
    """What is searched of a method."""

    entry: MethodEntry
    path: str
    parameters: tuple[str, ...]
    whole: str


_PATH, _SUMMARY, _PARAMETER, _SCATTERED = 10, 30, 40, 50
"""How much less a find counts than one in a name."""
_DEPRECATED, _WRAPPING = 25, 5
"""How much less a method counts that has a better one."""


def _find(text: str, words: list[str], row: _Row) -> Hit | None:
    entry = row.entry
    found: list[tuple[int, str]] = []
    name = score(text, entry.name)
    if name is not None:
        found.append((name, ""))
    path = score(text, row.path)
    if path is not None:
        found.append((path - _PATH, ""))
    if all(word in row.whole for word in words):
        summary = score(text, entry.summary) if all(word in entry.summary.casefold() for word in words) else None
        if summary is not None:
            found.append((summary - _SUMMARY, entry.summary))
        for parameter in row.parameters:
            if all(word in parameter for word in words):
                found.append(((score(text, parameter) or 0) - _PARAMETER, parameter))
        found.append(((score(text, row.whole) or 0) - _SCATTERED, ""))  # one word in the name, another in the path
    if not found:
        return None
    best, shown = max(found, key=lambda one: one[0])
    less = (_DEPRECATED if entry.deprecated else 0) + (_WRAPPING if entry.wraps else 0)
    return Hit(entry.name, best - less, shown)


def _place(entry: MethodEntry, name: str) -> str:
    parameter = entry.parameter(name)
    return parameter.place if parameter is not None else ""


def _is_file(parameter: ParameterEntry) -> bool:
    """Whether it takes a file, or several."""
    branches = [parameter.schema, *parameter.schema.get("anyOf", ())]
    return any(branch.get("format") == "binary" for branch in branches)


_EXAMPLES = {
    "response": "resp_", "file": "file-", "batch": "batch_", "vector_store": "vs_", "conversation": "conv_",
    "chat_completion": "chatcmpl-", "fine_tuning_job": "ftjob-", "upload": "upload_", "assistant": "asst_",
    "thread": "thread_", "message": "msg_", "run": "run_", "model": "gpt-5",
}  # fmt: skip


def example_id(kind: str) -> str:
    """An ID of a kind, as the API writes them; it is nobody's."""
    prefix = _EXAMPLES.get(kind, f"{kind}_")
    return prefix if kind == "model" else f"{prefix}123"


def retirements() -> list[tuple[str, str, str]]:
    """What is known of the end of methods beyond what the SDK says: (beginning of the name, words, successor)."""
    try:
        rows = json.loads(dated("retirements").read_text("utf-8"))["retirements"]
    except (OSError, ValueError, KeyError):
        return []
    return [(row["methods"], row["words"], row["successor"]) for row in rows]


def _entry(data: Mapping[str, Any], retired: list[tuple[str, str, str]]) -> MethodEntry:
    why, successor = data["deprecated"], data["successor"]
    for beginning, words, instead in retired:
        if data["name"].startswith(beginning):
            why = words if why in ("", MARKED) else f"{words} {why}"
            successor = successor or instead
            break
    return MethodEntry(
        **{
            **data,
            "deprecated": why,
            "successor": successor,
            "kind": Kind(data["kind"]),
            "parameters": tuple(ParameterEntry(**parameter) for parameter in data["parameters"]),
            "required": tuple(tuple(needed) for needed in data["required"]),
        }
    )


def _family(data: Mapping[str, Any]) -> Family:
    return Family(
        data["id"], data["title"], tuple(data["methods"]), tuple(_family(child) for child in data["children"])
    )
