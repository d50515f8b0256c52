"""GitHub's push webhook. Root: PushEvent."""

from typing import Literal

from typing_extensions import NotRequired, TypedDict


class User(TypedDict):
    name: str
    email: str | None
    username: NotRequired[str]


class Commit(TypedDict):
    """One commit of a push."""

    id: str
    message: str
    timestamp: str
    author: User
    added: list[str]
    removed: list[str]
    modified: list[str]
    distinct: bool


class Repository(TypedDict):
    id: int
    full_name: str
    private: bool
    visibility: Literal["public", "private", "internal"]
    topics: list[str]
    stargazers_count: int


Headers = TypedDict(
    "Headers",
    {"X-GitHub-Event": Literal["push"], "X-GitHub-Delivery": str, "X-Hub-Signature-256": NotRequired[str]},
)


class PushEvent(TypedDict):
    headers: Headers
    ref: str
    before: str
    after: str
    forced: bool
    commits: list[Commit]
    head_commit: Commit | None
    repository: Repository
    sender: User
