"""A call of any method as a Python program on the `openai` package."""

from __future__ import annotations

from typing import Any

from playground.core.catalog import Kind
from playground.core.codegen.calls import CallRequest, file_paths
from playground.core.codegen.clients import python_client
from playground.core.codegen.literals import PYTHON, literal, text


def write(request: CallRequest) -> str:
    """The program."""
    entry = request.entry
    if entry.kind is Kind.WEBSOCKET:
        return _socket(request)
    imports, client = python_client(request, admin=request.entry.admin)
    body = _body(request, f"client.{entry.name}({_arguments(request)})")
    return f"# pip install openai\n{imports}\n{client}\n{body}"


def _arguments(request: CallRequest, depth: int = 0) -> str:
    """What stands between the call's parentheses."""
    own, extras = request.own(), request.extras()
    if not own and not extras:
        return ""
    inner = " " * 4 * (depth + 1)
    lines = [
        f"{inner}{name}={_value(request, name, value, depth + 1, len(name) + 6)},\n" for name, value in own.items()
    ]
    lines += [f"{inner}{name}={literal(value, PYTHON, depth + 1, len(name) + 6)},\n" for name, value in extras.items()]
    return f"\n{''.join(lines)}{' ' * 4 * depth}"


def _value(request: CallRequest, name: str, value: Any, depth: int, used: int) -> str:
    paths = file_paths(value) if request.takes_file(name) else []
    opened = [f'open({text(path, PYTHON)}, "rb")' for path in paths]
    if isinstance(value, list) and opened:
        return f"[{', '.join(opened)}]"
    return opened[0] if opened else literal(value, PYTHON, depth, used)


def _body(request: CallRequest, call: str) -> str:
    entry = request.entry
    if entry.kind is Kind.STREAM or (request.stream and entry.can_stream):
        if entry.kind is Kind.STREAM and entry.name.endswith(".stream") and "create" not in entry.name:
            return f"with {call} as stream:\n    for event in stream:\n        print(event.to_json(indent=None))\n"
        return f"for event in {call}:\n    print(event.to_json(indent=None))\n"
    if entry.kind is Kind.LIST:
        return f"# Asks for further pages by itself.\nfor item in {call}:\n    print(item.to_json(indent=None))\n"
    if entry.binary:
        return f'answer = {call}\nanswer.write_to_file("answer.bin")\nprint("written to answer.bin")\n'
    if entry.kind is Kind.HELPER or not entry.returns or entry.returns in ("None", "object", "str"):
        return f"answer = {call}\nprint(answer)\n"
    if entry.multipart:
        return f"answer = {call}\nprint(answer if isinstance(answer, str) else answer.to_json())\n"
    return f"answer = {call}\nprint(answer.to_json())\n"


def _socket(request: CallRequest) -> str:
    imports, client = python_client(request, "AsyncOpenAI", admin=request.entry.admin)
    shifted = "".join(f"    {line}\n" for line in client.rstrip("\n").split("\n"))
    call = f"client.{request.entry.name}({_arguments(request, 1)})"
    return (
        f'# pip install "openai[realtime]"\nimport asyncio\n{imports}\n\n'
        f"async def main() -> None:\n{shifted}    async with {call} as connection:\n"
        "        async for event in connection:\n            print(event.to_json(indent=None))\n\n\n"
        "asyncio.run(main())\n"
    )
