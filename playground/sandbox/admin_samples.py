"""An organization that does not exist: every name and every id says that it is a sample of the sandbox.

Written once and the same on every machine; shapes from the OpenAPI document 2.3.0, and from the types of openai 3.57.0
where the document lacks them.
"""

from __future__ import annotations

from collections.abc import Mapping

from playground.sandbox.checks import Json

DAY = 86_400
BEGAN = 1_789_516_800
"""16 September 2026: when the sample organization came to be. Fixed, so that lists do not change by themselves."""
MODELS = ("sandbox-echo", "sandbox-smollm2-135m")
Match = Mapping[str, str]
"""The path's parameters."""
_NAMES = ("Ada", "Blaise", "Carl", "Dorothy", "Edsger", "Frances", "Grace", "Hedy", "Ida", "John", "Katherine", "Lin")
_EVENTS = ("login.succeeded", "project.created", "api_key.created", "user.added", "invite.sent", "logout.succeeded")
_PROJECTS = 24


def sample(kind: str, number: int) -> str:
    """`proj_sandbox_sample_3`"""
    return f"{kind}_sandbox_sample_{number}"


def users(_: Match) -> list[Json]:
    """Twelve people."""
    return [
        {
            "object": "organization.user",
            "id": sample("user", number),
            "name": f"{name} Sample (sandbox)",
            "email": f"{name.lower()}@sandbox.invalid",
            "role": "owner" if number == 1 else "reader",
            "added_at": BEGAN + number * DAY,
        }
        for number, name in enumerate(_NAMES, start=1)
    ]


def projects(_: Match) -> list[Json]:
    """Two dozen projects, so that there is a second page; the last one is archived."""
    return [
        {
            "object": "organization.project",
            "id": sample("proj", number),
            "name": f"Sample project {number} (sandbox)",
            "created_at": BEGAN + number * DAY,
            "archived_at": BEGAN + 60 * DAY if number == _PROJECTS else None,
            "status": "archived" if number == _PROJECTS else "active",
        }
        for number in range(1, _PROJECTS + 1)
    ]


def invites(_: Match) -> list[Json]:
    return [
        {
            "object": "organization.invite",
            "id": sample("invite", number),
            "email": f"guest{number}@sandbox.invalid",
            "role": "reader",
            "status": status,
            "created_at": BEGAN + number * DAY,
            "expires_at": BEGAN + (number + 7) * DAY,
            "accepted_at": BEGAN + (number + 1) * DAY if status == "accepted" else None,
            "projects": [{"id": sample("proj", number), "role": "member"}],
        }
        for number, status in enumerate(("accepted", "expired", "pending"), start=1)
    ]


def admin_keys(_: Match) -> list[Json]:
    owner = {"type": "user", "object": "organization.user", "id": sample("user", 1), "name": "Ada Sample (sandbox)",
             "created_at": BEGAN + DAY, "role": "owner"}  # fmt: skip
    return [
        {
            "object": "organization.admin_api_key",
            "id": sample("key", number),
            "name": f"Sample admin key {number} (sandbox)",
            "redacted_value": f"sk-admin-sample...{number:04}",
            "created_at": BEGAN + number * DAY,
            "expires_at": None,
            "last_used_at": None,
            "owner": owner,
        }
        for number in (1, 2, 3)
    ]


def audit_logs(_: Match) -> list[Json]:
    """Sixty events, one a day."""
    found = []
    for number in range(1, 61):
        kind = _EVENTS[number % len(_EVENTS)]
        who = number % len(_NAMES) + 1
        user = {"id": sample("user", who), "email": f"{_NAMES[who - 1].lower()}@sandbox.invalid"}
        entry: Json = {
            "id": sample("audit_log", number),
            "type": kind,
            "effective_at": BEGAN + number * DAY,
            "actor": {"type": "session", "session": {"user": user, "ip_address": "192.0.2.1"}},
        }
        if kind.startswith(("project", "api_key")):
            project = number % _PROJECTS + 1
            entry["project"] = {"id": sample("proj", project), "name": f"Sample project {project} (sandbox)"}
        details: Mapping[str, Json] = {
            "project.created": {"id": entry.get("project", {}).get("id", ""), "data": {"title": "Sample (sandbox)"}},
            "api_key.created": {"id": sample("key", number), "data": {"scopes": ["api.model.request"]}},
            "user.added": {"id": user["id"], "data": {"role": "member"}},
            "invite.sent": {"id": sample("invite", 1), "data": {"email": "guest1@sandbox.invalid", "role": "member"}},
        }
        found.append({**entry, kind: details.get(kind, {})})
    return found


def certificates(match: Match) -> list[Json]:
    """Of the organization or of a project."""
    scope = "organization.project.certificate" if "project_id" in match else "organization.certificate"
    return [
        {
            "object": scope,
            "id": sample("cert", number),
            "name": f"Sample certificate {number} (sandbox)",
            "created_at": BEGAN + number * DAY,
            "active": number == 1,
            "certificate_details": {"valid_at": BEGAN, "expires_at": BEGAN + 365 * DAY},
        }
        for number in (1, 2)
    ]


def groups(_: Match) -> list[Json]:
    return [
        {
            "object": "group",
            "id": sample("group", number),
            "name": f"Sample group {number} (sandbox)",
            "created_at": BEGAN + number * DAY,
            "is_scim_managed": False,
            "group_type": "group",
        }
        for number in range(1, 6)
    ]


def group_users(_: Match) -> list[Json]:
    return [
        {
            "id": user["id"],
            "name": user["name"],
            "email": user["email"],
            "picture": None,
            "is_service_account": False,
            "user_type": "user",
        }
        for user in users({})[:4]
    ]


def roles(match: Match) -> list[Json]:
    """Of the organization or of a project."""
    scope = "api.project" if "project_id" in match else "api.organization"
    return [
        {
            "object": "role",
            "id": sample("role", number),
            "name": f"Sample role {number} (sandbox)",
            "description": "A sample of the sandbox: it permits nothing.",
            "permissions": permissions,
            "resource_type": scope,
            "predefined_role": number == 1,
        }
        for number, permissions in enumerate((["api.groups.read"], ["api.groups.read", "api.groups.write"]), start=1)
    ]


def assigned_roles(match: Match) -> list[Json]:
    """Of a user or a group."""
    extra = {"created_at": BEGAN, "updated_at": BEGAN, "created_by": sample("user", 1), "created_by_user_obj": None,
             "metadata": {"sandbox": "sample"}, "assignment_sources": None}  # fmt: skip
    return [{**{name: value for name, value in role.items() if name != "object"}, **extra} for role in roles(match)]


def spend_alerts(match: Match) -> list[Json]:
    """Of the organization or of a project."""
    return [
        {
            "id": sample("alert", number),
            "object": "project.spend_alert" if "project_id" in match else "organization.spend_alert",
            "threshold_amount": number * 10_000,
            "currency": "USD",
            "interval": "month",
            "notification_channel": {
                "type": "email",
                "recipients": ["ada@sandbox.invalid"],
                "subject_prefix": "[sandbox sample]",
            },
        }
        for number in (1, 2)
    ]


def external_keys(_: Match) -> list[Json]:
    return [
        {
            "object": "organization.external_key",
            "id": sample("ek", 1),
            "name": "Sample external key (sandbox)",
            "type": "aws",
            "api_project_ids": [sample("proj", 1)],
            "created_at": BEGAN,
            "workspace_id": "ws_sandbox_sample",
            "kms_arn": "arn:aws:kms:eu-west-1:000000000000:key/sandbox-sample",
            "purpose": "ekm",
            "region": "eu-west-1",
        }
    ]


def external_storage(_: Match) -> list[Json]:
    return [
        {
            "object": "organization.external_storage",
            "id": sample("storage", 1),
            "created_at": BEGAN,
            "geography": "eu",
            "project_id": sample("proj", 1),
            "provider": {
                "type": "aws",
                "bucket": "sandbox-sample",
                "region": "eu-west-1",
                "role_arn": "arn:aws:iam::000000000000:role/sandbox-sample",
            },
            "status": "pending",
        }
    ]


def identity_providers(_: Match) -> list[Json]:
    return [
        {
            "object": "organization.workload_identity_provider",
            "id": sample("wip", 1),
            "name": "Sample identity provider (sandbox)",
            "description": "A sample of the sandbox: nobody is let in by it.",
            "type": "oidc",
            "audience": "sandbox-sample",
            "issuer": "https://issuer.sandbox.invalid",
            "enabled": False,
            "attribute_transformations": [],
            "verification": {"type": "discovery", "discovery_url": None},
            "created_at": BEGAN,
            "updated_at": BEGAN,
        }
    ]


def federation_rules(match: Match) -> list[Json]:
    return [
        {
            "object": "organization.workload_identity_federation_rule",
            "id": sample("rule", 1),
            "name": "Sample rule (sandbox)",
            "description": "A sample of the sandbox.",
            "attribute_matchers": {"sub": "sandbox-sample"},
            "enabled": False,
            "permissions": {"type": "service_account_default"},
            "project_id": sample("proj", 1),
            "service_account_id": sample("svc_acct", 1),
            "workload_identity_provider_id": match["provider_id"],
            "created_at": BEGAN,
            "updated_at": BEGAN,
        }
    ]


def project_users(_: Match) -> list[Json]:
    return [
        {**user, "object": "organization.project.user", "role": "owner" if number == 0 else "member"}
        for number, user in enumerate(users({})[:6])
    ]


def project_keys(_: Match) -> list[Json]:
    owner = {"id": sample("user", 1), "name": "Ada Sample (sandbox)", "email": "ada@sandbox.invalid",
             "created_at": BEGAN + DAY, "role": "owner"}  # fmt: skip
    return [
        {
            "object": "organization.project.api_key",
            "id": sample("key", number),
            "name": f"Sample key {number} (sandbox)",
            "redacted_value": f"sk-sample...{number:04}",
            "created_at": BEGAN + number * DAY,
            "last_used_at": None,
            "owner_project_access": "active",
            "owner": {"type": "user", "user": owner},
        }
        for number in (1, 2, 3, 4)
    ]


def service_accounts(_: Match) -> list[Json]:
    return [
        {
            "object": "organization.project.service_account",
            "id": sample("svc_acct", number),
            "name": f"Sample service account {number} (sandbox)",
            "role": "member",
            "created_at": BEGAN + number * DAY,
        }
        for number in (1, 2)
    ]


def rate_limits(_: Match) -> list[Json]:
    return [
        {
            "object": "project.rate_limit",
            "id": sample("rl", number),
            "model": model,
            "max_requests_per_1_minute": 3_000,
            "max_tokens_per_1_minute": 1_000_000,
        }
        for number, model in enumerate(MODELS, start=1)
    ]


def project_groups(match: Match) -> list[Json]:
    return [
        {
            "object": "project.group",
            "project_id": match["project_id"],
            "group_id": group["id"],
            "group_name": group["name"],
            "group_type": "group",
            "created_at": group["created_at"],
        }
        for group in groups({})[:2]
    ]
