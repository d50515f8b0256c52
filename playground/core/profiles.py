"""Profiles: which server, in whose name, with which key. Read and written as one file that holds no key."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playground.core.errors import Problem, ProblemError
from playground.core.files import alone, kept_words, read_json, write_atomically
from playground.core.signals import Signal

OPENAI_BASE_URL = "https://api.openai.com/v1"


class KeySource(StrEnum):
    """Where a profile's key is. Never in a file."""

    KEYRING = "keyring"
    ENVIRONMENT = "environment"
    MEMORY = "memory"
    NONE = "none"
    SANDBOX = "sandbox"


class ProfileError(ProblemError):
    """A profile is unknown, or what it says makes no sense."""


@dataclass(frozen=True)
class Timeouts:
    """Seconds."""

    connect: float = 5.0
    read: float = 600.0
    """Silence of a server that has accepted a request."""
    stall: float = 15.0
    """Silence in a stream after which it is announced. The stream goes on."""


@dataclass(frozen=True)
class Retries:
    """How often a failed request is sent again. A generation that is sent again can cost twice."""

    reads: int = 2
    generations: int = 0


@dataclass(frozen=True)
class Profile:
    """A server and who we are there."""

    id: str
    name: str
    base_url: str | None = None
    """None: api.openai.com, or the sandbox's own address."""
    organization: str | None = None
    project: str | None = None
    default_model: str | None = None
    key: KeySource = KeySource.KEYRING
    timeouts: Timeouts = field(default_factory=Timeouts)
    retries: Retries = field(default_factory=Retries)

    @property
    def is_sandbox(self) -> bool:
        return self.key is KeySource.SANDBOX

    @property
    def is_stored(self) -> bool:
        """Whether it is in the file, and can be changed and removed."""
        return self.id not in _BUILT_IN

    @classmethod
    def new(cls, name: str, **values: Any) -> Profile:
        """A profile with an id of its own."""
        return cls(id=f"p-{os.urandom(4).hex()}", name=name, **values)


SANDBOX = Profile(id="sandbox", name="Sandbox", key=KeySource.SANDBOX)
_BUILT_IN = ("sandbox", "environment")


def environment_profile(environ: Mapping[str, str]) -> Profile | None:
    """The profile that OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_ORG_ID and OPENAI_PROJECT_ID describe, if any does."""
    key, base_url = environ.get("OPENAI_API_KEY"), environ.get("OPENAI_BASE_URL", "").strip()
    if not key and not base_url:
        return None
    return Profile(
        id="environment",
        name="Environment",
        base_url=base_url or None,
        organization=environ.get("OPENAI_ORG_ID") or None,
        project=environ.get("OPENAI_PROJECT_ID") or None,
        key=KeySource.ENVIRONMENT if key else KeySource.NONE,
    )


@dataclass(frozen=True)
class UrlCheck:
    """What is to be said about a base URL. Nothing is ever added to it."""

    error: str | None = None
    """It cannot be used."""
    warning: str | None = None
    """It can be used, and may not be what is meant."""


def check_base_url(text: str) -> UrlCheck:
    """Judge a base URL as typed."""
    if not text or text != text.strip() or any(character.isspace() for character in text):
        return UrlCheck(error="A base URL has no spaces and is not empty, for example http://localhost:8000/v1.")
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        return UrlCheck(error=f"This is no URL: {error}.")
    if parts.scheme not in ("http", "https"):
        return UrlCheck(error="A base URL begins with http:// or https://.")
    if not host or port == 0:
        return UrlCheck(error="A base URL names a host, for example http://localhost:8000/v1.")
    if parts.username is not None or parts.password is not None:
        return UrlCheck(error="Leave user name and password out of the URL; the key has its own place.")
    if parts.query or parts.fragment:
        return UrlCheck(error="A base URL ends with its path; leave out what begins with ? or #.")
    if in_the_clear(text):
        return UrlCheck(warning="http:// sends the key and all texts unencrypted over the network.")
    last = parts.path.rstrip("/").rpartition("/")[2]
    if not (last.startswith("v") and last[1:2].isdigit()):
        return UrlCheck(warning="Most servers expect a base URL that ends in /v1. Nothing is added to what you type.")
    return UrlCheck()


def in_the_clear(url: str) -> bool:
    """Whether what is sent to a URL can be read on its way over the network."""
    parts = urlsplit(url)
    return parts.scheme == "http" and not is_loopback(parts.hostname or "")


def is_loopback(host: str) -> bool:
    """Whether a host name is this machine."""
    if host.lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _place(url: str) -> tuple[str, str, int, str]:
    parts = urlsplit(url.strip())
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, (parts.hostname or "").lower(), port, parts.path.rstrip("/")


def takes_environment_key(profile: Profile, environ: Mapping[str, str]) -> bool:
    """Whether the key of the environment may be sent to this profile's server: only to OPENAI_BASE_URL itself
    or, encrypted, to api.openai.com."""
    url = profile.base_url or OPENAI_BASE_URL
    try:
        place = _place(url)
        if place[:3] == ("https", "api.openai.com", 443):
            return True
        named = environ.get("OPENAI_BASE_URL")
        return bool(named) and place == _place(named or "")
    except ValueError:
        return False


def with_environment(profile: Profile, environ: Mapping[str, str]) -> Profile:
    """The profile with OPENAI_ORG_ID and OPENAI_PROJECT_ID in its blanks, where it uses the environment's key."""
    if profile.key is not KeySource.ENVIRONMENT or not takes_environment_key(profile, environ):
        return profile
    return replace(
        profile,
        organization=profile.organization or environ.get("OPENAI_ORG_ID") or None,
        project=profile.project or environ.get("OPENAI_PROJECT_ID") or None,
    )


def _number(value: object, default: float, low: float, high: float) -> float:
    return float(value) if isinstance(value, int | float) and low <= value <= high else default


def _read_profile(raw: Mapping[str, Any]) -> Profile:
    """Raises ValueError, TypeError or KeyError for what is no profile; numbers out of range become the defaults."""
    timeouts, retries = raw.get("timeouts") or {}, raw.get("retries") or {}
    texts = {name: raw.get(name) or None for name in ("base_url", "organization", "project", "default_model")}
    if not all(value is None or isinstance(value, str) for value in texts.values()):
        raise TypeError("a text is expected")
    source = KeySource(raw.get("key", "keyring"))
    if source is KeySource.SANDBOX or raw["id"] in _BUILT_IN:
        raise ValueError("the built-in profiles are not stored")
    return Profile(
        id=str(raw["id"]),
        name=str(raw["name"]),
        key=source,
        timeouts=Timeouts(**{f.name: _number(timeouts.get(f.name), f.default, 0.1, 86400) for f in fields(Timeouts)}),  # type: ignore[arg-type]
        retries=Retries(**{f.name: int(_number(retries.get(f.name), f.default, 0, 20)) for f in fields(Retries)}),  # type: ignore[arg-type]
        **texts,
    )


def _write_profile(profile: Profile, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The profile as JSON over what the file said before, so that fields of a newer version stay."""
    written = {f.name: getattr(profile, f.name) for f in fields(Profile)}
    for name, section in (("timeouts", Timeouts), ("retries", Retries)):
        before = raw.get(name)
        values = {f.name: getattr(written[name], f.name) for f in fields(section)}
        written[name] = {**(before if isinstance(before, dict) else {}), **values}
    written["key"] = str(profile.key)
    return {**raw, **written}


class ProfileStore:
    """The profiles there are, and which one is active. Reading and writing touch the disk: not in the GUI thread."""

    def __init__(self, path: Path, environ: Mapping[str, str] | None = None) -> None:
        self._path = path
        self.environ: Mapping[str, str] = os.environ if environ is None else environ
        self._lock = threading.RLock()
        self._document: dict[str, Any] = {}
        self._stored: dict[str, Profile] = {}
        self._raw: dict[str, dict[str, Any]] = {}
        self._unread: list[Any] = []
        self._active: str | None = None
        self._remembered: str | None = None
        self.problem: Problem | None = None
        """What `load` found wrong; nothing is lost by it."""
        self.changed: Signal[[]] = Signal()

    def load(self) -> None:
        """Read the file. One that cannot be read is set aside and said in `problem`; a missing one is empty.

        Raises OSError where the file is there and the disk or its permissions forbid reading it.
        """
        with self._lock:
            self.problem = None
            document: dict[str, Any] = {}
            try:
                with contextlib.suppress(FileNotFoundError):
                    document = self._read()
            except ValueError as error:
                self.problem = self._damaged(error, "Set up your profiles again")
            self._take(document)
            self._active = self._remembered
        self.changed.emit()

    def _damaged(self, error: ValueError, remedy: str) -> Problem:
        return Problem(
            title="The saved profiles could not be read",
            cause=f"{self._path} is damaged ({error}).",
            remedy=f"{kept_words(self._path)}. {remedy}.",
        )

    def _read(self) -> dict[str, Any]:
        document = read_json(self._path)
        if not isinstance(document, dict) or not isinstance(document.get("profiles", []), list):
            raise ValueError("it is no list of profiles")
        return document

    def _take(self, document: dict[str, Any]) -> None:
        self._document, self._stored, self._raw, self._unread = document, {}, {}, []
        active = document.get("active")
        self._remembered = active if isinstance(active, str) else None
        for raw in document.get("profiles", []):
            try:
                profile = _read_profile(raw)
            except (ValueError, TypeError, KeyError, AttributeError):
                # Perhaps of a newer version: kept in the file, not shown.
                self._unread.append(raw)
                continue
            self._stored[profile.id], self._raw[profile.id] = profile, raw
        if self._unread and self.problem is None:
            self.problem = Problem(
                title=f"{len(self._unread)} saved profile(s) could not be read",
                cause=f"{self._path} holds entries that this version does not understand.",
                remedy="They stay in the file untouched. A newer version of this program may read them.",
            )

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The sandbox, the environment's if there is one, then the stored ones by name."""
        environment = environment_profile(self.environ)
        stored = sorted(self._stored.values(), key=lambda profile: profile.name.casefold())
        return (SANDBOX, *((environment,) if environment else ()), *stored)

    def get(self, profile_id: str) -> Profile | None:
        return next((profile for profile in self.profiles if profile.id == profile_id), None)

    @property
    def active(self) -> Profile:
        """The one in use; the sandbox where none was chosen or the chosen one is gone."""
        return (self.get(self._active) if self._active else None) or SANDBOX

    def choose(self, name: str | None, sandbox: bool) -> Profile:
        """Which profile this run begins with: the flag's, else the environment's, else the one used last, else the
        sandbox. It becomes the active one of this run; the file is not touched. Raises ProfileError for a name
        (or id) that nobody has."""
        if sandbox:
            chosen = SANDBOX
        elif name is not None:
            chosen = self._named(name)
        else:
            chosen = environment_profile(self.environ) or self.active
        self._active = chosen.id
        return chosen

    def _named(self, name: str) -> Profile:
        profiles = self.profiles
        for match in (
            [p for p in profiles if p.name == name],
            [p for p in profiles if p.name.casefold() == name.casefold() or p.id == name],
        ):
            if match:
                return match[0]
        raise ProfileError(
            Problem(
                title=f"There is no profile named “{name}”",
                cause="The profiles there are: " + ", ".join(p.name for p in profiles) + ".",
                remedy="Name one of these, or make a new one in the profile switcher.",
            )
        )

    def save(self, profile: Profile) -> None:
        """Add a profile or replace the one with its id. Raises ProfileError (in words for the form) and OSError."""
        profile = replace(profile, name=profile.name.strip())
        with self._changing():
            self._check(profile)
            self._raw[profile.id] = _write_profile(profile, self._raw.get(profile.id, {}))
            self._stored[profile.id] = profile
        self.changed.emit()

    def _check(self, profile: Profile) -> None:
        cause = ""
        if not profile.is_stored or profile.is_sandbox:
            cause = "The sandbox and the environment's profile are built in and cannot be changed."
        elif not profile.name:
            cause = "It has no name."
        elif any(p.name.casefold() == profile.name.casefold() and p.id != profile.id for p in self.profiles):
            cause = f"Another profile is already named “{profile.name}”."
        elif profile.base_url is not None:
            cause = check_base_url(profile.base_url).error or ""
        if cause:
            raise ProfileError(Problem(title="The profile cannot be saved", cause=cause, remedy="Correct it and save."))

    def remove(self, profile_id: str) -> None:
        """Take a stored profile away; unknown ids are ignored. Its key stays where it is: see KeyVault.remove."""
        with self._changing():
            self._stored.pop(profile_id, None)
            self._raw.pop(profile_id, None)
            self._remembered = None if self._remembered == profile_id else self._remembered
        self._active = None if self._active == profile_id and self.get(profile_id) is None else self._active
        self.changed.emit()

    def set_active(self, profile_id: str) -> None:
        """Make a profile the active one, now and at the next start. Raises ProfileError for an unknown id; OSError
        where it cannot be written: it is the active one all the same."""
        with self._lock:
            if self.get(profile_id) is None:
                with contextlib.suppress(ValueError, OSError):  # another instance may have made it
                    self._take(self._read())
            self._active = (self.get(profile_id) or self._named(profile_id)).id
        try:
            with self._changing():
                self._remembered = profile_id
        finally:
            self.changed.emit()

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """Read the file, change what was read, write it, with no other instance in between. What another has saved
        meanwhile stays; a file damaged meanwhile is set aside and written anew. Where it cannot be written all is
        as before. Raises OSError."""
        with self._lock, alone(self._path):
            try:
                with contextlib.suppress(FileNotFoundError):
                    self._take(self._read())
            except ValueError as error:
                self.problem = self._damaged(error, "It was written anew with what this window knew")
            before = (self._document, dict(self._stored), dict(self._raw), list(self._unread), self._remembered)
            try:
                yield
                self._write()
            except BaseException:
                self._document, self._stored, self._raw, self._unread, self._remembered = before
                raise

    def _write(self) -> None:
        document = {
            **self._document,
            "version": self._document.get("version", 1),
            "active": self._remembered,
            "profiles": [*self._raw.values(), *self._unread],
        }
        write_atomically(self._path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
        self._document = document
