"""Compose without a window: drafts, the choice of a model, and what is said about a run."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from playground.core.errors import Problem
from playground.core.runs import (
    Block,
    BlockKind,
    BlockOpened,
    GenerationRequest,
    Message,
    RunEnded,
    RunSnapshot,
    RunUpdated,
    TextAppended,
    TextReplaced,
    Usage,
)
from playground.panels.compose import words
from playground.panels.compose.draft import Draft
from playground.panels.compose.model import ComposeModel, Reply
from playground.panels.compose.samples import FIRST

SETTINGS = {"temperature": 0.5, "top_p": 0.9, "max_output_tokens": 64, "reasoning.effort": "low"}
DRAFT = Draft("be brief", (Message("user", "hi"), Message("assistant", "yes?")), "gpt-x", "chat", SETTINGS)


def text_block(key: str = "t", kind: BlockKind = BlockKind.TEXT) -> BlockOpened:
    return BlockOpened(Block(key, kind, ""))


def test_a_draft_survives_json() -> None:
    assert Draft.from_json(json.loads(json.dumps(DRAFT.to_json()))) == DRAFT
    assert Draft.from_json(Draft().to_json()) == Draft()


@pytest.mark.parametrize("raw", [None, [], "x", 3])
def test_what_is_no_draft_is_none(raw: object) -> None:
    assert Draft.from_json(raw) is None


def test_a_damaged_draft_keeps_what_fits() -> None:
    raw = {"instructions": 3, "messages": [1, {"role": "user", "text": "kept"}], "api": "smoke", "temperature": True}
    assert Draft.from_json(raw) == Draft(messages=(Message("user", "kept"),))


def test_messages_without_text_are_not_sent() -> None:
    draft = Draft(messages=(Message("user", "hi"), Message("assistant", " \n")), model=" gpt-x ")
    request = draft.request()
    assert request == GenerationRequest(model="gpt-x", messages=(Message("user", "hi"),))
    assert request.problems() == []


def test_the_sample_can_be_run_at_once() -> None:
    assert ComposeModel().draft == FIRST
    assert Draft.request(FIRST).problems() == ["Choose a model."]


def test_a_new_prompt_keeps_the_settings_and_the_former_one() -> None:
    model = ComposeModel(draft=DRAFT)
    new = model.new()
    assert new.is_blank and (new.model, new.api, new.settings) == ("gpt-x", "chat", SETTINGS)
    assert model.restore() == DRAFT
    assert model.restore() is None


def test_restoring_swaps_what_was_written_meanwhile() -> None:
    model = ComposeModel(draft=DRAFT)
    model.new()
    model.draft = other = Draft("other", (Message("user", "new"),), "gpt-x")
    assert model.restore() == DRAFT
    assert model.restore() == other


def test_an_empty_prompt_is_not_kept() -> None:
    model = ComposeModel(draft=Draft())
    model.new()
    assert model.former == []


def test_the_reply_is_the_text_without_reasoning() -> None:
    model = ComposeModel(draft=DRAFT)
    model.begin(sent_by="P", simulated=False)
    changes = [
        text_block("r", BlockKind.REASONING),
        TextAppended("r", "hm"),
        text_block("a"),
        TextAppended("a", "one "),
        TextAppended("a", "two"),
        text_block("b"),
        TextAppended("b", "wrong"),
        TextReplaced("b", "three"),
        TextAppended("gone", "nowhere"),
    ]
    assert not model.apply(changes)
    assert model.apply([RunUpdated(RunSnapshot("streaming"))])
    assert not model.can_continue, "the run goes on"
    model.apply([RunEnded(RunSnapshot("completed"))])
    model.end(cancelled=False)
    assert model.reply.text() == "one two\n\nthree"
    assert model.reply.blocks == 3
    assert model.go_on().messages[-2:] == (Message("assistant", "one two\n\nthree"), Message("user", ""))
    assert not model.can_continue, "the answer is among the messages already"


@pytest.mark.parametrize(("cancelled", "status"), [(True, "cancelled"), (False, "cut")])
def test_a_run_that_could_not_say_how_it_ended_is_said_to_be(cancelled: bool, status: str) -> None:
    model = ComposeModel()
    model.begin(sent_by="P", simulated=False)
    assert model.end(cancelled=cancelled).status == status


def test_the_model_of_a_profile() -> None:
    model = ComposeModel(draft=DRAFT)
    assert model.model_for("p", sandbox=False, default=None) == "gpt-x"
    assert model.model_for("p", sandbox=False, default="gpt-d") == "gpt-d"
    assert model.model_for("s", sandbox=True, default=None) == "sandbox-echo"
    model.listed = ("sandbox-echo", "smollm2-135m")
    assert model.model_for("s", sandbox=True, default=None) == "smollm2-135m"
    model.choose_model("s", "sandbox-echo")
    assert model.model_for("s", sandbox=True, default=None) == "sandbox-echo"
    assert model.model_for("p", sandbox=False, default=None) == "", "the sandbox's model is nobody else's"


def test_state_survives() -> None:
    model = ComposeModel(draft=DRAFT, former=[Draft("old")], chosen={"p": "gpt-y"})
    other = ComposeModel()
    other.load_state(json.loads(json.dumps(model.to_state())))
    assert (other.draft, other.former, other.chosen) == (model.draft, model.former, model.chosen)
    other.load_state({"draft": 1, "former": 2, "models": [3]})
    assert other.draft == DRAFT


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.412, "412 ms"), (0.9996, "1.0 s"), (3.14, "3.1 s"), (59.97, "1 min 00 s"), (125.0, "2 min 05 s")],
)
def test_durations(value: float, said: str) -> None:
    assert words.seconds(value) == said


@pytest.mark.parametrize(
    ("cost", "said"), [("0.00231", "$0.0023"), ("1.254", "$1.25"), ("0.00001", "under $0.0001"), ("0", "$0")]
)
def test_costs(cost: str, said: str) -> None:
    assert words.dollars(Decimal(cost)) == said


def test_the_line_under_the_answer() -> None:
    snapshot = RunSnapshot(
        "completed",
        usage=Usage(418, 0, 146, 187, 605),
        first_token=0.412,
        tokens_per_second=96.2,
        cost=Decimal("0.0023"),
    )
    line = [fact.text() for fact in words.stats(snapshot)]
    assert line == ["412 ms to first token", "96 tok/s", "418 in · 0 cached · 146 reasoning · 187 out", "$0.0023"]
    assert words.stats(RunSnapshot("completed", usage=Usage(1, output=2)))[-1].text() == "cost unknown"
    assert words.stats(RunSnapshot(), waited=3)[0].text() == "waiting 3 s"
    stalled = words.stats(RunSnapshot("streaming", reason="stalled"))[0]
    assert "the server sends nothing" in stalled.text() and stalled.role == "warning"
    assert words.stats(RunSnapshot("cancelled"))[0].text() == "stopped"


def test_an_incomplete_answer_names_the_limit_and_the_remedy() -> None:
    snapshot = RunSnapshot("incomplete", reason="max_output_tokens")
    told = words.trouble(snapshot, GenerationRequest(settings={"max_output_tokens": 64}))
    assert told is not None
    problem, role = told
    assert role == "warning" and "64" in problem.cause and "Max output tokens" in problem.remedy
    filtered = words.trouble(RunSnapshot("incomplete", reason="content_filter"), None)
    assert filtered is not None and "content filter" in filtered[0].cause


def test_trouble_is_the_servers_own_where_there_is_one() -> None:
    problem = Problem("T", "C", "R")
    assert words.trouble(RunSnapshot("failed", problem=problem), None) == (problem, "error")
    assert words.trouble(RunSnapshot("completed"), None) is None
    assert words.trouble(RunSnapshot("cancelled"), None) is None


def test_the_words_for_what_came_before_a_failure() -> None:
    came, nothing = Reply(), Reply()
    came.apply([BlockOpened(Block("0", BlockKind.TEXT, ""))])
    problem = Problem("No.", "Because.", "Do this.")
    for status in ("failed", "cut"):
        snapshot = RunSnapshot(status, problem=problem)
        told = words.trouble(snapshot, None, came)
        assert told is not None and told[0].remedy == "What came is kept. Do this."
        assert words.trouble(snapshot, None, nothing) == (problem, "error")
    damaged = words.trouble(RunSnapshot("completed", unreadable=1200), None, came)
    assert damaged is not None and damaged[1] == "warning" and damaged[0].cause.startswith("1,200 events")
    assert damaged[0].remedy.startswith("They are shown")
    assert words.trouble(RunSnapshot("completed"), None, came) is None
    came.apply([BlockOpened(Block("1", BlockKind.REFUSAL, "Refusal"))])
    assert words.trouble(RunSnapshot("completed"), None, came) == (words.REFUSED, "warning")
