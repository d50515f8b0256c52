"""Which words of a passage a question holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

_SIGNS = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_SIGNS}]|[^\W_{_SIGNS}]+")
"""A word; in writing without spaces each sign."""
_SMALL_WORDS = (
    "a an and are as at be by can did do does for from has have how i if in is it its my of on or our that the their "
    "this to was we were what when where which who why will with you your "
    "der die das und ist ein eine wie wer wo wann von zu mit für im den dem des auf "
    "le la les un une et est que qui pour dans du au en el los las y es de por para il lo gli che di da"
)


class Mark(NamedTuple):
    """A place in a text, in characters."""

    start: int
    end: int
    word: str
    """The question's word that stands there, folded."""


def marks(text: str, queries: Iterable[str]) -> list[Mark]:
    """Where the words of the questions stand, whatever their case, accents or English plural. Small words count only
    where a question has no other."""
    wanted = {folded for query in queries for folded in _telling(query)}
    found: list[Mark] = []
    for match in _WORD.finditer(text):
        word = _folded(match.group())
        if word not in wanted:
            continue
        last = found[-1] if found else None
        if last is not None and last.end == match.start():  # signs that stand together
            found[-1] = Mark(last.start, match.end(), last.word + word)
        else:
            found.append(Mark(match.start(), match.end(), word))
    return found


def _telling(query: str) -> list[str]:
    words = [_folded(match.group()) for match in _WORD.finditer(query)]
    return [word for word in words if word not in _small()] or words


@cache
def _small() -> frozenset[str]:
    return frozenset(map(_folded, _SMALL_WORDS.split()))


def _folded(word: str) -> str:
    """Lower case, without accents, and without the s of an English plural."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return bare[:-1] if len(bare) > 3 and bare.endswith("s") and not bare.endswith("ss") else bare
