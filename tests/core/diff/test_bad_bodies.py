"""Bodies of any kind are compared without a fault, whatever their headers say they are."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from playground.core.diff import Body, as_text, diff_bodies
from playground.core.exchanges import AttemptDetail, Timings
from playground.core.replay import files_of, is_socket

KINDS = (
    "", "application/json", "application/json; charset=utf-16", "text/event-stream", "text/plain", "image/png",
    "multipart/form-data; boundary=b", "multipart/form-data", "multipart/form-data; boundary=\"", "nonsense", ";;;=",
)  # fmt: skip
PIECES = (
    b"{", b"}", b"[", b"]", b'"a":', b"1e999", b"NaN", b'"\\ud800"', b"\xff\xfe", b"\x00", b"data: ", b"event: x\n",
    b"\n\n", b"\r\n", b"--b\r\n", b"--b--", b'Content-Disposition: form-data; name="f"; filename="\xe4"\r\n\r\n',
    b'data: {"type":"response.completed","response":{"a":1}}\n\n', b'data: {"choices":[{"delta":{"content":"x"}}]}\n\n',
    b"data: [DONE]\n\n", b"1", b"true", b",", b"\xef\xbb\xbf",
)  # fmt: skip
DATA = st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join) | st.binary(max_size=60)
PATHS = st.sampled_from(["/responses", "/chat/completions", "/images/generations", ""])


@settings(max_examples=400, deadline=None)
@given(DATA, DATA, st.sampled_from(KINDS), st.sampled_from(KINDS), PATHS, st.booleans())
@example(b"[" * 100_000, b"[" * 99_999 + b"1", "application/json", "application/json", "", False)
@example(b'{"a":' * 900 + b"1" + b"}" * 900, b'{"a":' * 900 + b"2" + b"}" * 900, "application/json", "", "", False)
@example(b"a\nb" * 10_000, b"c\n" * 10_000, "text/plain", "text/plain", "", False)
def test_any_two_bodies(left: bytes, right: bytes, kind: str, other: str, path: str, capped: bool) -> None:
    ours = Body(left, [("Content-Type", kind)] if kind else [], len(left) + capped, path)
    theirs = Body(right, [("content-type", other)] if other else [], len(right), path)
    diff = diff_bodies(ours, theirs, answer=True)
    text = as_text(diff, "left", "right")
    assert text.startswith("--- left\n+++ right\n")
    if left == right and kind == other and not capped:
        assert not diff.counts()
    for line in diff.lines:
        assert "\n" not in (line.left or "") and "\n" not in (line.right or "")


@pytest.mark.parametrize("kind", KINDS)
@given(DATA)
@settings(max_examples=40, deadline=None)
def test_files_are_looked_for_in_any_body(kind: str, data: bytes) -> None:
    attempt = AttemptDetail(
        number=1, started_at=0, url="http://h/v1/files", request_headers=(("Content-Type", kind),), request_body=data,
        request_body_size=len(data), request_body_capped=False, status=None, response_headers=(), response_body=b"",
        response_body_size=0, response_body_capped=False, request_id=None, client_request_id=None, state="done",
        error=None, timings=Timings(),
    )  # fmt: skip
    assert all(isinstance(name, str) and isinstance(file, str) for name, file in files_of(attempt))
    assert not is_socket(attempt)
