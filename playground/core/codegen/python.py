"""A request as a Python program on the `openai` package."""

from __future__ import annotations

from playground.core.codegen.clients import python_client
from playground.core.codegen.known import parameters
from playground.core.codegen.literals import PYTHON, literal, text
from playground.core.codegen.request import CodeRequest

_RESPONSES = """\
for event in stream:
    if event.type in ({kinds}):
        print(event.delta, end="", flush=True)
print()
"""
_CHAT = """\
for chunk in stream:
    for choice in chunk.choices:
        {print}
print()
"""
_CHAT_TEXT = 'print(choice.delta.content or choice.delta.refusal or "", end="", flush=True)'
_CHAT_CALLS = """print(choice.delta.content or choice.delta.refusal or "", end="", flush=True)
        for call in choice.delta.tool_calls or []:
            if call.function:
                print(call.function.name or "", call.function.arguments or "", sep="", end="", flush=True)"""


def write(request: CodeRequest) -> str:
    """The program. What the installed SDK's method does not know goes through `extra_body`."""
    head, client = python_client(request)
    name = "stream" if request.streams else "completion" if _is_chat(request) else "response"
    known = parameters(request.method)
    arguments = {field: value for field, value in request.body.items() if field in known}
    rest = {field: value for field, value in request.body.items() if field not in known}
    lines = [f"    {field}={literal(value, PYTHON, 1, len(field) + 6)},\n" for field, value in arguments.items()]
    if rest:
        lines.append(f"    extra_body={literal(rest, PYTHON, 1, 16)},\n")
    call = f"{name} = client.{request.method}(\n{''.join(lines)})\n"
    return f"# pip install openai\n{head}\n{client}\n{call}\n{_output(request, name)}"


def _is_chat(request: CodeRequest) -> bool:
    return request.method.startswith("chat.")


def _output(request: CodeRequest, name: str) -> str:
    if not request.streams:
        return f"print({name}.choices[0].message.content)\n" if _is_chat(request) else f"print({name}.output_text)\n"
    if _is_chat(request):
        return _CHAT.format(print=_CHAT_CALLS if request.calls_tools else _CHAT_TEXT)
    kinds = ["response.output_text.delta", "response.refusal.delta"]
    if request.calls_tools:
        kinds.append("response.function_call_arguments.delta")
    return _RESPONSES.format(kinds=", ".join(text(kind, PYTHON) for kind in kinds))
