"""How a text from elsewhere is shown: what cannot be seen as codes, and in presentation mode IDs and names masked.

There is one presentation mode in the process, as there is one theme. A widget asks here each time it shows a text, and
shows it again when it hears of a change of theme (`is_theme_change`): the mode's change is one. What is copied is
always the text itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from playground.core.visible import Run, is_clear, is_clear_line, runs

if TYPE_CHECKING:
    from playground.core.masking import Masker

LONGEST_WORD = 200
"""Characters of a word that is waited for."""
TYPE_FACTOR = 1.3
"""How much larger type is in presentation mode."""


class _Mode:
    """Not a dataclass: to make one takes a millisecond of the start."""

    def __init__(self) -> None:
        self.on = False
        self.words: frozenset[str] = frozenset()
        self.masker: Masker | None = None
        self.revision = 0


_mode = _Mode()


def presenting() -> bool:
    """Whether presentation mode is on."""
    return _mode.on


def revision() -> int:
    """A number that is another after each change of the mode."""
    return _mode.revision


def present(on: bool, words: Iterable[str] = ()) -> bool:
    """Turn the mode on or off; `words`: what to hide beside IDs and keys. True where that changes anything.

    Widgets hear of it from `ThemeManager.apply`, which has to follow.
    """
    from playground.core.masking import Masker

    told = frozenset(words)
    changed = on != _mode.on or (on and told != _mode.words)
    if changed:
        _mode.on, _mode.words = on, told
        _mode.revision += 1
        _mode.masker = Masker(told) if on else None
    return changed


def mask(text: str) -> str:
    """The text as it is shown while presenting: IDs, keys and names hidden. Else the text itself."""
    return _mode.masker.mask(text) if _mode.masker is not None else text


def mask_field(name: str, text: str) -> str:
    """A field's value while presenting: some are hidden for their name. `text` is as it is shown, quotes and all."""
    if _mode.masker is None or not text:
        return text
    if not _mode.masker.is_private(name.strip('"')) or text == "null":
        return _mode.masker.mask(text)
    from playground.core.masking import DOTS

    return f'"{DOTS}"' if text.startswith('"') else DOTS


def mask_id(text: str) -> str:
    """The same for what is known to be an ID, whatever it looks like; not presenting, it is shown as a name is."""
    words = shown_line(text)
    if _mode.masker is None or not text or words != text:
        return words
    from playground.core.masking import DOTS

    return DOTS


def is_plain(text: str) -> bool:
    """Whether a text is shown as it is. Quick; False also where a closer look finds nothing."""
    return _mode.masker is None and is_clear(text)


def shown(text: str) -> str:
    """A text as it is shown."""
    return text if is_plain(text) else "".join(part for part, _ in shown_runs(text))


def shown_line(text: str) -> str:
    """A name, an ID or another text of one line as it is shown: line breaks and tabs are codes too."""
    if _mode.masker is None and is_clear_line(text):
        return text
    return "".join(part for part, _ in shown_runs(text, line=True))


def shown_runs(text: str, before: str = "", *, line: bool = False) -> list[Run]:
    """The text in runs as it is shown: each with what it stands for, None where that is itself."""
    if _mode.masker is None:
        return list(runs(text, before, line=line))
    found: list[Run] = []
    at = 0
    for start, end, instead in _mode.masker.spans(text):
        found += runs(text[at:start], text[at - 1] if at else before, line=line)
        found.append((instead, text[start:end]))
        at = end
    found += runs(text[at:], text[at - 1] if at else before, line=line)
    return found


def settled(text: str) -> int:
    """How many characters of a text that goes on can be shown: while presenting, an ID has to be whole before it can
    be hidden, so its last word waits for what follows."""
    if _mode.masker is None:
        return len(text)
    end = len(text)
    least = max(0, end - LONGEST_WORD)
    while end > least and (text[end - 1].isalnum() or text[end - 1] in "_.:@+*-"):
        end -= 1
    return len(text) if end == least > 0 else end


def original(source: str, start: int, end: int, *, line: bool = False) -> str:
    """The part of `source` that stands between two places of what is shown for it."""
    out, at = [], 0
    for part, stands_for in shown_runs(source, line=line):
        first, last = max(start - at, 0), min(end - at, len(part))
        if first < last:
            out.append(part[first:last] if stands_for is None else stands_for)
        at += len(part)
    return "".join(out)


def tip(text: str) -> str:
    """A text from elsewhere as a tooltip: shown, and never taken for HTML, which could load files."""
    words = shown(text)
    if "<" not in words and "&" not in words:
        return words
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<span style='white-space:pre-wrap'>{escaped}</span>"
