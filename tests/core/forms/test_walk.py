"""Forms that are edited at random: what they hold can be sent, and what they say of it is what a new form says."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from playground.core.forms import FormModel, Kind, Node, entries
from tests.helpers.sdk_schemas import sdk_schema

STEPS = 120
VALUES: tuple[Any, ...] = ("", "a", "auto", "low", 0, 3, 1.5, True, None, [], {}, ["a"], {"type": "function"}, "@a.txt")


def below(node: Node, depth: int = 5) -> list[Node]:
    """The places that can be seen without opening more than a few."""
    found = [node]
    inner = node.inner()
    children = [inner] if inner is not None else node.children() if depth else []
    for child in children:
        if depth and (child.is_set or child is inner or random_of(node).random() < 0.3):
            found += below(child, depth - 1)
    return found


def random_of(node: Node) -> random.Random:
    made: random.Random = node.model.__dict__["chance"]
    return made


def step(form: FormModel, chance: random.Random) -> None:
    """One edit at one place."""
    node = chance.choice(below(form.root)[1:])
    kind = node.shape.kind
    if kind is Kind.UNION and chance.random() < 0.7:
        node.choose(chance.choice([None, *range(len(node.shape.variants))]))
    elif kind in (Kind.LIST, Kind.MAP) and chance.random() < 0.8:
        children = node.children()
        action = chance.random()
        if not children or action < 0.5:
            made = entries.add(node)
            if kind is Kind.MAP:
                entries.rename(node, made, chance.choice("abc"))
        elif action < 0.75:
            entries.remove(node, chance.choice(children))
        elif kind is Kind.LIST:
            entries.move(node, chance.choice(children), chance.randrange(len(children)))
    elif chance.random() < 0.25:
        node.unset()
    elif chance.random() < 0.1:
        node.begin()
    elif kind is Kind.CHOICE and chance.random() < 0.8:
        node.set(chance.choice(node.shape.choices))
    else:
        node.set(json.loads(json.dumps(chance.choice(VALUES))))


@pytest.mark.parametrize("name", ["responses.create", "fine_tuning.jobs.create", "chat.completions.create"])
@pytest.mark.parametrize("seed", range(12))
def test_a_form_edited_at_random_agrees_with_a_new_one(name: str, seed: int) -> None:
    chance = random.Random(seed)
    form = FormModel(sdk_schema(name))
    form.__dict__["chance"] = chance
    for number in range(STEPS):
        step(form, chance)
        value = form.value()
        assert json.loads(json.dumps(value)) == value
        if number % 5:
            continue
        mine = [error for error in form.errors() if "lacks" not in error.message]
        if json.dumps(form.data, default=str) != json.dumps(value):
            continue  # what waits for a value moves the places of what follows
        other = FormModel(sdk_schema(name))
        assert sorted(map(str, other.set_value(value))) == sorted(map(str, mine))
        assert other.value() == value
        form.set_value(value)
        assert form.value() == value
