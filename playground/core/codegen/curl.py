"""A request as a shell command on cURL."""

from __future__ import annotations

from playground.core.codegen.literals import JSON, literal
from playground.core.codegen.request import CodeRequest

_END = "BODY"
"""Ends the body. No line of it can be this: JSON's lines begin with a brace or a space."""


def write(request: CodeRequest) -> str:
    """The command, for a POSIX shell. The body is its input, in which the shell replaces nothing."""
    headers = ['"Authorization: Bearer $OPENAI_API_KEY"', '"Content-Type: application/json"']
    for name, value in (("OpenAI-Organization", request.organization), ("OpenAI-Project", request.project)):
        if value:
            headers.append(quoted(f"{name}: {value}"))
    options = "-sS -N" if request.streams else "-sS"
    url = f'"${{OPENAI_BASE_URL:-{safe(request.base_url)}}}{request.path}"'
    lines = [f"curl {options} --fail-with-body {url} \\"]
    lines += [f"  -H {header} \\" for header in headers]
    lines.append(f"  --data-binary @- <<'{_END}'")
    return "\n".join(lines) + f"\n{literal(request.body, JSON)}\n{_END}\n"


def quoted(value: str) -> str:
    """A word in which the shell replaces nothing."""
    return "'" + value.replace("'", "'\\''") + "'"


def safe(url: str) -> str:
    """A URL in which nothing means anything to the shell inside `"${…}"`."""
    return "".join(f"%{ord(char):02X}" if char in "\"$`\\}{'! \n" else char for char in url)
