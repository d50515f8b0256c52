"""Files on a real sandbox, for the tests of Files and of vector stores."""

from __future__ import annotations

import io
from typing import Any

import openai
from PIL import Image

from tests.helpers.sandbox import Server


def client_of(server: Server) -> openai.OpenAI:
    return openai.OpenAI(base_url=server.base_url, api_key=server.key, max_retries=0)


def put(server: Server, name: str, data: bytes, purpose: Any = "user_data", **more: Any) -> str:
    """Upload one; gives its ID."""
    return client_of(server).files.create(file=(name, data), purpose=purpose, **more).id


def names(server: Server) -> set[str]:
    return {one.filename for one in client_of(server).files.list()}


def empty(server: Server) -> None:
    """No file is left."""
    client = client_of(server)
    for one in client.files.list():
        client.files.delete(one.id)


def pdf() -> bytes:
    """Two pages."""
    out = io.BytesIO()
    page = Image.new("RGB", (300, 200), (250, 0, 0))
    page.save(out, "PDF", save_all=True, append_images=[page])
    return out.getvalue()
