"""What is shown of a file's first bytes."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from playground.core.filing import pdf_child, preview
from playground.core.filing.preview import read
from playground.core.redact import known


def pdf(pages: int = 2) -> bytes:
    image = Image.new("RGB", (300, 200), (250, 0, 0))
    out = io.BytesIO()
    image.save(out, "PDF", save_all=True, append_images=[Image.new("RGB", (300, 200), (0, 0, 250))] * (pages - 1))
    return out.getvalue()


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 20)).save(out, "PNG")
    return out.getvalue()


def test_kinds_by_what_a_file_holds() -> None:
    assert read("a.txt", b"").kind == "empty"
    assert read("a.txt", "Köln\n".encode()).text == "Köln\n"
    assert read("a.txt", "Köln".encode("utf-16")).text == "Köln"
    assert read("a.txt", picture()).kind == "image", "the name says nothing against the bytes"
    assert read("a.png", b"no picture").kind == "text"
    assert read("a", pdf()).kind == "pdf"
    assert read("a.json", b'{"a": 1}').kind == "json"
    assert read("a.json", b'{"a": 1', cut=True).kind == "text", "half a document is no document"
    assert read("a.bin", bytes(range(256))).text.startswith("00000000  00 01")
    assert read("a.txt", "ä".encode()[:1], cut=True).kind == "text" and read("a.txt", b"\xe4").kind == "bytes"
    big = read("a.png", picture(), cut=True, size=10**9)
    assert big.kind == "bytes" and "Download it" in big.trouble


def test_json_lines_as_rows_with_the_broken_ones() -> None:
    found = read("a.jsonl", b'{"a": 1}\n\nnope\n[2]\n')
    assert found.items == ({"a": 1}, {"not JSON": "nope"}, [2])
    assert found.trouble == "1 line is no JSON; the first is line 3."
    cut = read("a.jsonl", b'{"a": 1}\n{"a": 2', cut=True, size=5000)
    assert cut.items == ({"a": 1},) and not cut.trouble and "of 4.9 kB" in cut.words
    many = read("a.jsonl", b"1\n" * (preview.ROWS_MOST + 10))
    assert len(many.items) == preview.ROWS_MOST and "the first" in many.words


def test_tables() -> None:
    found = read("a.csv", b'name;"the city"\nAda;"x;y"\nBob;z\n')
    assert found.items == ({"name": "Ada", "the city": "x;y"}, {"name": "Bob", "the city": "z"})
    assert read("a.tsv", b"a\ta\t\n1\t2\t3\n").items == ({"a": "1", "a (2)": "2", "column 3": "3"},)
    odd = read("a.csv", b"a,b\n1,2\n3\n")
    assert "1 row has another number of cells" in odd.trouble
    cut = read("a.csv", b"a,b\n1,2\n3,", cut=True)
    assert cut.items == ({"a": "1", "b": "2"},)
    huge = read("a.csv", b'a,b\n1,"' + b"x" * (2 * preview.TEXT_MOST) + b'"\n')
    assert huge.kind == "text" or "cannot be read as a table" in huge.trouble


def test_a_page_is_drawn_in_another_process() -> None:
    page = pdf_child.draw(pdf(), 1, 600)
    assert (page.pages, page.number, page.width) == (2, 1, 600)
    assert len(page.pixels) == page.stride * page.height
    middle = page.stride * (page.height // 2) + 4 * (page.width // 2)
    red, green, blue = page.pixels[middle : middle + 3]
    assert blue > 200 and red < 60 and green < 60, "the second page is the blue one, and its colours are not turned"
    assert pdf_child.draw(pdf(), 99, 100).number == 1


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\nno such thing", pdf()[:200], json.dumps({"a": 1}).encode()])
def test_what_is_no_pdf_is_said(data: bytes) -> None:
    with pytest.raises(ValueError, match="damaged"):
        pdf_child.draw(data, 0, 600)


def test_a_page_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_child, "PATIENCE", 0.001)
    with pytest.raises(ValueError, match="takes more than"):
        pdf_child.draw(pdf(), 0, 600)


def test_a_key_in_a_file_is_not_shown() -> None:
    key = "canary-key-in-a-file-0123"
    known().add(key)
    text = f"a;b\n{key};2\n"
    for name in ("a.txt", "a.csv", "a.jsonl"):
        for data in (text.encode(), text.encode("utf-16")):
            shown = read(name, data)
            assert key not in f"{shown.text}{shown.items}" and "*" * len(key) in f"{shown.text}{shown.items}", name
    assert key.encode() not in read("a.json", json.dumps({"key": key}).encode()).data
    assert "canary" not in read("a.bin", b"\0\xff" + key.encode()).text
