"""Type hints of the SDK as JSON Schema, by pydantic. Imports the SDK."""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Callable
from typing import IO, Annotated, Any, Union, get_args, get_origin

FILE = {"type": "string", "format": "binary"}
_SENTINELS = ("Omit", "NotGiven")


def document_fields() -> None:
    """Have pydantic read the strings below the fields of the SDK's TypedDicts: they are the fields' help.

    2,413 of 2,790 fields have one (openai 3.52)."""
    from typing_extensions import is_typeddict

    for name, module in list(sys.modules.items()):
        if name.startswith("openai.types"):
            for value in list(vars(module).values()):
                if is_typeddict(value) and value.__module__.startswith("openai."):
                    value.__pydantic_config__ = {"use_attribute_docstrings": True}


def import_all_types() -> None:
    """Import every module below `openai.types`, so that each class is known."""
    import importlib
    import pkgutil

    import openai.types

    for found in pkgutil.walk_packages(openai.types.__path__, "openai.types."):
        importlib.import_module(found.name)


def is_omitted(hint: Any) -> bool:
    """Whether a member of a union only says "not sent"."""
    return isinstance(hint, type) and hint.__name__ in _SENTINELS and hint.__module__.startswith("openai")


def _is_file(hint: Any) -> bool:
    origin = get_origin(hint)
    return origin is IO or origin is os.PathLike or hint is os.PathLike


def _is_file_part(hint: Any) -> bool:
    """A member of `FileTypes`: a stream, bytes, a path, or a tuple that begins with a name."""
    return hint is bytes or _is_file(hint) or (get_origin(hint) is tuple and len(get_args(hint)) in (2, 3, 4))


def simplified(hint: Any) -> Any:
    """The hint without what only says "not sent", and with one kind of file in place of the SDK's many."""
    from pydantic import WithJsonSchema

    file = Annotated[str, WithJsonSchema(dict(FILE))]
    if _is_file(hint):
        return file
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return Annotated[(simplified(args[0]), *args[1:])]
    if origin in (Union, types.UnionType):
        members = [member for member in args if not is_omitted(member)]
        if any(_is_file(member) for member in members):
            rest = [member for member in members if not _is_file_part(member)]
            members = [file, *rest]
        members = [simplified(member) for member in members]
        return Union[tuple(members)] if members else Any  # noqa: UP007 - made of a tuple
    if origin in (list, dict, tuple) and args:
        return origin[tuple(simplified(arg) for arg in args)]
    name = getattr(origin, "__name__", "")
    if name == "Mapping" and args:
        return dict[simplified(args[0]), simplified(args[1])]  # type: ignore[misc]
    if name in ("SequenceNotStr", "Iterable", "Sequence") and args:
        return list[simplified(args[0])]  # type: ignore[misc]
    return hint


def schema_of(hint: Any, defs: dict[str, Any], named: Callable[[str], str] = str) -> dict[str, Any]:
    """The JSON Schema of a hint; what it refers to goes into `defs`. Raises what pydantic raises for hints that are
    Python's only (callables, types)."""
    from pydantic import TypeAdapter

    adapter: Any = TypeAdapter(simplified(hint))
    schema: dict[str, Any] = adapter.json_schema(by_alias=False, ref_template="#/$defs/{model}")
    for name, definition in schema.pop("$defs", {}).items():
        defs[name] = definition
    return schema
