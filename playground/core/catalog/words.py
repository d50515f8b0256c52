"""What docstrings of the SDK say: summary, help of the parameters, deprecation and successor."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Container
from typing import Any

_SECTION = re.compile(r"^Args:\s*$", re.MULTILINE)
_ENTRY = re.compile(r"^(\w+): ?(.*)$")
_DEPRECATED = re.compile(r"(?i)^\W*deprecated\b|\b(?:method|endpoint|api|resource|this) (?:is|has been) deprecated\b")
_LINK = re.compile(r"\[([^\]]+)\]\((?:[^()]|\([^)]*\))*\)")
_ADMIN = re.compile(r"(?i)requires? an admin API key")
_SENTENCE = re.compile(r"(?<=[.!?])\s")


def summary_of(doc: str, name: str) -> str:
    """The first sentence of what it does, notices apart; the method's own name in words where there is no text."""
    paragraphs = _SECTION.split(doc)[0].strip().split("\n\n")
    head = next((text for text in paragraphs if text.strip() and not text.startswith(("**", "---"))), "")
    head = without_links(" ".join(head.split()))
    if " " not in head:
        folder, _, last = name.rpartition(".")
        return f"{last} {folder.rpartition('.')[2].removesuffix('s')}".replace("_", " ").capitalize() + "."
    first = _SENTENCE.split(head)[0]
    return first if first.endswith((".", "!", "?")) else f"{first}."


def without_links(text: str) -> str:
    """Markdown without its links' addresses."""
    return _LINK.sub(r"\1", text)


def without_parameters(doc: str) -> str:
    """A docstring up to its section `Args:`."""
    return _SECTION.split(doc)[0].strip()


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
    said = str(getattr(function, "__deprecated__", ""))
    if " " in said:
        return said
    head = without_links(" ".join(_SECTION.split(doc)[0].split()))
    pattern = _ENDED if said else _DEPRECATED
    sentences = _SENTENCE.split(head)[:4]
    for place, sentence in enumerate(sentences):
        if pattern.search(sentence):
            return " ".join(sentences[place : place + 2]) if said else sentence
    return MARKED if said else ""


def needs_admin_key(doc: str) -> bool:
    """Whether a docstring says so; a few such methods are signed with the plain key (openai 3.57)."""
    return _ADMIN.search(without_links(" ".join(doc.split()))) is not None


_ENDED = re.compile(r"(?i)\bdeprecated\b|\bretired\b|\bshut down\b|\bno longer\b")
MARKED = "The SDK marks it as deprecated."
"""Where it says no more."""
_SUCCESSORS = (
    ("beta.threads.create_and_run", "", "responses.create"),
    ("beta.threads.runs.steps.", "", "responses.retrieve"),
    ("beta.threads.runs.", "responses", "responses.create"),
    ("beta.threads.messages.", "conversations.items", "conversations.items.create"),
    ("beta.threads.", "conversations", "conversations.create"),
    ("beta.assistants.", "", "responses.create"),
    ("beta.realtime.", "realtime", "realtime.connect"),
    ("audio.translations.", "", "realtime.translations.connect"),
    ("images.create_variation", "", "images.edit"),
    ("completions.", "", "responses.create"),
)
"""OpenAI's migration guides and the SDK's docstrings (September 2026): a resource whose method of the same name is
meant, and the method where there is none."""


def successor_of(name: str, deprecated: str, names: Container[str]) -> str:
    """The method that takes a deprecated one's place; empty where none is known."""
    if not deprecated:
        return ""
    folder, _, last = name.rpartition(".")
    beside = re.search(r"`\.(\w+)\(\)`|\b(list) method", deprecated)
    found = [f"{folder}.{beside[1] or beside[2]}"] if beside else []
    for prefix, resource, otherwise in _SUCCESSORS:
        if name.startswith(prefix):
            found += [f"{resource}.{last}", otherwise]
    return next((one for one in found if one in names and one != name), "")


_ENDING = frozenset(
    {"cancel", "archive", "delete", "revoke", "deactivate", "remove", "reject", "refuse", "hangup", "rotate_secret"}
)
_KEYS = frozenset({"admin_api_keys.create", "service_accounts.create", "api_keys.create"})
"""What is made with a key that is shown once. Ephemeral client secrets end by themselves within minutes."""


def is_destructive(name: str, verb: str) -> bool:
    """Whether it ends, removes or replaces something, or makes a key."""
    folder, _, last = name.rpartition(".")
    return verb == "DELETE" or last in _ENDING or f"{folder.rpartition('.')[2]}.{last}" in _KEYS
