"""Texts, headers, moments and bodies that are no JSON."""

from __future__ import annotations

import hashlib
import json
import time

from hypothesis import given
from hypothesis import strategies as st

from playground.core.diff import Body, Budget, diff_bodies, diff_headers, diff_texts, diff_timings
from playground.core.diff.texts import word_marks
from playground.core.exchanges import Timings

LINES = st.lists(st.sampled_from(["", "a b", "a c", "x y z", "the end", "é ü"]), max_size=15)


@given(LINES, LINES)
def test_both_texts_are_there_whole(left: list[str], right: list[str]) -> None:
    diff = diff_texts("\n".join(left), "\n".join(right))
    assert [line.left for line in diff.lines if line.left is not None] == "\n".join(left).splitlines()
    assert [line.right for line in diff.lines if line.right is not None] == "\n".join(right).splitlines()
    assert diff.is_same == ("\n".join(left).splitlines() == "\n".join(right).splitlines())


def test_only_the_words_that_differ_are_marked() -> None:
    left, right = "You are a helpful assistant.", "You are a helpful, terse assistant."
    marks = word_marks(left, right, Budget())
    assert marks is not None
    assert marks[0] == ()
    assert "".join(right[start:end] for start, end in marks[1]).strip(" ,") == "terse"
    assert word_marks("nothing", "in common here", Budget()) is None


def test_scripts_without_blanks_are_told_apart_sign_by_sign() -> None:
    marks = word_marks("東京は日本の首都です", "京都は日本の都市です", Budget())
    assert marks is not None and len(marks[0]) > 1


def test_a_hundred_thousand_unlike_lines_end_in_time_and_say_that_they_were_cut() -> None:
    left = "\n".join(f"a {number % 7}" for number in range(100_000))
    right = "\n".join(
        f"b {number % 5} a {number % 7}" if number % 3 else f"a {number % 7}" for number in range(100_000)
    )
    began = time.monotonic()
    diff = diff_texts(left, right, Budget(0.5))
    assert time.monotonic() - began < 10, "the bound of half a second does not hold"
    assert "differ too much" in diff.notes[0]


def test_headers_are_known_by_their_names_in_any_case_and_what_differs_each_time_is_told_apart() -> None:
    left = [("Content-Type", "application/json"), ("Date", "Mon"), ("x-request-id", "req_1"), ("CF-RAY", "1-FRA")]
    left += [("x-ratelimit-limit-requests", "500"), ("x-ratelimit-remaining-requests", "499"), ("X-Gone", "1")]
    right = [("content-type", "text/plain"), ("date", "Tue"), ("X-Request-ID", "req_2"), ("cf-ray", "2-FRA")]
    right += [("x-ratelimit-limit-requests", "60"), ("x-ratelimit-remaining-requests", "59"), ("x-new", "2")]
    diff = diff_headers(left, right)
    assert diff.counts() == {"changed": 2, "added": 1, "removed": 1}
    kinds = {line.pointer: line.kind for line in diff.lines}
    assert kinds["/content-type"] == kinds["/x-ratelimit-limit-requests"] == "changed"
    assert kinds["/date"] == kinds["/x-request-id"] == kinds["/cf-ray"] == "volatile"
    assert kinds["/x-ratelimit-remaining-requests"] == "volatile"
    assert [line.kind for line in diff.lines][:4] == ["changed", "changed", "removed", "added"]


def test_a_header_that_comes_twice_is_compared_in_its_order() -> None:
    diff = diff_headers([("via", "a"), ("via", "b")], [("via", "a")])
    assert [(line.kind, line.left) for line in diff.lines] == [("removed", "via: b"), ("same", "via: a")]


def test_moments_that_are_about_the_same_are_no_difference() -> None:
    diff = diff_timings(Timings(first_byte=0.5, last_byte=1.0), Timings(first_byte=0.505, last_byte=2.2))
    kinds = {line.pointer: line.kind for line in diff.lines}
    assert kinds == {"/first_byte": "volatile", "/last_byte": "changed"}
    assert any("+1.20 s" in (line.right or "") for line in diff.lines)


def test_bytes_are_told_apart_by_size_and_hash() -> None:
    kind = [("content-type", "image/png")]
    one, two = b"\x89PNG\x00\x01", b"\x89PNG\x00\x02\x03"
    diff = diff_bodies(Body(one, kind, len(one)), Body(two, kind, len(two)))
    text = "\n".join(line.right or "" for line in diff.lines)
    assert hashlib.sha256(two).hexdigest() in text and "7 bytes" in text
    assert diff_bodies(Body(one, kind, 6), Body(one, kind, 6)).is_same


def test_json_beside_nothing_or_beside_text_is_shown_by_its_lines() -> None:
    document = Body(b'{"a": 1}', [("content-type", "application/json")], 8)
    diff = diff_bodies(Body(b""), document)
    assert [(line.kind, line.right) for line in diff.lines] == [("added", "{"), ("added", '  "a": 1'), ("added", "}")]
    page = Body(b"<html>\nBad gateway", [("content-type", "text/html")], 18)
    assert {line.left for line in diff_bodies(page, document).lines} >= {"<html>", "Bad gateway"}


def test_a_body_that_the_log_cut_is_compared_as_far_as_it_goes_and_says_so() -> None:
    kind = [("content-type", "application/json")]
    diff = diff_bodies(Body(b'{"a": "bc', kind, 900), Body(b'{"a": "bd', kind, 900))
    assert "first 9 bytes of 900" in diff.notes[0] and diff.counts()


def test_a_form_is_compared_by_its_fields_whatever_its_boundary() -> None:
    def form(boundary: str, purpose: str, data: bytes) -> Body:
        parts = f'--{boundary}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n{purpose}\r\n--{boundary}\r\n'
        file = 'Content-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
        body = f"{parts}{file}".encode() + data + f"\r\n--{boundary}--\r\n".encode()
        return Body(body, [("content-type", f"multipart/form-data; boundary={boundary}")], len(body))

    assert diff_bodies(form("one", "batch", b"\xff\x00"), form("two", "batch", b"\xff\x00")).is_same
    diff = diff_bodies(form("one", "batch", b"\xff\x00"), form("two", "evals", b"\xff\x01"))
    assert {change.pointer for change in diff.changes} == {"/purpose", "/file/sha256"}


def test_streams_are_compared_by_what_they_come_to() -> None:
    def stream(*words: str) -> Body:
        made = [{"index": 0, "delta": {"content": word}} for word in words]
        chunks = [json.dumps({"id": "c", "object": "chat.completion.chunk", "choices": [one]}) for one in made]
        data = "".join(f"data: {chunk}\n\n" for chunk in chunks).encode() + b"data: [DONE]\n\n"
        return Body(data, [("content-type", "text/event-stream")], len(data), "/chat/completions")

    assert diff_bodies(stream("one ", "two"), stream("o", "ne two"), answer=True).is_same
    diff = diff_bodies(stream("one ", "two"), stream("one ", "three"), answer=True)
    assert [change.pointer for change in diff.changes] == ["/choices/0/message/content"]
