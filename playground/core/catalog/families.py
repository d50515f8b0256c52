"""The families of the tree, in the order in which people know them."""

from __future__ import annotations

from typing import Any

_FAMILIES = (
    ("responses", "Responses"), ("conversations", "Conversations"), ("chat", "Chat"), ("embeddings", "Embeddings"),
    ("images", "Images"), ("audio", "Audio"), ("moderations", "Moderations"), ("files", "Files"),
    ("uploads", "Uploads"), ("vector_stores", "Vector Stores"), ("models", "Models"), ("batches", "Batches"),
    ("fine_tuning", "Fine-tuning"), ("realtime", "Realtime"), ("beta.assistants", "Assistants"),
    ("beta.threads.runs.steps", "Run Steps"), ("beta.threads.runs", "Runs"), ("beta.threads.messages", "Messages"),
    ("beta.threads", "Threads"), ("admin.organization", "Administration"), ("completions", "Completions"),
)  # fmt: skip
"""The more special before what holds it: a method belongs to the first that fits."""
_PLACES = [prefix for prefix, _ in _FAMILIES]
_PLACES[15:19] = reversed(_PLACES[15:19])  # threads, messages, runs, and their steps
_TITLES = {
    "webhooks": "Webhooks", "evals": "Evals", "containers": "Containers", "skills": "Skills", "videos": "Videos",
    "live": "Live", "decisions": "Decisions", "safety": "Safety", "content_provenance_checks": "Content Provenance",
    "beta.agents": "Agents", "beta.chatkit": "ChatKit", "beta.chat": "Chat (beta)", "beta.realtime": "Realtime (beta)",
    "beta.responses": "Responses (beta)", "input_tokens": "Input Tokens", "api_keys": "API Keys",
    "admin_api_keys": "Admin API Keys", "uploads": "Uploads",
}  # fmt: skip
_FIRST = ("create", "stream", "parse", "connect", "generate", "list", "retrieve", "update", "delete", "cancel")


def family_of(name: str) -> tuple[str, str]:
    """The resource that is a method's family, and its title."""
    folder = name.rpartition(".")[0]
    for prefix, title in _FAMILIES:
        if folder == prefix or folder.startswith(f"{prefix}."):
            return prefix, title
    parts = folder.split(".")
    prefix = ".".join(parts[:2]) if parts[0] == "beta" and len(parts) > 1 else parts[0]
    return prefix, _TITLES.get(prefix, title_of(parts[1] if parts[0] == "beta" and len(parts) > 1 else parts[0]))


def title_of(part: str) -> str:
    """A resource's name in words: `file_batches` is "File Batches"."""
    return _TITLES.get(part, part.replace("_", " ").title())


def _rank(prefix: str) -> int:
    return _PLACES.index(prefix) if prefix in _PLACES else len(_PLACES)


def order_of(name: str, place: int) -> tuple[Any, ...]:
    """Where a method stands: by its family, then its own resource, then as people use them."""
    prefix, _ = family_of(name)
    folder, _, last = name.rpartition(".")
    first = _FIRST.index(last) if last in _FIRST else len(_FIRST)
    return _rank(prefix), prefix, folder.count("."), folder, first, place


def families_of(names: list[str]) -> list[dict[str, Any]]:
    """The tree as JSON: [{"id", "title", "methods", "children"}]."""
    roots: dict[str, dict[str, Any]] = {}
    for name in names:
        prefix, title = family_of(name)
        node = roots.setdefault(prefix, _node(prefix, title))
        rest = name.rpartition(".")[0].removeprefix(prefix).strip(".")
        for part in filter(None, rest.split(".")):
            node = _below(node, part)
        node["methods"].append(name)
    return list(roots.values())


def _below(node: dict[str, Any], part: str) -> dict[str, Any]:
    """The family of that name below another, made where it is not there."""
    name = f"{node['id']}.{part}"
    for child in node["children"]:
        if child["id"] == name:
            found: dict[str, Any] = child
            return found
    made = _node(name, title_of(part))
    node["children"].append(made)
    return made


def _node(node_id: str, title: str) -> dict[str, Any]:
    return {"id": node_id, "title": title, "methods": [], "children": []}
