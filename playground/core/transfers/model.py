"""What is known of a transfer: as the journal keeps it, and as it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playground.core.errors import Problem
from playground.core.transfers.local import Stamp
from playground.core.transfers.rules import FileFinding

Kind = Literal["upload", "download"]
State = Literal["waiting", "running", "paused", "done", "failed", "cancelled"]
UploadState = Literal["asked", "pending", "completed", "cancelled", "gone"]
"""`asked`: whether the server made it is not known; `gone`: it expired, or the server does not know it any more."""

OPEN: tuple[State, ...] = ("waiting", "running", "paused")
"""The states of a transfer that is not over."""


@dataclass(frozen=True, slots=True)
class Item:
    """One transfer, as the journal keeps it."""

    id: str
    kind: Kind
    path: Path
    """The person's file: read, or written."""
    name: str
    """What it is called on the server."""
    size: int
    """Bytes; -1 where it is not known yet."""
    purpose: str
    profile: str
    """The id of the profile it was asked for with."""
    state: State = "waiting"
    stamp: Stamp | None = None
    """Of the file when sending began."""
    place: str = ""
    """The server it goes to (`place_of`); empty until it has begun."""
    expires_after: int | None = None
    """Seconds after which the server is to delete the file."""
    file_id: str | None = None
    asked_at: float | None = None
    """When files.create was sent and no answer came: the file may be there (Unix seconds)."""
    problem: Problem | None = None
    note: str = ""
    """What a person should know: that it began anew, or was found on the server."""
    overwrite: bool = False
    """Whether a download may replace a file."""
    checked: bool = True
    """Whether the file is to be checked for its purpose before it is sent."""
    added_at: float = 0.0
    ended_at: float | None = None


@dataclass(frozen=True, slots=True)
class UploadRow:
    """An upload in parts that was begun on a server."""

    key: int
    item: str
    state: UploadState
    upload_id: str | None
    part_bytes: int
    began_at: float
    """By this machine's clock, Unix seconds."""
    created_at: float
    """By the server's clock; 0 where it did not say."""
    expires_at: float
    """When the server gives it up, by this machine's clock."""
    completing: bool = False
    """Whether its completion was asked for and no answer came."""


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part that the server has."""

    number: int
    start: int
    length: int
    part_id: str
    sha256: bytes
    """Of the bytes that were sent."""


@dataclass(frozen=True, slots=True)
class Orphan:
    """An upload on a server that nothing goes on with: it holds space there until it is cancelled or expires."""

    key: int
    upload_id: str | None
    """None: the answer never came. It cannot be cancelled, and ends by itself, if it is there at all."""
    name: str
    size: int
    profile: str
    place: str
    began_at: float
    expires_at: float
    item: str
    resumable: bool
    """Whether its transfer is still there and can be gone on with."""


@dataclass(frozen=True, slots=True)
class TransferState:
    """A transfer as it is shown."""

    item: Item
    sent: int
    """Bytes that were sent or have come; those of a part that is sent again count once."""
    rate: float
    """Bytes a second, over the last seconds; 0 where nothing moves."""
    phase: str = ""
    """What it is doing, in words: “Checking”, “Sending”, “Joining the parts”, “Waiting 12 s”."""
    retry_at: float | None = None
    """When it is tried again (`time.monotonic`)."""
    findings: tuple[FileFinding, ...] = ()

    @property
    def share(self) -> float:
        """From 0 to 1."""
        size = self.item.size
        return 1.0 if self.item.state == "done" else min(1.0, self.sent / size) if size > 0 else 0.0

    @property
    def left(self) -> float | None:
        """Seconds that it will take; None where it cannot be told."""
        if self.rate <= 0 or self.item.size < 0 or self.item.state != "running":
            return None
        return max(0, self.item.size - self.sent) / self.rate


@dataclass(frozen=True, slots=True)
class Totals:
    """All transfers of a queue together."""

    counts: dict[State, int]
    sent: int
    size: int
    rate: float

    @property
    def left(self) -> float | None:
        """Seconds until all that is not over is done; None where it cannot be told."""
        return max(0, self.size - self.sent) / self.rate if self.rate > 0 else None
