"""What is sent: only what was set."""

from __future__ import annotations

import subprocess
import sys

from playground.core.runs import GenerationRequest, Message
from tests.helpers.needs import ROOT

HELLO = (Message("user", "Hello"),)


def test_what_is_unset_is_not_sent() -> None:
    request = GenerationRequest(model="m", messages=HELLO)
    assert request.body() == {"model": "m", "input": [{"role": "user", "content": "Hello"}], "stream": True}
    assert (request.path, request.method) == ("/responses", "responses.create")


def test_the_same_settings_in_both_apis() -> None:
    values = {
        "model": "m",
        "instructions": "Be brief.",
        "messages": HELLO,
        "settings": {
            "temperature": 0.0,
            "top_p": 0.5,
            "max_output_tokens": 9,
            "reasoning.effort": "low",
            "text.verbosity": None,
            "unheard.of": 1,
        },
        "extra": {"store": False, "model": "other"},
    }
    assert GenerationRequest(**values).body() == {  # type: ignore[arg-type]
        "model": "other",
        "instructions": "Be brief.",
        "input": [{"role": "user", "content": "Hello"}],
        "reasoning": {"effort": "low"},
        "temperature": 0.0,
        "top_p": 0.5,
        "max_output_tokens": 9,
        "store": False,
        "stream": True,
    }
    chat = GenerationRequest(api="chat", **values)  # type: ignore[arg-type]
    assert (chat.path, chat.method) == ("/chat/completions", "chat.completions.create")
    assert chat.body() == {
        "model": "other",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}],
        "reasoning_effort": "low",
        "temperature": 0.0,
        "top_p": 0.5,
        "max_completion_tokens": 9,
        "store": False,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_what_keeps_a_request_from_being_sent() -> None:
    assert GenerationRequest(model="m", messages=HELLO).problems() == []
    assert GenerationRequest(model="m", extra={"input": "x"}).problems() == []
    wrong = {"temperature": 3, "top_p": -1, "max_output_tokens": 0}
    assert len(GenerationRequest(messages=(Message("user", " "),), settings=wrong).problems()) == 5


def test_the_values_are_light() -> None:
    """The window shows blocks before it needs asyncio."""
    heavy = ("asyncio", "orjson", "decimal", "openai", "httpx2", "aiohttp")
    code = (
        "import sys\nimport playground.core.runs, playground.core.errors, playground.core.models\n"
        f"loaded = [name for name in {heavy!r} if name in sys.modules]\nassert not loaded, loaded\n"
        "from playground.core.runs import run_generation\nassert 'asyncio' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)
