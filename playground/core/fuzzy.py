"""Fuzzy search as the palette does it: the letters in order, better where they begin words or stand together."""

from __future__ import annotations

_WORD_BREAK = frozenset(" .:/_-·")


def score(query: str, text: str) -> int | None:
    """How well `query` finds `text`; None where it does not. Higher is better; the empty query finds all at 0.

    Every word of the query must be found; a word found as it stands beats one whose letters are scattered.
    """
    lower = text.casefold()
    total = 0
    for word in query.casefold().split():
        found = _score_word(word, lower)
        if found is None:
            return None
        total += found
    return total


def _score_word(word: str, text: str) -> int | None:
    at = text.find(word)
    if at >= 0:
        begins = at == 0 or text[at - 1] in _WORD_BREAK
        end = at + len(word)
        ends = end == len(text) or text[end] in _WORD_BREAK
        bonus = (30 if begins else 0) + (20 if begins and ends else 0) + (20 if at == 0 else 0)
        return 40 + 10 * len(word) + bonus - min(at, 20)
    if len(word) < 2:
        return None
    return _score_scattered(word, text)


def _score_scattered(word: str, text: str) -> int | None:
    """The letters in order, each preferring the beginning of a word; a scatter of bare letters is not found."""
    position, total, begun = 0, 0, 0
    for letter in word:
        at = _next_beginning(letter, text, position)
        if at is None:
            at = text.find(letter, position)
            if at < 0:
                return None
            total += 3 if at == position and position else 0
        else:
            begun += 1
            total += 8
        position = at + 1
    return total if begun * 2 > len(word) else None


def _next_beginning(letter: str, text: str, start: int) -> int | None:
    for at in range(start, len(text)):
        if text[at] == letter and (at == 0 or text[at - 1] in _WORD_BREAK):
            return at
    return None


def rank(query: str, texts: list[str]) -> list[int]:
    """The indices of the texts that the query finds, best first; equal ones keep their order."""
    found = [(value, index) for index, text in enumerate(texts) if (value := score(query, text)) is not None]
    found.sort(key=lambda pair: (-pair[0], pair[1]))
    return [index for _, index in found]
