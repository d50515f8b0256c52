"""The search lab on the real sandbox: settings side by side, filters, marks, test sets and their history."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from playground.core.calls import call
from playground.core.errors import ProblemError, explain
from playground.core.session import Session
from playground.core.stores import trials
from playground.core.stores.adding import Entry
from playground.core.stores.changing import Draft, create
from playground.core.stores.filters import Compare, Group, check, from_json, from_text, to_json
from playground.core.stores.highlights import marks
from playground.core.stores.searching import Setting, lab, rank_of, search, setting_of
from tests.core.stores.conftest import Shop, added, sent

FILTERS: list[Any] = [
    {"type": "eq", "key": "year", "value": 2026},
    {"type": "eq", "key": "year", "value": [1]},
    {"type": "eq", "key": "year", "value": None},
    {"type": "gt", "key": "year", "value": "2026"},
    {"type": "gt", "key": "year", "value": True},
    {"type": "lte", "key": "year", "value": 2026.5},
    {"type": "in", "key": "team", "value": ["a", 3]},
    {"type": "in", "key": "team", "value": []},
    {"type": "nin", "key": "team", "value": [True]},
    {"type": "in", "key": "team", "value": "a"},
    {"type": "like", "key": "team", "value": "a"},
    {"type": "eq", "key": "", "value": "a"},
    {"type": "eq", "value": "a"},
    {"type": "eq", "key": "a", "value": "a", "more": 1},
    {"type": "and", "filters": []},
    {"type": "and", "filters": [{"type": "eq", "key": "a", "value": 1}]},
    {"type": "or", "filters": [{"type": "and", "filters": [{"type": "ne", "key": "a", "value": False}]}]},
    {"type": "or", "filters": {"type": "eq"}},
    {"type": "or", "filters": [{"type": "gt", "key": "a", "value": "x"}]},
    [],
    "year",
]


def test_filters_are_refused_here_where_the_server_refuses_them(shop: Shop) -> None:
    async def scenario(session: Session) -> None:
        store = (await create(session, Draft("Filters"))).id
        for value in FILTERS:
            try:
                made = from_json(value)
                fine = not check(made)
            except ProblemError as error:
                assert error.problem.type == "usage" and error.problem.param
                fine, made = False, None
            assert made is None or to_json(made) == value
            try:
                await call(session, "vector_stores.search", {"vector_store_id": store, "query": "x", "filters": value})
                taken = True
            except Exception as error:
                assert explain(error).status == 400
                taken = False
            assert fine == taken, value

    shop.run(scenario)


def test_a_filter_as_a_tree_and_as_text() -> None:
    tree = Group("and", (Compare("year", "gte", 2026), Group("or", (Compare("a", "eq", "é"), Compare("b", "in", [1])))))
    assert from_text(json.dumps(to_json(tree))) == tree and not check(tree)
    assert tree.text() == '(year is at least 2026 and (a is "é" or b is one of [1]))'
    assert from_text("  ") is None
    (wrong,) = check(Group("and", (Compare("a", "eq", 1), Compare("b", "lt", "x"))))
    assert wrong.place == "filters.filters[1].value"
    deep: Any = {"type": "eq", "key": "a", "value": 1}
    for _ in range(40):
        deep = {"type": "and", "filters": [deep]}
    for text in (json.dumps(deep), "{", "[" * 100_000):
        with pytest.raises(ProblemError, match="cannot be read"):
            from_text(text)


def test_marks_stand_where_the_words_do() -> None:
    text = "Rückgabe: die RETURNS of a café within 30 days. 返品は三十日以内。"
    found = marks(text, ["the return to the Cafe in 30 days?", "rückgabe"])
    assert [text[one.start : one.end] for one in found] == ["Rückgabe", "RETURNS", "café", "30", "days"]
    assert [text[one.start : one.end] for one in marks(text, ["返品"])] == ["返品"]
    assert [one.start for one in marks("who is who", ["who is"])] == [0, 4, 7], "where a question has no other words"
    assert not marks(text, ["", "unrelated"]) and not marks("", ["x"])


async def library(session: Session, folder: Path) -> tuple[dict[str, str], list[str]]:
    files = await sent(
        session, folder,
        returns_md="Returns: goods go back within 30 days with the receipt.",
        shipping_md="Shipping takes two days by courier, and a week by ship.",
        warranty_md="The warranty of machines covers two years of repair.",
    )  # fmt: skip
    stores = [(await create(session, Draft(name))).id for name in ("shop", "works")]
    await added(
        session, stores[0], [Entry(files["returns_md"], {"year": 2026}), Entry(files["shipping_md"], {"year": 2020})]
    )
    await added(session, stores[1], [files["warranty_md"]])
    return files, stores


def test_settings_side_by_side(shop: Shop, tmp_path: Path) -> None:
    old = Setting("old", filters=Compare("year", "lt", 2025))
    plain, one, none = Setting(), Setting(most=1, rewrite=True, ranker="none"), Setting(threshold=1.0)
    odd = Setting(ranker="mine")

    async def scenario(session: Session) -> None:
        files, stores = await library(session, tmp_path)
        query = "how can returned goods go back with the receipt?"
        found = {(x.store, x.setting): x async for x in lab(session, stores, query, [plain, one, old, none, odd])}
        assert len(found) == 10
        best = found[stores[0], plain].results[0]
        assert (best.file, best.name, best.attributes) == (files["returns_md"], "returns.md", {"year": 2026})
        assert "receipt" in [mark.word for mark in best.marks] and 0 < best.score <= 1
        assert found[stores[0], one].asked != (query,) and len(found[stores[0], one].results) == 1
        assert {x.name for x in found[stores[0], old].results} <= {"shipping.md"}
        assert not found[stores[0], none].results
        problem = found[stores[1], odd].problem
        assert problem is not None and problem.type == "usage" and problem.param == "ranking_options.ranker"
        gone = await search(session, "vs_nobody", query, plain)
        assert gone.problem is not None and gone.problem.status == 404

    shop.run(scenario)


def test_a_setting_from_json() -> None:
    ranking = {"ranker": "auto", "score_threshold": 0.5}
    value = {"rewrite_query": False, "max_num_results": 5, "ranking_options": ranking, "filters": FILTERS[0]}
    assert setting_of({"name": "mine", **value}).body() == value
    assert setting_of({}) == Setting() and Setting().body() == {}
    for wrong in ({"max_num_results": 51}, {"max_num_results": True}, {"ranking_options": {"score_threshold": 2}},
                  {"query": "x"}, {"rewrite_query": "yes"}, {"ranking_options": [1]}):  # fmt: skip
        with pytest.raises(ProblemError):
            setting_of(wrong)


def test_a_test_set_and_its_history(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "questions.json"
    cases = (
        trials.Case("goods go back within 30 days with the receipt", ("returns.md",)),
        trials.Case("warranty of machines", ("nothing.md", "warranty.md")),
        trials.Case("courier", ("absent.md",)),
    )
    trials.save(path, trials.TestSet("Questions", cases))
    tests = trials.load(path)
    assert tests.cases == cases and trials.names(tmp_path) == ["questions"]
    settings = [Setting("plain"), Setting("strict", threshold=1.0), Setting("wrong", most=99)]

    async def scenario(session: Session) -> tuple[list[trials.Outcome], list[str]]:
        _, stores = await library(session, tmp_path)
        return [one async for one in trials.run(session, stores, tests, settings)], stores

    outcomes, stores = shop.run(scenario)
    plain, strict, wrong = (trials.score(one, outcomes) for one in settings)
    assert (plain.ranks, plain.hits, plain.asked) == ((1, 1, None), 2, 3)
    assert plain.rate == plain.mrr == pytest.approx(2 / 3) and plain.rank == 1
    assert (strict.hits, strict.mrr, strict.rank, strict.asked) == (0, 0, None, 3)
    assert (wrong.asked, wrong.failed, wrong.rate) == (0, 3, 0)
    assert wrong.text().endswith("3 could not be asked")

    trials.keep(path, stores, [plain], at=100)
    with trials.history_path(path).open("ab") as file:
        file.write(b'{"at": 150, "sto')  # a crash
    trials.keep(path, stores, [strict, wrong], at=200)
    assert [(one.at, one.stores, one.scores) for one in trials.history(path)] == [
        (100, tuple(stores), (plain,)), (200, tuple(stores), (strict, wrong)),
    ]  # fmt: skip
    assert trials.names(tmp_path) == ["questions"], "the history is no set"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"cases": [{"query": "x"}]}', '[{"query": "", "expected": "a"}]',
             '[{"query": "x", "expected": []}]', '[{"query": "x", "expected": [1]}]', "[" * 100_000],
)  # fmt: skip
def test_what_is_no_test_set_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(ProblemError) as caught:
        trials.load(path)
    assert caught.value.problem.type == "usage"


def test_rank_counts_files_and_not_passages(shop: Shop, tmp_path: Path) -> None:
    async def scenario(session: Session) -> None:
        text = "\n\n".join(f"The heron number {n} stands in the reeds by the lake. " * 12 for n in range(12))
        files = await sent(session, tmp_path, long_txt=text, other_txt="A lake with one heron, and much else about it.")
        store = (await create(session, Draft("Ranks"))).id
        await added(session, store, list(files.values()))
        found = await search(session, store, "heron number reeds lake", Setting(most=50))
        places = [one.name for one in found.results]
        assert places.count("long.txt") >= 2 and set(places) == {"long.txt", "other.txt"}
        assert {found.rank(["long.txt"]), found.rank([files["other_txt"]])} == {1, 2}
        assert found.rank(["nobody"]) is None and rank_of((), ["x"]) is None

    shop.run(scenario)
