"""A multipart body as its fields."""

from __future__ import annotations

from typing import Any

from playground.core.imports.model import FormPart, ImportedRequest


def chosen_again(request: ImportedRequest, file: str, name: str) -> None:
    """Note that a file was in it whose path nobody knows."""
    request.notes.append(f"The file “{file}” of “{name.removesuffix('[]')}” must be chosen again.")


def read_form(request: ImportedRequest, data: bytes, content_type: str) -> None:
    """Add the fields of a body to a request. Of files there are bytes and no path: they are left out, and said so."""
    from email.parser import BytesParser
    from email.policy import HTTP

    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + data)
    for part in message.iter_parts():
        name = str(part.get_param("name", "", header="content-disposition") or "")
        payload: Any = part.get_payload(decode=True)
        if part.get_filename() is not None:
            chosen_again(request, str(part.get_filename()), name)
        elif name and isinstance(payload, bytes):
            request.form.append(FormPart(name, payload.decode("utf-8", "replace")))
