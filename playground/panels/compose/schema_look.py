"""How the schemas of a draft stand: whether strict mode takes them, and whether the library has newer ones. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from playground.core.importing import IMPORTING

if TYPE_CHECKING:
    from playground.core.settings import Settings

FORMAT = "format"
"""The place of the output's schema; that of a function tool is `tool/NAME`."""


class Place(NamedTuple):
    """A schema of the draft, and where it came from."""

    place: str
    name: str
    text: str
    """The schema as JSON."""
    entry_id: str = ""
    sha256: str = ""
    description: str = ""
    """Of the format or tool around it."""


@dataclass(frozen=True)
class Look:
    """What there is to say of one place."""

    place: str
    name: str
    state: str = ""
    role: str = "muted"
    note: str = ""
    """How it stands to the library's; empty: as that, or it came from nowhere."""
    newer: Any = field(default=None, repr=False)
    """The library's document where that is another one."""
    sha256: str = ""
    """Of the library's, where the draft has the same."""


def tool_place(name: str) -> str:
    return f"tool/{name}"


def look(places: tuple[Place, ...], strict: object, settings: Settings, data: Path) -> tuple[Look, ...]:
    """In the pool; never raises for what stands in the draft."""
    return tuple(_look(one, strict if one.place == FORMAT else True, settings, data) for one in places)


def _look(one: Place, strict: object, settings: Settings, data: Path) -> Look:
    with IMPORTING:
        from playground.core.schemas import Document, SchemaTextError, check, profile
        from playground.core.schemas.use import digest

    try:
        document = Document.parse(one.text)
    except SchemaTextError:
        return Look(one.place, one.name, "no JSON", "error")
    report = check(document, profile("openai"))
    if not report.is_accepted:
        count = len(report.errors)
        state, role = "1 error" if count == 1 else f"{count} errors", "error"
    elif strict is False:
        state, role = "not strict", "muted"
    else:
        state, role = ("strict ✓", "good") if strict is True else ("would be strict", "muted")
    note, newer, sha256 = _against_library(one, digest(document.value), settings, data)
    return Look(one.place, one.name, state, role, note, newer, sha256)


def _against_library(one: Place, mine: str, settings: Settings, data: Path) -> tuple[str, Any, str]:
    if not one.entry_id:
        return "", None, ""
    from playground.widgets.shelf.shelf import stand

    now = stand(settings, data, one.entry_id, one.sha256)
    if not now.entry_id:
        return f"{one.entry_id} is not in the library any more; what is here stays.", None, ""
    if now.sha256 == mine:
        from playground.core.schemas.use import held

        there = held(now.value)
        if there.holder != "schema" and (there.description or "") != one.description:
            return f"{one.entry_id} has another description in the library.", now.value, mine
        return "", None, mine
    if now.sha256 != one.sha256:
        also = "" if mine == one.sha256 else " This one was edited here, too."
        return f"{one.entry_id} has a newer version in the library.{also}", now.value, ""
    return f"Edited here: no longer as {one.entry_id} in the library.", now.value, ""


class Fit(NamedTuple):
    """Whether an answer fits its schema, in words; `role` of their colour, "" where there is nothing to say."""

    words: str
    role: str
    more: str = ""
    """All that is wrong, a line each."""
    key: str = ""
    """The block of the call that it is about; empty: it is about the output."""


def fit(
    body: Mapping[str, Any], texts: tuple[str, ...], calls: tuple[tuple[str, str, str], ...], snapshot: Any
) -> tuple[Fit, ...]:
    """The answer and the arguments of each call, against the schemas that were sent. In the pool."""
    with IMPORTING:
        from playground.core.schemas.use import used_in

    found: list[Fit] = []
    tools = {}
    for used in used_in({name: body.get(name) for name in ("text", "response_format", "tools")}):
        if used.held.holder == "function":
            tools[used.held.name] = used.held.schema
            continue
        several = len(texts) > 1
        for number, text in enumerate(texts, 1):
            what = f"Output {number}" if several else "The output"
            found.append(_fit(what, used.held.name or "the schema", text, used.held.schema, snapshot))
    for key, name, arguments in calls:
        if name in tools:
            found.append(_fit(f"The arguments of {name}", name, arguments, tools[name], snapshot, key))
    return tuple(found)


def _fit(what: str, name: str, text: str, schema: Any, snapshot: Any, key: str = "") -> Fit:
    with IMPORTING:
        from playground.core.schemas.proof.judging import judge

    outcome = judge(0, 0, text, "", snapshot, schema)
    if outcome.verdict == "valid":
        return Fit(f"{what} fit." if key else f"{what} fits {name}.", "good", "", key)
    if outcome.verdict == "invalid":
        lines = "\n".join(one.line() for one in outcome.wrong)
        head = f"{what} do not fit" if key else f"{what} does not fit {name}"
        return Fit(f"{head}: {outcome.words.rstrip('.')}.", "error", lines, key)
    if outcome.verdict == "cut":
        return Fit(f"{what} {'were' if key else 'was'} cut, and not checked.", "warning", "", key)
    return Fit(outcome.words, "warning", "", key)
