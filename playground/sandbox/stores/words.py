"""The terms of a text, by which it is found word by word: the same for what is kept and for what is asked."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_SIGNS = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003ffff"
_TERM = re.compile(rf"[{_SIGNS}]+|[^\W_{_SIGNS}]+")
_SCRIPT = re.compile(rf"[{_SIGNS}]")
_COMMON = (
    "a an and are as at be been but by can could did do does for from had has have how i if in into is it its me "
    "my of on or our should so than that the their them then there these they this to us was we were what when "
    "where which who whom whose why will with would you your please tell show give find explain about der die das "
    "und ist ein eine wie was wer wo wann warum welche welcher welches von zu mit für im den dem des auf le la "
    "les un une des et est que qui quoi quel quelle quels quelles comment où quand pourquoi de du au aux en pour "
    "el los las una y es qué quién cuál cuáles cómo dónde cuándo por para del al il lo gli che chi quale come "
    "dove quando perché di da per con "
)
"""Words that say nothing of a question's subject, in five languages."""


def terms(text: str) -> list[str]:
    """Words in lower case without accents; writing without spaces as pairs of its signs."""
    found: list[str] = []
    for match in _TERM.finditer(text):
        word = match.group()
        if _SCRIPT.match(word):
            found += [word[place : place + 2] for place in range(max(1, len(word) - 1))]
        else:
            found.append(_plain(word))
    return found


def telling(text: str) -> list[str]:
    """The terms of a question that say what it is about, each once; all of them where none does."""
    every = list(dict.fromkeys(terms(text)))
    common = _common()
    return [term for term in every if term not in common] or every


def rewritten(question: str) -> str:
    """A question as the words that it is about: what `rewrite_query` makes of it here."""
    common = _common()
    left = [match.group() for match in _TERM.finditer(question) if _plain(match.group()) not in common]
    return " ".join(left) or question


@cache
def _common() -> frozenset[str]:
    return frozenset(_plain(word) for word in _COMMON.split())


def _plain(word: str) -> str:
    """Lower case, without accents, and without the s of an English plural."""
    folded = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return bare[:-1] if len(bare) > 3 and bare.endswith("s") and not bare.endswith("ss") else bare
