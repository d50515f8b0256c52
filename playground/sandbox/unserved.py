"""What the API has and the sandbox does not: answered 501, by name, and never with invented data."""

from __future__ import annotations

from aiohttp import web

from playground.sandbox.errors import ApiError

FAMILIES = {
    "agents": "beta.agents", "assistants": "beta.assistants", "audio": "audio", "batches": "batches",
    "chatkit": "beta.chatkit", "containers": "containers", "content_provenance_checks": "content_provenance_checks",
    "decisions": "decisions", "evals": "evals", "files": "files", "fine_tuning": "fine_tuning", "images": "images",
    "live": "live", "moderations": "moderations", "organization": "admin.organization",
    "projects": "admin.organization.projects", "prompts": "prompts", "realtime": "realtime", "safety": "safety",
    "skills": "skills", "threads": "beta.threads", "uploads": "uploads", "vaults": "beta.vaults",
    "vector_stores": "vector_stores", "videos": "videos", "webhook_endpoints": "webhooks",
    "webhook_event_types": "webhooks",
}  # fmt: skip
"""First part of the path: the SDK's resource (openai 3.52.0, every path of its resources)."""


_ORGANIZATION = ("/v1/organization/", "/v1/projects/")
SERVED = (
    "models, responses, conversations, chat completions, completions, embeddings, files, uploads and vector stores, "
    "and, simulated, moderations, images, audio, a realtime echo and lists of administration"
)
"""In words, for the answer to all the rest."""


def unserved(method: str, path: str, error: web.HTTPException) -> ApiError:
    """The answer to a request that no route takes: 405, 501 or 404.

    A path that another method is served at is a 405, one of the API's families a 501, and anything else a 404. What
    would change the organization is a 501 throughout: there is none.
    """
    if path.startswith(_ORGANIZATION) and method != "GET":
        return ApiError(
            501,
            f"{method} {path.removeprefix('/v1')} (admin.organization) is not served by the sandbox. It keeps no "
            "organization: what it lists are samples, and they cannot be changed. Use a profile with an admin key.",
            type="not_implemented_error",
            code="not_implemented",
        )
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods - {"HEAD"}))
        return ApiError(
            405,
            f"Not allowed to {method} on {path}. (HINT: Perhaps you meant to use a different HTTP method? Allowed: "
            f"{allowed}.)",
            code="method_not_supported",
            headers={"Allow": allowed},
        )
    short = path.removeprefix("/v1")
    family = FAMILIES.get(short.strip("/").split("/")[0])
    if path.startswith("/v1/") and family is not None:
        return ApiError(
            501,
            f"{method} {short} ({family}) is not served by the sandbox. It serves {SERVED}; use another profile for "
            "the rest.",
            type="not_implemented_error",
            code="not_implemented",
        )
    return ApiError(404, f"Invalid URL ({method} {path})", code="unknown_url")
