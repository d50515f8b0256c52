"""Which files are shown, and in which order."""

from __future__ import annotations

from typing import Any

from playground.core.filing.listing import RemoteFile, left_text, remote_file
from playground.core.filing.rows import CREATED, EXPIRES, NAME, SIZE, FileRows


def file(identifier: str, **values: Any) -> RemoteFile:
    made = remote_file({"id": identifier, "filename": f"{identifier}.txt", "purpose": "user_data", **values})
    assert made is not None
    return made


def rows(*files: RemoteFile) -> FileRows:
    made = FileRows()
    made.add(files)
    return made


def test_what_servers_send() -> None:
    assert remote_file({"filename": "x"}) is None and remote_file("file-1") is None and remote_file({"id": 3}) is None
    odd = remote_file({"id": "file-1", "filename": None, "bytes": "12", "created_at": True, "expires_at": -1})
    assert odd is not None
    assert (odd.name, odd.size, odd.created, odd.expires) == ("", -1, 0.0, 0.0)
    huge = remote_file({"id": "file-1", "bytes": 10**5000, "created_at": 10**400, "expires_at": float("nan")})
    assert huge is not None and (huge.size, huge.created, huge.expires) == (-1, 0.0, 0.0)


def test_order() -> None:
    made = rows(
        file("b", bytes=5, created_at=100, expires_at=900),
        file("A", bytes=50, created_at=300),
        file("c", bytes=7, created_at=200, expires_at=400),
    )

    def order(column: int, descending: bool) -> str:
        made.sort(column, descending)
        return "".join(one.id for one in made.select())

    assert [one.id for one in made.select()] == ["A", "c", "b"], "the newest first, where nobody chose an order"
    assert order(NAME, False) == "Abc" and order(NAME, True) == "cbA"
    assert order(SIZE, False) == "bcA"
    assert order(EXPIRES, False) == "cbA", "what never ends comes after what does"
    assert order(CREATED, False) == "bcA" and order(-1, False) == "Acb"


def test_search_and_purpose() -> None:
    made = rows(
        file("file-1", filename="Report Köln.pdf", purpose="assistants", bytes=2048),
        file("file-2", filename="report.csv", bytes=1024),
        file("file-3", filename="other.csv", purpose="batch", status="error"),
    )

    def found(search: str, purpose: str = "") -> list[str]:
        made.search, made.purpose = search, purpose
        return sorted(one.id for one in made.select())

    assert found("REPORT") == ["file-1", "file-2"]
    assert found("köln report") == ["file-1"]
    assert found("file-3") == found("error") == found("", "batch") == ["file-3"]
    assert found("report", "batch") == []
    made.search, made.purpose = "report", ""
    made.select()
    assert made.words() == "2 of 3 files · 3 kB"
    assert made.purposes() == [("assistants", 1), ("user_data", 1), ("batch", 1)]
    made.remove(["file-1", "file-9"])
    made.keep({"file-2"})
    assert [one.id for one in made.select()] == ["file-2"] and made.words() == "1 file · 1 kB"


def test_time_left() -> None:
    moments = (0, 900, 1000 + 86_400 * 29 + 5, 1000 + 86_400, 1000 + 7200, 1130, 1010)
    words = ["", "over", "in 29 days", "in 1 day", "in 2 hours", "in 2 minutes", "in a minute"]
    assert [left_text(at, 1000.0) for at in moments] == words
