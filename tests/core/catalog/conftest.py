"""The catalogue of the SDK that is installed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from playground.core.catalog import Catalog, ensure_catalog


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("catalog")


@pytest.fixture(scope="session")
def catalog(cache: Path) -> Catalog:
    """Built here and now, whatever comes with the program."""
    return asyncio.run(ensure_catalog(cache, anew=True))
