"""What a schema says of a value itself: its type, its values, its limits; and which parts are compared where."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from playground.core.schemas.changes.comparing import (
    Comparer,
    Place,
    both_flags,
    kinds_named,
    listed_values,
)
from playground.core.schemas.changes.model import Flag
from playground.core.schemas.checker import cut
from playground.core.schemas.formats import FORMATS
from playground.core.schemas.keywords import BARE, HIDDEN, KEYWORDS, TYPES, has_type, same, types_of, walk
from playground.core.schemas.validate import UnusableSchema, Validator

_FEW = 1000
"""Values that are tried one by one."""
_COUNTS = (
    ("string", "minLength", "maxLength", "character", "characters"),
    ("array", "minItems", "maxItems", "item", "items"),
    ("object", "minProperties", "maxProperties", "property", "properties"),
)
_TAKEN = frozenset(
    ("type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength",
     "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "pattern", "format", "uniqueItems",
     "required", "properties", "patternProperties", "additionalProperties", "propertyNames", "items", "prefixItems",
     "contains", "minContains", "maxContains", "anyOf", "oneOf", "allOf", "not", "$ref", "$dynamicRef",
     "$defs", "definitions", "dependentSchemas")
)  # fmt: skip
"""Keywords that some part compares; what else narrows is only looked at for being the same."""


def compare(c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place) -> None:
    """All that narrows."""
    from playground.core.schemas.changes import choices, holders

    kinds = c.old_kinds, c.new_kinds
    before = len(c.changes)
    for part in (
        _type, _values, _numbers, _counts, _multiple, _texts, _unique, holders.compare_properties,
        holders.compare_items, choices.compare_all_of, choices.compare_any_of, choices.compare_one_of,
        choices.compare_not, _rest,
    ):  # fmt: skip
        part(c, old, new, place)
        c.old_kinds, c.new_kinds = kinds
    _unevaluated(c, old, new, place)
    _listed(c, old, new, before)


def shown(value: Any) -> str:
    """A value in a sentence."""
    return cut(json.dumps(value, ensure_ascii=False), 40)


def shown_list(values: list[Any], most: int = 4) -> str:
    texts = [shown(value) for value in values[:most]]
    more = f" and {len(values) - most:,} more" if len(values) > most else ""
    return ", ".join(texts) + more


def compare_words(c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place) -> None:
    """What accepts every document: said, and harmless."""
    names = [name for name in (*BARE, *new) if name in old or name in new]
    names = [name for name in dict.fromkeys(names) if name in BARE or name not in KEYWORDS]
    for name in names:
        if name.startswith(("$", HIDDEN)) or same(old.get(name), new.get(name)) is True:
            continue
        title = {"description": "Description", "title": "Title", "default": "Default value"}.get(name, f"“{cut(name)}”")
        what = "is new" if name not in old else "is gone" if name not in new else "is another"
        if name == "default" and name in new:
            what = f"is {shown(new[name])}" if name not in old else f"was {shown(old[name])}, is {shown(new[name])}"
        c.add(place.step(name, path=place.path), "description", f"{title} {what}.", False, False)


def _type(c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place) -> None:
    was, now = types_of(old), types_of(new)
    before, after = kinds_named(was), kinds_named(now)
    if was != now and any(name not in TYPES for name in (*was, *now)):
        c.add(place, "unknown", f"Type was {_types(was)}, is {_types(now)}: not every one is a type.", None, None)
        return
    more, less = after - before, before - after
    if not more and not less:
        return
    readers, writers = bool(more & c.new_kinds), bool(less & c.old_kinds)
    if more == {"null"} and not less:
        c.add(place.step("type", path=place.path), "nullable", "May be null now.", readers, writers)
    elif less == {"null"} and not more:
        c.add(place.step("type", path=place.path), "nullable", "Is never null now.", readers, writers)
    else:
        words = f"Type was {_types(was)}, is {_types(now)}."
        c.add(place.step("type", path=place.path), "type", words, readers, writers)


def _types(names: tuple[str, ...]) -> str:
    return " or ".join(cut(name, 20) for name in names[:8]) or "any"


def _values(c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place) -> None:
    was, now = listed_values(old), listed_values(new)
    place = place.step("enum" if "enum" in new else "const", path=place.path)
    if was is None and now is None:
        return
    if was is None or now is None:
        few = [None] if c.old_kinds <= {"null"} else [True, False, None] if c.old_kinds <= {"null", "boolean"} else None
        if now is not None:
            loses = few is None or any(not any(same(one, value) for value in now) for one in few)
            c.add(place, "values", f"Only these values now: {shown_list(now)}.", False, loses)
        else:
            c.add(place, "values", "Any value of the type now, not only those that were listed.", True, False)
        return
    added = [one for one in now if not any(same(one, value) for value in was)]
    gone = [one for one in was if not any(same(one, value) for value in now)]
    if added:
        readers = any(not types_of(new) or has_type(one, types_of(new)) for one in added)
        c.add(place, "values", f"New {_noun(added)}: {shown_list(added)}.", readers, False)
    if gone:
        writers = any(not types_of(old) or has_type(one, types_of(old)) for one in gone)
        c.add(place, "values", f"{_noun(gone).capitalize()} gone: {shown_list(gone)}.", False, writers)
    if not added and not gone and not _in_order(was, now):
        c.add(place, "order", "The values are in another order.", False, False)


def _noun(values: list[Any]) -> str:
    return "value" if len(values) == 1 else "values"


def _in_order(was: list[Any], now: list[Any]) -> bool:
    return len(was) == len(now) and all(same(*pair) for pair in zip(was, now, strict=True))


def _listed(c: Comparer, old: dict[str, Any], new: dict[str, Any], first: int) -> None:
    """Where values are listed, each can be tried: then it is known, whatever the parts say."""
    own, c.changes = c.changes[first:], c.changes[:first]
    if own:
        readers = not _all_fit(listed_values(new), new, old)
        writers = not _all_fit(listed_values(old), old, new)
        c.tell(own, readers=readers, writers=writers)


def _all_fit(values: list[Any] | None, own: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether all values of one that it accepts itself surely fit the other."""
    if (
        values is None
        or len(values) > _FEW
        or any(name in part for part in (*_parts(own), *_parts(other)) for name in ("$ref", "$dynamicRef"))
    ):
        return False
    try:
        mine, yours = Validator(own), Validator(other)
        return all(yours.fits(value) for value in values if mine.fits(value))
    except UnusableSchema:
        return False


def _parts(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for _, part in walk(schema)]


def _numbers(c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place) -> None:
    for names, sign, word in (
        (("minimum", "exclusiveMinimum"), 1, "Lowest"), (("maximum", "exclusiveMaximum"), -1, "Highest"),
    ):  # fmt: skip
        was, now = _bound(old, names, sign, c.old_kinds), _bound(new, names, sign, c.new_kinds)
        if was == now or all(old.get(name) == new.get(name) for name in names):
            continue
        # In the kinds of the other's documents, since 1 and “above 0” are the same where all numbers are whole.
        for_readers = _bound(old, names, sign, c.new_kinds)
        for_writers = _bound(new, names, sign, c.old_kinds)
        readers: Flag = for_readers is not None and (now is None or now < for_readers)
        writers: Flag = for_writers is not None and (was is None or was < for_writers)
        place_of = place.step(next((name for name in names if name in new), names[0]), path=place.path)
        words = f"{word} value {_was_is(_bound_words(old, names), _bound_words(new, names))}."
        c.add(place_of, "limit", words, readers, writers, of="number")


def _bound(
    schema: dict[str, Any], names: tuple[str, str], sign: int, kinds: frozenset[str]
) -> tuple[float | int, int] | None:
    """The bound as what grows when it is tighter: the value (of a highest one: negative), and 1 where that itself is
    out; whole where only whole numbers matter. None: no bound."""
    found = [(sign * schema[name], out) for out, name in enumerate(names) if name in schema]
    if not found:
        return None
    value, out = max(found)
    if "fraction" not in kinds:
        value, out = (math.floor(value) + 1 if out else math.ceil(value)), 0
    return value, out


def _bound_words(schema: dict[str, Any], names: tuple[str, str]) -> str:
    found = [f"{shown(schema[name])}{' (not itself)' if out else ''}" for out, name in enumerate(names)
             if name in schema]  # fmt: skip
    return " and ".join(found)


def _was_is(was: str, now: str) -> str:
    if not was:
        return f"is {now} now, and was not limited"
    return f"was {was}, is not limited now" if not now else f"was {was}, is {now}"


def _counts(c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place) -> None:
    for of, least, most, one, many in _COUNTS:
        was, now = old.get(least, 0), new.get(least, 0)
        if was != now:
            words = f"At least {int(now):,} {one if now == 1 else many} now; it was {int(was):,}."
            c.add(place.step(least, path=place.path), "limit", words, now < was, was < now, of=of)
        was, now = old.get(most, math.inf), new.get(most, math.inf)
        if was != now:
            words = (
                f"At most {int(now):,} {one if now == 1 else many} now" if most in new else f"Any number of {many} now"
            )
            words += f"; it was {int(was):,}." if most in old else "; it was not limited."
            c.add(place.step(most, path=place.path), "limit", words, was < now, now < was, of=of)


def _multiple(c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place) -> None:
    was, now = old.get("multipleOf"), new.get("multipleOf")
    if was == now:
        return
    words = f"Step {_was_is(shown(was) if was is not None else '', shown(now) if now is not None else '')}."
    c.add(place.step("multipleOf", path=place.path), "limit", words, _coarser(was, now), _coarser(now, was),
          of="number")  # fmt: skip


def _coarser(one: Any, other: Any) -> Flag:
    """Whether multiples of the other may be none of the one."""
    if one is None:
        return False
    if other is None:
        return True
    if isinstance(one, int) and isinstance(other, int):
        return other % one != 0
    return None  # fractions are not exact, and each validator rounds as it likes


def _texts(c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place) -> None:
    for name, title in (("pattern", "Pattern"), ("format", "Format")):
        was, now = old.get(name), new.get(name)
        if was == now:
            continue
        words = f"{title} {_was_is(shown(was) if was is not None else '', shown(now) if now is not None else '')}."
        words = words.replace("was not limited", "there was none").replace("is not limited now", "there is none now")
        flag: Flag = None if name == "pattern" or was not in FORMATS or now not in FORMATS else True
        readers: Flag = False if was is None else True if now is None else flag
        writers: Flag = False if now is None else True if was is None else flag
        c.add(place.step(name, path=place.path), "text", words, readers, writers, of="string")


def _unique(c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place) -> None:
    was, now = old.get("uniqueItems") is True, new.get("uniqueItems") is True
    if was != now:
        words = "No item may be there twice now." if now else "An item may be there twice now."
        c.add(place.step("uniqueItems", path=place.path), "limit", words, was, now, of="array")


def _rest(c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place) -> None:
    """Keywords that no part compares: the same, or unknown."""
    checks: dict[str, Callable[[Any], bool]] = {name: keyword.fits for name, keyword in KEYWORDS.items()}
    for name in dict.fromkeys((*old, *new)):
        if name not in checks or name in BARE or name in _TAKEN or name.startswith("unevaluated"):
            continue
        is_equal = name in old and name in new and same(old[name], new[name])
        if is_equal and name == "dependentRequired":
            continue
        if name in ("if", "then", "else") and name in old and name in new:
            flags = both_flags(c.apart(old[name], new[name], place.step(name), "="))
            if flags == (False, False):
                continue
        c.add(place.step(name, path=place.path), "unknown", f"“{name}” is another: not compared.", None, None)


def _unevaluated(c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place) -> None:
    """What they mean hangs on all that stands around, so that only what is written alike is alike."""
    for name in ("unevaluatedProperties", "unevaluatedItems"):
        if (name in old or name in new) and not (same(old, new) and not any("$ref" in part for part in _parts(old))):
            words = f"“{name}” is another, or what it hangs on: not compared."
            c.add(place.step(name, path=place.path), "unknown", words, None, None)
