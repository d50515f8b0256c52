"""Functions as tools: the parameters as a schema, with what the docstring says of them."""

from __future__ import annotations

import ast
import inspect
import re
import typing
from typing import TYPE_CHECKING, Any

import docstring_parser
import pydantic

from playground.core.schemas.convert.python_in import classes, making
from playground.core.schemas.convert.python_in.bodies import Body
from playground.core.schemas.convert.python_in.known import Told, never
from playground.core.schemas.convert.python_in.refusal import Unreadable, shown

if TYPE_CHECKING:
    from playground.core.schemas.convert.python_in.reader import Reader

Function = ast.FunctionDef | ast.AsyncFunctionDef


def is_meant(node: Function, what: str) -> bool:
    """Whether a function is one that somebody would call: not a helper, and with parameters where there is more."""
    if what == "signature":
        return True
    arguments = node.args
    return not node.name.startswith("_") and bool(arguments.args or arguments.kwonlyargs or arguments.posonlyargs)


def schema_of(reader: Reader, node: Function) -> dict[str, Any]:
    """The parameters of a function, described by its docstring. Raises Unreadable, and what Pydantic raises."""
    said = docstring_parser.parse(ast.get_docstring(node) or "")
    words = {one.arg_name.lstrip("*"): one for one in said.params}
    names: dict[str, Any] = {"__annotations__": {}}
    for number, (one, default) in enumerate(_parameters(node)):
        if _is_context(one):
            reader.note(f"“{one.arg}” is what a framework gives to a tool: it is left out.", one.lineno)
            continue
        told = words.get(one.arg)
        its = _type(reader, one, default, told.type_name if told else None)
        info: dict[str, Any] = {"alias": one.arg}
        if told and told.description:
            info["description"] = " ".join(told.description.split())
        value = _default(reader, one.arg, default)
        if isinstance(value, Told) or (default is not None and value is inspect.Parameter.empty):
            info["default_factory"] = never
        elif isinstance(value, pydantic.fields.FieldInfo):
            its = typing.Annotated[its, value]
            if not value.is_required():
                info |= {"default": value.default} if value.default_factory is None else {"default_factory": never}
        elif value is not inspect.Parameter.empty:
            info["default"] = value
        key = f"p{number}"
        names["__annotations__"][key] = its
        names[key] = pydantic.Field(**info)
    config: dict[str, Any] = {}
    if node.args.kwarg is not None:
        config["extra"] = "allow"
        reader.note(
            f"“{node.name}” takes any further names (`**{node.args.kwarg.arg}`), and so does the schema.", node.lineno
        )
    if node.args.vararg is not None:
        reader.note(f"`*{node.args.vararg.arg}` of “{node.name}” has no names, and is left out.", node.lineno)
    body = Body(annotations=names.pop("__annotations__"), defaults=names, config=config)
    made = classes.model(node.name, body, node)
    schema = making.schema_of(reader, made, node.name)
    schema.pop("title", None)
    for name, one in schema.get("properties", {}).items():
        if one.get("title") == name.title().replace("_", " ").strip():  # Pydantic's own, which says nothing
            del one["title"]
    schema.setdefault("properties", {})
    about = "\n\n".join(part for part in (said.short_description, said.long_description) if part)
    return making.ordered({"description": about, **schema} if about else schema)  # type: ignore[no-any-return]


def _parameters(node: Function) -> list[tuple[ast.arg, ast.expr | None]]:
    its = node.args
    places = [*its.posonlyargs, *its.args]
    defaults: list[ast.expr | None] = [None] * (len(places) - len(its.defaults)) + list(its.defaults)
    found = list(zip(places, defaults, strict=True)) + list(zip(its.kwonlyargs, its.kw_defaults, strict=True))
    if found and found[0][0].arg in ("self", "cls") and found[0][0].annotation is None:
        del found[0]
    return found


def methods(node: ast.ClassDef) -> dict[str, Function]:
    """The public methods of a class, by their names."""
    its = [one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {one.name: one for one in its if not one.name.startswith("_")}


def _is_context(one: ast.arg) -> bool:
    """Whether a parameter is what a framework gives to a tool, and no model."""
    words = shown(one.annotation) if one.annotation is not None else ""
    return words.split("[")[0].rsplit(".", 1)[-1] in ("RunContextWrapper", "RunContext", "ToolContext", "Context")


def _type(reader: Reader, one: ast.arg, default: ast.expr | None, told: str | None) -> Any:
    if one.annotation is not None:
        return reader.expressions.type_of(one.annotation)
    if told and (its := reader.quietly(_words_as_type(told))) is not None:
        return its
    if isinstance(default, ast.Constant) and isinstance(default.value, str | bool | int | float):
        return type(default.value)
    if isinstance(default, ast.List | ast.Dict):
        return list if isinstance(default, ast.List) else dict
    reader.note(f"The parameter “{one.arg}” has no type: it takes anything.", one.lineno)
    return Any


def _words_as_type(words: str) -> str:
    """What a docstring calls a type, as Python: `list of float`, `{"a", "b"}, optional`, `str or None`."""
    words = re.sub(r",\s*(optional|default\b.*)$", "", " ".join(words.split())).strip()
    if words.startswith("{") and words.endswith("}"):
        return f"Literal[{words[1:-1]}]"
    words = re.sub(r"\b(string|text)s?\b", "str", words)
    words = re.sub(r"\b(integer|int)s?\b", "int", words)
    words = re.sub(r"\b(boolean|bool)s?\b", "bool", words)
    words = re.sub(r"\b(number|float)s?\b", "float", words)
    words = re.sub(r"\bdictionary\b", "dict", words)
    words = re.sub(r"^(list|array|sequence)s? of (.+)$", r"list[\2]", words, flags=re.IGNORECASE)
    return words.replace(" or ", " | ")


def _default(reader: Reader, name: str, node: ast.expr | None) -> Any:
    if node is None:
        return inspect.Parameter.empty
    try:
        return reader.expressions.value_of(node)
    except Unreadable as error:
        reader.note(f"{error} That “{name}” has a default is kept, its value is not.", error.line or node.lineno)
        return inspect.Parameter.empty
