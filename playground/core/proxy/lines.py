"""What somebody enters so that a program goes through the proxy."""

from __future__ import annotations

LANGUAGES: tuple[tuple[str, str], ...] = (
    ("bash", "bash, zsh"),
    ("powershell", "PowerShell"),
    ("python", "Python SDK"),
    ("node", "Node SDK"),
    ("curl", "curl"),
)


def lines(language: str, base_url: str, key: str = "") -> str:
    """Lines to copy. `key`: what programs must show; empty where they keep their own."""
    if language == "bash":
        return f'export OPENAI_BASE_URL="{base_url}"' + (f'\nexport OPENAI_API_KEY="{key}"' if key else "")
    if language == "powershell":
        return f'$env:OPENAI_BASE_URL = "{base_url}"' + (f'\n$env:OPENAI_API_KEY = "{key}"' if key else "")
    if language == "python":
        more = f', api_key="{key}"' if key else ""
        return f'from openai import OpenAI\n\nclient = OpenAI(base_url="{base_url}"{more})'
    if language == "node":
        more = f', apiKey: "{key}"' if key else ""
        return f'import OpenAI from "openai";\n\nconst client = new OpenAI({{ baseURL: "{base_url}"{more} }});'
    shown = key or "$OPENAI_API_KEY"
    return f'curl "{base_url}/models" \\\n  -H "Authorization: Bearer {shown}"'
