"""Parsing in pieces gives what parsing at once gives, and lets other threads go on meanwhile."""

from __future__ import annotations

import random
import threading
import time
from typing import Any

import orjson
import pytest

from playground.core.jsondoc.loads import BIG, loads


def _made(random_: random.Random, depth: int) -> Any:
    kind = random_.randrange(7 if depth else 5)
    if kind == 0:
        return random_.choice([None, True, False, 0, -1, 2**53, 1.5e300, "", 'é"\\\n\u2028'])
    if kind < 3:
        return "x" * random_.choice([1, 50, 70_000])
    if kind < 5:
        return [random_.random() for _ in range(random_.randrange(4000))]
    if kind == 5:
        return [_made(random_, depth - 1) for _ in range(random_.randrange(12))]
    return {f'k{number} "\\é': _made(random_, depth - 1) for number in range(random_.randrange(12))}


@pytest.mark.parametrize("seed", range(12))
def test_it_gives_the_same(seed: int) -> None:
    value = {"filler": "y" * BIG, "value": [_made(random.Random(seed), 4) for _ in range(6)]}
    for option in (0, orjson.OPT_INDENT_2):
        data = orjson.dumps(value, option=option)
        assert len(data) > BIG and loads(data) == orjson.loads(data) == value


@pytest.mark.parametrize("spoil", [b"", b"\xff", b"]", b",", b'{"a"'])
def test_what_is_no_json_is_none(spoil: bytes) -> None:
    good = orjson.dumps(["z" * BIG, {"a": [1, 2]}])
    broken = good[:-2] if not spoil else good[:200] + b'"' + spoil + good[200:]
    for data in (broken, broken[:500]):
        with pytest.raises(ValueError):
            loads(data)


def test_others_go_on_meanwhile() -> None:
    data = orjson.dumps([{"number": number, "text": "t" * 200, "list": [1, 2, 3]} for number in range(60_000)])
    worker = threading.Thread(target=loads, args=(data,))
    rounds = 0
    worker.start()
    while worker.is_alive():
        time.sleep(0.001)
        rounds += 1
    worker.join()
    assert rounds > 8, "orjson.loads at once leaves room for one or two"
