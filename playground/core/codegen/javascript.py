"""A request as a JavaScript program on the `openai` package of npm."""

from __future__ import annotations

from playground.core.codegen.clients import javascript_client
from playground.core.codegen.literals import JAVASCRIPT, literal, text
from playground.core.codegen.request import CodeRequest

_RESPONSES = """\
const shown = [{kinds}];
for await (const event of stream) {{
  if (shown.includes(event.type)) process.stdout.write(event.delta);
}}
process.stdout.write("\\n");
"""
_CHAT = """\
for await (const chunk of stream) {{
  for (const choice of chunk.choices) {{
    process.stdout.write(choice.delta.content ?? choice.delta.refusal ?? "");
{calls}  }}
}}
process.stdout.write("\\n");
"""
_CALLS = """\
    for (const call of choice.delta.tool_calls ?? []) {
      process.stdout.write((call.function?.name ?? "") + (call.function?.arguments ?? ""));
    }
"""


def write(request: CodeRequest) -> str:
    """The program, an ES module. Whole numbers beyond 2^53 lose digits: JavaScript has no others."""
    chat = request.method.startswith("chat.")
    name = "stream" if request.streams else "completion" if chat else "response"
    body = literal(request.body, JAVASCRIPT, used=10_000)
    call = f"const {name} = await client.{request.method}({body});\n"
    head = '// npm install openai\nimport OpenAI from "openai";\n'
    return f"{head}\n{javascript_client(request)}\n{call}\n{_output(request, name, chat=chat)}"


def _output(request: CodeRequest, name: str, *, chat: bool) -> str:
    if not request.streams:
        shown = f"{name}.choices[0].message.content" if chat else f"{name}.output_text"
        return f"console.log({shown});\n"
    if chat:
        return _CHAT.format(calls=_CALLS if request.calls_tools else "")
    kinds = ["response.output_text.delta", "response.refusal.delta"]
    if request.calls_tools:
        kinds.append("response.function_call_arguments.delta")
    return _RESPONSES.format(kinds=", ".join(text(kind, JAVASCRIPT) for kind in kinds))
