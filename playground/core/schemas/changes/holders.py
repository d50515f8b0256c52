"""What a schema says of the parts of a value: properties and items."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from playground.core.schemas.changes.comparing import Comparer, Place, both_flags
from playground.core.schemas.changes.model import Change, Flag, worst
from playground.core.schemas.checker import cut, listed
from playground.core.schemas.keywords import BARE, same

_UNKNOWN = (None, None)


def compare_properties(c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place) -> None:
    """Properties, those that have to be there, and all others."""
    was, now = old.get("properties", {}), new.get("properties", {})
    needed, wanted = set(old.get("required", ())), set(new.get("required", ()))
    by_pattern = bool(old.get("patternProperties") or new.get("patternProperties"))
    names = _Renamed(was, now, needed, wanted)
    for name in now:
        if name in was:
            c.below(was[name], now[name], place.prop(name), "object")
        else:
            _added(c, old, new, place, name, by_pattern=by_pattern, former=names.former.get(name, ""))
    for name in was:
        if name not in now and name not in names.former.values():
            _removed(c, old, new, place, name, by_pattern=by_pattern)
    _required(c, place, sorted(needed - wanted), sorted(wanted - needed), was, now)
    _others(c, old, new, place)
    kept_before = [name for name in was if name in now]
    kept_now = [name for name in now if name in was]
    if kept_before != kept_now:
        words = f"The order is {', '.join(cut(name, 20) for name in list(now)[:5])}{', …' if len(now) > 5 else ''} now."
        c.add(place.step("properties", path=place.path), "order", words, False, False)


class _Renamed:
    """Which new properties are old ones under another name: the same schema, at the same place among the others.
    `former`: the old name of each."""

    def __init__(self, was: dict[str, Any], now: dict[str, Any], needed: set[str], wanted: set[str]) -> None:
        gone = [(at, name) for at, name in enumerate(was) if name not in now]
        came = [(at, name) for at, name in enumerate(now) if name not in was]
        self.former: dict[str, str] = {}
        if len(gone) == len(came) and len(was) == len(now):
            for (at, one), (where, other) in zip(gone, came, strict=True):
                if at == where and same(_bare(was[one]), _bare(now[other])) and (one in needed) == (other in wanted):
                    self.former[other] = one


def _bare(schema: Any) -> Any:
    return {key: value for key, value in schema.items() if key not in BARE} if isinstance(schema, dict) else schema


def _added(
    c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place, name: str, *, by_pattern: bool, former: str
) -> None:
    here = place.prop(name)
    readers, writers = _UNKNOWN
    if not by_pattern:
        readers, writers = both_flags(c.apart(old.get("additionalProperties", True), new["properties"][name], here))
    is_needed = name in new.get("required", ())
    if is_needed and name not in old.get("required", ()):
        writers = True
    if former:
        gone = _without(c, old, new, place, former, by_pattern=by_pattern)
        readers, writers = worst((readers, gone[0])), worst((writers, gone[1]))
        words = f"Was called “{cut(former)}”, it seems: the same schema at the same place."
        c.add(here, "renamed", words, readers, writers, of="object")
        return
    words = "New, and always there." if is_needed else "New; it may be missing."
    if readers is True and old.get("additionalProperties") is False:
        words += " Who read with the old schema refuse what they do not know."
    c.add(here, "added", words, readers, writers, of="object")


def _removed(
    c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place, name: str, *, by_pattern: bool
) -> None:
    readers, writers = _without(c, old, new, place, name, by_pattern=by_pattern)
    is_needed = name in old.get("required", ())
    words = "Is gone, and was always there." if is_needed else "Is gone; it could be missing before."
    c.add(place.prop(name), "removed", words, readers, writers, of="object")


def _without(
    c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place, name: str, *, by_pattern: bool
) -> tuple[Flag, Flag]:
    readers, writers = _UNKNOWN
    if not by_pattern:
        more = new.get("additionalProperties", True)
        readers, writers = both_flags(c.apart(old["properties"][name], more, place.prop(name)))
    if name in old.get("required", ()) and name not in new.get("required", ()):
        readers = True
    return readers, writers


def _required(
    c: Comparer, place: Place, gone: list[str], came: list[str], was: dict[str, Any], now: dict[str, Any]
) -> None:
    """Properties that are on both sides, or on none."""
    for names, words, readers in ((gone, "May be missing now.", True), (came, "Is always there now.", False)):
        for name in names:
            if (name in was) == (name in now):
                here = place.prop(name) if name in now else place.step("required", path=place.prop(name).path)
                c.add(here, "required", words, readers, not readers, of="object")
    # What is required, but on one side no property, was told with the property where that came or went.
    for name in (*gone, *came):
        if (name in was) and name not in now and name in came:
            c.add(place.prop(name), "required", "Is always there now.", False, True, of="object")
        elif name in now and name not in was and name in gone:
            c.add(place.prop(name), "required", "May be missing now.", True, False, of="object")


def _others(c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place) -> None:
    """Names that are no properties."""
    was, now = old.get("additionalProperties", True), new.get("additionalProperties", True)
    here = place.step("additionalProperties", path=place.path)
    # A name that only one side lists falls under the other's rule for all others, and is told there.
    if was is False or now is False:
        if was is not now:
            words = "Closed now: no other properties." if now is False else "Open now: other properties may be there."
            readers, writers = both_flags(c.apart(was, now, here))
            c.add(here, "closed", words, readers, writers, of="object")
    else:
        other = place.step("additionalProperties", path=f"{place.path}.*" if place.path else "*")
        c.below(was, now, other, "object")
    patterns, others = old.get("patternProperties", {}), new.get("patternProperties", {})
    if patterns.keys() == others.keys():
        for pattern in others:
            path = f"{place.path}.{cut(pattern, 20)}" if place.path else cut(pattern, 20)
            c.below(patterns[pattern], others[pattern], place.step("patternProperties", pattern, path=path), "object")
    else:
        names = listed(sorted(patterns.keys() ^ others.keys()))
        c.add(place.step("patternProperties", path=place.path), "unknown",
              f"Properties by pattern are others ({names}): not compared.", None, None, of="object")  # fmt: skip
    if "propertyNames" in old or "propertyNames" in new:
        inner = place.step("propertyNames", path=f"{place.path} (names)".strip())
        c.below(old.get("propertyNames", True), new.get("propertyNames", True), inner, "object")
    mine, yours = old.get("dependentSchemas", {}), new.get("dependentSchemas", {})
    if mine.keys() == yours.keys():
        for name in yours:
            c.below(mine[name], yours[name], place.step("dependentSchemas", name, path=place.path), "object")
    else:
        c.add(place.step("dependentSchemas", path=place.path), "unknown",
              "“dependentSchemas” is another: not compared.", None, None, of="object")  # fmt: skip


def compare_items(c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place) -> None:
    """Items by number, all others, and those that have to be among them."""
    first, later = old.get("prefixItems", []), new.get("prefixItems", [])
    rest, others = old.get("items", True), new.get("items", True)
    if isinstance(rest, list) or isinstance(others, list):
        if not same(rest, others):
            c.add(place.step("items", path=place.path), "unknown", "Items are listed in an older way: not compared.",
                  None, None, of="array")  # fmt: skip
        return
    for number in range(max(len(first), len(later))):
        was = first[number] if number < len(first) else rest
        now = later[number] if number < len(later) else others
        old_at = f"/prefixItems/{number}" if number < len(first) else "/items"
        new_at = f"/prefixItems/{number}" if number < len(later) else "/items"
        here = Place(place.old + old_at, place.new + new_at, f"{place.path}[{number}]", place.depth + 1)
        c.below(was, now, here, "array")
    if "items" in old or "items" in new:
        c.below(rest, others, place.item("items"), "array")
    _contains(c, old, new, place)


def _contains(c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place) -> None:
    if "contains" not in old and "contains" not in new:
        return
    here = place.item("contains")
    limits = ("minContains", "maxContains")
    if "contains" not in old or "contains" not in new:
        is_new = "contains" in new
        words = "A certain item has to be there now." if is_new else "No certain item has to be there now."
        c.add(here, "limit", words, not is_new, is_new, of="array")
    elif any(old.get(name) != new.get(name) for name in limits):
        c.add(here, "unknown", "How many certain items have to be there is another: not compared.", None, None,
              of="array")  # fmt: skip
        c.tell(unsure(c.apart(old["contains"], new["contains"], here, "=")), of="array")
    elif "maxContains" in new:
        c.tell(unsure(c.apart(old["contains"], new["contains"], here, "=")), of="array")
    else:
        c.below(old["contains"], new["contains"], here, "array")


def unsure(changes: list[Change]) -> list[Change]:
    """Changes where both directions count: what is not harmless is unknown."""
    return [
        one if (one.breaks_readers, one.breaks_writers) == (False, False)
        else replace(one, breaks_readers=None, breaks_writers=None)
        for one in changes
    ]  # fmt: skip
