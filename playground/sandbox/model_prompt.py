"""A generation task in the words of llama.cpp: messages, limits, and the grammar that the output must follow."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from playground.sandbox.engines import GenerationTask, Passage, ToolCall
from playground.sandbox.responses_stream import given

DEFAULT_MAX_TOKENS = 1024
"""Where a request sets no limit: a small model can ramble until its context is full."""
_RECOMMENDED = {"temperature": 0.2, "top_p": 0.9}
"""The model card's own values, used where the request sets none."""
_REPEAT_PENALTY = 1.1
"""Without it a model of this size says the same sentence until its limit. Left out when the request has penalties."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the child is asked, and how its text is to be read."""

    operation: str
    body: dict[str, Any]
    tools: tuple[dict[str, Any], ...] = ()
    """The tools one of which is called; empty when the output is text."""


def prompt_of(task: GenerationTask) -> Prompt:
    """The task in the words of llama.cpp."""
    tools = tuple(called_tools(task))
    body: dict[str, Any] = {
        "stream": True,
        "stream_options": {"include_usage": True},
        "return_progress": True,
        "cache_prompt": True,
        "max_tokens": DEFAULT_MAX_TOKENS if task.max_tokens is None else task.max_tokens,
        "temperature": _RECOMMENDED["temperature"] if task.temperature is None else task.temperature,
        "top_p": _RECOMMENDED["top_p"] if task.top_p is None else task.top_p,
    }
    if task.seed is not None:
        body["seed"] = task.seed % (1 << 32)
    if task.stop:
        body["stop"] = task.stop
    for name in ("presence_penalty", "frequency_penalty"):
        if isinstance(value := task.raw.get(name), int | float):
            body[name] = value
    if not any(name in body for name in ("presence_penalty", "frequency_penalty")):
        body["repeat_penalty"] = _REPEAT_PENALTY
    if task.api == "completions" and not tools and task.schema is None:
        text = "\n".join(str(message["content"]) for message in task.messages)
        return Prompt("completion", body | {"prompt": text})
    body["messages"] = _messages(task, tools)
    if tools:
        body["json_schema"] = _call_schema(tools)
    elif task.schema is not None:
        body["json_schema"] = _bounded(task.schema)
    if "json_schema" in body:
        # A grammar repeats quotes and braces, which must not become less likely.
        body.pop("repeat_penalty", None)
    return Prompt("chat", body, tools)


def called_tools(task: GenerationTask) -> list[dict[str, Any]]:
    """The tools among which the model must choose now; none when it is to write text.

    `required` and a named tool are kept by the grammar. For `auto` a model of this size cannot decide, so a rule
    does: a tool is called when the last message is the user's and shares a word with the tool's name, its
    description or the names of its parameters.
    """
    tools = task.tools or []
    choice = task.tool_choice
    if not tools or choice == "none":
        return []
    if isinstance(choice, dict):
        return [tool for tool in tools if tool["name"] == choice.get("name")]
    if choice == "required":
        return tools
    last = task.messages[-1] if task.messages else {}
    if last.get("role") != "user":
        return []
    said = _words(str(last.get("content", "")))
    return [tool for tool in tools if said & _tool_words(tool)]


_COMMON_WORDS = {
    *("about", "also", "call", "from", "function", "given", "have", "into", "name", "number", "return", "string"),
    *("text", "that", "their", "them", "then", "this", "tool", "type", "used", "user", "value", "what", "when"),
    *("which", "will", "with", "your"),
}


def _words(text: str) -> set[str]:
    """The telling words of a text: lower case, four letters or more, without a plural's s."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", text)
    words = (re.sub("ies$", "y", word).removesuffix("s") for word in re.findall(r"[^\W\d_]{4,}", spaced.lower()))
    return set(words) - _COMMON_WORDS


def _tool_words(tool: Mapping[str, Any]) -> set[str]:
    properties = (tool.get("parameters") or {}).get("properties") or {}
    return _words(" ".join([str(tool["name"]), str(tool.get("description") or ""), *properties]))


def _messages(task: GenerationTask, tools: tuple[dict[str, Any], ...]) -> list[dict[str, str]]:
    """The conversation in the three roles that the model knows.

    A system message always comes first, an empty one if need be: the chat template puts one of its own there
    otherwise, which nobody asked for and which takes a quarter of a second to read.
    """
    system = [task.instructions] if task.instructions else []
    messages: list[dict[str, str]] = []
    for message in task.messages:
        role, text = str(message["role"]), str(message.get("content") or "")
        if role in ("system", "developer"):
            if messages:
                messages.append({"role": "system", "content": text})
            else:
                system.append(text)
        elif role == "tool":
            messages.append({"role": "user", "content": f"The function returned: {text}"})
        elif role == "assistant":
            calls = [f"{call['name']}({call['arguments']})" for call in message.get("tool_calls") or ()]
            messages.append({"role": "assistant", "content": "\n".join([text, *calls]).strip()})
        else:
            messages.append({"role": "user", "content": text})
    if task.passages and messages and messages[-1]["role"] == "user":
        messages[-1]["content"] = _given(task.passages, messages[-1]["content"])
    if tools:
        system.append("Call one of these functions:\n" + "\n".join(map(_signature, tools)))
    return [{"role": "system", "content": "\n\n".join(system)}, *messages]


def _given(passages: list[Passage], question: str) -> str:
    """A question with what a file search found, short: a small model reads slowly, and loses itself in much."""
    texts = [" ".join(passage.text.split())[:500] for passage in given(passages)]
    return "\n\n".join([*texts, f"Answer from the text above, in one sentence: {question}"])


def _signature(tool: Mapping[str, Any]) -> str:
    """One line about a tool: reading a prompt is slow, so its whole schema is left to the grammar."""
    properties = (tool.get("parameters") or {}).get("properties") or {}
    description = str(tool.get("description") or "")[:160]
    return f"{tool['name']}({', '.join(properties)}): {description}"


def _call_schema(tools: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """anyOf {"name": this tool, "arguments": what it takes}; each tool's own definitions under names of their own."""
    definitions: dict[str, Any] = {}
    branches = []
    for index, tool in enumerate(tools):
        custom = tool.get("type") == "custom"
        schema = {"type": "string"} if custom else (tool.get("parameters") or {"type": "object"})
        definitions |= _own_definitions(_bounded(schema), f"tool{index}")
        branches.append(
            {
                "type": "object",
                "properties": {"name": {"const": tool["name"]}, "arguments": {"$ref": f"#/$defs/tool{index}"}},
                "required": ["name", "arguments"],
                "additionalProperties": False,
            }
        )
    return {"anyOf": branches, "$defs": definitions}


_MAX_LENGTHS = {"email": 60, "hostname": 60, "uri": 100}
_LENGTHS, _ITEMS = (200, 80, 40), (20, 8, 4)
"""Of plain strings, and of arrays, by how many arrays they are in: together they would be thousands of tokens."""
_NUMBER_LIMITS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "enum", "const"}
_NAMED = {"properties", "patternProperties", "$defs", "definitions"}


def _bounded(schema: Any, inside: int = 0) -> Any:
    """The same schema with an end to every plain string, number and array: a small model does not find one by itself.

    What satisfies the result satisfies the schema as well. `inside`: how many arrays it is in.
    """
    if isinstance(schema, list):
        return [_bounded(entry, inside) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: _bounded_below(key, entry, inside) for key, entry in schema.items()}
    kinds = schema.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    depth = min(inside, len(_ITEMS) - 1)
    if "string" in kinds and not {"enum", "const", "pattern", "maxLength"} & schema.keys():
        form = schema.get("format")
        length = _LENGTHS[depth] if form is None else _MAX_LENGTHS.get(form)
        result |= {"maxLength": max(length, schema.get("minLength") or 0)} if length else {}
    if "array" in kinds and "maxItems" not in schema:
        result["maxItems"] = max(_ITEMS[depth], schema.get("minItems") or 0)
    if {"integer", "number"} & set(kinds) and not _NUMBER_LIMITS & schema.keys():
        result |= {"minimum": -999_999_999, "maximum": 999_999_999}
        result |= {"multipleOf": 0.01} if "number" in kinds else {}
    return result


def _bounded_below(key: str, entry: Any, inside: int) -> Any:
    """What a keyword holds: values, schemas by names of the person's (such as “type”), or schemas."""
    if key in _VALUES:
        return entry
    if key in _NAMED and isinstance(entry, dict):
        return {name: _bounded(one, inside) for name, one in entry.items()}
    return _bounded(entry, inside + (key in ("items", "prefixItems", "contains")))


def _own_definitions(schema: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """The definitions of one tool's schema, named after the tool; the root is the one named `prefix`."""
    definitions = {**(schema.get("definitions") or {}), **(schema.get("$defs") or {})}
    root = {key: value for key, value in schema.items() if key not in ("$defs", "definitions", "$schema")}
    named = {f"{prefix}-{name}": _renamed(value, prefix) for name, value in definitions.items()}
    return {prefix: _renamed(root, prefix), **named}


_DEFINITION = re.compile(r"#/(?:\$defs|definitions)/([^/]+)")


def _renamed(value: Any, prefix: str) -> Any:
    """The same schema with every reference pointing to the tool's own definitions."""
    if isinstance(value, list):
        return [_renamed(entry, prefix) for entry in value]
    if not isinstance(value, dict):
        return value
    result = {key: entry if key in _VALUES else _renamed(entry, prefix) for key, entry in value.items()}
    if isinstance(reference := value.get("$ref"), str):
        match = _DEFINITION.fullmatch(reference)
        result["$ref"] = f"#/$defs/{prefix}-{match[1]}" if match else f"#/$defs/{prefix}{reference.removeprefix('#')}"
    return result


_VALUES = ("enum", "const", "default", "examples")
"""Keywords whose values are data and not schemas."""


class CallReader:
    """Turns the text of one call, {"name": …, "arguments": …}, into pieces as it comes."""

    _HEAD = re.compile(r'\s*\{\s*"name"\s*:\s*("(?:[^"\\]|\\.)*")\s*,\s*"arguments"\s*:\s*')

    def __init__(self, tools: tuple[dict[str, Any], ...]) -> None:
        self._kinds = {tool["name"]: tool.get("type", "function") for tool in tools}
        self._head = ""
        self._name: str | None = None
        self._custom = ""
        self._depth = 0
        self._in_string = False
        self._escaped = False
        self.complete = False

    def feed(self, text: str) -> Iterator[ToolCall]:
        if self._name is None:
            self._head += text
            match = self._HEAD.match(self._head)
            # A whitespace at the end may have more to come, and belongs to neither.
            if match is None or match.end() == len(self._head):
                return
            self._name = str(json.loads(match[1]))
            if self._kinds.get(self._name) != "custom":
                yield ToolCall(self._name)
            text = self._head[match.end() :]
        value = self._value(text)
        if self._kinds.get(self._name) == "custom":
            self._custom += value
            if self.complete and self._custom:
                yield ToolCall(self._name, str(json.loads(self._custom)), kind="custom")
                self._custom = ""
        elif value:
            yield ToolCall(self._name, value)

    def _value(self, text: str) -> str:
        """The part of `text` that still belongs to the arguments."""
        if self.complete:
            return ""
        for index, mark in enumerate(text):
            if self._in_string:
                if self._escaped:
                    self._escaped = False
                elif mark == "\\":
                    self._escaped = True
                elif mark == '"':
                    self._in_string = False
            elif mark == '"':
                self._in_string = True
            elif mark in "{[":
                self._depth += 1
            elif mark in "}]":
                self._depth -= 1
            else:
                continue
            if self._depth == 0 and not self._in_string:
                self.complete = True
                return text[: index + 1]
        return text
