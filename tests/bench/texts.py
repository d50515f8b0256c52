"""The text that the benches stream: mixed Markdown, and the four shapes that used to grow dear."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

END = "The end of the stream."

_MIXED = """
## What the server was asked

The request names a model and **one message**; nothing else was sent, so every other value is the server's own choice.
A list of what follows from that, with `code` in it:

- the answer comes as *server-sent events*, one for each piece of text
- each event carries its `sequence_number`, so that a gap would be seen
- the last event holds the whole response, with its usage

Reading such a stream takes a loop and little else. The connection stays open until the last event; whoever leaves the
loop early has to close it, or the server goes on writing. What comes in between is **not** always text: a reasoning
model sends its summaries first, a tool's arguments come as JSON in pieces, and an error may come in the middle.

```python
async def read(stream):
    text, usage = [], None
    async for event in stream:
        if event.type == "response.output_text.delta":
            text.append(event.delta)
            print(event.delta, end="")  # as it comes
        elif event.type == "response.completed":
            usage = event.response.usage
        elif event.type == "error":
            raise RuntimeError(f"{event.code}: {event.message}")
    return "".join(text), usage
```

### What to look at afterwards

The `usage` of the response says how many tokens went in and out, and how many of those were cached or were *reasoning*
tokens, which are paid for without being seen. The `status` is `completed`, or `incomplete` with a reason: most often
that `max_output_tokens` was reached. Nothing else tells a cut answer from a whole one, so a program should look at it.

1. First the response is created,
2. then an item is added,
3. then its text grows until it is done.

> A quoted line, and a [link](https://example.com/) after it.
"""

_PROSE = (
    "A paragraph of ordinary prose that a person could read, with a comma here and there, some **bold** words and "
    "`code`, ending as paragraphs do.\n\n"
)
_CODE_LINE = '    value = compute(index, "text", 3.14) + other[index]  # what it does\n'
_ITEM = "- an item of a list with a few words, *some* of them marked\n"
_ENDLESS = "words without any end or line break that simply go on and on and on "


def pieces(count: int) -> list[str]:
    """`count` deltas of about five characters of mixed Markdown, the last ones spelling `END`."""
    source = itertools.cycle(_MIXED)
    tail = [END[start : start + 5] for start in range(0, len(END), 5)]
    sizes = itertools.cycle((5, 3, 7, 4, 6, 1, 8))
    body = ["".join(itertools.islice(source, next(sizes))) for _ in range(count - len(tail) - 1)]
    return [*body, "\n\n", *tail]


SHAPES = {
    "prose": ("", _PROSE),
    "one code block": ("```python\n", _CODE_LINE),
    "one list": ("", _ITEM),
    "one paragraph": ("", _ENDLESS),
}
"""Name → (beginning, what is repeated)."""


def shape(name: str) -> Iterator[str]:
    """Endless text of one shape, in pieces of 64 characters."""
    beginning, repeated = SHAPES[name]
    source = itertools.chain(beginning, itertools.cycle(repeated))
    while True:
        yield "".join(itertools.islice(source, 64))
