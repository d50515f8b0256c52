"""A TypeScript text as a syntax tree, with places for people and the comments that stand at things."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from playground.core.schemas.convert.model import MAX_SOURCE, ConvertError
from playground.core.visible import visible

if TYPE_CHECKING:
    from tree_sitter import Node

_CHUNK = 8192
_LARGEST = 1e300
_MOST_STEPS = 200_000
_CLOSED_BY = {"{": "}", "(": ")", "[": "]"}
_NAMES = {"type_identifier": "a type", "identifier": "a name", "property_identifier": "a name"}
_PRAGMA = re.compile(
    r"\s*(eslint|prettier|ts-|@|tslint|istanbul|c8 |todo\b|fixme\b|#?region|#?endregion)", re.IGNORECASE
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(\r\n|[\s\S]))")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}


class Source:
    """Raises ConvertError, with line and column, for what is no TypeScript."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_SOURCE:
            raise ConvertError(
                f"The text has {len(text):,} characters; at most {MAX_SOURCE:,} are read. Leave out what the type does "
                "not use."
            )
        import tree_sitter_typescript
        from tree_sitter import Language, Parser

        self._bytes = text.encode("utf-8", "replace")
        parser = Parser(Language(tree_sitter_typescript.language_typescript()))
        # In pieces that Python hands out, so that other threads have their turn between them.
        self.root = parser.parse(lambda at, _point: self._bytes[at : at + _CHUNK]).root_node
        if self.root.has_error:
            self._refuse()

    def text(self, node: Node) -> str:
        """What a node stands for."""
        return self._bytes[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def line(self, node: Node) -> int:
        """From 1."""
        return node.start_point[0] + 1

    def error(self, node: Node, words: str) -> ConvertError:
        """What is wrong there, with its place."""
        row, column = node.start_point
        before = self._bytes[node.start_byte - column : node.start_byte].decode("utf-8", "replace")
        return ConvertError(f"Line {row + 1}, column {len(before) + 1}: {words}")

    def inner(self, node: Node) -> Node:
        """What a node holds, past comments. Raises ConvertError where that is nothing."""
        found = next((one for one in node.named_children if one.type != "comment"), None)
        if found is None:
            raise self.error(node, f"this is not understood: {self.excerpt(node)}")
        return found

    def excerpt(self, node: Node, most: int = 40) -> str:
        """The beginning of what a node stands for, on one line."""
        words = " ".join(self._bytes[node.start_byte : node.end_byte][: most * 4].decode("utf-8", "replace").split())
        return visible(words if len(words) <= most else f"{words[:most]}…")

    def _refuse(self) -> None:
        node, found = self.root, None
        while found is None:
            inner = next((one for one in node.children if one.has_error or one.is_missing or one.is_error), None)
            if inner is None or inner.is_missing or inner.is_error:
                found = inner or node
            else:
                node = inner
        if found.is_missing:
            what = _NAMES.get(found.type, f"a “{found.type}”")
            raise self.error(found, f"here {what} is missing.")
        opened = self._unclosed()
        if opened is not None and not self._bytes[found.end_byte :].strip():
            raise self.error(opened, f"this “{opened.type}” is not closed.")
        while found.children and found.children[0].is_error:
            found = found.children[0]
        raise self.error(found, f"this is not understood: {self.excerpt(found)}")

    def _unclosed(self) -> Node | None:
        """The last bracket that is not closed."""
        opened: list[Node] = []
        cursor = self.root.walk()
        for _ in range(_MOST_STEPS):
            node = cursor.node
            if node is not None and not node.is_named and node.type in _CLOSED_BY:
                opened.append(node)
            elif node is not None and opened and node.type == _CLOSED_BY[opened[-1].type]:
                opened.pop()
            if cursor.goto_first_child() or cursor.goto_next_sibling():
                continue
            while cursor.goto_parent():
                if cursor.goto_next_sibling():
                    break
            else:
                return opened[-1] if opened else None
        return None

    # Literals

    def string(self, node: Node) -> str:
        """The value of a string literal."""
        return unescaped(self.text(node)[1:-1])

    def number(self, node: Node) -> int | float:
        """The value of a number literal."""
        digits = self.text(node).replace("_", "").rstrip("n").lower()
        try:
            whole = digits.startswith("0x") or not re.search(r"[.e]", digits)
            value = int(digits, 0) if whole else float(digits)
        except ValueError:
            raise self.error(node, f"this is no number: {self.excerpt(node)}") from None
        if not -_LARGEST < value < _LARGEST:
            raise self.error(node, "this number is too large.")
        return value


def unescaped(words: str) -> str:
    """What stands between a string's quotes, without its escapes."""

    def one(match: re.Match[str]) -> str:
        digits = match[1] or match[2] or match[3]
        if digits is None:
            return _PLAIN.get(match[4], match[4])
        return chr(int(digits, 16)) if int(digits, 16) <= 0x10FFFF else "\ufffd"

    made = _ESCAPE.sub(one, words)
    return made.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # two halves are one character


def commented(source: Source, parent: Node) -> Iterator[tuple[Node, str]]:
    """The named nodes in another one, each with the comment that is meant for it: the JSDoc before it, else the lines
    of `//` before it or the one behind it."""
    children = [one for one in parent.children if one.is_named]
    waiting: list[Node] = []
    for place, node in enumerate(children):
        if node.type == "comment":
            # One that stands behind something is about that, unless more comes on its line.
            if not (place and _same_line(children[place - 1], node)) or _goes_on(children, place):
                waiting.append(node)
            continue
        said = _before(source, waiting, node)
        behind = children[place + 1] if place + 1 < len(children) else None
        if not said and behind is not None and _same_line(node, behind) and not _goes_on(children, place + 1):
            said = _plain(source.text(behind))
        waiting = []
        yield node, said


def _goes_on(children: list[Node], place: int) -> bool:
    """Whether a comment is none, or something stands behind it on its line."""
    node = children[place]
    return node.type != "comment" or (place + 1 < len(children) and _same_line(node, children[place + 1]))


def _same_line(node: Node, comment: Node) -> bool:
    return node.end_point[0] == comment.start_point[0]


def _before(source: Source, comments: list[Node], node: Node) -> str:
    for one in reversed(comments):
        words = source.text(one)
        if words.startswith("/**") and words != "/**/":
            return words
    lines: list[str] = []
    row = node.start_point[0]
    for one in reversed(comments):
        if one.end_point[0] != row - 1:
            break
        lines.insert(0, _plain(source.text(one)))
        row = one.start_point[0]
    return "\n".join(line for line in lines if line)


def _plain(comment: str) -> str:
    """The words of a comment that is no JSDoc, as one; empty for what is meant for a tool."""
    words = comment.removeprefix("//") if comment.startswith("//") else comment[2:-2]
    return "" if _PRAGMA.match(words) else words.strip(" /*\t")
