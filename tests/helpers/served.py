"""Every method that the sandbox serves, as a body for `playground call`; a `{name}` in it is filled from earlier
answers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

ECHO = "sandbox-echo"
USER = [{"role": "user", "content": "Hello"}]


@dataclass(frozen=True)
class Served:
    """One call. `keep` names what is taken from the answer for later: a name, and the path to it."""

    method: str
    body: dict[str, Any] = field(default_factory=dict)
    stream: bool = False
    keep: dict[str, str] = field(default_factory=dict)
    expect: str = "object"
    """A key that the answer (or each event) has."""

    def filled(self, kept: dict[str, str]) -> dict[str, Any]:
        text = re.sub(r"\{(\w+)\}", lambda match: kept.get(match[1], match[0]), json.dumps(self.body))
        filled: dict[str, Any] = json.loads(text)
        return filled

    def take(self, answer: Any, kept: dict[str, str]) -> None:
        for name, path in self.keep.items():
            value = answer
            for step in path.split("."):
                value = value[int(step)] if step.isdecimal() else value[step]
            kept[name] = value


SERVED = (
    Served("models.list", keep={"model": "data.0.id"}),
    Served("models.retrieve", {"model": "{model}"}),
    Served("responses.create", {"model": ECHO, "input": "Hello", "store": True}, keep={"response": "id"}),
    Served("responses.create", {"model": ECHO, "input": "Hello"}, stream=True, expect="type"),
    Served(
        "responses.create",
        {"model": ECHO, "input": "And now?", "previous_response_id": "{response}", "background": True, "store": True},
        keep={"background": "id"},
    ),
    Served("responses.retrieve", {"response_id": "{response}"}),
    Served("responses.retrieve", {"response_id": "{background}"}, stream=True, expect="type"),
    Served("responses.input_items.list", {"response_id": "{response}"}),
    Served("responses.input_tokens.count", {"model": ECHO, "input": "Hello"}),
    Served("responses.compact", {"model": ECHO, "input": USER}),
    Served("responses.cancel", {"response_id": "{background}"}),
    Served("responses.delete", {"response_id": "{response}"}),
    Served(
        "conversations.create",
        {"items": [{"type": "message", **USER[0]}], "metadata": {"a": "b"}},
        keep={"conversation": "id"},
    ),
    Served("conversations.retrieve", {"conversation_id": "{conversation}"}),
    Served("conversations.update", {"conversation_id": "{conversation}", "metadata": {"c": "d"}}),
    Served(
        "conversations.items.create",
        {"conversation_id": "{conversation}", "items": [{"type": "message", "role": "user", "content": "More"}]},
        keep={"item": "data.0.id"},
    ),
    Served("conversations.items.list", {"conversation_id": "{conversation}"}),
    Served("conversations.items.retrieve", {"conversation_id": "{conversation}", "item_id": "{item}"}, expect="type"),
    Served("conversations.items.delete", {"conversation_id": "{conversation}", "item_id": "{item}"}),
    Served("conversations.delete", {"conversation_id": "{conversation}"}),
    Served("chat.completions.create", {"model": ECHO, "messages": USER, "store": True}, keep={"completion": "id"}),
    Served("chat.completions.create", {"model": ECHO, "messages": USER}, stream=True),
    Served("chat.completions.list"),
    Served("chat.completions.retrieve", {"completion_id": "{completion}"}),
    Served("chat.completions.update", {"completion_id": "{completion}", "metadata": {"a": "b"}}),
    Served("chat.completions.messages.list", {"completion_id": "{completion}"}),
    Served("chat.completions.delete", {"completion_id": "{completion}"}),
    Served("completions.create", {"model": ECHO, "prompt": "Once", "max_tokens": 9}),
    Served("completions.create", {"model": ECHO, "prompt": "Once", "max_tokens": 9}, stream=True),
    Served("embeddings.create", {"model": "sandbox-embed", "input": "Hello"}),
    Served("embeddings.create", {"model": "sandbox-embed", "input": ["a", "b"], "encoding_format": "base64"}),
    Served("files.list"),
    Served("moderations.create", {"input": "Hello"}, expect="results"),
    Served("images.generate", {"prompt": "A lighthouse", "size": "256x256"}, expect="data"),
    Served("images.generate", {"prompt": "A lighthouse", "partial_images": 2}, stream=True, expect="type"),
    Served("realtime.client_secrets.create", expect="value"),
    Served("admin.organization.projects.list", keep={"project": "data.0.id"}),
    Served("admin.organization.projects.retrieve", {"project_id": "{project}"}),
    Served("admin.organization.projects.users.list", {"project_id": "{project}"}),
    Served("admin.organization.usage.completions", {"start_time": 1_790_000_000, "group_by": ["model"]}),
)

PLAIN = tuple(served for served in SERVED if not served.stream)
