"""A tree of comments, as dataclasses. Root: Comment."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Author:
    handle: str
    karma: int = 0


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote, and what was said to it."""

    author: Author
    text: str
    score: int = 0
    deleted: bool = False
    replies: list[Comment] = field(default_factory=list)
    parent: Comment | None = None
