"""The fixture of the tests of sessions and of recording."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.core.exchanges import ExchangeStore
from playground.core.profiles import ProfileStore
from playground.core.redact import Redactor
from playground.core.secrets import KeyVault
from tests.core.house import KEY, House
from tests.helpers.servers import RecordingServer


@pytest.fixture
def house(tmp_path: Path, recording_server: RecordingServer) -> Iterator[House]:
    redactor = Redactor()
    redactor.add(KEY)
    profiles = ProfileStore(tmp_path / "profiles.json", {})
    with contextlib.closing(ExchangeStore.open(tmp_path / "log.sqlite3", redactor)) as store:
        yield House(store, profiles, KeyVault({}), recording_server)
