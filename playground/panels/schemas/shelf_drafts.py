"""What was written and not saved, for each schema, kept when another is opened, and between starts."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

MOST = 100
"""Texts that are kept; more are not left without a question."""
LARGEST = 4_000_000
"""Characters of all of them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that is in no file."""

    name: str
    """As it is called; of a schema of the library its ID."""
    text: str = field(repr=False)
    entry_id: str = ""
    """Of the library; empty: a schema that was never saved."""
    sha256: str = ""
    """Of the file as it was read."""


class Drafts:
    """The newest last. A schema of the library has one at most."""

    def __init__(self) -> None:
        self._drafts: list[Draft] = []

    def __iter__(self) -> Any:
        return iter(self._drafts)

    def of(self, entry_id: str) -> Draft | None:
        """Of a schema of the library."""
        return next((one for one in self._drafts if one.entry_id == entry_id), None) if entry_id else None

    def unsaved(self) -> list[Draft]:
        """Those of schemas that are in no file, the newest first."""
        return [one for one in reversed(self._drafts) if not one.entry_id]

    def has_room(self, text: str) -> bool:
        return len(self._drafts) < MOST and sum(len(one.text) for one in self._drafts) + len(text) <= LARGEST

    def put(self, draft: Draft) -> None:
        if draft.entry_id:
            self.drop(draft.entry_id)
        self._drafts.append(draft)

    def take(self, draft: Draft) -> None:
        """It is no draft any more."""
        if draft in self._drafts:
            self._drafts.remove(draft)

    def drop(self, entry_id: str) -> None:
        self._drafts = [one for one in self._drafts if not entry_id or one.entry_id != entry_id]

    def rename(self, entry_id: str, name: str) -> None:
        """A schema of the library is called otherwise."""
        self._drafts = [
            Draft(name, one.text, name, one.sha256) if one.entry_id == entry_id else one for one in self._drafts
        ]

    def unbind(self) -> None:
        """Another folder: none of its files is meant."""
        self._drafts = [Draft(one.name, one.text) for one in self._drafts]

    def to_state(self) -> list[dict[str, str]]:
        return [asdict(one) for one in self._drafts]

    def load(self, state: object) -> None:
        """What is of another shape is passed over."""
        for one in state if isinstance(state, list) else ():
            if isinstance(one, dict) and all(isinstance(one.get(name), str) for name in ("name", "text")):
                texts = {name: str(one.get(name) or "") for name in ("name", "text", "entry_id", "sha256")}
                self._drafts.append(Draft(**texts))
