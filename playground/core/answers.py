"""What is in an answer, whatever API it came from: the items of a list, pictures and sounds inside its JSON.

Found in the index of the body (`core.jsondoc`), never by parsing it whole: an answer may hold ten pictures of 3 MB.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from playground.core.jsondoc import Document, dotted, parse

LISTS = ("data", "items", "results", "records", "matches", "values")
"""Keys under which servers put the items of a list."""
ITEMS_MOST = 100_000
"""Items of a table at most."""
LOOKED_AT = 60_000
"""Values that are looked at for pictures and sounds."""
IN_ARRAY = 500
"""Elements of one array that are."""
EMBEDDED_MOST = 64
_LEAST = 60
"""Bytes of a string that may be a picture: the smallest PNG in Base64 has about 90."""
_PICTURES = ("b64_json", "partial_image_b64", "image_b64", "image_base64")
"""Keys whose value is a picture whatever it begins with: a broken one is to be told."""
_HEADS: tuple[tuple[bytes, str], ...] = (
    (b"iVBORw0KGg", "image/png"),
    (b"/9j/", "image/jpeg"),
    (b"R0lGOD", "image/gif"),
    (b"UklGR", "riff"),
    (b"SUQz", "audio/mpeg"),
    (b"//v", "audio/mpeg"),
    (b"//N", "audio/mpeg"),
    (b"T2dnUw", "audio/ogg"),
    (b"ZkxhQ", "audio/flac"),
)
"""How files begin, in Base64."""

Kind = Literal["image", "audio"]


@dataclass(frozen=True, slots=True)
class Embedded:
    """A picture or a sound in a string of the JSON."""

    kind: Kind
    content_type: str
    """From how it begins; empty where it begins like nothing known."""
    path: str
    """`data[0].b64_json`."""
    start: int
    """Where the string begins in the body, and where it ends."""
    end: int
    words: str = ""
    """What stands beside it, as the prompt that a picture was made of."""


@dataclass(slots=True)
class Answer:
    """A JSON body, and what was found in it."""

    data: bytes
    document: Document
    items: list[Any] | None = None
    """Of the list that the answer is; None where it is none."""
    left_out: int = 0
    """Items beyond `ITEMS_MOST`."""
    has_more: bool | None = None
    """As the server says."""
    images: list[Embedded] = field(default_factory=list)
    sounds: list[Embedded] = field(default_factory=list)


def look_into(data: bytes) -> Answer:
    """What is in a JSON body. Never raises: of what is no JSON nothing is found."""
    document = parse(data)
    answer = Answer(data, document)
    if document.root >= 0:
        _find_items(answer)
        _find_embedded(answer)
    return answer


def look_into_value(value: bytes | Any) -> Answer:
    """The same of a value as Python has it, or of bytes."""
    return look_into(value if isinstance(value, bytes) else to_bytes(value))


def to_bytes(value: Any) -> bytes:
    """JSON of a value as Python has it."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    except (TypeError, ValueError):
        return json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")


def content_of(document: Document, found: Embedded) -> bytes:
    """The bytes of a picture or sound. Raises ValueError, in words, where it is no Base64."""
    text, _ = document.string(found.start, found.end)
    if text.startswith("data:"):
        text = text.partition(",")[2]
    raw = "".join(text.split())
    raw += "=" * (-len(raw) % 4)
    try:
        return base64.b64decode(raw.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("the text is no Base64") from error


def content_type_of(data: bytes, said: str = "") -> str:
    """What bytes are by how they begin; what was said of them where they begin like nothing known."""
    head = data[:16]
    for magic, kind in (
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
        (b"ID3", "audio/mpeg"),
        (b"fLaC", "audio/flac"),
        (b"OggS", "audio/ogg"),
        (b"%PDF-", "application/pdf"),
        (b"PK\x03\x04", "application/zip"),
        (b"\x1f\x8b", "application/gzip"),
        (b"\x1aE\xdf\xa3", "video/webm"),
    ):
        if head.startswith(magic):
            plain = said.partition(";")[0].strip().lower()
            return plain if kind == "video/webm" and plain.startswith("audio/") else kind
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], said or "application/octet-stream")
    if head[4:8] == b"ftyp":
        return said if said.startswith(("audio/", "video/")) else "video/mp4"
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        # An MPEG frame: layer 0 is ADTS, as AAC comes.
        return "audio/aac" if head[1] & 0x06 == 0 else "audio/mpeg"
    return said.partition(";")[0].strip().lower()


def is_text(content: bytes, kind: str) -> bool:
    """Whether it can be read: what is said to be text, and what is UTF-8 without a NUL (a small part is looked at)."""
    if kind.startswith(("audio/", "video/", "image/")) and kind != "image/svg+xml":
        return False
    head = content[:4096]
    if not head or b"\0" in head:
        return False
    try:
        head[:-4].decode("utf-8") if len(content) > len(head) else head.decode("utf-8")
    except UnicodeDecodeError as error:
        return kind.startswith("text/") or error.start >= len(head) - 8
    return True


def _find_items(answer: Answer) -> None:
    document, root = answer.document, answer.document.root
    array = root if document.kind(root) == "array" else -1
    if document.kind(root) == "object":
        found: dict[str, int] = {}
        for child in document.children(root, 0, 60):
            name = document.key(child)
            if name in LISTS and document.kind(child.start) == "array":
                found[name] = child.start
            elif name == "has_more":
                answer.has_more = document.kind(child.start) == "boolean" and document.source(child.start) == "true"
        array = next((found[name] for name in LISTS if name in found), -1)
    if array < 0:
        return
    first = document.children(array, 0, 1)
    if (
        first
        and document.kind(first[0].start) != "object"
        and (array == root or document.kind(first[0].start) != "string")
    ):
        return
    count = document.count(array)
    items = []
    for child in document.children(array, 0, ITEMS_MOST):
        raw = document.data[child.start : child.end if child.end >= 0 else document.end(child.start)]
        try:
            items.append(orjson.loads(raw))
        except ValueError:
            items.append(_loads(raw))
    answer.items, answer.left_out = items, max(0, count - len(items))


def _loads(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8", "surrogateescape"))
    except ValueError:
        return raw.decode("utf-8", "replace")


def _find_embedded(answer: Answer) -> None:
    """Walk the body; what is a long array of numbers is passed over."""
    document = answer.document
    stack: list[tuple[int, tuple[str | int, ...]]] = [(document.root, ())]
    left = LOOKED_AT
    while stack and left > 0 and len(answer.images) + len(answer.sounds) < EMBEDDED_MOST:
        start, path = stack.pop()
        below = []
        for number, child in enumerate(document.children(start, 0, IN_ARRAY)) if document.is_container(start) else ():
            left -= 1
            kind = document.kind(child.start)
            if number == 0 and child.key < 0 and kind == "number":
                break
            step: str | int = document.key(child) if child.key >= 0 else number
            if kind in ("object", "array"):
                below.append((child.start, (*path, step)))
            elif kind == "string":
                _look_at(answer, start, child.start, child.end, (*path, step))
        stack += reversed(below)
    for found in (answer.images, answer.sounds):
        found.sort(key=_start)


def _start(found: Embedded) -> int:
    return found.start


def _look_at(answer: Answer, parent: int, start: int, end: int, path: tuple[str | int, ...]) -> None:
    document = answer.document
    size, named = end - start - 2, path[-1] in _PICTURES
    head = document.data[start + 1 : start + 65].replace(b"\\/", b"/")
    said = ""
    if head.startswith((b"data:image/", b"data:audio/")):
        said = head[5:].partition(b";")[0].decode("ascii", "replace")
    elif size >= _LEAST and b" " not in head:
        said = next((kind for magic, kind in _HEADS if head.startswith(magic)), "")
        if said == "riff":
            said = "image/webp" if _is_webp(head) else "audio/wav"
    if not size or not (said or named):
        return
    kind: Kind = "audio" if said.startswith("audio/") else "image"
    found = Embedded(kind, said, dotted(list(path)), start, end, _beside(document, parent))
    (answer.sounds if kind == "audio" else answer.images).append(found)


def _is_webp(head: bytes) -> bool:
    try:
        return base64.b64decode(head[:16])[8:12] == b"WEBP"
    except (binascii.Error, ValueError):
        return False


def _beside(document: Document, parent: int) -> str:
    """The words beside a picture that say of what it is."""
    if document.kind(parent) != "object":
        return ""
    for child in document.children(parent, 0, 30):
        if document.key(child) in ("revised_prompt", "transcript", "prompt") and document.kind(child.start) == "string":
            return document.string(child.start, child.end, 2000)[0]
    return ""


def look_into_events(events: Iterable[bytes]) -> tuple[Answer | None, bytes]:
    """The pictures and sounds in the data of a stream's events (None: there are none), and the sound that its pieces
    come to. Never raises."""
    large: list[bytes] = []
    pieces: list[bytes] = []
    for data in events:
        if b"audio.delta" in data[:400]:
            pieces.append(_piece(data))
        elif (len(data) > 1000 or b"b64" in data) and len(large) < IN_ARRAY and data[:1] in b"{[":
            large.append(data)
    answer = look_into(b"[%s]" % b",".join(large)) if large else None
    if answer is not None:
        answer.items = None
        if not answer.images and not answer.sounds:
            answer = None
    return answer, b"".join(pieces)


def _piece(data: bytes) -> bytes:
    """The bytes of one `….audio.delta` event."""
    try:
        event = orjson.loads(data)
        text = event.get("audio") or event.get("delta") or ""
        return base64.b64decode(text)
    except (ValueError, AttributeError, TypeError):
        return b""
