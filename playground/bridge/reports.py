"""Report files: what went wrong, for a person to read or send, without secrets."""

from __future__ import annotations

import os
import platform
import re
import secrets
import sys
import time
from pathlib import Path

from playground import __version__

KEPT = 50
"""Report files kept; older ones are removed."""
LONGEST = 200_000
"""Characters of one report."""

_SECRETS = (
    (re.compile(r"\b(sk|sess|ek)[-_][A-Za-z0-9_\-*.]{6,}"), r"\1-[removed]"),
    (
        re.compile(r"(?i)(authorization|api[-_]?key)(['\"]?\s*[:=,]\s*['\"]?)(bearer\s+)?[^\s'\",)}\]]+"),
        r"\1\2[removed]",
    ),
    (re.compile(r"(?i)\bbearer\s+[A-Za-z0-9._\-+/=]{6,}"), "Bearer [removed]"),
)  # fmt: skip


def without_secrets(text: str) -> str:
    """The text with every key that is known or looks like one masked."""
    from playground.core.redact import known

    text = known().text(text)
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


def write_report(folder: Path, title: str, detail: str) -> Path:
    """Write one report and remove the oldest beyond `KEPT`. The texts are without secrets. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"report-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}.txt"
    path.write_text(f"{title}\n\n{_surroundings()}\n\n{detail[:LONGEST]}\n", encoding="utf-8")
    for old in sorted(folder.glob("report-*.txt"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return path


def _surroundings() -> str:
    import PySide6

    return (
        f"{time.strftime('%Y-%m-%d %H:%M:%S %z')}\n"
        f"openai-playground {__version__}, Python {sys.version.split()[0]}, PySide6 {PySide6.__version__}, "
        f"{platform.system()} {platform.release()} {platform.machine()}, "
        f"{os.environ.get('QT_QPA_PLATFORM', 'default')} display"
    )


def collect_crashes(folder: Path) -> Path | None:
    """The newest note of a process that crashed, renamed so that it is found only once; empty notes of processes that
    are gone are removed. Raises OSError."""
    found: list[tuple[float, Path]] = []
    for file in folder.glob("crash-*.txt"):
        pid = file.stem.removeprefix("crash-")
        if not pid.isdigit() or int(pid) == os.getpid() or _alive(int(pid)):
            continue
        status = file.stat()
        if status.st_size == 0:
            file.unlink(missing_ok=True)
            continue
        when = time.strftime("%Y%m%d-%H%M%S", time.localtime(status.st_mtime))
        found.append((status.st_mtime, file.replace(folder / f"crashed-{when}-{pid}.txt")))
    return max(found)[1] if found else None


def _alive(pid: int) -> bool:
    if sys.platform == "win32":
        return False  # the file of a living process cannot be moved there: the OSError says so
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
