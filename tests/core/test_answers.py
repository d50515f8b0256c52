"""What is found in an answer, and how its lists become tables."""

from __future__ import annotations

import base64
import os
import time

import pytest

from playground.core.answers import content_of, content_type_of, look_into, to_bytes
from playground.core.tabular import Rows, find_columns, line_of, text_of, time_text

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(60)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ({"object": "list", "data": [{"id": "a"}, {"id": "b"}], "has_more": True}, 2),
        ([{"id": "a"}], 1),
        ({"data": []}, 0),
        ({"items": ["x", "y"]}, 2),
        ({"id": "resp_1", "output": [{"type": "message"}]}, None),
        ({"data": {"id": "a"}}, None),
        ({"embedding": [0.1, 0.2], "data": [0.1, 0.2]}, None),
        ("words", None),
    ],
)
def test_a_list_is_known_by_its_shape(value: object, count: int | None) -> None:
    answer = look_into(to_bytes(value))
    assert (len(answer.items) if answer.items is not None else None) == count
    if isinstance(value, dict) and "has_more" in value:
        assert answer.has_more is True


def test_pictures_and_sounds_are_found_wherever_they_are() -> None:
    wav = b"RIFF\x24\0\0\0WAVEfmt " + bytes(80)
    webp = b"RIFF\x24\0\0\0WEBPVP8 " + bytes(80)
    answer = look_into(
        to_bytes(
            {
                "data": [{"b64_json": b64(PNG), "revised_prompt": "a cat"}, {"b64_json": "broken!"}],
                "output": [{"type": "image_generation_call", "result": b64(webp)}],
                "choices": [{"message": {"audio": {"data": b64(wav), "transcript": "Hello"}}}],
                "image": f"data:image/png;base64,{b64(PNG)}",
                "text": "iVBORw0KGgo is how a PNG begins, and this sentence is none although it is long enough.",
                "embedding": [0.5] * 3000,
            }
        )
    )
    assert [(one.path, one.content_type, one.words) for one in answer.images] == [
        ("data[0].b64_json", "image/png", "a cat"),
        ("data[1].b64_json", "", ""),
        ("output[0].result", "image/webp", ""),
        ("image", "image/png", ""),
    ]
    assert [(one.path, one.content_type, one.words) for one in answer.sounds] == [
        ("choices[0].message.audio.data", "audio/wav", "Hello")
    ]
    assert content_of(answer.document, answer.images[0]) == PNG
    assert content_of(answer.document, answer.images[3]) == PNG
    assert content_of(answer.document, answer.sounds[0]) == wav
    with pytest.raises(ValueError, match="no Base64"):
        content_of(answer.document, answer.images[1])


@pytest.mark.parametrize(
    ("data", "said", "is_"),
    [
        (PNG, "application/octet-stream", "image/png"),
        (b"\xff\xd8\xff\xe0", "", "image/jpeg"),
        (b"\xff\xf1\x50\x80", "", "audio/aac"),
        (b"\xff\xfb\x90\x00", "", "audio/mpeg"),
        (b"OggS", "audio/opus", "audio/ogg"),
        (b"\0\0\0\x20ftypisom", "audio/mp4", "audio/mp4"),
        (b"\0\0\0\x20ftypisom", "application/octet-stream", "video/mp4"),
        (b"\x1aE\xdf\xa3", "audio/webm", "audio/webm"),
        (b"\x1aE\xdf\xa3", "application/octet-stream", "video/webm"),
        (b"hello", "Text/Plain; charset=utf-8", "text/plain"),
        (b"", "", ""),
    ],
)
def test_bytes_tell_what_they_are(data: bytes, said: str, is_: str) -> None:
    assert content_type_of(data, said) == is_


ITEMS = [
    {
        "object": "file",
        "bytes": 12,
        "id": "file-1",
        "filename": "b.txt",
        "created_at": 1764000000,
        "meta": {},
        "x": None,
    },
    {"object": "file", "bytes": 9, "id": "file-2", "filename": "A.txt", "created_at": 1764003600, "tags": ["q"]},
]


def test_columns_come_in_the_order_people_look_for_and_empty_ones_not_at_all() -> None:
    columns = find_columns(ITEMS)
    assert [(column.name, column.kind) for column in columns] == [
        ("id", "id"),
        ("filename", "text"),
        ("created_at", "time"),
        ("bytes", "number"),
        ("tags", "json"),
        ("object", "text"),
    ]
    assert find_columns(["a", "b"])[0].name == "value"


def test_values_are_written_for_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "TZ", "Europe/Berlin")
    time.tzset()
    try:
        assert text_of(1764000000, "time") == "2025-11-24 17:00:00"
        assert line_of(ITEMS[0], find_columns(ITEMS)) == "file-1\tb.txt\t2025-11-24 17:00:00\t12\t\tfile"
    finally:
        monkeypatch.undo()
        time.tzset()
    assert text_of([0.25] * 1536) == "1,536 numbers"
    assert text_of({"a": [1, None]}) == '{"a":[1,null]}'
    assert text_of(10**30) == "1" + "0" * 30
    assert text_of([10**30]) == "[1" + "0" * 30 + "]"
    assert time_text(10**20) == str(10**20)


def test_a_number_that_is_no_time_is_a_number() -> None:
    assert find_columns([{"retry_at": 5}])[0].kind == "number"
    assert find_columns([{"created": 1764000000}])[0].kind == "time"


def test_rows_are_sorted_by_their_values_and_filtered_by_words() -> None:
    rows = Rows(ITEMS)
    columns = {column.name: column for column in find_columns(ITEMS)}
    assert list(rows.select("", columns["bytes"])) == [1, 0]
    assert list(rows.select("", columns["filename"])) == [1, 0]
    assert list(rows.select("", columns["tags"], descending=True)) == [1, 0]
    assert list(rows.select("", columns["tags"])) == [1, 0], "what is empty comes last both ways"
    assert list(rows.select("FILE a.TXT", None)) == [1]
    assert list(rows.select("nothing", None)) == []
