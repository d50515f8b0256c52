"""Pictures and sounds to be shown: how to get each file, and what to say of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from playground.core.answers import Answer, Embedded, content_of
from playground.widgets.answer.saving import file_name


class Source(NamedTuple):
    """One file."""

    make: Callable[[], bytes]
    """In the pool. Raises ValueError, in words."""
    path: str
    """Where in the JSON it is; empty: it is the body."""
    words: str
    """What stands beside it."""
    name: str
    """A name for its file."""


def sources_in(answer: Answer) -> list[Source]:
    """The pictures that were found in a JSON body."""
    return [_source(answer, f"image-{number}", found, "image/png") for number, found in enumerate(answer.images, 1)]


def sounds_in(answer: Answer) -> list[tuple[Source, str]]:
    """The sounds, with their content types."""
    found = enumerate(answer.sounds, 1)
    return [(_source(answer, f"sound-{number}", one, "audio/wav"), one.content_type) for number, one in found]


def _source(answer: Answer, name: str, found: Embedded, content_type: str) -> Source:
    name = file_name(name, found.content_type or content_type)
    return Source(partial(content_of, answer.document, found), found.path, found.words, name)
