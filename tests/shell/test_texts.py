"""Words for numbers, headers, bodies, problems."""

from __future__ import annotations

import pytest

from playground.core.errors import Problem
from playground.core.exchanges import AttemptDetail, ExchangeDetail, ExchangeSummary, Timings
from playground.core.exchanges.shown import texts_of
from playground.core.exchanges.words import outcome
from playground.core.plain import LINE_LIMIT, SHOWN_LIMIT, break_lines, size_text
from playground.shell.dock_model import seconds_text
from playground.shell.notices import notice_of, problem_text
from playground.shell.palette_model import looks_like_id
from playground.shell.surface import key_words


def summary(**values: object) -> ExchangeSummary:
    base: dict[str, object] = {
        "id": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "started_at": 1_700_000_000.0,
        "profile": "Tests",
        "method": "POST",
        "path": "/responses",
        "sdk_method": "responses.create",
        "origin": "compose",
        "model": "gpt-test",
        "state": "done",
        "status": 200,
        "error_code": None,
        "error_message": None,
        "request_id": "req_1",
        "client_request_id": "pg-1",
        "attempts": 1,
        "duration": 1.5,
        "timings": Timings(),
    }
    return ExchangeSummary(**(base | values))  # type: ignore[arg-type]


def attempt(**values: object) -> AttemptDetail:
    base: dict[str, object] = {
        "number": 1,
        "started_at": 1_700_000_000.0,
        "url": "http://127.0.0.1/v1/responses",
        "request_headers": (("Content-Type", "application/json"),),
        "request_body": b'{"model":"gpt-test"}',
        "request_body_size": 20,
        "request_body_capped": False,
        "status": 200,
        "response_headers": (("content-type", "application/json"),),
        "response_body": b'{"id":"resp_1","output":[]}',
        "response_body_size": 27,
        "response_body_capped": False,
        "request_id": "req_1",
        "client_request_id": "pg-1",
        "state": "done",
        "error": None,
        "timings": Timings(),
    }
    return AttemptDetail(**(base | values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "is_id"),
    [
        ("req_8f21c0d4a7", True),
        ("resp_68a1", True),
        ("chatcmpl-9xYz123", True),
        ("pg-01ARZ3NDEKTSV4RRFFQ69G5FAV-1", True),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", True),
        ("  req_8f21c0d4a7\n", True),
        ("req", False),
        ("request details", False),
        ("settings", False),
    ],
)
def test_ids_are_known(text: str, is_id: bool) -> None:
    assert looks_like_id(text) is is_id


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, ""), (0.0884, "88 ms"), (0.9996, "1.00 s"), (3.1, "3.10 s"), (125, "2 min 05 s")],
)
def test_durations(seconds: float | None, text: str) -> None:
    assert seconds_text(seconds) == text


def test_sizes() -> None:
    assert [size_text(size) for size in (1, 412, 14_200, 8_388_608)] == ["1 byte", "412 bytes", "14.2 kB", "8.4 MB"]


def test_keys() -> None:
    assert key_words("Ctrl+Shift+F") == "Ctrl Shift F"
    assert key_words("Ctrl++") == "Ctrl +"


@pytest.mark.parametrize(
    ("kind", "data", "found"),
    [
        ("application/json", b'{"id": ', True),
        ("application/problem+json; charset=utf-8", b"{}", True),
        ("application/jsonl", b"{}", False),
        ("text/event-stream", b"{}", False),
        ("", b"[1]", True),
        ("", b"a=1", False),
    ],
)
def test_json_is_told_from_other_bodies(kind: str, data: bytes, found: bool) -> None:
    headers = (("Content-Type", kind),) if kind else ()
    one = attempt(response_headers=headers, response_body=data, response_body_size=len(data))
    body = texts_of(ExchangeDetail(summary(), (one,))).attempts[0].response.body
    assert (body.json, body.text) == ((data, "") if found else (b"", data.decode()))


def test_the_rest_is_left_alone() -> None:
    stream = attempt(response_headers=(("content-type", "text/event-stream"),), response_body=b"data: {}\n\n")
    assert texts_of(ExchangeDetail(summary(), (stream,))).attempts[0].response.body.text == "data: {}\n\n"


def test_a_capped_and_a_long_body_say_so() -> None:
    capped = attempt(response_body=b"x" * 10, response_body_size=20_000_000, response_body_capped=True)
    assert "keeps the first 10 bytes" in texts_of(ExchangeDetail(summary(), (capped,))).attempts[0].response.body.note
    half = attempt(response_body=b'{"id": "re', response_body_size=20_000_000, response_body_capped=True)
    body = texts_of(ExchangeDetail(summary(), (half,))).attempts[0].response.body
    assert (body.json, body.text) == (b"", '{"id": "re'), "that the log ends there is no fault of the JSON"
    long = attempt(response_body=b"y" * (SHOWN_LIMIT + 5), response_headers=(), response_body_size=SHOWN_LIMIT + 5)
    body = texts_of(ExchangeDetail(summary(), (long,))).attempts[0].response.body
    assert len(body.text.replace("\n", "")) == SHOWN_LIMIT
    assert "are shown" in body.note


def test_a_line_too_long_for_a_widget_is_broken_and_said_to_be() -> None:
    line = "z" * (LINE_LIMIT * 2 + 1)
    long = attempt(response_body=f"short\n{line}\n\nend".encode(), response_headers=())
    body = texts_of(ExchangeDetail(summary(), (long,))).attempts[0].response.body
    assert body.text.replace("\n", "") == f"short{line}end"
    assert max(map(len, body.text.split("\n"))) == LINE_LIMIT
    assert "broken" in body.note
    assert break_lines("a\n\nb") == "a\n\nb"


def test_bytes_that_are_no_text_are_said_to_be_none() -> None:
    picture = attempt(response_body=b"\x89PNG\xff\xfe" * 10, response_headers=(("content-type", "image/png"),))
    assert "no text" in texts_of(ExchangeDetail(summary(), (picture,))).attempts[0].response.body.text
    cut = attempt(response_body="né".encode()[:-1], response_headers=())
    assert texts_of(ExchangeDetail(summary(), (cut,))).attempts[0].response.body.text == "n"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "The server answered 200."),
        ({"state": "cut"}, "Cut off"),
        ({"state": "cancelled"}, "Stopped from here"),
        ({"state": "open", "status": None, "duration": None}, "Under way."),
        (
            {"state": "failed", "status": 429, "error_code": "slow_down", "error_message": "Too fast."},
            "The server answered 429 slow_down: Too fast.",
        ),
        ({"state": "failed", "status": None, "error_code": "ConnectError"}, "No answer came ConnectError."),
    ],
)
def test_outcomes(values: dict[str, object], words: str) -> None:
    assert outcome(summary(**values)).startswith(words)


def test_a_problem_becomes_a_line_and_a_page() -> None:
    problem = Problem("It failed", "The disk is full.", "Free some space.", request_id="req_1", server_words="no")
    notice = notice_of(problem)
    assert notice.text == "It failed. Free some space."
    assert "req_1" in problem_text(problem)
    assert "The server's words: no" in notice.details
    assert notice_of("Done.").details == ""
