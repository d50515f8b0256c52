"""A call of any method as a JavaScript program on the `openai` package of npm.

Its methods have the SDK's names in camel case; of several parameters in the path the last stands alone, the others are
in the object behind it (openai 7.57 of npm: 401 of 421 methods are found so, and the exceptions are below).
"""

from __future__ import annotations

import re
from typing import Any

from playground.core.catalog import Kind
from playground.core.codegen.calls import CallRequest, file_paths
from playground.core.codegen.clients import javascript_client
from playground.core.codegen.literals import JAVASCRIPT, literal, text

_NAMES = {"admin_api_keys": "adminAPIKeys"}
_ELSEWHERE = (("beta.chat.completions.", "chat.completions."), ("files.retrieve_content", "files.content"))


_ADMIN_HERE = ("fine_tuning.checkpoints.permissions.",)
"""Methods for which this package wants an admin key where the SDK of Python does not."""


class _Raw(str):
    """An expression, not a text."""


def write(request: CallRequest) -> str:
    """The program, an ES module."""
    entry = request.entry
    files = any(file_paths(value) for name, value in request.own().items() if request.takes_file(name))
    head = '// npm install openai\nimport OpenAI from "openai";\n'
    if files or entry.binary:
        head = '// npm install openai\nimport fs from "node:fs";\nimport OpenAI from "openai";\n'
    admin = entry.admin or entry.name.startswith(_ADMIN_HERE)
    return f"{head}\n{javascript_client(request, admin=admin)}\n{_body(request)}"


def js_name(name: str) -> str:
    """`vector_stores.file_batches.create` → `vectorStores.fileBatches.create`."""
    for before, after in _ELSEWHERE:
        if name.startswith(before):
            name = after + name.removeprefix(before)
    return ".".join(
        _NAMES.get(part) or re.sub(r"_(\w)", lambda match: match[1].upper(), part) for part in name.split(".")
    )


def _call(request: CallRequest) -> str:
    own, extras, entry = request.own(), request.extras(), request.entry
    path = list(entry.path_parameters)
    arguments = []
    if path:
        arguments.append(_value(own.pop(path[-1], "")))
    has_params = len(path) > 1 or any(parameter.place != "path" for parameter in entry.parameters)
    params = {name: _file(value) if request.takes_file(name) else value for name, value in own.items()}
    params |= extras.get("extra_body", {})
    options = {}
    if "extra_headers" in extras:
        options["headers"] = extras["extra_headers"]
    if "extra_query" in extras:
        options["query"] = extras["extra_query"]
    if has_params and (params or options):
        arguments.append(_object(params))
    elif params:
        options["body"] = params
    if options:
        arguments.append(literal(options, JAVASCRIPT, used=10_000))
    return f"client.{js_name(entry.name)}({', '.join(arguments)})"


def _file(value: Any) -> Any:
    opened = [_Raw(f"fs.createReadStream({text(path, JAVASCRIPT)})") for path in file_paths(value)]
    if not opened:
        return value
    return opened if isinstance(value, list) else opened[0]


def _value(value: Any) -> str:
    if isinstance(value, _Raw):
        return str(value)
    if isinstance(value, list) and value and all(isinstance(one, _Raw) for one in value):
        return f"[{', '.join(value)}]"
    return literal(value, JAVASCRIPT, 1)


def _object(params: dict[str, Any]) -> str:
    if not params:
        return "{}"
    from playground.core.codegen.literals import key

    lines = "".join(f"  {key(name, JAVASCRIPT)}: {_value(value)},\n" for name, value in params.items())
    return f"{{\n{lines}}}"


def _body(request: CallRequest) -> str:
    entry, call = request.entry, _call(request)
    if entry.kind is Kind.WEBSOCKET:
        return _socket(request)
    if entry.kind is Kind.STREAM or (request.stream and entry.can_stream):
        return f"for await (const event of await {call}) {{\n  console.log(JSON.stringify(event));\n}}\n"
    if entry.kind is Kind.LIST:
        return (
            f"// Asks for further pages by itself.\nfor await (const item of {call}) {{\n"
            "  console.log(JSON.stringify(item));\n}\n"
        )
    if entry.binary:
        return (
            f"const answer = await {call};\n"
            'fs.writeFileSync("answer.bin", Buffer.from(await answer.arrayBuffer()));\n'
            'console.log("written to answer.bin");\n'
        )
    return f"const answer = await {call};\nconsole.log(JSON.stringify(answer, null, 2));\n"


def _socket(request: CallRequest) -> str:
    model = request.own().get("model")
    if request.entry.name != "realtime.connect":
        raise ValueError(f"The npm package has no plain way to {request.entry.name}: use Python.")
    return (
        'import { OpenAIRealtimeWebSocket } from "openai/realtime/websocket";\n\n'
        f"const socket = new OpenAIRealtimeWebSocket({{ model: {_value(model or '')} }}, client);\n"
        'socket.on("event", (event) => console.log(JSON.stringify(event)));\n'
    )
