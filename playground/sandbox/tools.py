"""Tools and structured output, as both APIs give them, in the one shape that engines take."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from playground.sandbox import checks
from playground.sandbox.checks import Json
from playground.sandbox.errors import ApiError, bad_type, bad_value, missing, one_of, unsupported
from playground.sandbox.patterns import in_python
from playground.sandbox.stores import file_search

HOSTED = (
    "web_search", "web_search_2025_08_26", "web_search_preview", "web_search_preview_2025_03_11", "file_search",
    "computer", "computer_use_preview", "mcp", "code_interpreter", "image_generation", "local_shell", "shell",
    "apply_patch", "tool_search", "namespace", "programmatic_tool_calling",
)  # fmt: skip
"""Tools that the API runs by itself. The sandbox runs file_search alone; the echo engine says so in its answer."""

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")


def responses_tools(value: Any, param: str = "tools") -> list[Json]:
    """The tools of a Responses request, with the defaults that the API would add. Raises ApiError (400)."""
    checks.array(value, param)
    tools = []
    for index, tool in enumerate(value):
        place = f"{param}[{index}]"
        checks.mapping(tool, place)
        kind = tool.get("type")
        if kind is None:
            raise missing(f"{place}.type")
        checks.choice("function", "custom", *HOSTED)(kind, f"{place}.type")
        if kind in HOSTED:
            if kind == file_search.KIND:
                file_search.check(tool, place)
                tool = file_search.DEFAULTS | {name: value for name, value in tool.items() if value is not None}
            tools.append(dict(tool))
            continue
        _name(tool.get("name"), f"{place}.name")
        if kind == "function":
            _function(tool, place)
            tools.append({"description": None, "parameters": None, **tool, "strict": _strict(tool, default=True)})
        else:
            tools.append({"format": {"type": "text"}, **tool})
    return tools


def chat_tools(value: Any, param: str = "tools") -> list[Json]:
    """The tools of a Chat Completions request, flattened to an engine's shape. Raises ApiError (400)."""
    checks.array(value, param)
    tools = []
    for index, tool in enumerate(value):
        place = f"{param}[{index}]"
        checks.mapping(tool, place)
        kind = tool.get("type")
        if kind is None:
            raise missing(f"{place}.type")
        checks.choice("function", "custom")(kind, f"{place}.type")
        inner = tool.get(kind)
        if inner is None:
            raise missing(f"{place}.{kind}")
        checks.mapping(inner, f"{place}.{kind}")
        _name(inner.get("name"), f"{place}.{kind}.name")
        if kind == "function":
            _function(inner, f"{place}.function")
            tools.append({**inner, "type": "function", "strict": _strict(inner, default=False)})
        else:
            form = inner.get("format") or {"type": "text"}
            if isinstance(form, dict) and isinstance(form.get("grammar"), dict):
                form = {"type": "grammar", **form["grammar"]}
            tools.append({**inner, "type": "custom", "format": form})
    return tools


def callable_tools(tools: list[Json]) -> list[Json]:
    """Those that an engine may call: function and custom tools."""
    return [tool for tool in tools if tool["type"] in ("function", "custom")]


def choose(choice: Any, tools: list[Json], param: str = "tool_choice") -> tuple[str | Json, list[Json]]:
    """The choice in an engine's shape, and the tools it leaves. Raises ApiError (400)."""
    usable = callable_tools(tools)
    if choice is None:
        choice = "auto"
    if isinstance(choice, str):
        checks.choice("none", "auto", "required")(choice, param)
        if choice == "required" and not tools:
            raise bad_value(param, "Tool choice 'required' must be specified with 'tools' parameter.")
        searches = any(tool["type"] == file_search.KIND for tool in tools)
        if choice == "required" and not usable and not searches:
            raise unsupported(param, "Of the hosted tools the sandbox runs file_search alone: it cannot call these.")
        return choice, ([] if choice == "none" else usable)
    if not isinstance(choice, dict):
        raise bad_type(param, "one of 'none', 'auto', 'required' or an object", choice)
    kind = choice.get("type")
    if kind == "allowed_tools":
        return _allowed(choice, usable, param)
    if kind == file_search.KIND:
        if not any(tool["type"] == kind for tool in tools):
            raise bad_value(param, f"Tool choice '{kind}' not found in 'tools' parameter.")
        return "none", []
    if kind in HOSTED:
        raise unsupported(param, f"The sandbox does not run the hosted tool '{kind}'.")
    if kind not in ("function", "custom"):
        raise bad_value(
            f"{param}.type",
            f"Invalid value: '{kind}'. Supported values are: {one_of(['function', 'custom', 'allowed_tools'])}.",
        )
    name = _chosen_name(choice, kind)
    found = [tool for tool in usable if tool["type"] == kind and tool["name"] == name]
    if not found:
        raise bad_value(param, f"Tool choice '{name}' not found in 'tools' parameter.")
    return {"type": kind, "name": name}, found


def _allowed(choice: Json, usable: list[Json], param: str) -> tuple[str | Json, list[Json]]:
    inner = choice.get("allowed_tools", choice)
    checks.mapping(inner, param)
    checks.choice("auto", "required")(inner.get("mode"), f"{param}.mode")
    checks.array(inner.get("tools"), f"{param}.tools")
    names = {
        _chosen_name(entry, str(entry.get("type")))
        for entry in inner["tools"]
        if isinstance(entry, dict)
    }  # fmt: skip
    left = [tool for tool in usable if tool["name"] in names]
    if inner["mode"] == "required" and not left:
        raise bad_value(f"{param}.tools", "None of the allowed tools is in the 'tools' parameter.")
    return inner["mode"], left


def _chosen_name(choice: Json, kind: str) -> str | None:
    inner = choice.get(kind)
    name = inner.get("name") if isinstance(inner, dict) else choice.get("name")
    return name if isinstance(name, str) else None


def text_format(value: Any, param: str = "text.format") -> tuple[Json, Json | None]:
    """A `text.format` (or `response_format`) with its defaults, and the schema that the text must satisfy."""
    checks.mapping(value, param)
    kind = value.get("type")
    if kind is None:
        raise missing(f"{param}.type")
    checks.choice("text", "json_schema", "json_object")(kind, f"{param}.type")
    if kind == "text":
        return {"type": "text"}, None
    if kind == "json_object":
        return {"type": "json_object"}, {"type": "object"}
    inner, place = value, param
    if "json_schema" in value:  # Chat Completions nests it
        inner, place = value["json_schema"], f"{param}.json_schema"
        checks.mapping(inner, place)
    name = inner.get("name")
    if name is None:
        raise missing(f"{place}.name")
    checks.text()(name, f"{place}.name")
    if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name):
        raise bad_value(
            f"{place}.name",
            f"Invalid '{place}.name': string does not match pattern. Expected a string of at most 64 characters that "
            "matches the pattern '^[a-zA-Z0-9_-]+$'.",
        )
    schema = inner.get("schema")
    if schema is None:
        raise missing(f"{place}.schema")
    checks.mapping(schema, f"{place}.schema")
    strict = _strict(inner, default=False, param=place)
    check_schema(schema, f"{place}.schema", f"response_format '{name}'", strict=strict)
    form = {"type": "json_schema", "name": name, "description": inner.get("description"), "schema": schema}
    return {**{k: v for k, v in form.items() if v is not None}, "strict": strict}, schema


@lru_cache(maxsize=1)
def _formats() -> Any:
    """The usual ones, but patterns as schemas write them: JavaScript's."""
    from jsonschema import Draft202012Validator, FormatChecker

    made = FormatChecker(formats=())
    made.checkers = dict(Draft202012Validator.FORMAT_CHECKER.checkers)
    made.checkers["regex"] = (_is_pattern, (re.error, RecursionError, OverflowError))
    return made


def _is_pattern(value: object) -> bool:
    return not isinstance(value, str) or bool(re.compile(in_python(value)))


def check_schema(schema: Json, param: str, where: str, *, strict: bool) -> None:
    """Is it a JSON Schema, and with `strict` an object whose members are all required and no others allowed?"""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema, format_checker=_formats())
    except SchemaError as error:
        raise _invalid_schema(param, where, list(error.absolute_path), error.message) from None
    except RecursionError:
        raise _invalid_schema(param, where, [], "it is nested too deeply.") from None
    if not strict:
        return
    if schema.get("type") != "object":
        raise _invalid_schema(param, where, [], "schema must be a JSON Schema of 'type: \"object\"'.")
    _strict_walk(schema, (), param, where)


def _strict_walk(schema: Any, path: tuple[str, ...], param: str, where: str) -> None:
    if not isinstance(schema, dict):
        return
    for keyword in ("allOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas"):
        if keyword in schema:
            raise _invalid_schema(param, where, path, f"'{keyword}' is not permitted.")
    properties = schema.get("properties")
    kinds = schema.get("type")
    if kinds == "object" or (isinstance(kinds, list) and "object" in kinds) or isinstance(properties, dict):
        if schema.get("additionalProperties") is not False:
            raise _invalid_schema(
                param, where, path, "'additionalProperties' is required to be supplied and to be false."
            )  # fmt: skip
        lacking = [name for name in properties or {} if name not in schema.get("required", [])]
        if lacking:
            raise _invalid_schema(
                param, where, path,
                "'required' is required to be supplied and to be an array including every key in properties. "
                f"Missing '{lacking[0]}'.",
            )  # fmt: skip
    for group in ("properties", "$defs", "definitions"):
        for name, entry in (schema.get(group) or {}).items():
            _strict_walk(entry, (*path, group, name), param, where)
    for index, entry in enumerate(schema.get("anyOf") or []):
        _strict_walk(entry, (*path, "anyOf", str(index)), param, where)
    _strict_walk(schema.get("items"), (*path, "items"), param, where)


def _invalid_schema(param: str, where: str, path: Any, message: str) -> ApiError:
    context = "(" + ", ".join(f"'{step}'" for step in path) + ")"
    return ApiError(
        400, f"Invalid schema for {where}: In context={context}, {message}", param=param, code="invalid_json_schema"
    )  # fmt: skip


def _name(value: Any, param: str) -> None:
    if value is None:
        raise missing(param)
    checks.text()(value, param)
    if not _NAME.fullmatch(value):
        raise bad_value(
            param,
            f"Invalid '{param}': string does not match pattern. Expected a string that matches the pattern "
            "'^[a-zA-Z0-9_-]+$'.",
        )


def _function(tool: Json, param: str) -> None:
    parameters = tool.get("parameters")
    if parameters is None:
        return
    checks.mapping(parameters, f"{param}.parameters")
    check_schema(
        parameters, f"{param}.parameters", f"function '{tool['name']}'", strict=_strict(tool, default=False)
    )  # fmt: skip


def _strict(holder: Json, *, default: bool, param: str = "tools") -> bool:
    value = holder.get("strict")
    if value is None:
        return default
    checks.boolean(value, f"{param}.strict")
    return bool(value)
