"""Where in a JSON text the places of a form stand."""

from __future__ import annotations

from playground.core.forms.values import split
from playground.core.jsondoc import Document, parse


class Places:
    """The places of one text that is JSON; all positions in characters."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._document: Document = parse(text.encode("utf-8", "surrogatepass"))
        self._ascii = text.isascii()

    def span(self, pointer: str) -> tuple[int, int]:
        """Begin and end of the value at a pointer; of its key alone where that value is an object or a list, and of
        the nearest place above it where there is none. (0, 0) for the whole."""
        document = self._document
        if document.root < 0:
            return 0, 0
        at, begin, end = document.root, 0, 0
        for step in split(pointer):
            found = self._step(at, step)
            if found is None:
                break
            key, key_end, at = found
            if document.is_container(at):
                begin, end = (key, key_end) if key >= 0 else (at, at + 1)
            else:
                begin, end = at, document.end(at)
        return self._characters(begin), self._characters(end)

    def _step(self, at: int, step: str) -> tuple[int, int, int] | None:
        """Key, its end, and the beginning of a child's value, in bytes."""
        document = self._document
        if document.kind(at) == "array":
            if not step.isdecimal():
                return None
            items = document.children(at, int(step), int(step) + 1)
            return (-1, -1, items[0].start) if items else None
        if document.kind(at) != "object":
            return None
        for child in document.children(at):
            if document.key(child) == step:
                return child.key, child.key_end, child.start
        return None

    def _characters(self, offset: int) -> int:
        if self._ascii:
            return offset
        return len(self._document.data[:offset].decode("utf-8", "replace"))

    def pointer_at(self, position: int) -> str:
        """The pointer of the innermost value whose key or value is at a position."""
        from playground.core.jsondoc import pointer

        offset = len(self._text[:position].encode("utf-8", "surrogatepass"))
        steps: list[str | int] = []
        for step in self._document.path(offset):
            steps.append(self._document.key(step.child) if step.child.key >= 0 else step.number)
        return pointer(steps)
