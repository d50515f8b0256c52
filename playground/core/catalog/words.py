"""What docstrings of the SDK say: summary, help of the parameters, deprecation and successor."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from typing import Any

_SECTION = re.compile(r"^Args:\s*$", re.MULTILINE)
_ENTRY = re.compile(r"^(\w+): ?(.*)$")
_DEPRECATED = re.compile(r"(?i)^\W*deprecated\b|\b(?:method|endpoint|api|resource|this) (?:is|has been) deprecated\b")
_SENTENCE = re.compile(r"(?<=[.!?])\s")


def summary_of(doc: str, name: str) -> str:
    """The first sentence; the method's own name in words where there is no text."""
    head = _SECTION.split(doc)[0].strip().split("\n\n")[0]
    head = " ".join(head.split())
    if not head:
        return name.rpartition(".")[2].replace("_", " ").capitalize() + "."
    first = _SENTENCE.split(head)[0]
    return first if first.endswith((".", "!", "?")) else f"{first}."


def parameter_help(doc: str) -> dict[str, str]:
    """{parameter: its help, paragraphs kept} of the section `Args:`."""
    parts = _SECTION.split(doc, 1)
    if len(parts) < 2:
        return {}
    found: dict[str, list[str]] = {}
    lines: list[str] | None = None
    for line in textwrap.dedent(parts[1].strip("\n")).splitlines():
        entry = _ENTRY.match(line)
        if entry is not None:
            lines = found.setdefault(entry[1], [])
            lines.append(entry[2])
        elif line and not line.startswith(" "):
            break
        elif lines is not None:
            lines.append(line.removeprefix("    "))
    return {name: "\n".join(texts).strip() for name, texts in found.items()}


def deprecation(function: Callable[..., Any], doc: str) -> str:
    """Why a method is not to be used any more, in the SDK's words; empty where it may be."""
    said = getattr(function, "__deprecated__", "")
    if said:
        return str(said)
    head = " ".join(_SECTION.split(doc)[0].split())
    for sentence in _SENTENCE.split(head)[:3]:
        if _DEPRECATED.search(sentence):
            return sentence
    return ""


_SUCCESSORS = (
    ("beta.threads.runs.", "responses.create"),
    ("beta.threads.messages.", "conversations.items.create"),
    ("beta.threads.", "conversations.create"),
    ("beta.assistants.", "responses.create"),
    ("beta.realtime.", "realtime.connect"),
    ("audio.translations.", "audio.transcriptions.create"),
    ("images.create_variation", "images.edit"),
    ("beta.chat.completions.", "chat.completions.parse"),
    ("completions.", "responses.create"),
)
"""OpenAI's own migration guides (platform.openai.com/docs/deprecations, September 2026)."""


def successor_of(name: str, deprecated: str) -> str:
    """The method that takes a deprecated one's place; empty where none is known."""
    if not deprecated:
        return ""
    named = re.search(r"`(?:client\.)?([a-z_]+(?:\.[a-z_]+)+)(?:\(\))?`", deprecated)
    if named and named[1] != name and "." in named[1]:
        return named[1]
    beside = re.search(r"`\.(\w+)\(\)`", deprecated)
    if beside:
        return f"{name.rpartition('.')[0]}.{beside[1]}"
    return next((to for prefix, to in _SUCCESSORS if name.startswith(prefix)), "")
