"""A proof: what is sent, how outputs are judged, and how far runs agree."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.runs import RunSnapshot, Usage
from playground.core.schemas.proof import Outcome, Plan, ProofInput, Stopped, Totals, prove
from playground.core.schemas.proof.agreement import LENGTH, Agreement, canonical, fields_of
from playground.core.schemas.proof.judging import judge
from playground.core.schemas.proof.preparing import mended, schema_in, tool_in
from playground.core.schemas.proof.showing import show_output
from playground.core.session import Session
from tests.core.house import House
from tests.core.schemas.proofs import proved, session_with
from tests.helpers.sandbox import Server
from tests.helpers.servers import Reply

SCHEMA = {
    "type": "object",
    "properties": {
        "kind": {"type": "string", "enum": ["a", "b"]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "count": {"type": "integer"},
    },
    "required": ["kind", "tags", "count"],
    "additionalProperties": False,
}
PLAN = Plan(SCHEMA, (ProofInput("one"), ProofInput("two")), name="thing", model="sandbox-echo", runs=3)
DONE = RunSnapshot("completed", usage=Usage(input=5, output=7))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_each_input_is_run_so_many_times_by_either_api(sandbox_server: Server, tmp_path: Path, api: Any) -> None:
    outcomes, totals = proved(sandbox_server, tmp_path, replace(PLAN, api=api))
    assert sorted((one.input, one.run) for one in outcomes) == [(i, r) for i in range(2) for r in range(3)]
    assert {one.verdict for one in outcomes} == {"valid"} and totals.count("valid") == totals.done == 6
    assert all(one.request_id and one.exchange_id and one.output_tokens for one in outcomes)
    assert totals.output_tokens == sum(one.output_tokens or 0 for one in outcomes)
    assert json.loads(outcomes[0].text).keys() == {"kind", "tags", "count"}


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_a_function_tool_is_called_and_its_arguments_are_judged(
    sandbox_server: Server, tmp_path: Path, api: Any
) -> None:
    tool = {"type": "function", "name": "thing", "description": "Notes a thing.", "parameters": SCHEMA}
    assert tool_in(tool) == "Notes a thing." and schema_in(tool) == SCHEMA and tool_in(SCHEMA) is None
    outcomes, totals = proved(sandbox_server, tmp_path, replace(PLAN, api=api, tool=True, runs=2))
    assert totals.count("valid") == 4 and json.loads(outcomes[0].text).keys() == {"kind", "tags", "count"}
    assert judge(0, 0, None, "", DONE, SCHEMA).words == "The tool was not called."


def test_what_is_sent_is_in_the_log(sandbox_server: Server, tmp_path: Path) -> None:
    async def main() -> None:
        async with session_with(sandbox_server, tmp_path) as (session, store):
            messages: Any = ({"role": "user", "content": [{"type": "input_text", "text": "hi"}]},)
            plan = replace(
                PLAN, inputs=(ProofInput(messages=messages),), runs=1, instructions="Be brief.", max_tokens=99
            )
            await prove(session, plan, list.copy)
            store.flush()
            (row,) = store.log.page("origin:schemas")
            body = json.loads(store.load(row.summary.id).attempts[-1].request_body)
            assert body["text"]["format"] == {"type": "json_schema", "name": "thing", "schema": SCHEMA, "strict": True}
            assert body["input"] == [{"role": "user", "content": [{"type": "input_text", "text": "hi"}]}]
            assert (body["instructions"], body["max_output_tokens"]) == ("Be brief.", 99)

    asyncio.run(main())


def test_what_the_limit_cuts_is_no_failure_of_the_schema(sandbox_server: Server, tmp_path: Path) -> None:
    outcomes, totals = proved(sandbox_server, tmp_path, replace(PLAN, max_tokens=16, runs=1))
    assert totals.count("cut") == 2 and {one.words for one in outcomes} == {"Cut at 16 tokens."}
    assert totals.failed_inputs == {0, 1} and not totals.fields


def test_what_the_server_always_refuses_is_not_sent_to_the_end(sandbox_server: Server, tmp_path: Path) -> None:
    plan = replace(PLAN, model="no-such-model", runs=50)
    with pytest.raises(Stopped) as raised:
        proved(sandbox_server, tmp_path, plan)
    problem = raised.value.outcome.problem
    assert problem is not None and problem.code == "model_not_found" and problem.request_id


def test_stopping_keeps_what_came(sandbox_server: Server, tmp_path: Path) -> None:
    async def main() -> list[Totals]:
        came: list[Totals] = []
        async with session_with(sandbox_server, tmp_path) as (session, _store):

            def take(progress: Any) -> None:
                came.extend(one.totals for one in progress)
                if len(came) == 2:
                    task.cancel()

            task = asyncio.create_task(prove(session, replace(PLAN, runs=50), take))
            with pytest.raises(asyncio.CancelledError):
                await task
        return came

    came = asyncio.run(main())
    assert 2 <= len(came) < 100 and came[-1].done == len(came)


def test_a_server_without_responses_is_asked_by_chat(house: House) -> None:
    message = {"role": "assistant", "content": '{"kind": "a", "tags": [], "count": 1}'}
    answer = {"object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
    house.server.add("/responses", Reply.of_json({"detail": "Not Found"}, status=404, forever=True))
    house.server.add("/chat/completions", Reply.of_json(answer, forever=True))

    async def scenario(session: Session) -> Totals:
        return await prove(session, PLAN, list.copy)

    totals = house.run(scenario)
    assert totals.count("valid") == totals.done == 6
    paths = [request.path for request in house.server.received]
    assert sum(path.endswith("/responses") for path in paths) == 1, "asked once, and not for each run"
    body = house.server.received[-1].json()
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA


def test_a_refusal_is_no_output(house: House) -> None:
    content = [{"type": "refusal", "refusal": "I cannot help with that."}]
    item = {"type": "message", "role": "assistant", "id": "m", "status": "completed", "content": content}
    answer = {"id": "r", "object": "response", "status": "completed", "output": [item]}
    house.server.add("/responses", Reply.of_json(answer, forever=True))
    outcomes: list[Outcome] = []

    async def scenario(session: Session) -> Totals:
        return await prove(session, PLAN, lambda progress: outcomes.extend(one.outcome for one in progress))

    totals = house.run(scenario)
    assert totals.count("refused") == 6 and {one.text for one in outcomes} == {"I cannot help with that."}


# Judging


def test_verdicts() -> None:
    good = '{"kind": "a", "tags": [], "count": 1}'

    def verdict(text: str, refusal: str = "", snapshot: RunSnapshot = DONE, client: Any = None) -> tuple[str, str]:
        one = judge(0, 0, text, refusal, snapshot, SCHEMA, client)
        return one.verdict, one.wrong[0].path if one.wrong else ""

    assert verdict(good) == ("valid", "")
    assert verdict('{"kind": "c", "tags": [], "count": 1}') == ("invalid", "/kind")
    assert verdict('{"kind": "a", "tags": ["x", 2], "count": 1}') == ("invalid", "/tags/1")
    assert verdict("") == verdict("Sure! {}") == verdict("[" * 100_000) == verdict('{"kind": NaN}') == ("invalid", "")
    assert verdict("", "I cannot.") == ("refused", "")
    assert verdict(good, "", RunSnapshot("incomplete", "max_output_tokens")) == ("cut", "")
    assert verdict(good, "", RunSnapshot("cut")) == ("cut", "")
    assert verdict("", "", RunSnapshot("failed")) == ("failed", "")
    client = {"properties": {"count": {"minimum": 5}}}
    assert verdict(good, client=client) == ("invalid", "/count")
    assert judge(0, 0, good, "", DONE, SCHEMA, client).wrong[0].client, "only the client's side says so"


def test_a_schema_that_cannot_be_checked_says_so() -> None:
    one = judge(0, 0, "{}", "", DONE, {"$ref": "https://example.org/x.json"})
    assert one.verdict == "failed" and "could not be checked" in one.words


def test_a_schema_is_sent_mended_and_the_whole_is_checked() -> None:
    loose = {"type": "object", "properties": {"word": {"type": "string", "minLength": 5}}}
    wrapped = {"type": "json_schema", "name": "x", "schema": loose}
    assert schema_in(wrapped) == loose
    plan = mended(replace(PLAN, schema=loose), "openai-fine-tuned")
    assert plan.schema["additionalProperties"] is False and "minLength" not in plan.schema["properties"]["word"]
    one = judge(0, 0, '{"word": "abc"}', "", DONE, plan.schema, plan.client)
    assert [(wrong.path, wrong.client) for wrong in one.wrong] == [("/word", True)]


def test_marks_stand_where_the_wrong_value_is() -> None:
    text = '{"kind":"a\\u202e","tags":["x",2],"count":"three"}'
    shown = show_output(judge(0, 0, text, "", DONE, SCHEMA))
    assert "\u202e" not in shown.text
    assert [shown.text[start:end] for start, end, _ in shown.marks if "kind" not in _][-2:] == ["2", '"three"']


# Agreement


def test_agreement_is_the_share_of_the_most_frequent_value() -> None:
    agreement = Agreement()
    for value in ({"a": 1, "l": [1]}, {"a": 1.0, "l": [2]}, {"a": 2, "l": [3, 4]}, {"l": [1]}):
        agreement.add(0, fields_of(value))
    agreement.add(1, fields_of({"a": 7, "l": []}))  # one output alone agrees with nobody
    shares = {one.pointer: (one.share, one.length, one.runs) for one in agreement.fields()}
    assert shares == {"/a": (0.5, None, 4), "/l": (0.5, 0.75, 4)}
    for _ in range(4):
        agreement.add(1, fields_of({"a": 7, "l": []}))
    assert {one.pointer: one.share for one in agreement.fields()}["/a"] == pytest.approx((2 + 5) / 9)


@given(JSON)
def test_outputs_that_are_the_same_agree_in_everything(value: Any) -> None:
    agreement = Agreement()
    for _ in range(3):
        agreement.add(0, fields_of(json.loads(json.dumps(value))))
    fields = agreement.fields()
    assert fields and all(one.share == 1 and one.length in (None, 1) for one in fields)


@given(st.lists(JSON, min_size=2, max_size=6))
def test_shares_kept_up_to_date_are_those_of_counting_again(values: list[Any]) -> None:
    agreement = Agreement()
    outputs = [fields_of(value) for value in values]
    for fields in outputs:
        agreement.add(0, fields)
    for one in agreement.fields():
        given_values = [fields.get(one.pointer) for fields in outputs]
        assert one.share == max(given_values.count(value) for value in given_values) / len(values)
        assert (one.length is None) == all(LENGTH + one.pointer not in fields for fields in outputs)


def test_canonical_is_of_the_value_not_of_its_text() -> None:
    assert canonical({"b": 1.0, "a": [2]}) == canonical({"a": [2], "b": 1})
    assert canonical("1") != canonical(1) and canonical(True) != canonical(1)
    assert canonical("x" * 1000) != canonical("x" * 999 + "y") and len(canonical("x" * 1000)) == 32
