"""The data folder: everything the program writes for itself is below it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


def default_data_dir() -> Path:
    """The user's data folder for this program, by the platform's convention (XDG on Linux)."""
    from platformdirs import user_data_path

    return user_data_path("openai-playground", appauthor=False)


@dataclass(frozen=True, slots=True)
class DataPaths:
    """The files and folders of one data folder. Nothing is created until it is written."""

    root: Path

    @property
    def exchanges(self) -> Path:
        """The request log (SQLite)."""
        return self.root / "exchanges.sqlite3"

    @property
    def transfers(self) -> Path:
        """The journal of uploads and downloads (SQLite)."""
        return self.root / "transfers.sqlite3"

    @property
    def profiles(self) -> Path:
        return self.root / "profiles.json"

    @property
    def settings(self) -> Path:
        return self.root / "settings.json"

    @property
    def state(self) -> Path:
        """What panels and the window remember: drafts, geometry; one JSON file each."""
        return self.root / "state"

    @property
    def sandbox(self) -> Path:
        """The sandbox's objects, and the weights of its model."""
        return self.root / "sandbox"

    @property
    def reports(self) -> Path:
        """Crash and error reports, without secrets."""
        return self.root / "reports"

    @property
    def cache(self) -> Path:
        """What can be made again: the catalogue of the SDK."""
        return self.root / "cache"

    @property
    def logs(self) -> Path:
        return self.root / "logs"
