"""The text of DOCX and PPTX files: XML in a ZIP archive, read as a stream so that no size and no depth hurts.

python-docx and python-pptx build trees of the whole document in lxml; only the text is wanted here.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path
from xml.parsers import expat

from playground.sandbox.stores.chunks import PAGE
from playground.sandbox.stores.texts import MOST_TEXT, Unreadable

_MOST_XML = 256 * 1024**2
"""Bytes that are unpacked of one archive: more is no document but an attack."""
_MOST_SLIDES = 2000
_PIECE = 1 << 16


def read_docx(path: Path) -> str:
    """The text of a document with its notes. Raises Unreadable."""
    with _Archive(path) as archive:
        if "word/document.xml" not in archive.names:
            raise Unreadable("It is called .docx, but it is an archive without a document (word/document.xml).")
        parts = ["word/document.xml", "word/footnotes.xml", "word/endnotes.xml"]
        return "\n".join(archive.text(part) for part in parts if part in archive.names)


def read_pptx(path: Path) -> str:
    """The text of the slides, each a page. Raises Unreadable."""
    with _Archive(path) as archive:
        slides = {
            int(found[1]): name
            for name in archive.names
            if (found := re.fullmatch(r"ppt/slides/slide(\d+)\.xml", name))
        }
        if not slides:
            raise Unreadable("It is called .pptx, but it is an archive without slides (ppt/slides/slide1.xml).")
        if len(slides) > _MOST_SLIDES:
            raise Unreadable(f"It has {len(slides):,} slides; at most {_MOST_SLIDES:,} are read.")
        return PAGE.join(archive.text(slides[number]) for number in sorted(slides))


class _Archive:
    """An archive whose parts are read within one bound. Raises Unreadable for whatever is wrong with it."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Unreadable(f"The archive that it is cannot be read: {error}. It may have been cut off.") from None
        self.names = set(self._zip.namelist())
        self._read = 0

    def __enter__(self) -> _Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def text(self, name: str) -> str:
        """The text in one of its XML files."""
        collector = _Collector()
        try:
            with self._zip.open(name) as source:
                while piece := source.read(_PIECE):
                    self._read += len(piece)
                    if self._read > _MOST_XML:
                        raise Unreadable(f"It unpacks to more than {_MOST_XML // 1024**2} MB, which no document needs.")
                    collector.feed(piece)
                collector.feed(b"", last=True)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise Unreadable(f"The part {name} of it cannot be unpacked: {error}.") from None
        except expat.ExpatError as error:
            raise Unreadable(f"The part {name} of it is no valid XML: {error}.") from None
        return collector.whole()


class _Collector:
    """The text of WordprocessingML and DrawingML: runs (t), paragraphs (p), tabs, breaks and cells."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parts: list[str] = []
        self._in_text = 0
        self._size = 0

    def feed(self, data: bytes, *, last: bool = False) -> None:
        self._parser.Parse(data, last)

    def whole(self) -> str:
        return "".join(self._parts).strip()

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        short = name.rpartition(" ")[2]
        if short == "t":
            self._in_text += 1
        elif short in ("tab", "tc"):
            self._parts.append("\t")
        elif short in ("br", "cr"):
            self._parts.append("\n")

    def _end(self, name: str) -> None:
        short = name.rpartition(" ")[2]
        if short == "t":
            self._in_text -= 1
        elif short == "p":
            self._parts.append("\n")

    def _data(self, data: str) -> None:
        if self._in_text:
            self._size += len(data)
            if self._size > MOST_TEXT:
                raise Unreadable(f"The document is too long: at most {MOST_TEXT:,} characters are taken.")
            self._parts.append(data)

    def _doctype(self, *_: object) -> None:
        raise Unreadable(
            "Its XML declares a document type, which no document of an Office program does: it is not read."
        )
