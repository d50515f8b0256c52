"""GET /organization/…: lists for administration, of samples. The sandbox keeps no organization: nothing can be changed.

One table says which list is at which path; lists have pages, and their entries can be had one by one. Writing is
answered 501, in `unserved`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from playground.sandbox import admin_samples as samples
from playground.sandbox import admin_usage
from playground.sandbox.admin_samples import Match
from playground.sandbox.checks import Json
from playground.sandbox.errors import ApiError
from playground.sandbox.web import Handler, json_answer, list_page, simulate, whole_number

ENGINE = "sandbox-samples"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list at a path. `shown` is an entry as it is when it is retrieved, where that differs."""

    path: str
    entries: Callable[[Match], list[Json]]
    what: str
    """What an entry is, for the 404."""
    single: bool = True
    """Whether entries can be retrieved."""
    by_next: bool = False
    """Whether its pages have `next` and no `last_id`."""
    key: str = "id"
    order: str = "asc"
    shown: Callable[[Json], Json] | None = None


_ORGANIZATION = "/v1/organization"
_PROJECT = f"{_ORGANIZATION}/projects/{{project_id}}"
_ROLES = "/v1/projects/{project_id}"


def _certificate(entry: Json) -> Json:
    return {name: value for name, value in entry.items() if name != "active"} | {"object": "certificate"}


LISTINGS = (
    Listing(f"{_ORGANIZATION}/admin_api_keys", samples.admin_keys, "Admin API key"),
    Listing(f"{_ORGANIZATION}/audit_logs", samples.audit_logs, "Audit log", single=False, order="desc"),
    Listing(f"{_ORGANIZATION}/certificates", samples.certificates, "Certificate", shown=_certificate),
    Listing(f"{_ORGANIZATION}/external_keys", samples.external_keys, "External key"),
    Listing(f"{_ORGANIZATION}/external_storage", samples.external_storage, "External storage"),
    Listing(f"{_ORGANIZATION}/groups", samples.groups, "Group", by_next=True),
    Listing(f"{_ORGANIZATION}/groups/{{group_id}}/roles", samples.assigned_roles, "Role", by_next=True),
    Listing(f"{_ORGANIZATION}/groups/{{group_id}}/users", samples.group_users, "User", by_next=True),
    Listing(f"{_ORGANIZATION}/invites", samples.invites, "Invite"),
    Listing(f"{_ORGANIZATION}/projects", samples.projects, "Project"),
    Listing(f"{_ORGANIZATION}/roles", samples.roles, "Role", by_next=True),
    Listing(f"{_ORGANIZATION}/spend_alerts", samples.spend_alerts, "Spend alert"),
    Listing(f"{_ORGANIZATION}/users", samples.users, "User"),
    Listing(f"{_ORGANIZATION}/users/{{user_id}}/roles", samples.assigned_roles, "Role", by_next=True),
    Listing(f"{_ORGANIZATION}/workload_identity_providers", samples.identity_providers, "Identity provider"),
    Listing(
        f"{_ORGANIZATION}/workload_identity_providers/{{provider_id}}/federation_rules",
        samples.federation_rules,
        "Federation rule",
    ),
    Listing(f"{_PROJECT}/api_keys", samples.project_keys, "Project API key"),
    Listing(f"{_PROJECT}/certificates", samples.certificates, "Certificate", single=False),
    Listing(f"{_PROJECT}/groups", samples.project_groups, "Group", by_next=True, key="group_id"),
    Listing(f"{_PROJECT}/rate_limits", samples.rate_limits, "Rate limit", single=False),
    Listing(f"{_PROJECT}/service_accounts", samples.service_accounts, "Service account"),
    Listing(f"{_PROJECT}/spend_alerts", samples.spend_alerts, "Spend alert"),
    Listing(f"{_PROJECT}/users", samples.project_users, "Project user"),
    Listing(f"{_ROLES}/roles", samples.roles, "Role", by_next=True),
    Listing(f"{_ROLES}/groups/{{group_id}}/roles", samples.assigned_roles, "Role", by_next=True),
    Listing(f"{_ROLES}/users/{{user_id}}/roles", samples.assigned_roles, "Role", by_next=True),
)

_TOOLS = ("code_interpreter", "file_search", "image_generation", "mcp", "web_search")
_LIMIT: Json = {
    "threshold_amount": 10_000,
    "currency": "USD",
    "interval": "month",
    "enforcement": {"status": "inactive"},
}
SETTINGS: dict[str, Json] = {
    f"{_ORGANIZATION}/data_retention": {
        "object": "organization.data_retention",
        "type": "modified_abuse_monitoring",
    },
    f"{_ORGANIZATION}/spend_limit": {"object": "organization.spend_limit", **_LIMIT},
    f"{_PROJECT}/data_retention": {"object": "project.data_retention", "type": "organization_default"},
    f"{_PROJECT}/hosted_tool_permissions": {tool: {"enabled": False} for tool in _TOOLS},
    f"{_PROJECT}/model_permissions": {
        "object": "project.model_permissions",
        "mode": "allow_list",
        "model_ids": list(samples.MODELS),
    },
    f"{_PROJECT}/service_tier_settings": {
        "object": "project.service_tier_settings",
        "default": "standard",
        "enabled_tiers": [],
    },
    f"{_PROJECT}/spend_limit": {"object": "project.spend_limit", **_LIMIT},
}
"""Objects that there is one of."""

_PARENTS: dict[str, tuple[str, Callable[[Match], list[Json]]]] = {
    "group_id": ("Group", samples.groups),
    "project_id": ("Project", samples.projects),
    "provider_id": ("Identity provider", samples.identity_providers),
    "user_id": ("User", samples.users),
}


def routes() -> list[web.RouteDef]:
    found = []
    for listing in LISTINGS:
        found.append(web.get(listing.path, _lister(listing)))
        if listing.single:
            found.append(web.get(f"{listing.path}/{{entry}}", _retriever(listing)))
    found += [web.get(path, _setting(body)) for path, body in SETTINGS.items()]
    found += [web.get(f"{_ORGANIZATION}/usage/{kind}", _usage(kind)) for kind in admin_usage.KINDS]
    found.append(web.get(f"{_ORGANIZATION}/costs", _costs))
    return found


def _begin(request: web.Request) -> None:
    """Say that what comes is a sample. Raises ApiError (404) where the path names something that is none."""
    simulate(request, "samples, no organization's data", ENGINE)
    for name, (what, entries) in _PARENTS.items():
        identifier = request.match_info.get(name)
        if identifier is not None and all(entry["id"] != identifier for entry in entries({})):
            raise _no_sample(what, identifier, entries({})[0]["id"], name)


def _no_sample(what: str, identifier: str, first: str, param: str | None = None) -> ApiError:
    return ApiError(
        404, f"{what} with id '{identifier}' not found. The sandbox has samples only, such as '{first}'.", param=param
    )


def _lister(listing: Listing) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        _begin(request)
        entries = [entry for entry in listing.entries(request.match_info) if _wanted(request, entry)]
        page = list_page(request, entries, order=listing.order, key=listing.key, most=1000 if listing.by_next else 100)
        if not listing.by_next:
            return json_answer(page.body())
        following = page.data[-1][listing.key] if page.has_more else None
        return json_answer({"object": "list", "data": page.data, "has_more": page.has_more, "next": following})

    return handler


def _retriever(listing: Listing) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        _begin(request)
        identifier = request.match_info["entry"]
        for entry in listing.entries(request.match_info):
            if entry[listing.key] == identifier:
                return json_answer(listing.shown(entry) if listing.shown else entry)
        first = listing.entries(request.match_info)[0][listing.key]
        raise _no_sample(listing.what, identifier, first)

    return handler


def _setting(body: Json) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        _begin(request)
        return json_answer({**body, "sandbox": "A sample of the sandbox, which keeps no organization."})

    return handler


def _usage(kind: str) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        _begin(request)
        return json_answer(admin_usage.usage_page(request, kind))

    return handler


async def _costs(request: web.Request) -> web.StreamResponse:
    """admin.organization.usage.costs"""
    _begin(request)
    return json_answer(admin_usage.costs_page(request))


def _wanted(request: web.Request, entry: Json) -> bool:
    """Whether the query's filters leave an entry: those of projects, users and audit logs."""
    query = request.query

    def among(name: str, value: object) -> bool:
        asked = [*query.getall(name, []), *query.getall(f"{name}[]", [])]
        return not asked or value in asked

    if entry.get("object") == "organization.project":
        return entry["status"] != "archived" or query.get("include_archived", "").lower() == "true"
    if entry.get("object") == "organization.user":
        return among("emails", entry["email"])
    if "effective_at" not in entry:
        return True
    user = entry["actor"]["session"]["user"]
    at = entry["effective_at"]
    since, until = (
        whole_number(query.get(name, str(at)), name, 0, 2**40) for name in ("effective_at[gte]", "effective_at[lte]")
    )
    return (
        among("event_types", entry["type"])
        and among("project_ids", entry.get("project", {}).get("id"))
        and among("actor_ids", user["id"])
        and among("actor_emails", user["email"])
        and since <= at <= until
    )
