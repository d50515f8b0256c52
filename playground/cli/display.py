"""What Qt needs of the system, looked at before Qt is: where something is missing, Qt only aborts."""

from __future__ import annotations

import ctypes
import importlib.util
import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
"""Debian's package of each system library that the Qt of PySide6 is linked with."""

_MISSING = re.compile(r"(\S+\.so[.\d]*): cannot open shared object file")


def missing_library(error: BaseException) -> str | None:
    """The line for an ImportError or OSError about a shared library; None where it is about something else."""
    match = _MISSING.search(str(error))
    if match is None:
        return None
    name = match[1].rpartition("/")[2]
    package = PACKAGES.get(name)
    how = f"apt-get install {package}" if package else f"find the package that has {name}"
    return f"Qt needs the system library {name}, which is not installed. On Debian: {how}"


def no_display(environ: Mapping[str, str], *, screenshot: bool = False) -> str | None:
    """Why Qt could open no window here; None where it can, as far as can be known. Only Linux has such troubles."""
    if not sys.platform.startswith("linux"):
        return None
    platform = environ.get("QT_QPA_PLATFORM", "").split(";")[0].partition(":")[0]
    display, wayland = environ.get("DISPLAY"), environ.get("WAYLAND_DISPLAY")
    if platform:
        known = platforms()
        if known and platform not in known:
            return f"QT_QPA_PLATFORM is “{platform}”, which Qt does not have. It has: {', '.join(sorted(known))}"
    elif not display and not wayland:
        if screenshot:
            return None
        return "there is no display: set DISPLAY or WAYLAND_DISPLAY, or QT_QPA_PLATFORM=offscreen to run without one"
    if platform == "xcb" or (not platform and not wayland):
        return _no_x11(display)
    return None


def _no_x11(display: str | None) -> str | None:
    if not display:
        return "QT_QPA_PLATFORM is “xcb”, but DISPLAY is not set"
    if not _answers(display):
        return f"the display {display} cannot be reached: check DISPLAY, and whether the X server runs"
    plugin = _plugins() / "libqxcb.so"
    if plugin.is_file():
        try:
            # Qt loads it in any case; only here can it be said what is missing.
            ctypes.CDLL(str(plugin))
        except OSError as error:
            return missing_library(error)
    return None


def _answers(display: str) -> bool:
    """Whether an X server listens there."""
    match = re.fullmatch(r"(?:unix)?(?:(?P<host>[^:/]*)|(?P<path>/.*)):(?P<number>\d+)(?:\.\d+)?", display)
    if match is None:
        return False
    number = int(match["number"])
    try:
        if match["host"]:
            socket.create_connection((match["host"], 6000 + number), timeout=3).close()
            return True
    except OSError:
        return False
    place = f"/tmp/.X11-unix/X{number}"
    for address in ("\0" + place, match["path"] and f"{match['path']}:{number}", place):
        if not address:
            continue
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(address)
                return True
            except OSError:
                continue
    return False


def _plugins() -> Path:
    spec = importlib.util.find_spec("PySide6")
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    return Path(places[0] if places else "/nowhere") / "Qt" / "plugins" / "platforms"


def platforms() -> frozenset[str]:
    """The names that QT_QPA_PLATFORM may have; empty where they cannot be known."""
    names = {path.stem.removeprefix("libq") for path in _plugins().glob("libq*.so")}
    return frozenset(name.replace("wayland-generic", "wayland").replace("wayland-egl", "wayland-egl") for name in names)
