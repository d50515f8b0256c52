"""How a program makes its client: it reads the key, and the base URL where that is set, from the environment."""

from __future__ import annotations

from typing import Protocol

from playground.core.codegen.literals import JAVASCRIPT, PYTHON, text

_READS = "Reads OPENAI_API_KEY, and OPENAI_BASE_URL where it is set."


class Destination(Protocol):
    """Where a request goes."""

    @property
    def base_url(self) -> str: ...
    @property
    def organization(self) -> str | None: ...
    @property
    def project(self) -> str | None: ...
    @property
    def is_openai(self) -> bool: ...


def _whose(request: Destination) -> list[tuple[str, str]]:
    pairs = (("organization", request.organization), ("project", request.project))
    return [(name, value) for name, value in pairs if value]


def python_client(request: Destination, name: str = "OpenAI", *, admin: bool = False) -> tuple[str, str]:
    """The import lines, and the statement that makes `client`. `admin`: with the admin key."""
    options = []
    if admin:
        options.append('admin_api_key=os.environ.get("OPENAI_ADMIN_KEY") or os.environ["OPENAI_API_KEY"]')
    if not request.is_openai:
        options.append(f'base_url=os.environ.get("OPENAI_BASE_URL") or {text(request.base_url, PYTHON)}')
    options += [f"{option}={text(value, PYTHON)}" for option, value in _whose(request)]
    imports = f"from openai import {name}\n"
    if any("os." in option for option in options):
        imports = f"import os\n\n{imports}"
    inner = "\n" + "".join(f"    {option},\n" for option in options) if options else ""
    return imports, f"# {_READS}\nclient = {name}({inner})\n"


def javascript_client(request: Destination, *, admin: bool = False) -> str:
    """The statement that makes `client`. `admin`: with the admin key."""
    options = []
    if admin:
        options.append("adminAPIKey: process.env.OPENAI_ADMIN_KEY || process.env.OPENAI_API_KEY")
    if not request.is_openai:
        options.append(f"baseURL: process.env.OPENAI_BASE_URL || {text(request.base_url, JAVASCRIPT)}")
    options += [f"{option}: {text(value, JAVASCRIPT)}" for option, value in _whose(request)]
    if not options:
        return f"// {_READS}\nconst client = new OpenAI();\n"
    inner = "".join(f"  {option},\n" for option in options)
    return f"// {_READS}\nconst client = new OpenAI({{\n{inner}}});\n"
