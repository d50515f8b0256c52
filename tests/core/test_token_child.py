"""Tokens are counted in a process of its own, which dies and comes again without anybody noticing."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator

import psutil
import pytest

from playground.core.token_child import TokenCounter
from playground.core.tokens import count_prompt
from tests.helpers.needs import ROOT

PROMPT = (
    "Be brief.",
    [("user", "Was heißt 漢字?\nAnd\u2028this?"), ("assistant", "")],
    "gpt-4o",
    {"tools": [{"a": 1}]},
)


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "playground.core.token_child" in child.cmdline()]


@pytest.fixture
def counter() -> Iterator[TokenCounter]:
    made = TokenCounter()
    yield made
    made.close()
    assert children() == []


def test_it_counts_what_is_counted_here(counter: TokenCounter) -> None:
    assert counter.count_prompt(*PROMPT) == count_prompt(*PROMPT)
    assert len(children()) == 1


def test_it_rests_and_begins_again(counter: TokenCounter) -> None:
    counter.count_prompt(*PROMPT)
    counter.rest()
    assert children() == []
    assert counter.count_prompt(*PROMPT) == count_prompt(*PROMPT)


def test_a_process_that_died_is_started_again(counter: TokenCounter) -> None:
    counter.count_prompt(*PROMPT)
    (child,) = children()
    child.kill()
    child.wait()
    assert counter.count_prompt(*PROMPT) == count_prompt(*PROMPT)


def test_closing_ends_a_count_that_is_under_way(counter: TokenCounter) -> None:
    counter.count_prompt(*PROMPT)
    text = "".join(f"{number:x} " for number in range(2_000_000))
    errors: list[BaseException] = []

    def long() -> None:
        try:
            counter.count_prompt("", [("user", text)], "gpt-4o")
        except OSError as error:
            errors.append(error)

    thread = threading.Thread(target=long)
    thread.start()
    (child,) = children()
    busy = child.cpu_times().user
    while child.cpu_times().user < busy + 0.2:
        pass
    counter.close()
    thread.join(20)
    assert not thread.is_alive() and len(errors) == 1
    with pytest.raises(OSError, match="any more"):
        counter.count_prompt(*PROMPT)


def test_it_ends_with_a_parent_that_is_killed() -> None:
    program = (
        "import psutil, sys, time; from playground.core.token_child import TokenCounter; c = TokenCounter();"
        "c.count_prompt('', [('user', 'x')], 'gpt-4o'); print(psutil.Process().children()[0].pid, flush=True);"
        "time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    psutil.wait_procs([child], timeout=20)
    assert not child.is_running()
