"""`python -m playground.sandbox.stores.child`: takes the text out of files and indexes it, one after another.

A process of its own, since what it reads was written by others: a parser that never ends is killed, and one that eats
memory ends here (4 GB of addresses, where the system can limit that). Each line of stdin is a job, each line of stdout
how it ended; it ends with its stdin. A file's chunks are written in one transaction.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from playground.sandbox.checks import Json
from playground.sandbox.lifeline import die_with_parent
from playground.sandbox.stores.chunks import Chunk, cut
from playground.sandbox.stores.shelf import Gone, opened, put_chunks
from playground.sandbox.stores.texts import Unreadable, text_of
from playground.sandbox.stores.vectors import Embedder, embedder_of
from playground.sandbox.stores.words import terms

if TYPE_CHECKING:
    from playground.sandbox.stores.shelf import Job

_MOST_MEMORY = 4 * 1024**3
_TOGETHER = 64
"""Chunks that get their vectors at once."""


def order(database: Path, content: Path, job: Job, weights: Path) -> bytes:
    """The line that asks for a job."""
    given = {"database": str(database), "content": str(content), "weights": str(weights), **job._asdict()}
    return orjson.dumps(given) + b"\n"


def work(given: Json) -> Json:
    """Do one job. Gives `usage` (bytes) and `embedder`, or an `error` as the API has it."""
    try:
        text = text_of(Path(given["content"]), given["name"])
        embedder = embedder_of(Path(given["weights"]))
        entries = list(_entries(text, given["size"], given["overlap"], embedder))
        with opened(Path(given["database"])) as database:
            usage = put_chunks(database, given["file"], entries, embedder.name)
    except Unreadable as error:
        return {"error": {"code": error.code, "message": str(error)}}
    except MemoryError:
        return {"error": {"code": "invalid_file", "message": "Reading the file takes too much memory. Split it."}}
    except FileNotFoundError:
        return {"error": {"code": "invalid_file", "message": "The file was deleted before it was indexed."}}
    except Gone:
        return {"error": {"code": "server_error", "message": "The vector store was deleted."}}
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        return {"error": {"code": "server_error", "message": f"The sandbox could not index the file ({why})."}}
    return {"usage": usage, "embedder": embedder.name}


def _entries(text: str, size: int, overlap: int, embedder: Embedder) -> Iterator[tuple[Chunk, str, bytes]]:
    import numpy as np

    held: list[Chunk] = []

    def ready() -> Iterator[tuple[Chunk, str, bytes]]:
        vectors = embedder.embed([chunk.text for chunk in held]).astype(np.float16)
        for chunk, vector in zip(held, vectors, strict=True):
            yield chunk, " ".join(terms(chunk.text)), vector.tobytes()
        held.clear()

    for chunk in cut(text, size, overlap):
        held.append(chunk)
        if len(held) == _TOGETHER:
            yield from ready()
    if held:
        yield from ready()


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = _MOST_MEMORY if hard == resource.RLIM_INFINITY else min(hard, _MOST_MEMORY)
    resource.setrlimit(resource.RLIMIT_AS, (most if soft == resource.RLIM_INFINITY else min(soft, most), hard))


def main() -> int:
    die_with_parent()
    _limit_memory()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # each of its threads reserves memory
    sys.setrecursionlimit(2000)
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(orjson.dumps(work(orjson.loads(line))) + b"\n")
        sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
