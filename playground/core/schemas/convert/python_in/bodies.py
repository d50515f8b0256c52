"""What stands in a class: fields with types, defaults and descriptions, its configuration, classes within it."""

from __future__ import annotations

import ast
import inspect
import typing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pydantic
from pydantic.fields import FieldInfo

from playground.core.schemas.convert.python_in import comments
from playground.core.schemas.convert.python_in.known import VALIDATORS, Told, never
from playground.core.schemas.convert.python_in.refusal import Unreadable, shown

if TYPE_CHECKING:
    from playground.core.schemas.convert.python_in.reader import Reader

_OLD = {
    "allow_population_by_field_name": "populate_by_name", "schema_extra": "json_schema_extra",
    "orm_mode": "from_attributes",
    "min_anystr_length": "str_min_length", "max_anystr_length": "str_max_length", "anystr_lower": "str_to_lower",
    "anystr_strip_whitespace": "str_strip_whitespace", "validate_all": "validate_default",
}  # fmt: skip
"""Pydantic 1's words of a model's configuration → those of 2."""
_UNSAID = ("json_encoders", "arbitrary_types_allowed", "title_generator", "plugin_settings", "schema_generator",
           "ignored_types", "use_attribute_docstrings", "defer_build", "protected_namespaces", "json_loads",
           "json_dumps", "env_file", "env_prefix")  # fmt: skip


@dataclass(slots=True)
class Body:
    """A class's fields."""

    annotations: dict[str, Any] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    """By field: the text that stands under it."""
    config: dict[str, Any] = field(default_factory=dict)
    doc: str = ""


def read(reader: Reader, node: ast.ClassDef, scope: dict[str, Any], typed_dict: bool) -> Body:
    """The body of a class; `scope` gets the classes and constants in it."""
    from playground.core.schemas.convert.python_in import classes

    body = Body(doc=inspect.cleandoc(ast.get_docstring(node, clean=False) or ""))
    last, texts = "", False
    for one in node.body:
        if isinstance(one, ast.ClassDef):
            if one.name == "Config":
                _old_config(reader, one, body)
                continue
            try:
                scope[one.name] = classes.build(reader, one)
            except Unreadable as error:
                reader.note(f"“{one.name}” in “{node.name}” is left out: {error}", one.lineno)
        elif isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            last = one.target.id
            _field(reader, one, body, node.name, scope)
            _comment(reader, one, body, node, typed_dict)
            continue
        elif isinstance(one, ast.Assign):
            _assigned(reader, one, body, scope)
        elif isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            _method(reader, one, node.name)
        elif isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant):
            if isinstance(one.value.value, str) and last:
                body.descriptions[last] = inspect.cleandoc(one.value.value)
                texts = True
        elif not isinstance(one, ast.Pass):
            words = " ".join(ast.unparse(one).split())[:60]
            reader.note(f"`{words}` in “{node.name}” is not run.", one.lineno)
        last = ""
    if texts and not reader.documented:
        reader.note(
            f"The texts under the fields of “{node.name}” are their descriptions here; to Pydantic only with "
            "use_attribute_docstrings=True.",
            node.lineno,
        )
    return body


def _field(reader: Reader, one: ast.AnnAssign, body: Body, owner: str, scope: dict[str, Any]) -> None:
    assert isinstance(one.target, ast.Name)
    name = one.target.id
    if name == "model_config":
        if one.value is not None:
            _config(reader, one.value, body)
        return
    if shown(one.annotation).startswith(("ClassVar", "typing.ClassVar", "t.ClassVar")):
        if one.value is not None:
            _constant(reader, name, one.value, scope)
        return
    if name.startswith("_") and name not in ("__root__", "__pydantic_extra__"):
        return
    body.annotations[name] = reader.expressions.type_of(one.annotation)
    if one.value is None:
        return
    try:
        value = reader.expressions.value_of(one.value)
    except Unreadable as error:
        reader.note(
            f"{error} That “{name}” of “{owner}” has a default is kept, its value is not.", error.line or one.lineno
        )
        value = pydantic.Field(default_factory=never)
    if isinstance(value, Told):
        body.annotations.pop(name)
        return
    if isinstance(value, typing.ForwardRef):
        value = pydantic.Field(default_factory=never)
    body.defaults[name] = value
    if isinstance(value, str | int | float | bool):
        scope[name] = value


def _comment(reader: Reader, one: ast.AnnAssign, body: Body, owner: ast.ClassDef, typed_dict: bool) -> None:
    """Take a comment beside a field for its description, where it has none, and what a TypedDict says in comments."""
    name = getattr(one.target, "id", "")
    if name not in body.annotations:
        return
    words, keywords = comments.of_field(reader.comments, one, typed_dict)
    its = body.annotations[name]
    infos = [*typing.get_args(its)[1:]] if typing.get_origin(its) is typing.Annotated else []
    infos.append(body.defaults.get(name))
    if words and not any(isinstance(info, FieldInfo) and info.description for info in infos):
        body.descriptions[name] = words
        reader.note(f"The comments beside the fields of “{owner.name}” are their descriptions here.", owner.lineno)
    if keywords and typed_dict:
        default = {"default": keywords.pop("default")} if "default" in keywords else {}
        info = pydantic.Field(**default, json_schema_extra=keywords or None)
        body.annotations[name] = typing.Annotated[its, info]


def _constant(reader: Reader, name: str, node: ast.expr, scope: dict[str, Any]) -> None:
    try:
        scope[name] = reader.expressions.value_of(node)
    except Unreadable:
        return


def _assigned(reader: Reader, one: ast.Assign, body: Body, scope: dict[str, Any]) -> None:
    for target in one.targets:
        if not isinstance(target, ast.Name):
            continue
        if target.id in ("model_config", "__pydantic_config__"):
            _config(reader, one.value, body)
        elif not target.id.startswith("_"):
            try:
                value = reader.expressions.value_of(one.value)
            except Unreadable:
                continue
            if isinstance(value, FieldInfo):
                body.defaults[target.id] = value
            elif not isinstance(value, Told):
                scope[target.id] = value


def _config(reader: Reader, node: ast.expr, body: Body) -> None:
    try:
        value = reader.expressions.value_of(node)
    except Unreadable as error:
        reader.note(f"{error} The configuration is left out.", error.line or node.lineno)
        return
    if isinstance(value, dict):
        body.config |= {
            _OLD.get(name, name): inner
            for name, inner in value.items()
            if isinstance(name, str) and _can_be(name, inner)
        }


def _old_config(reader: Reader, node: ast.ClassDef, body: Body) -> None:
    for one in node.body:
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name):
            name = one.targets[0].id
            try:
                value = reader.expressions.value_of(one.value)
            except Unreadable as error:
                if name not in _UNSAID:
                    reader.note(f"{error} “{name}” of the configuration is left out.", one.lineno)
                continue
            if _can_be(name, value):
                body.config[_OLD.get(name, name)] = value
        elif isinstance(one, ast.FunctionDef):
            reader.note(f"`{one.name}` of the configuration is not run.", one.lineno)


def _can_be(name: str, value: Any) -> bool:
    if isinstance(value, Told) or name in _UNSAID:
        return False
    if name in ("json_schema_extra", "schema_extra"):
        return isinstance(value, dict)
    if name.endswith("_generator"):
        return callable(value)
    return isinstance(value, str | int | float | bool | None)


def _method(reader: Reader, node: ast.FunctionDef | ast.AsyncFunctionDef, owner: str) -> None:
    for one in node.decorator_list:
        target = one.func if isinstance(one, ast.Call) else one
        what = VALIDATORS.get(shown(target).rsplit(".", 1)[-1])
        if what:
            reader.note(f"The {what} `{node.name}` of “{owner}” is not part of the schema.", node.lineno)
            return
    if node.name in ("__get_pydantic_json_schema__", "__get_pydantic_core_schema__", "__modify_schema__"):
        reader.note(f"`{node.name}` of “{owner}” is not run: what it changes in the schema is missing.", node.lineno)
