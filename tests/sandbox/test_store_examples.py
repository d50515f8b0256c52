"""The examples of the API's document for files, uploads and vector stores: each request is taken, each answer valid."""

from __future__ import annotations

import json
import re
import time
from functools import cache
from typing import Any

import pytest

from tests.helpers.needs import shared
from tests.sandbox.document import Document
from tests.sandbox.http import Api

FAMILIES = ("/files", "/uploads", "/vector_stores")
LINES = b'{"a": 1}\n'


@cache
def _examples() -> list[dict[str, Any]]:
    path = shared("openapi", "spec_examples.jsonl")
    if path is None:
        return []
    read = [json.loads(line) for line in path.read_text().splitlines()]
    return [entry for entry in read if entry["path"].startswith(FAMILIES)]


class Ids:
    """What the examples name, made for one of them."""

    def __init__(self, api: Api) -> None:
        form: Any = [("purpose", "assistants"), ("file", ("a.txt", b"Returns: 30 days"))]
        self.files: list[str] = [api.form("/files", form).json["id"] for _ in range(2)]
        self.store: str = api.make("/vector_stores", {"name": "x"})["id"]
        api.make(f"/vector_stores/{self.store}/files", {"file_id": self.files[0]})
        batch = api.make(f"/vector_stores/{self.store}/file_batches", {"file_ids": [self.files[1]]})
        self.batch: str = batch["id"]
        while api.get(f"/vector_stores/{self.store}").json["status"] != "completed":
            time.sleep(0.05)  # between two questions to a server, not for luck
        body = {"bytes": 6, "filename": "a", "mime_type": "text/plain", "purpose": "assistants"}
        self.upload: str = api.make("/uploads", body)["id"]
        self.parts = [
            api.form(f"/uploads/{self.upload}/parts", [("data", ("p", data))]).json["id"] for data in (b"abc", b"def")
        ]

    def put(self, text: str) -> str:
        for name, value in (
            ("file-abc123", self.files[0]), ("file-abc456", self.files[1]), ("{file_id}", self.files[0]),
            ("{vector_store_id}", self.store), ("{batch_id}", self.batch), ("{upload_id}", self.upload),
            ("part_def456", self.parts[0]), ("part_ghi789", self.parts[1]),
            ("{...}", '{"type": "eq", "key": "region", "value": "us"}'),
        ):  # fmt: skip
            text = text.replace(name, value)
        return text


def _sent(api: Api, example: dict[str, Any], path: str, ids: Ids) -> Any:
    fields = re.findall(r'-F ([\w\[\]]+)=(?:"([^"]*)"|(\S+))', example["curl"])
    if fields:
        form: Any = [
            (name, (text[1:], LINES) if text.startswith("@") else text or plain) for name, text, plain in fields
        ]
        return api.form(path, form)
    body = re.search(r"-d '(.*)'", example["curl"], re.DOTALL)
    return api.call(example["method"], path, json.loads(ids.put(body[1])) if body else None)


@pytest.mark.skipif(not _examples(), reason="needs the folder ../shared (PLAYGROUND_SHARED points elsewhere)")
def test_every_example_is_taken(api: Api, spec: Document) -> None:
    assert len(_examples()) == 25
    for example in _examples():
        ids = Ids(api)
        if example["path"].endswith("/cancel") and "batch" in example["path"]:
            long = [("purpose", "assistants"), ("file", ("a.txt", b"word " * 300_000))]
            slow = api.form("/files", long).json["id"]  # type: ignore[arg-type]
            ids.batch = api.make(f"/vector_stores/{ids.store}/file_batches", {"file_ids": [slow]})["id"]
        answer = _sent(api, example, ids.put(example["path"]), ids)
        assert answer.status == 200, (example["method"], example["path"], answer.data)
        if not example["path"].startswith("/files") or not example["path"].endswith("/content"):
            spec.check_answer(example["method"], example["path"], answer.json)
