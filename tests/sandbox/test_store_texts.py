"""The text of files of every kind, its chunks and its terms; and what each broken file is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.sandbox import tokens
from playground.sandbox.stores import words
from playground.sandbox.stores.chunks import cut
from playground.sandbox.stores.texts import INVALID, UNSUPPORTED, Unreadable, text_of
from tests.sandbox import documents

WORDS = "Die Äpfel\nL’été à Genève\nEl niño & <b>"
PAPER = "日本の首都は東京です。Привет, мир!"


def _read(tmp_path: Path, name: str, data: bytes) -> str:
    path = tmp_path / "content"
    path.write_bytes(data)
    return text_of(path, name)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", WORDS.encode()),
        ("a.txt", WORDS.encode("utf-16")),
        ("a.txt", b"\xef\xbb\xbf" + WORDS.encode()),
        ("A.MD", WORDS.replace("\n", "\r\n").encode()),
        ("a.csv", WORDS.encode("utf-16-le")),
        ("a.py", WORDS.encode("utf-16-be")),
        ("no ending", WORDS.encode()),
        ("a.docx", documents.docx(WORDS)),
        ("a.pptx", documents.pptx([WORDS])),
        ("a.html", documents.html(WORDS)),
        ("a.htm", documents.html(WORDS, "utf-16")),
        ("a.html", documents.html(WORDS.replace("’", "'"), "iso-8859-1")),
        ("a.pdf", documents.pdf([WORDS.replace("’", "'")])),
        ("named wrongly", documents.pdf([WORDS.replace("’", "'")])),
    ],
)
def test_the_text_of_each_kind_is_the_text(tmp_path: Path, name: str, data: bytes) -> None:
    found = _read(tmp_path, name, data).replace("’", "'")
    assert [line.strip() for line in found.split("\n") if line.strip() not in ("", "T")] == (
        WORDS.replace("’", "'").split("\n")
    )


def test_other_scripts_are_read(tmp_path: Path) -> None:
    for name, data in (
        ("a.txt", PAPER.encode()),
        ("a.docx", documents.docx(PAPER)),
        ("a.html", documents.html(PAPER)),
        ("a.html", documents.html(PAPER, "gb18030")),
        ("a.json", f'{{"a": "{PAPER}"}}'.encode()),
    ):
        assert PAPER in _read(tmp_path, name, data)


def test_what_a_page_hides_is_not_read(tmp_path: Path) -> None:
    page = (
        b"<p>One<script>two()</script><style>three{}</style><p>F&ouml;ur<!-- five --><td>Six<td>Seven<br>Eight</sCript>"
    )
    found = _read(tmp_path, "a.html", page)
    assert found.split() == ["One", "Four".replace("o", "ö", 1), "Six", "Seven", "Eight"]


def test_pages_are_told_apart(tmp_path: Path) -> None:
    text = _read(tmp_path, "a.pdf", documents.pdf(["one " * 60, "two " * 60, "three " * 60]))
    assert [page.split()[0] for page in text.split("\f")] == ["one", "two", "three"]
    assert [chunk.page for chunk in cut(text, 100, 0)] == [1, 2]
    assert len(_read(tmp_path, "a.pptx", documents.pptx(["a", "b"])).split("\f")) == 2


BOMB = documents.archive({"word/document.xml": b"<a>" + b" " * (300 * 1024**2)})
DEEP = documents.archive({"word/document.xml": b"<a>" * 200_000})
DOCTYPE = documents.archive({"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'})


@pytest.mark.parametrize(
    ("name", "data", "code", "said"),
    [
        ("a.txt", b"", INVALID, "empty"),
        ("a.txt", b" \n\t", INVALID, "no text"),
        ("a.txt", "Ein Hörsaal\nzwei".encode("latin-1"), INVALID, "0xf6 in line 1"),
        ("a.txt", b"abc\0def", INVALID, "null byte"),
        ("a.md", b"\x89PNG\r\n\x1a\n\0", UNSUPPORTED, "a picture"),
        ("a.png", b"\x89PNG\r\n\x1a\n\0", UNSUPPORTED, ".png"),
        ("a.exe", b"MZ\0\0\0", UNSUPPORTED, "a program"),
        ("a.zip", documents.archive({"a": b"b"}), UNSUPPORTED, "ZIP"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1", UNSUPPORTED, "save it as .docx"),
        ("a.bin", bytes(range(128, 256)), UNSUPPORTED, "no text"),
        ("a.json", b'{"a": 1,\n "b" 2}', INVALID, "line 2"),
        ("a.json", b"[" * 100_000, INVALID, "no valid JSON"),
        ("a.docx", b"no archive", INVALID, "called .docx"),
        ("a.docx", documents.docx("x" * 3000)[:200], INVALID, "cut off"),
        ("a.docx", documents.archive({"x": b"y"}), INVALID, "without a document"),
        ("a.docx", documents.archive({"word/document.xml": b"<a><b></a>"}), INVALID, "no valid XML"),
        ("a.docx", BOMB, INVALID, "256 MB"),
        ("a.docx", DEEP, INVALID, "no valid XML"),
        ("a.docx", DOCTYPE, INVALID, "document type"),
        ("a.pptx", documents.docx("x"), INVALID, "without slides"),
        ("a.pdf", b"%PDF-1.4\n%%EOF", INVALID, "PDF"),
        ("a.pdf", documents.pdf(["x"])[:300], INVALID, "PDF"),
        ("a.pdf", documents.pdf([""]), INVALID, "picture"),
        ("a.pdf", documents.docx("x"), INVALID, "called .pdf"),
        ("a.html", b'<meta charset="klingon">x', INVALID, "klingon"),
        ("a.html", b"<script>only()</script>", INVALID, "no text"),
    ],
)
def test_what_cannot_be_read_is_explained(tmp_path: Path, name: str, data: bytes, code: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said) as raised:
        _read(tmp_path, name, data)
    assert raised.value.code == code and str(raised.value)[-1] in ".)"


# chunks and terms


@given(st.text(max_size=600), st.integers(100, 300), st.integers(0, 50))
def test_chunks_cover_a_text_and_overlap_as_asked(text: str, size: int, overlap: int) -> None:
    chunks = list(cut(text * 5, size, overlap))
    whole = text * 5
    at = 0
    for number, chunk in enumerate(chunks):
        assert whole[chunk.start :].startswith(chunk.text) and tokens.count(chunk.text) <= size * 2
        assert not whole[at : chunk.start].strip(), "nothing that is written is left out"
        assert number == 0 or chunk.start > chunks[number - 1].start
        at = max(at, chunk.start + len(chunk.text))
    assert not whole[at:].strip()


def test_a_chunk_has_as_many_tokens_as_it_may() -> None:
    text = " word" * 2000
    sizes = [chunk.size for chunk in cut(text)]
    assert sizes == [800, 800, 800, 800]
    assert [chunk.start for chunk in cut(text)] == [0, 2000, 4000, 6000]


def test_terms_are_plain_words_and_pairs_of_signs() -> None:
    assert words.terms("The Cafés of GENÈVE, e-mail_2") == ["the", "cafe", "of", "geneve", "e", "mail", "2"]
    assert words.terms("東京都 is") == ["東京", "京都", "is"] and words.terms("水") == ["水"]
    assert words.telling("What is the capital of France?") == ["capital", "france"]
    assert words.telling("What is it?") == ["what", "is", "it"]
    assert words.rewritten("How do I return the broken Kettle?") == "return broken Kettle"
    assert words.rewritten("???") == "???"
