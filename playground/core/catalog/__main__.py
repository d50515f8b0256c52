"""Builds the catalogue of the installed SDK and prints it as JSON: `python -m playground.core.catalog`."""

from __future__ import annotations

import sys

from playground.core.catalog.build import build
from playground.core.catalog.store import dumps

if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(dumps(build()))
