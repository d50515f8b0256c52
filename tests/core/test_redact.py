"""No key may show in anything that is written."""

from __future__ import annotations

import logging
from base64 import b64encode

import pytest

from playground.core.redact import HIDDEN, MaskingFormatter, Redactor, StreamMask, known

KEY = 'canary/key+with"signs-0123456789'


@pytest.fixture
def redactor() -> Redactor:
    redactor = Redactor()
    redactor.add(KEY)
    return redactor


def test_a_known_key_is_masked_in_every_spelling(redactor: Redactor) -> None:
    for spelling in (KEY, 'canary/key+with\\"signs-0123456789', "canary%2Fkey%2Bwith%22signs-0123456789"):
        assert redactor.text(f"<{spelling}>") == f"<{'*' * len(spelling)}>"
        assert redactor.data(f"<{spelling}>".encode()) == f"<{'*' * len(spelling)}>".encode()


def test_what_looks_like_a_key_is_masked_and_plain_words_stay(redactor: Redactor) -> None:
    token = "sk-proj-AbC123def456GHI789"
    assert redactor.text(f"got {token}!") == "got sk-" + "*" * (len(token) - 3) + "!"
    assert token.encode() not in redactor.data(f'{{"value": "{token}"}}'.encode())
    for words in ("task-force-1234567890123456789", "sk-learn-like-names-of-things", "ask-me-anything"):
        assert redactor.text(words) == words


def test_secret_headers_are_emptied(redactor: Redactor) -> None:
    headers = [("Authorization", "Bearer abc"), ("Api-Key", "abc"), ("Set-Cookie", "a=b"), ("X-Other", f"v {KEY}")]
    shown = dict(redactor.headers(headers))
    assert shown == {
        "Authorization": f"Bearer {HIDDEN}",
        "Api-Key": HIDDEN,
        "Set-Cookie": HIDDEN,
        "X-Other": "v " + "*" * len(KEY),
    }


def test_a_url_loses_its_user_and_its_secret_parameters(redactor: Redactor) -> None:
    url = "https://me:pass@host:8/v1/x?api_key=abc&limit=2&q=sk-AbC123def456GHI789xyz"
    shown = redactor.url(url)
    assert "pass" not in shown and "abc&" not in shown and "456GHI" not in shown
    assert "host:8/v1/x" in shown and "limit=2" in shown


@pytest.mark.parametrize("token", [KEY, "sk-proj-AbC123def456GHI789jkl0"])
def test_a_key_is_masked_wherever_a_stream_is_torn(redactor: Redactor, token: str) -> None:
    body = f'data: {{"delta": "before {token} after"}}\n\n'.encode()
    for tear in range(1, len(body)):
        for second in (tear, min(tear + 3, len(body))):
            written, held = b"", b""
            for piece in (body[:tear], body[tear:second], body[second:]):
                done, held = redactor.split(held + piece)
                written += done
            written += redactor.last(held)
            assert len(written) == len(body)
            assert token.encode() not in written and token[6:].encode() not in written
            assert b"before" in written and b"after" in written


def test_a_key_cut_off_at_the_end_is_masked(redactor: Redactor) -> None:
    done, held = redactor.split(b"text " + KEY[:20].encode())
    assert done == b"text " and redactor.last(held) == b"*" * 20


def test_short_keys_do_not_tear_holes_into_words() -> None:
    redactor = Redactor()
    redactor.add("a")
    assert redactor.text("a cat") == "a cat"
    redactor.add("secret-key-1")
    assert "secret-key-1" not in repr(redactor)


def test_a_key_in_a_stream_is_masked_wherever_the_pieces_end() -> None:
    key = "sk-canary-0123456789"
    data = f"data: {key} and sk-can and {key}{key}\n\ns".encode()
    expected = data.replace(key.encode(), b"*" * len(key))
    for size in range(1, len(data) + 1):
        mask = StreamMask(key)
        pieces = [mask.feed(data[start : start + size]) for start in range(0, len(data), size)]
        assert b"".join([*pieces, mask.last()]) == expected, size
    cut = StreamMask(key)
    assert cut.feed(b"x sk-canary-0") + cut.last() == b"x " + b"*" * 11
    assert StreamMask("").feed(b"abc") == b"abc"


def test_base64_is_masked_wherever_it_begins() -> None:
    redactor = Redactor()
    redactor.add("canary/0123+456=789")
    for before in range(6):
        coded = b64encode(b"x" * before + b"canary/0123+456=789" + b"behind")
        assert b"*" * 10 in redactor.data(b'{"a": "' + coded + b'"}'), before
    assert redactor.text("nothing to hide") == "nothing to hide"


def test_log_lines_and_their_tracebacks_hold_no_key() -> None:
    known().add("canary-in-the-log-0123")
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "with %s", ("canary-in-the-log-0123",), None)
    try:
        raise ValueError("canary-in-the-log-0123")
    except ValueError as error:
        record.exc_info = (type(error), error, error.__traceback__)
    line = MaskingFormatter("%(message)s").format(record)
    assert "canary-in-the-log" not in line and "ValueError" in line
