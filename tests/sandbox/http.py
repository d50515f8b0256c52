"""Plain HTTP to the sandbox, without the SDK: what is on the wire, and nothing made nicer."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.helpers.sandbox import Server

FAST = {"X-Sandbox-Rate": "0"}


@dataclass(frozen=True)
class Answer:
    """One answer, read whole. `headers` has lower-case names."""

    status: int
    headers: dict[str, str]
    data: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    @property
    def error(self) -> dict[str, Any]:
        error: dict[str, Any] = self.json["error"]
        assert set(error) == {"message", "type", "param", "code"}
        return error

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events of a stream. Each has its name before it where the API names it, and nothing else between."""
        assert self.headers["content-type"] == "text/event-stream; charset=utf-8"
        found = []
        for block in self.data.decode().split("\n\n"):
            if not block:
                continue
            *names, data = block.split("\n")
            assert data.startswith("data: ")
            if data == "data: [DONE]":
                found.append({"done": True})
                continue
            event = json.loads(data[6:])
            if names:
                assert names == [f"event: {event['type']}"]
            found.append(event)
        return found


class Api:
    """One server; each call its own connection."""

    def __init__(self, server: Server) -> None:
        parts = urlsplit(server.base_url)
        self.host, self.port, self.key = str(parts.hostname), parts.port, server.key

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
        key: str | None = "",
    ) -> Answer:
        """`path` begins after /v1. `key`: "" the server's own, None none at all."""
        sent = {"Content-Type": "application/json", **FAST, **(headers or {})}
        if key is not None:
            sent.setdefault("Authorization", f"Bearer {key or self.key}")
        connection = http.client.HTTPConnection(self.host, self.port or 80, timeout=30)
        try:
            data = raw if raw is not None else (None if body is None else json.dumps(body).encode())
            connection.request(method, f"/v1{path}", body=data, headers=sent)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()

    def post(self, path: str, body: Any, **more: Any) -> Answer:
        return self.call("POST", path, body, **more)

    def form(self, path: str, fields: list[tuple[str, str | tuple[str, bytes]]], **more: Any) -> Answer:
        """POST a form (multipart/form-data). A field is a text, or a file as (its name, its bytes)."""
        body = b""
        for name, value in fields:
            text = isinstance(value, str)
            head = f'Content-Disposition: form-data; name="{name}"' + ("" if text else f'; filename="{value[0]}"')
            data = value.encode() if isinstance(value, str) else value[1]
            body += b"--xxx\r\n" + head.encode() + b"\r\n\r\n" + data + b"\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=xxx", **more.pop("headers", {})}
        return self.call("POST", path, raw=body + b"--xxx--\r\n", headers=headers, **more)

    def get(self, path: str, **more: Any) -> Answer:
        return self.call("GET", path, **more)

    def delete(self, path: str) -> Answer:
        return self.call("DELETE", path)

    def make(self, path: str, body: Any, **more: Any) -> Any:
        """POST what must succeed; its JSON."""
        answer = self.post(path, body, **more)
        assert answer.status == 200, answer.data.decode()
        return answer.json
