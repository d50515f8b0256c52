"""A request as a program: Python, cURL, JavaScript. Pure: a value in, text out.

Each program sends exactly this body to this server, and reads `OPENAI_API_KEY` and, where it is set, `OPENAI_BASE_URL`
from the environment. No key is ever written into one.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from playground.core.codegen.calls import CallRequest
from playground.core.codegen.calls import call_program as _call_program
from playground.core.codegen.request import CodeRequest
from playground.core.redact import known as known_keys

LANGUAGES: tuple[tuple[str, str], ...] = (("python", "Python"), ("curl", "cURL"), ("javascript", "JavaScript"))
"""Languages with their names, in the order in which they are offered."""

SUFFIXES = {"python": ".py", "curl": ".sh", "javascript": ".mjs"}
"""What a file with such a program is called."""

__all__ = ["LANGUAGES", "SUFFIXES", "CallRequest", "CodeRequest", "call_program", "program"]


def program(language: str, request: CodeRequest) -> str:
    """The request in a language of `LANGUAGES`. Raises KeyError for another. The Python program is made after the
    SDK that is installed: call it where importing that may take a moment."""
    if language not in SUFFIXES:
        raise KeyError(language)
    write: Callable[[CodeRequest], str] = import_module(f"playground.core.codegen.{language}").write
    return known_keys().text(write(request))


def call_program(language: str, request: CallRequest) -> str:
    """A call of any method in a language of `LANGUAGES`; a key that somebody wrote into an argument is masked. Raises
    KeyError for another language, ValueError where a method has no program in it."""
    return known_keys().text(_call_program(language, request))
