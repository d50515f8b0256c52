"""Disks that are full or read-only, for real: mounted for a test, where that is allowed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _mount(*arguments: object) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("needs Linux to mount a small disk")
    done = subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"needs the right to mount a small disk (root): {done.stderr.strip()}")


@contextmanager
def _mounted(path: Path) -> Iterator[Path]:
    try:
        yield path
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


@contextmanager
def small_disk(path: Path, kilobytes: int) -> Iterator[Path]:
    """A file system of its own, with so much room."""
    path.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", path)
    with _mounted(path):
        yield path


@contextmanager
def read_only(path: Path) -> Iterator[Path]:
    """The folder, in which nothing can be written until the block ends; not even by root."""
    _mount("--bind", path, path)
    with _mounted(path):
        _mount("-o", "remount,bind,ro", path)
        yield path


def fill(disk: Path) -> Path:
    """Leave no room; deleting the file that is given makes it again."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (4096, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:
                continue
    return ballast
