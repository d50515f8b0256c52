"""What the window was asked for on the command line. Flags win over the environment, that over the profile."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Theme = Literal["system", "light", "dark"]


@dataclass(frozen=True, slots=True)
class AppOptions:
    """The flags of `playground`. None: not given, so the environment, the settings or a default decide."""

    profile: str | None = None
    """A profile's name or id; see ProfileStore.choose."""
    sandbox: bool = False
    """Use the sandbox profile, whatever was used last. Never given together with `profile`."""
    data_dir: Path | None = None
    """The data folder; None: the user's own (core.paths.default_data_dir)."""
    panel: str | None = None
    """The id of the panel to open with."""
    open: Path | None = None
    """A recording to play."""
    screenshot: Path | None = None
    """Save a picture (PNG) of the window once its panel is loaded, and end."""
    run: bool = False
    """Run Compose's prompt once the window is there; a picture is taken when the answer is whole."""
    size: tuple[int, int] | None = None
    """Width and height of the window in device-independent pixels."""
    theme: Theme | None = None
    presentation: bool = False
    """Begin in presentation mode: larger type, IDs and names masked."""
    log_level: str = "warning"
    """debug, info, warning or error."""
