"""Which parameters take the ID of an object, and of what kind."""

from __future__ import annotations

_KINDS = {
    "response_id": "response", "previous_response_id": "response", "file_id": "file", "input_file_id": "file",
    "training_file": "file", "validation_file": "file", "file_ids": "file", "batch_id": "batch",
    "vector_store_id": "vector_store", "vector_store_ids": "vector_store", "conversation_id": "conversation",
    "conversation": "conversation", "completion_id": "chat_completion", "fine_tuning_job_id": "fine_tuning_job",
    "fine_tuned_model_checkpoint": "checkpoint", "permission_id": "permission", "model": "model",
    "assistant_id": "assistant", "thread_id": "thread", "message_id": "message", "run_id": "run", "step_id": "run_step",
    "upload_id": "upload", "part_ids": "upload_part", "eval_id": "eval", "output_item_id": "eval_output_item",
    "container_id": "container", "video_id": "video", "item_id": "item", "project_id": "project", "user_id": "user",
    "invite_id": "invite", "key_id": "key", "api_key_id": "key", "service_account_id": "service_account",
    "certificate_id": "certificate", "group_id": "group", "role_id": "role", "skill_id": "skill",
    "session_id": "session", "agent_id": "agent", "environment_id": "environment", "rate_limit_id": "rate_limit",
    "call_id": "call", "consent_id": "voice_consent", "voice_id": "voice", "alert_id": "alert",
}  # fmt: skip
"""The parameters' names are the API's own. What ends in `_id` and is not here is of the kind that its name says."""


def id_kind(method: str, name: str) -> str:
    """`file` for `file_id`; empty for what takes no ID. A list's cursor is the ID of one of its objects."""
    if method.startswith("vector_stores.file_batches") and name == "batch_id":
        return "vector_store_file_batch"
    if name in _KINDS:
        return _KINDS[name]
    if name == "id":
        return method.split(".")[-2].removesuffix("s")
    if name.endswith("_id") and name not in _ELSEWHERE:
        return name.removesuffix("_id")
    if name in ("after", "before") and method.endswith(".list"):
        return method.removesuffix(".list").rpartition(".")[2].removesuffix("s")
    return ""


_ELSEWHERE = frozenset({"custom_id", "external_id", "kms_project_id", "tenant_id"})
"""IDs of what is not the API's."""


_NESTED = frozenset(
    ("file_id", "file_ids", "input_file_id", "vector_store_id", "vector_store_ids", "container_id", "skill_id",
     "previous_response_id", "response_id", "conversation_id", "assistant_id", "thread_id", "batch_id", "model")
)  # fmt: skip
"""Names that mean the same in every object."""


def nested_kind(name: str) -> str:
    """The kind of ID that a field inside a body takes; empty for what takes none."""
    return _KINDS.get(name, name.removesuffix("_id")) if name in _NESTED else ""
