"""`file_search` in Responses: searched, answered with citations, plain and streamed; and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openai
import pytest

from tests.helpers.sandbox import Server
from tests.sandbox.document import Document
from tests.sandbox.http import Api

FAST = {"X-Sandbox-Rate": "0"}
TEXTS = {
    "returns.md": ("Goods may be returned within thirty days. The buyer pays the postage.", {"lang": "en"}),
    "hours.txt": ("The shop is open from nine to five. On Sundays it is closed.", {"lang": "en"}),
    "öffnung.txt": ("Der Laden ist von neun bis fünf geöffnet. Sonntags ist er geschlossen.", {"lang": "de"}),
}


@pytest.fixture(scope="module")
def client(sandbox_server: Server) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(
        base_url=sandbox_server.base_url, api_key=sandbox_server.key, max_retries=0, default_headers=FAST
    ) as client:
        yield client


@pytest.fixture(scope="module")
def store(client: openai.OpenAI) -> str:
    made = client.vector_stores.create(name="Shop").id
    for name, (text, attributes) in TEXTS.items():
        file = client.files.create(file=(name, text.encode()), purpose="assistants").id
        client.vector_stores.files.create_and_poll(file, vector_store_id=made, attributes=dict(attributes))
    return made


def _tool(store: str, **more: Any) -> Any:
    return {"type": "file_search", "vector_store_ids": [store], **more}


def _ask(client: openai.OpenAI, store: str, question: str = "When can goods be returned?", **more: Any) -> Any:
    tool = _tool(store, **more.pop("tool", {}))
    return client.responses.create(model="sandbox-echo", input=question, tools=[tool], **more)


def test_the_answer_quotes_the_document_and_cites_it(client: openai.OpenAI, store: str) -> None:
    response = _ask(client, store)
    call, message = response.output
    assert (call.type, call.status, call.results) == ("file_search_call", "completed", None)
    assert call.queries[0] == "When can goods be returned?"
    part = message.content[0]
    assert "returned within thirty days" in part.text and "No model answered" in part.text
    first = part.annotations[0]
    assert (first.type, first.filename) == ("file_citation", "returns.md")
    assert part.text[: first.index].endswith("From **returns.md**"), "the citation stands where its text ends"
    assert client.files.retrieve(first.file_id).filename == "returns.md"
    assert response.tools[0].ranking_options.ranker == "auto" and response.tools[0].max_num_results == 20
    kept = client.responses.retrieve(response.id)
    assert kept.output[1].content[0].annotations[0].file_id == first.file_id  # type: ignore[union-attr]


def test_the_results_are_shown_when_asked(client: openai.OpenAI, store: str) -> None:
    asked, shown = "May goods be returned to the shop?", ["file_search_call.results"]
    call = _ask(client, store, asked, include=shown, tool={"max_num_results": 2}).output[0]
    assert call.results[0].filename == "returns.md" and len(call.results) == 2
    assert call.results[0].text == TEXTS["returns.md"][0] and call.results[0].attributes == {"lang": "en"}
    assert 0 < call.results[1].score <= call.results[0].score <= 1


def test_filters_thresholds_and_weights_are_kept(client: openai.OpenAI, store: str) -> None:
    def found(**tool: Any) -> list[str]:
        shown: Any = ["file_search_call.results"]
        call = _ask(client, store, "Sonntags geschlossen? closed", include=shown, tool=tool).output[0]
        return [entry.filename for entry in call.results]

    german = {"type": "eq", "key": "lang", "value": "de"}
    assert found(filters=german) == ["öffnung.txt"] and len(found()) > 1
    assert found(ranking_options={"score_threshold": 1.0}) == []
    only_words = {"hybrid_search": {"embedding_weight": 0, "text_weight": 1}}
    assert "returns.md" not in found(ranking_options=only_words)


def test_what_finds_nothing_says_so(client: openai.OpenAI) -> None:
    empty = client.vector_stores.create().id
    response = _ask(client, empty)
    assert "found nothing" in response.output_text and response.output[1].content[0].annotations == []


def test_the_stream_has_the_search_and_the_citations(api: Api, spec: Document, store: str) -> None:
    body = {"model": "sandbox-echo", "input": "When is the shop open?", "stream": True, "tools": [_tool(store)],
            "include": ["file_search_call.results"]}  # fmt: skip
    answer = api.post("/responses", body)
    events = answer.events
    for event in events:
        spec.check_event(event)
    kinds = [event["type"].removeprefix("response.") for event in events]
    assert kinds[:7] == [
        "created", "in_progress", "output_item.added", "file_search_call.in_progress", "file_search_call.searching",
        "file_search_call.completed", "output_item.done",
    ]  # fmt: skip
    assert events[2]["item"]["queries"] == [] and events[6]["item"]["results"][0]["filename"] == "hours.txt"
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    added = [event for event in events if event["type"] == "response.output_text.annotation.added"]
    assert [event["annotation_index"] for event in added] == list(range(len(added))) and added
    done = events[-1]["response"]
    spec.check("Response", done)
    assert done["output"][1]["content"][0]["annotations"] == [event["annotation"] for event in added]
    assert "by spelling" in answer.headers["x-sandbox-simulated"]


def test_the_sdks_helper_accumulates_it(client: openai.OpenAI, store: str) -> None:
    with client.responses.stream(model="sandbox-echo", input="When is it open?", tools=[_tool(store)]) as stream:
        stream.until_done()
        final = stream.get_final_response()
    assert [item.type for item in final.output] == ["file_search_call", "message"]
    with client.responses.create(
        model="sandbox-echo", input="open?", tools=[_tool(store)], stream=True, background=True
    ) as made:
        assert [event.type for event in made][-1] == "response.completed"


def test_it_is_searched_when_the_choice_says_so(client: openai.OpenAI, store: str) -> None:
    def kinds(choice: Any, *more: Any) -> list[str]:
        tools = [_tool(store), *more]
        made = client.responses.create(model="sandbox-echo", input="goods?", tools=tools, tool_choice=choice)
        return [item.type for item in made.output]

    function = {"type": "function", "name": "f", "parameters": {"type": "object", "properties": {}}, "strict": False}
    both = ["file_search_call", "message"]
    assert kinds("auto") == kinds("required") == kinds({"type": "file_search"}) == both
    assert kinds("none") == ["message"]
    assert kinds({"type": "file_search"}, function) == both
    assert kinds({"type": "function", "name": "f"}, function) == ["function_call"]
    allowed = {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "file_search"}]}
    assert kinds(allowed, function)[0] == "file_search_call"


def test_a_turn_after_it_goes_on(client: openai.OpenAI, store: str) -> None:
    first = _ask(client, store)
    second = _ask(client, store, "And the opening hours of the shop?", previous_response_id=first.id)
    assert second.output[1].content[0].annotations[0].filename == "hours.txt"
    listed = [item.type for item in client.responses.input_items.list(second.id, order="asc")]
    assert listed == ["message", "file_search_call", "message", "message"]
    items: Any = [item.model_dump(exclude_none=True) for item in first.output]
    again = client.responses.create(model="sandbox-echo", input=[*items, {"role": "user", "content": "goods"}])
    assert again.status == "completed"


def test_other_hosted_tools_are_still_not_run(client: openai.OpenAI, store: str) -> None:
    tools: Any = [_tool(store), {"type": "web_search"}]
    made = client.responses.create(model="sandbox-echo", input="goods", tools=tools)
    assert [item.type for item in made.output] == ["file_search_call", "message"]
    with pytest.raises(openai.BadRequestError, match="web_search"):
        client.responses.create(model="sandbox-echo", input="x", tools=tools, tool_choice={"type": "web_search"})


@pytest.mark.parametrize(
    ("tool", "param", "status"),
    [
        ({"vector_store_ids": None}, "tools[0].vector_store_ids", 400),
        ({"vector_store_ids": []}, "tools[0].vector_store_ids", 400),
        ({"vector_store_ids": ["vs_none"]}, "tools[0].vector_store_ids[0]", 404),
        ({"max_num_results": 51}, "tools[0].max_num_results", 400),
        ({"filters": {"type": "eq"}}, "tools[0].filters.key", 400),
        ({"ranking_options": {"ranker": "none"}}, "tools[0].ranking_options.ranker", 400),
        ({"ranking_options": {"hybrid_search": {"text_weight": 1}}},
         "tools[0].ranking_options.hybrid_search.embedding_weight", 400),
        ({"colour": "red"}, "tools[0].colour", 400),
    ],
)  # fmt: skip
def test_a_search_that_cannot_be_is_refused(api: Api, store: str, tool: Any, param: str, status: int) -> None:
    body = {"model": "sandbox-echo", "input": "x", "tools": [_tool(store) | tool]}
    answer = api.post("/responses", body)
    assert answer.status == status and answer.error["param"] == param, answer.data


@pytest.mark.model
def test_the_local_model_answers_from_the_document(model_sandbox: Server) -> None:
    with openai.OpenAI(base_url=model_sandbox.base_url, api_key=model_sandbox.key, max_retries=0) as client:
        text = b"Goods may be sent back within 47 days. We refund the full price to the card."
        file = client.files.create(file=("returns.md", text), purpose="assistants").id
        store = client.vector_stores.create().id
        client.vector_stores.files.create_and_poll(file, vector_store_id=store)
        asked = "Within how many days may goods be sent back?"
        made = client.responses.create(
            model="smollm2-135m", input=asked, tools=[_tool(store)], temperature=0, max_output_tokens=60
        )
        assert "47" in made.output_text, "which nobody can know without the document"
        part: Any = made.output[1].content[0]  # type: ignore[union-attr]
        assert [(entry.filename, entry.index) for entry in part.annotations] == [("returns.md", len(part.text))]
        with pytest.raises(openai.BadRequestError, match="web_search"):
            client.responses.create(model="smollm2-135m", input="x", tools=[_tool(store), {"type": "web_search"}])


def test_faults_meet_an_answer_with_citations(api: Api, store: str) -> None:
    body = {"model": "sandbox-echo", "input": "goods", "stream": True, "tools": [_tool(store)]}
    events = api.post("/responses", body, headers={"X-Sandbox-Fault": "failed=3"}).events
    assert events[-1]["type"] == "response.failed"
    cut = api.post("/responses", {**body, "max_output_tokens": 16}).events[-1]
    assert cut["type"] == "response.incomplete" and cut["response"]["output"][0]["status"] == "completed"
