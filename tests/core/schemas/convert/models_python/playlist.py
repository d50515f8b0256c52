"""Music, as TypedDicts that are closed. Root: Playlist."""

from typing_extensions import Literal, NotRequired, ReadOnly, TypedDict


class Track(TypedDict, closed=True):
    id: ReadOnly[str]
    title: str
    artists: list[str]
    seconds: float
    explicit: NotRequired[bool]


class Features(TypedDict, extra_items=float):
    tempo: float
    key: Literal["C", "D", "E", "F", "G", "A", "B"]


class Entry(TypedDict):
    track: Track
    features: NotRequired[Features | None]
    added_by: str


class Playlist(TypedDict, closed=True):
    """What is played one after the other."""

    name: str
    entries: list[Entry]
    followers: int
    images: dict[str, str]
