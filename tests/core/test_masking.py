"""What presentation mode hides, and what it leaves alone."""

from __future__ import annotations

import pytest

from playground.core.masking import DOTS, Masker, private_words
from playground.core.profiles import KeySource, Profile

ID = "68a4f0c2e1b84d0fa5c3"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"req_{ID}", f"req_{DOTS}"),
        (f"GET /responses/resp_{ID}/input_items", f"GET /responses/resp_{DOTS}/input_items"),
        (f"chatcmpl-{ID}, file-{ID}", f"chatcmpl-{DOTS}, file-{DOTS}"),
        (f"call_{ID} msg_{ID} rs_{ID} fc_{ID} vs_{ID} ftjob-{ID}", " ".join(
            f"{kind}{DOTS}" for kind in ("call_", "msg_", "rs_", "fc_", "vs_", "ftjob-"))),
        ("sk-proj-abcdefghij", f"sk-{DOTS}"),
        ("sk-…abcd sk-ab****yz", f"sk-…abcd sk-{DOTS}"),
        ("ft:gpt-4o:acme:name:8xYz", f"ft:gpt-4o:{DOTS}"),
        ("mail a.b@acme.example now", f"mail {DOTS} now"),
        ("01HZX3QK5V9Y8W7T6S5R4Q3P2M", DOTS),
        ("123e4567-e89b-12d3-a456-426614174000", DOTS),
        ("OpenAI-Organization: acme-co\nserver: x", f"OpenAI-Organization: {DOTS}\nserver: x"),
        ('{"organization": "acme co", "n": 1}', f'{{"organization": "{DOTS}", "n": 1}}'),
        ("https://LLM.Acme.example/v1 for acme-org", f"https://{DOTS}/v1 for {DOTS}"),
    ],
)  # fmt: skip
def test_what_is_hidden(text: str, shown: str) -> None:
    masker = Masker(["llm.acme.example", "acme-org", "x"])
    assert masker.mask(text) == shown
    assert masker.mask(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "file_search call_function run_id response_id msg_type user_location project_id",
        "user-friendly file-system thread-safe project-based step-by-step run-time event-driven",
        "gpt-4o-2024-08-06 o4-mini text-embedding-3-large",
        "The project: good. An organization: better.",
        '{"type": "function_call", "role": "user", "status": "completed"}',
        "12:03:11.204 POST /responses 200 842 ms",
        "x-ratelimit-limit-requests: 500",
    ],
)
def test_what_stays(text: str) -> None:
    assert Masker(["acme-org"]).mask(text) == text


def test_profiles_tell_what_is_private() -> None:
    profiles = [
        Profile.new("A", base_url="https://llm.acme.example:8443/v1", organization="org-acme", project="proj-acme"),
        Profile.new("B", base_url="http://127.0.0.1:4000/v1", key=KeySource.NONE),
        Profile.new("C", base_url="https://[broken"),
        Profile.new("D"),
    ]
    assert private_words(profiles) == {"llm.acme.example", "org-acme", "proj-acme"}
