"""What this program runs in: versions and the operating system, without names of the computer or of people."""

from __future__ import annotations

import platform
import sys
import time
from importlib.metadata import PackageNotFoundError, version

from playground import __version__

_PACKAGES = (("openai SDK", "openai"), ("httpx2", "httpx2"), ("aiohttp", "aiohttp"), ("PySide6", "PySide6-Essentials"))


def surroundings() -> dict[str, str]:
    """Label and value, in a fixed order. Reads small files: off the GUI thread."""
    found = {
        "This program": f"OpenAI playground for the desktop {__version__}",
        "Operating system": _system(),
        "Python": f"{platform.python_implementation()} {platform.python_version()}, {sys.maxsize.bit_length() + 1} bit",
    }
    for label, package in _PACKAGES:
        try:
            found[label] = version(package)
        except PackageNotFoundError:
            continue
    found["Time zone"] = time.strftime("UTC%z (%Z)")
    return found


def _system() -> str:
    system = f"{platform.system()} {platform.release()} ({platform.machine()})"
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]} ({platform.machine()})"
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {system}"
    except (OSError, KeyError, AttributeError):
        return system
