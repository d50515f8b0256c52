"""What the echo engine writes: an honest account, in Markdown, of the request it got."""

from __future__ import annotations

from typing import Any

import orjson

from playground.sandbox import tokens
from playground.sandbox.engines import GenerationTask, Passage
from playground.sandbox.tools import HOSTED

_QUOTE = 2000
_BODY = 4000
"""Characters of the quoted message and of the shown body; the rest is said to be left out."""
_CITED, _CLOSE = 3, 0.7
"""How many passages are quoted at most, and the part of the best one's score that each must have."""
_SETTINGS = (
    "temperature", "top_p", "max_output_tokens", "max_completion_tokens", "max_tokens", "reasoning",
    "reasoning_effort", "stop", "seed", "n", "stream", "background", "store", "previous_response_id", "conversation",
    "service_tier", "truncation", "parallel_tool_calls", "frequency_penalty", "presence_penalty", "metadata",
)  # fmt: skip

_APIS = {"responses": "Responses", "chat": "Chat Completions", "completions": "Completions (legacy)",
         "realtime": "Realtime"}  # fmt: skip


def answer(task: GenerationTask) -> str:
    """The whole text for a task without a schema."""
    last = task.messages[-1] if task.messages else None
    if task.api == "realtime":
        said = last["content"] if last is not None else "nothing yet"
        return f"This is the sandbox's realtime echo; no model answered. You said: {said}"
    parts = [
        "## Sandbox echo\n\n"
        "**No model answered.** This text was written by `sandbox-echo`, the sandbox's deterministic echo engine. "
        "It describes the request it received, so that you can see what was sent and watch it stream."
    ]
    if last is not None and last["role"] == "tool":
        parts.append(_tool_output(task, last))
    else:
        parts.append(_last_user_message(task))
    parts.append(_table(task))
    if len(task.messages) > 1:
        parts.append(_messages(task))
    if task.tools or _hosted(task):
        parts.append(_tools(task))
    parts.append(_body(task))
    if task.api == "responses":
        parts.append(_snippet(task))
    parts.append("*The same request gives the same text. Choose another model or profile for a real answer.*")
    return "\n\n".join(parts)


def from_documents(task: GenerationTask) -> tuple[list[tuple[str, Passage]], str]:
    """The answer from what a file search found: ((text, the passage that it is from), …), and the text after them."""
    note = (
        "*No model answered: `sandbox-echo` quotes what its file search found. Choose another model for an answer in "
        "sentences.*"
    )
    given = task.passages or []
    found = [entry for entry in given if entry.score >= given[0].score * _CLOSE][:_CITED]
    if not found:
        return [], "The file search found nothing that answers this in the vector stores it was given.\n\n" + note
    parts = []
    for number, passage in enumerate(found):
        head = "## What the documents say\n\n" if number == 0 else "\n\n"
        parts.append((f"{head}{_quoted(passage.text)}\n\nFrom **{_cell(passage.filename)}**", passage))
    return parts, "\n\n" + note


def thoughts(task: GenerationTask) -> str:
    """The reasoning summary: what the engine does, said as steps."""
    count = len(task.messages)
    words = "one message" if count == 1 else f"{count} messages"
    effort = task.raw.get("reasoning_effort") or (task.raw.get("reasoning") or {}).get("effort")
    return (
        f"**Reading the request**\n\nIt has {words} and asks for the effort “{effort}”. The echo engine does not "
        "reason; this summary stands where a model's would.\n\n**Writing the answer**\n\nList what was received, "
        "quote the last message, show the body."
    )


def as_json(task: GenerationTask) -> dict[str, Any]:
    """The answer in JSON mode, where no schema says what it should hold."""
    return {
        "engine": "sandbox-echo",
        "note": "No model answered: this is the sandbox's echo engine in JSON mode.",
        "model": task.model,
        "messages": len(task.messages),
        "last_message": _last_text(task)[:_QUOTE],
    }


def note(task: GenerationTask) -> str:
    """For the first free text of a filled schema, so that nobody takes the values for a model's."""
    return f"Sandbox echo, no model: {' '.join(_last_text(task).split())[:60]}".strip()


def _last_text(task: GenerationTask) -> str:
    for message in reversed(task.messages):
        if message["role"] == "user":
            return str(message["content"])
    return ""


def _last_user_message(task: GenerationTask) -> str:
    text = _last_text(task)
    return "### Your last message\n\n" + _quoted(text) if text else "There was no user message in it."


def _tool_output(task: GenerationTask, last: dict[str, Any]) -> str:
    call = next(
        (
            call
            for message in reversed(task.messages)
            for call in message.get("tool_calls") or ()
            if call["id"] == last.get("tool_call_id")
        ),
        None,
    )
    what = f"`{call['name']}` with `{call['arguments'][:200]}`" if call else "a call it does not know"
    size = tokens.count(last["content"])
    return (
        f"### The tool's output arrived\n\nThe answer to {what} came back ({size} tokens). A model would now use it; "
        "the echo engine quotes it:\n\n" + _quoted(last["content"])
    )


def _table(task: GenerationTask) -> str:
    rows = [("model", f"`{task.model}`"), ("API", _APIS[task.api])]
    if task.instructions:
        rows.append(("instructions", _cell(task.instructions)))
    rows.append(("messages", str(len(task.messages))))
    rows.append(("input tokens", f"{tokens.count_input(task.instructions, task.messages, task.tools)} (counted)"))
    for name in _SETTINGS:
        if task.raw.get(name) is not None:
            rows.append((name, f"`{_cell(orjson.dumps(task.raw[name]).decode())}`"))
    if not any(task.raw.get(name) is not None for name in ("temperature", "top_p", "reasoning", "reasoning_effort")):
        rows.append(("temperature, top_p, effort", "*not sent*"))
    lines = ["### What was received", "", "| Setting | Value |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in rows]
    return "\n".join(lines)


def _messages(task: GenerationTask) -> str:
    lines = ["### The messages, oldest first", ""]
    for number, message in enumerate(task.messages, start=1):
        calls = ", ".join(f"calls `{call['name']}`" for call in message.get("tool_calls") or ())
        lines.append(f"{number}. **{message['role']}** — {calls or _cell(message['content']) or '*empty*'}")
    return "\n".join(lines)


def _tools(task: GenerationTask) -> str:
    lines = ["### Tools", ""]
    for tool in task.tools or ():
        words = tool.get("description") or "no description"
        lines.append(f"- `{tool['name']}` ({tool['type']}): {_cell(words)}")
    lines += [f"- `{kind}` is a hosted tool. The sandbox runs none, so it was **not run**." for kind in _hosted(task)]
    return "\n".join(lines)


def _hosted(task: GenerationTask) -> list[str]:
    given = task.raw.get("tools") or []
    return [
        tool["type"]
        for tool in given
        if isinstance(tool, dict) and tool.get("type") in HOSTED and tool["type"] != "file_search"
    ]


def _body(task: GenerationTask) -> str:
    text = orjson.dumps(task.raw, option=orjson.OPT_INDENT_2).decode()
    left = len(text) - _BODY
    if left > 0:
        text = text[:_BODY].rsplit("\n", 1)[0]
    fence = _fence(text)
    more = f"\n\n*{left:,} more characters are left out here.*" if left > 0 else ""
    return f"### The JSON body\n\n{fence}json\n{text}\n{fence}{more}"


def _snippet(task: GenerationTask) -> str:
    sent = {name: value for name, value in task.raw.items() if name != "stream"}
    lines = [f"    {name}={_literal(value)}," for name, value in sent.items() if name.isidentifier()]
    code = "\n".join(
        [
            "from openai import OpenAI",
            "",
            "client = OpenAI()  # OPENAI_API_KEY, OPENAI_BASE_URL",
            "",
            "response = client.responses.create(",
            *lines,
            ")",
            "print(response.output_text)",
        ]
    )
    fence = _fence(code)
    return f"### The same in Python\n\n{fence}python\n{code}\n{fence}"


def _literal(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 300 else f"...  # {len(text):,} characters"


def _quoted(text: str) -> str:
    shown, left = text[:_QUOTE], len(text) - _QUOTE
    lines = "\n".join(f"> {line}".rstrip() for line in shown.splitlines() or [""])
    return lines + (f"\n\n*{left:,} more characters are left out here.*" if left > 0 else "")


def _cell(text: str) -> str:
    """On one line, short, and harmless inside a table."""
    line = " ".join(text.split()).replace("|", "\\|")
    return line if len(line) <= 120 else line[:117] + "..."


def _fence(text: str) -> str:
    """Longer than any run of backticks in the text."""
    longest = max((len(run) for run in _runs(text)), default=0)
    return "`" * max(3, longest + 1)


def _runs(text: str) -> list[str]:
    return [run for run in "".join(letter if letter == "`" else " " for letter in text).split() if run]
