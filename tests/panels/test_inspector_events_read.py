"""Answers of any kind become rows without a fault, in order, and stand for all bytes that came."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from playground.core.exchanges import AttemptDetail, Timings
from playground.panels.inspector.events import read
from tests.core.diff.test_bad_bodies import DATA, KINDS


@settings(max_examples=300, deadline=None)
@given(st.lists(DATA, max_size=6), st.sampled_from(KINDS), st.sampled_from([None, 101, 200, 500]), st.booleans())
def test_any_answer(pieces: list[bytes], kind: str, status: int | None, capped: bool) -> None:
    body, arrivals = b"", []
    for number, piece in enumerate(pieces):
        arrivals.append((len(body), 0.1 * number))
        body += piece
    attempt = AttemptDetail(
        number=1, started_at=0, url="http://h/v1/x", request_headers=(), request_body=b"", request_body_size=0,
        request_body_capped=False, status=status, response_headers=(("content-type", kind),), response_body=body,
        response_body_size=len(body) + capped, response_body_capped=capped, request_id=None, client_request_id=None,
        state="done", error=None, timings=Timings(), arrivals=tuple(arrivals),
    )  # fmt: skip
    found = read(attempt)
    rows = found.index.rows()
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert all(earlier.at <= later.at for earlier, later in pairwise(rows))
    assert sum(found.index.kinds().values()) == len(rows)
    if found.what == "piece":
        assert b"".join(found.index.raw(number) for number in range(len(rows))) == body
    if found.longest is not None:
        row, gap = found.longest
        assert abs(gap - max(one.gap or 0 for one in rows)) < 1e-9 and rows[row].gap is not None
