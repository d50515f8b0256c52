"""Is a schema one that a server takes? Every rule and limit of its profile, in one pass."""

from __future__ import annotations

import re
from time import perf_counter
from typing import Any

from playground.core.schemas import check_composition, check_limits, check_objects, check_refs, check_values, in_one_of
from playground.core.schemas.checker import MOST, Checker, cut, push_children, shown
from playground.core.schemas.document import Document
from playground.core.schemas.findings import Finding, Fix, Report
from playground.core.schemas.keywords import HIDDEN, KEYWORDS, type_of, types_of
from playground.core.schemas.pointers import at, escape, last
from playground.core.schemas.rules import Profile

__all__ = ["MOST", "check", "schema_base"]

_ENTERED = frozenset(("one-of", "definitions"))
"""Rules about keywords whose schemas stay when they are mended; what is in the others is judged when it is out."""
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def schema_base(value: Any) -> str:
    """Where the schema is in a `text.format`, a `response_format`, or a function tool; "" where it is the root."""
    if not isinstance(value, dict):
        return ""
    kind = value.get("type")
    if kind == "json_schema":
        inner = value.get("json_schema")
        if isinstance(inner, dict) and isinstance(inner.get("schema"), dict):
            return "/json_schema/schema"
        return "/schema" if isinstance(value.get("schema"), dict) else ""
    if kind == "function":
        inner = value.get("function")
        if isinstance(inner, dict) and isinstance(inner.get("parameters"), dict):
            return "/function/parameters"
        return "/parameters" if isinstance(value.get("parameters"), dict) else ""
    return ""


def check(document: Document, profile: Profile) -> Report:
    """What the profile's rules say about a document: the schema itself, or a format or function tool around it.

    From any thread; about 10 µs a property. Never raises for what the document holds.
    """
    began = perf_counter()
    base = schema_base(document.value)
    root = at(document.value, base)
    checker = Checker(root, base, profile)
    for pointer in document.duplicates() if document.has_duplicates else ():
        checker.base = ""
        checker.tell("duplicate-key", pointer, f"“{cut(last(pointer))}” is there twice: only the last one counts.")
        checker.base = base
    if base:
        _check_name(checker, document.value, base)
    _check_root(checker)
    _check_all(checker)
    check_refs.finish(checker)
    in_one_of.finish(checker)
    budgets = check_limits.finish(checker)
    findings = checker.findings
    if base or document.has_duplicates:
        findings = _in_order(findings)
    return Report(tuple(findings), budgets, perf_counter() - began, profile.id, checker.left_out)


def _in_order(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: one.pointer.count("/") > 0)


def _check_name(checker: Checker, value: Any, base: str) -> None:
    holder = at(value, base.rpartition("/")[0])
    name = holder.get("name")
    if isinstance(name, str) and _NAME.fullmatch(name):
        return
    checker.base = ""
    pointer = base.rpartition("/")[0]
    title = checker.root.get("title") if isinstance(checker.root, dict) else None
    wanted = name if isinstance(name, str) else title if isinstance(title, str) else ""
    new = re.sub(r"[^a-zA-Z0-9_-]+", "_", wanted).strip("_")[:64] or "answer"
    fix = checker.fix(f"Name it “{new}”", "set_name", pointer, new)
    if name is None:
        checker.tell("name", pointer, "It has no name.", (fix,))
    else:
        checker.tell("name", f"{pointer}/name", f"{shown(name)} is no name that is taken.", (fix,))
    checker.base = base


def _check_root(checker: Checker) -> None:
    root = checker.root
    if not isinstance(root, dict):
        return
    if "anyOf" in root or "oneOf" in root:
        keyword = "anyOf" if "anyOf" in root else "oneOf"
        wrap = checker.fix(
            "Wrap it in an object", "wrap_root", "", loses=("What is there now comes inside the property “result”.",),
            narrows=True, widens=True,
        )  # fmt: skip
        fixes: tuple[Fix, ...] = (wrap,)
        if keyword == "anyOf" and types_of(root) == ("object",) and "properties" in root:
            fixes = (wrap, check_objects.without_any_of(checker, ""))
        checker.tell("root-anyof", f"/{keyword}", f"The root may not be {keyword}.", fixes, node="")
    elif types_of(root) != ("object",):
        named = types_of(root)
        said = f"its type is {' or '.join(named)}" if named else "it has no type"
        from playground.core.schemas.convert.requests_in import WHOLE, requested

        whole = f" {WHOLE}" if requested(root) is not None else ""
        checker.tell("root-object", "/type" if "type" in root else "", f"The root has to be an object; {said}.{whole}",
                     check_objects.root_fixes(checker, root, named), node="")  # fmt: skip


def _check_all(checker: Checker) -> None:
    """Every schema in the document, in its order."""
    stack: list[tuple[Any, str, str]] = [(checker.root, "", "")]
    states, keywords, special = checker.states, KEYWORDS, _SPECIAL
    while stack:
        schema, pointer, holder = stack.pop()
        if schema.__class__ is not dict:
            if holder != "" or not isinstance(schema, dict):
                _not_a_schema(checker, schema, pointer)
            continue
        types = types_of(schema)
        inside: list[tuple[str, Any, int]] = []
        for name, value in schema.items():
            keyword = keywords.get(name)
            if keyword is None:
                _unknown(checker, name, pointer)
                continue
            if not keyword.fits(value):
                words = f"“{name}” has to be {keyword.expected}, not {shown(value)}."
                checker.tell("malformed", f"{pointer}/{escape(name)}", words, node=pointer)
                continue
            if keyword.holds:
                if name not in states or states[name] in _ENTERED:
                    inside.append((name, value, keyword.holds))
                else:
                    checker.unentered.append((f"{pointer}/{name}", {name: value}))
                if name == "oneOf":
                    checker.one_ofs.append((pointer, schema))
            misplaced = bool(types and keyword.types) and _is_misplaced(keyword.types, types)
            if name in states:
                check_composition.said_about(checker, states[name], name, schema, pointer, misplaced)
            elif misplaced:
                _misplaced(checker, name, types, pointer)
            handler = special.get(name)
            if handler is not None:
                handler(checker, value, schema, pointer)
        check_objects.check_types(checker, schema, types, pointer, holder)
        for name, value, holds in reversed(inside):
            push_children(stack, name, value, pointer, holds)


def _not_a_schema(checker: Checker, schema: Any, pointer: str) -> None:
    if isinstance(schema, bool):
        words = f"{str(schema).lower()} accepts {'anything' if schema else 'nothing'}; an object with a type is needed."
        array = at(checker.root, pointer.rpartition("/")[0]) if pointer.endswith("/items") else None
        fixes: tuple[Fix, ...] = ()
        if isinstance(array, dict) and isinstance(array.get("prefixItems"), list):
            fixes = (check_objects.tuple_to_list(checker, array, pointer.removesuffix("/items")),)
        checker.tell("not-an-object-schema", pointer, words, fixes)
    else:
        checker.tell("malformed", pointer, f"A schema is an object, not {type_of(schema)}.")


def _unknown(checker: Checker, name: str, pointer: str) -> None:
    if name.startswith(HIDDEN):
        return
    fix = checker.fix(f"Remove “{cut(name, 30)}”", "drop", pointer, [name])
    checker.tell("keyword-unknown", f"{pointer}/{escape(name)}", f"“{cut(name)}” is no keyword of JSON Schema.",
                 (fix,), node=pointer)  # fmt: skip


def _is_misplaced(constrained: frozenset[str], types: tuple[str, ...]) -> bool:
    return constrained.isdisjoint(types) and not ("integer" in types and "number" in constrained)


def _misplaced(checker: Checker, name: str, types: tuple[str, ...], pointer: str) -> None:
    of = " or ".join(sorted(KEYWORDS[name].types))
    fix = checker.fix(f"Remove “{name}”", "drop", pointer, [name])
    words = f"“{name}” is for {of}, and this is {' or '.join(types)}: it does nothing."
    checker.tell("keyword-misplaced", f"{pointer}/{name}", words, (fix,), node=pointer)


_SPECIAL = {**check_values.HANDLERS, **check_refs.HANDLERS, **check_composition.HANDLERS, **check_objects.HANDLERS}
