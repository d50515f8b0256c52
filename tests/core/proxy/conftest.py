"""The proxy of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.proxy.house import ProxyHouse


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[ProxyHouse]:
    house = ProxyHouse(tmp_path)
    try:
        yield house
    finally:
        house.close()
