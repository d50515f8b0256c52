"""A call of any method as a cURL command: written from the request that a dry run of the SDK made, so that it is the
same to the letter."""

from __future__ import annotations

import json
from email.message import Message
from email.parser import BytesParser
from urllib.parse import urlsplit

from playground.core.codegen.calls import CallRequest, file_paths
from playground.core.codegen.curl import quoted, safe
from playground.core.codegen.literals import JSON, literal
from playground.core.dryrun import WireRequest

_END = "BODY"
_OWN = frozenset({"openai-beta", "openai-organization", "openai-project"})


def write(request: CallRequest) -> str:
    """The command, for a POSIX shell. Raises ValueError without `wire`."""
    wire = request.wire
    if wire is None:
        raise ValueError("A cURL command is written from the dry run's request.")
    entry = request.entry
    options = ["-sS", *(["-N"] if request.stream else []), "--fail-with-body"]
    if wire.method not in ("GET", "POST") or (wire.method == "POST" and not wire.body):
        options.append(f"-X {wire.method}")
    if entry.binary:
        options.append("-o answer.bin")
    key = "${OPENAI_ADMIN_KEY:-$OPENAI_API_KEY}" if entry.admin else "$OPENAI_API_KEY"
    lines = [f"curl {' '.join(options)} {_url(request, wire)}", f'  -H "Authorization: Bearer {key}"']
    lines += [f"  -H {quoted(f'{name}: {value}')}" for name, value in _headers(request, wire)]
    if not wire.body:
        return " \\\n".join(lines) + "\n"
    content_type = next((value for name, value in wire.headers if name.lower() == "content-type"), "")
    if content_type.startswith("multipart/form-data"):
        lines += [f"  {part}" for part in _parts(request, wire.body, content_type)]
        return " \\\n".join(lines) + "\n"
    lines.append(f"  -H {quoted(f'Content-Type: {content_type}')}")
    lines.append(f"  --data-binary @- <<'{_END}'")
    return " \\\n".join(lines) + f"\n{_json(wire.body)}\n{_END}\n"


def _json(body: bytes) -> str:
    """Laid out. No line of it can be the word that ends it: they begin with a brace, a bracket or a space."""
    try:
        return literal(json.loads(body), JSON)
    except ValueError:
        return body.decode("utf-8", "replace")


def _url(request: CallRequest, wire: WireRequest) -> str:
    base = request.base_url.rstrip("/")
    rest = wire.url.removeprefix(base) if wire.url.startswith(base) else urlsplit(wire.url).path
    return f'"${{OPENAI_BASE_URL:-{safe(base)}}}{safe(rest)}"'


def _headers(request: CallRequest, wire: WireRequest) -> list[tuple[str, str]]:
    """What is not the SDK's own business: what the person added, and what the API needs."""
    wanted = {name.lower() for name in request.extras().get("extra_headers", {})}
    wanted |= {name.lower() for name in request.entry.headers} | _OWN
    wanted |= {parameter.wire.lower() for parameter in request.entry.parameters if parameter.place == "header"}
    return [(name, value) for name, value in wire.headers if name.lower() in wanted - {"authorization"}]


def _parts(request: CallRequest, body: bytes, content_type: str) -> list[str]:
    """The fields and files of a multipart body, in its order."""
    paths = [
        path
        for parameter in request.entry.parameters
        if request.takes_file(parameter.name)
        for path in file_paths(request.arguments.get(parameter.name))
    ]
    message: Message = BytesParser().parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    found = message.get_payload()
    parts = []
    for part in found if isinstance(found, list) else []:
        if not isinstance(part, Message):
            continue
        name = str(part.get_param("name", "", "content-disposition"))
        if part.get_filename() is not None and paths:
            kind = part.get_content_type()
            parts.append("-F " + quoted(f'{name}=@"{_escaped(paths.pop(0))}";type={kind}'))
        else:
            value = part.get_payload(decode=True)
            text = value.decode("utf-8", "replace") if isinstance(value, bytes) else ""
            parts.append("--form-string " + quoted(f"{name}={text}"))
    # Of a long file only the beginning is in the dry run: what comes after it is named all the same.
    name = next((p.wire for p in request.entry.parameters if request.takes_file(p.name)), "file")
    return parts + ["-F " + quoted(f'{name}=@"{_escaped(path)}"') for path in paths]


def _escaped(path: str) -> str:
    return path.replace("\\", "\\\\").replace('"', '\\"')
