"""The models of the active profile's server, with what is known of each: what the panels choose from and list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from playground.core.models import ModelFacts
    from playground.core.profiles import Profile
    from playground.core.session import SessionManager

LOCAL_MODEL = "smollm2-135m"
"""The sandbox's real model; it is listed once its weights are there."""


class ServedModel(NamedTuple):
    """One entry of GET /models."""

    id: str
    owner: str
    created: float | None
    """Unix seconds; None where the server does not say."""
    facts: ModelFacts
    retires: date | None
    """The announced last day: the server's own word, else the table's."""
    raw: Mapping[str, Any]


class ServedModels(NamedTuple):
    """What a server listed."""

    profile: Profile
    models: tuple[ServedModel, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(model.id for model in self.models)


class Badge(NamedTuple):
    """A word about a model's end; `role` is warning or error."""

    text: str
    role: str


class LoadModels:
    """`await LoadModels(sessions, "models")()` in the asyncio thread. `origin`: who asks, for the log.

    Raises ProblemError in every failure.
    """

    def __init__(self, sessions: SessionManager, origin: str) -> None:
        self._sessions = sessions
        self._origin = origin

    async def __call__(self) -> ServedModels:
        from playground.core.calls import call
        from playground.core.errors import ProblemError, explain

        profile = self._sessions.current
        base_url = ""
        try:
            session = await self._sessions.session_of(profile)
            base_url = session.base_url
            answer = await call(session, "models.list", {}, origin=self._origin)
            return ServedModels(profile, tuple(_entries(answer)))
        except Exception as error:
            raise ProblemError(explain(error, base_url=base_url, profile=profile.name)) from error


def _entries(answer: Any) -> list[ServedModel]:
    """The list's entries by id. Servers differ: some give a bare list, some leave fields out."""
    listed = answer.get("data", answer.get("models")) if isinstance(answer, Mapping) else answer
    entries = [entry for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []
    models = [_entry(entry) for entry in entries if isinstance(entry.get("id"), str) and entry["id"]]
    return sorted(models, key=_by_id)


def _by_id(model: ServedModel) -> str:
    return model.id.casefold()


def _entry(raw: Mapping[str, Any]) -> ServedModel:
    from playground.core.models import facts

    known = facts(raw["id"])
    created, owner = raw.get("created"), raw.get("owned_by")
    return ServedModel(
        id=raw["id"],
        owner=owner if isinstance(owner, str) else "",
        created=float(created) if isinstance(created, int | float) and created > 0 else None,
        facts=known,
        retires=_day(raw.get("shutdown_date")) or known.retires,
        raw=raw,
    )


def _day(value: object) -> date | None:
    """A server's date: ISO text or Unix seconds."""
    try:
        if isinstance(value, str):
            return date.fromisoformat(value[:10])
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None
    return None


def today() -> date:
    """The day here, by which a model is retired or not."""
    return datetime.now().astimezone().date()


def day_words(day: date) -> str:
    """14 Jan 2027."""
    return f"{day.day} {day:%b} {day.year}"


def retirement(retires: date | None, successor: str | None, now: date) -> Badge | None:
    """The badge of a model that is going or gone, with its successor where one is named."""
    if retires is None:
        return None
    after = f" → {successor}" if successor else ""
    if retires <= now:
        return Badge(f"retired {day_words(retires)}{after}", "error")
    return Badge(f"retires {day_words(retires)}{after}", "warning")
