"""Shared by the tests of the sandbox: plain HTTP to one real server, and the document that judges it."""

from __future__ import annotations

import pytest

from tests.helpers.sandbox import Server
from tests.sandbox import document
from tests.sandbox.http import Api


@pytest.fixture(scope="session")
def api(sandbox_server: Server) -> Api:
    """The real server, without the SDK."""
    return Api(sandbox_server)


@pytest.fixture(scope="session")
def spec() -> document.Document:
    """The API's OpenAPI document; skips where it is absent."""
    return document.load()
