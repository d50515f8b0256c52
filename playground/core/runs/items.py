"""How each output item of the Responses API is shown: what kind of block, under what title, with what text.

Items that are not named here, and those that a later API adds, are shown as JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from playground.core.runs.blocks import as_json
from playground.core.runs.changes import BlockKind, RunStatus

Item = Mapping[str, Any]

SILENT = frozenset({"keepalive", "ping", "response.audio.done"})
"""Events that say nothing to a reader."""

PARTS: dict[str, tuple[BlockKind, str]] = {
    "output_text": (BlockKind.TEXT, "text"),
    "text": (BlockKind.TEXT, "text"),
    "refusal": (BlockKind.REFUSAL, "refusal"),
    "reasoning_text": (BlockKind.REASONING, "text"),
    "summary_text": (BlockKind.REASONING, "text"),
}

ENDS: dict[str, RunStatus] = {
    "completed": "completed",
    "incomplete": "incomplete",
    "failed": "failed",
    "cancelled": "cancelled",
}

STREAMED = (
    ("function_call_arguments", "arguments", "function_call"),
    ("mcp_call_arguments", "arguments", "mcp_call"),
    ("custom_tool_call_input", "input", "custom_tool_call"),
    ("code_interpreter_call_code", "code", "code_interpreter_call"),
    ("apply_patch_call_operation_diff", "diff", "apply_patch_call"),
)
"""What comes before `.delta` and `.done` in the events of a code or JSON, its field in the latter, its item."""

STATES = (
    ("file_search_call", "in_progress searching completed"),
    ("web_search_call", "in_progress searching completed"),
    ("code_interpreter_call", "in_progress interpreting completed"),
    ("image_generation_call", "in_progress generating completed"),
    ("mcp_call", "in_progress completed failed"),
    ("mcp_list_tools", "in_progress completed failed"),
    ("compaction", "compacting"),
)
"""The events that say nothing but how far an item is."""


class Shape(NamedTuple):
    """An item's own block."""

    kind: BlockKind
    title: str
    text: str = ""
    language: str | None = None
    separator: str = "\n\n"


class Extra(NamedTuple):
    """A further block of an item that is done: what a tool gave back."""

    suffix: str
    kind: BlockKind
    title: str
    text: str
    language: str | None = None


def text_of(value: object) -> str:
    """A field that should be a text; JSON where it is something else."""
    if isinstance(value, str):
        return value
    return "" if value is None else as_json(value, indent=True)


def _call(item: Item) -> Shape:
    name = text_of(item.get("name")) or "function"
    namespace = text_of(item.get("namespace"))
    return Shape(
        BlockKind.TOOL_CALL, f"{namespace}.{name}" if namespace else name, text_of(item.get("arguments")), "json"
    )


def _custom_call(item: Item) -> Shape:
    return Shape(BlockKind.TOOL_CALL, text_of(item.get("name")) or "custom tool", text_of(item.get("input")))


def _mcp_call(item: Item) -> Shape:
    names = [text_of(item.get(name)) for name in ("server_label", "name")]
    return Shape(
        BlockKind.TOOL_CALL, ".".join(n for n in names if n) or "MCP call", text_of(item.get("arguments")), "json"
    )


def _approval(item: Item) -> Shape:
    shape = _mcp_call(item)
    return shape._replace(title=f"Asks for approval: {shape.title}")


def _interpreter(item: Item) -> Shape:
    return Shape(BlockKind.CODE, "Code interpreter", text_of(item.get("code")), "python")


def _action(item: Item) -> Mapping[str, Any]:
    action = item.get("action")
    return action if isinstance(action, Mapping) else {}


def _shell(item: Item) -> Shape:
    commands = _action(item).get("commands")
    text = "\n".join(text_of(c) for c in commands) if isinstance(commands, list) else ""
    return Shape(BlockKind.CODE, "Shell", text, "shell", "\n")


def _local_shell(item: Item) -> Shape:
    command = _action(item).get("command")
    text = " ".join(text_of(c) for c in command) if isinstance(command, list) else text_of(command)
    return Shape(BlockKind.CODE, "Local shell", text, "shell")


def _shell_output(item: Item) -> Shape:
    return Shape(BlockKind.CODE, "Shell output", output_text(item.get("output")), "text")


def output_text(output: object) -> str:
    """What a shell wrote: its two streams, and how it ended where that was not well."""
    if not isinstance(output, list):
        return text_of(output)
    texts = []
    for part in output:
        if not isinstance(part, Mapping):
            texts.append(text_of(part))
            continue
        texts += [text_of(part.get(stream)) for stream in ("stdout", "stderr")]
        outcome = part.get("outcome")
        if isinstance(outcome, Mapping) and outcome.get("exit_code") not in (None, 0):
            texts.append(f"[exit code {outcome['exit_code']}]")
        elif isinstance(outcome, Mapping) and outcome.get("type") == "timeout":
            texts.append("[timed out]")
    return "\n".join(text.rstrip("\n") for text in texts if text)


def _patch(item: Item) -> Shape:
    operation = item.get("operation")
    if not isinstance(operation, Mapping):
        return Shape(BlockKind.CODE, "Patch", text_of(operation), "diff")
    what = text_of(operation.get("type")).replace("_", " ") or "patch"
    return Shape(
        BlockKind.CODE,
        f"{what[:1].upper()}{what[1:]} {text_of(operation.get('path'))}".strip(),
        text_of(operation.get("diff")),
        "diff",
    )


def _computer(item: Item) -> Shape:
    actions = item.get("actions") or item.get("action")
    return Shape(BlockKind.TOOL_CALL, "Computer", as_json(actions, indent=True) if actions else "", "json")


def _program(item: Item) -> Shape:
    return Shape(BlockKind.CODE, "Program", text_of(item.get("code")))


def _tool_search(item: Item) -> Shape:
    arguments = item.get("arguments")
    return Shape(BlockKind.TOOL_CALL, "Tool search", text_of(arguments) if arguments else "", "json")


def _web_search(item: Item) -> Shape:
    action = _action(item)
    queries = action.get("queries")
    said = action.get("query") or action.get("url") or (queries[0] if isinstance(queries, list) and queries else "")
    return Shape(BlockKind.STATUS, "Web search", _status(item, text_of(said)))


def _file_search(item: Item) -> Shape:
    queries, results = item.get("queries"), item.get("results")
    said = ", ".join(text_of(query) for query in queries) if isinstance(queries, list) else ""
    if isinstance(results, list):
        said = f"{said} ({len(results)} result{'' if len(results) == 1 else 's'})".strip()
    return Shape(BlockKind.STATUS, "File search", _status(item, said))


def _image(item: Item) -> Shape:
    said = [text_of(item.get(name)) for name in ("size", "quality", "output_format")]
    prompt = text_of(item.get("revised_prompt"))
    error = item.get("error")
    details = " ".join(word for word in said if word and word != "auto")
    words = ": ".join(word for word in (details, prompt, text_of(error)) if word)
    return Shape(BlockKind.STATUS, "Image", _status(item, words))


def _mcp_tools(item: Item) -> Shape:
    tools = item.get("tools")
    label = text_of(item.get("server_label"))
    names = (
        [text_of(tool.get("name")) for tool in tools if isinstance(tool, Mapping)] if isinstance(tools, list) else []
    )
    said = f"{len(names)} tools: {', '.join(names)}" if names else ""
    return Shape(BlockKind.STATUS, f"Tools of {label}" if label else "MCP tools", _status(item, said))


def _compaction(item: Item) -> Shape:
    return Shape(BlockKind.STATUS, "Compaction", _status(item, "the conversation so far was compressed"))


def _reasoning(item: Item) -> Shape:
    return Shape(BlockKind.REASONING, "Reasoning")


def status_words(state: str) -> str:
    """`in_progress` as words."""
    return state.replace("_", " ")


def _status(item: Item, said: str) -> str:
    state = status_words(text_of(item.get("status")))
    return ": ".join(word for word in (state, said) if word)


_SHAPES: dict[str, Callable[[Item], Shape]] = {
    "reasoning": _reasoning,
    "function_call": _call,
    "custom_tool_call": _custom_call,
    "mcp_call": _mcp_call,
    "mcp_approval_request": _approval,
    "mcp_list_tools": _mcp_tools,
    "code_interpreter_call": _interpreter,
    "shell_call": _shell,
    "shell_call_output": _shell_output,
    "local_shell_call": _local_shell,
    "apply_patch_call": _patch,
    "computer_call": _computer,
    "program": _program,
    "tool_search_call": _tool_search,
    "web_search_call": _web_search,
    "file_search_call": _file_search,
    "image_generation_call": _image,
    "compaction": _compaction,
}


def shape(item: Item) -> Shape:
    """How an item is shown (a message is shown by its parts instead)."""
    kind = text_of(item.get("type"))
    make = _SHAPES.get(kind)
    if make is not None:
        return make(item)
    return Shape(
        BlockKind.JSON, f"Unknown item: {kind}" if kind else "Unknown item", as_json(item, indent=True), "json"
    )


def extras(item: Item) -> list[Extra]:
    """What an item that is done has beside its own block."""
    kind = item.get("type")
    found = []
    if kind == "mcp_call":
        if item.get("error"):
            found.append(Extra("error", BlockKind.CODE, "Error", text_of(item["error"])))
        if item.get("output"):
            found.append(Extra("output", BlockKind.CODE, "Result", text_of(item["output"])))
    elif kind == "code_interpreter_call" and isinstance(item.get("outputs"), list):
        for number, output in enumerate(item["outputs"]):
            if isinstance(output, Mapping) and output.get("type") == "logs":
                found.append(Extra(f"output{number}", BlockKind.CODE, "Output", text_of(output.get("logs")), "text"))
            else:
                found.append(Extra(f"output{number}", BlockKind.JSON, "Output", as_json(output, indent=True), "json"))
    return found


def failed(item: Item) -> bool:
    """Whether an item that is done did not do what it should."""
    return item.get("status") in ("failed", "cancelled") or bool(item.get("error"))
