"""The text of an HTML page: what a reader sees, with its blocks on lines of their own."""

from __future__ import annotations

import codecs
import re
from html.parser import HTMLParser
from pathlib import Path

from playground.sandbox.stores.texts import MOST_PLAIN, MOST_TEXT, Unreadable, decoded

_HIDDEN = frozenset(("script", "style", "template", "noscript", "svg", "math", "iframe", "object"))
_BLOCK_NAMES = (
    "address article aside blockquote br dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol p pre section table tr ul title caption "
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)


class _Reader(HTMLParser):
    """Collects text. Broken mark-up is read as browsers do: to the end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.size = 0
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden.append(tag)
        elif tag in _BLOCKS:
            self._add("\n")
        elif tag in ("td", "th"):
            self._add("\t")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._add("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]
        elif tag in _BLOCKS:
            self._add("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._add(re.sub(r"\s+", " ", data))

    def _add(self, text: str) -> None:
        self.size += len(text)
        if self.size > MOST_TEXT:
            raise Unreadable(f"The page is too long: at most {MOST_TEXT:,} characters are taken.")
        self.parts.append(text)


def read(path: Path) -> str:
    """The text of a page. Raises Unreadable."""
    size = path.stat().st_size
    if size > MOST_PLAIN:
        raise Unreadable(f"The page is too long: it has {size:,} bytes, and at most {MOST_PLAIN:,} are taken.")
    reader = _Reader()
    reader.feed(_decoded(path.read_bytes()))
    reader.close()
    lines = [" ".join(line.split(" ")).strip() for line in "".join(reader.parts).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _decoded(data: bytes) -> str:
    """As its byte order mark or its `meta charset` says, else as UTF-8 or UTF-16."""
    found = _CHARSET.search(data[:4096])
    if found and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        name = found[1].decode()
        try:
            codec = codecs.lookup("cp1252" if name.lower() in ("iso-8859-1", "latin1") else name)
        except LookupError:
            raise Unreadable(f"The page says that its encoding is “{name}”, which is not known. Use UTF-8.") from None
        if codec.name not in ("utf-8", "utf-16") and codec.name.startswith(_TEXTS):
            try:
                return codec.decode(data)[0]
            except UnicodeDecodeError as error:
                raise Unreadable(
                    f"The page says that its encoding is “{name}”, but the byte at {error.start:,} is none of that."
                ) from None
    return decoded(data)


_TEXTS = ("cp", "iso8859", "koi8", "shift_jis", "euc", "gb", "big5", "mac", "hz", "iso2022", "ascii", "tis")
