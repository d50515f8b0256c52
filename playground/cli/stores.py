"""`playground stores`: vector stores and what is in them."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

from playground.cli.call import exit_code, open_session
from playground.cli.output import (
    FINE,
    NO_CONNECTION,
    REFUSED,
    forget_stdout,
    print_error,
    print_json,
    print_warning,
    say,
    write,
)
from playground.cli.stores_search import copied, search, test
from playground.cli.stores_words import code_of, found, line, wrong
from playground.core.errors import ProblemError, explain
from playground.core.filing.listing import left_text, moment_text
from playground.core.filing.staging import gather
from playground.core.paths import DataPaths, default_data_dir
from playground.core.session import Session
from playground.core.stores import adding, changing, reading
from playground.core.stores.cost import cost_text, monthly
from playground.core.stores.model import Store, StoreFile
from playground.core.stores.rules import AUTO, Chunking
from playground.core.stores.watching import Pace, Target, Watcher
from playground.core.transfers.queue import TransferQueue
from playground.core.transfers.rules import bytes_text
from playground.core.transfers.store import TransferStore
from playground.core.visible import visible_line

Action = Callable[[argparse.Namespace, Session], Awaitable[int]]


def run_stores(options: argparse.Namespace) -> int:
    """Does one of the actions; gives the exit code. Raises KeyboardInterrupt."""
    actions: dict[str, Action] = {
        "list": _list, "create": _create, "update": _update, "delete": _delete, "add": _add, "files": _files,
        "watch": _watch, "search": search, "test": test, "copy": copied,
    }  # fmt: skip
    try:
        return asyncio.run(_run(actions[options.action], options))
    except BrokenPipeError:
        forget_stdout()
        return FINE
    except Exception as error:
        print_error(explain(error))
        return exit_code(error)


async def _run(action: Action, options: argparse.Namespace) -> int:
    async with open_session(options) as session:
        try:
            return await action(options, session)
        except BrokenPipeError:
            raise
        except Exception as error:
            problem = explain(error, base_url=session.base_url, profile=session.profile.name)
            print_error(problem)
            return code_of(problem) if isinstance(error, ProblemError) else exit_code(error)


def value_of(text: str) -> Any:
    """`3`, `true`, `"3"` as JSON has it, anything else as it stands."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, str | int | float | bool) else text


def pairs(texts: Iterable[str], *, typed: bool) -> dict[str, Any]:
    """`name=value`. Raises ProblemError."""
    made: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise wrong(f"“{text}” is no NAME=VALUE", "There is no = after a name.", "Write it as year=2026.")
        made[name] = value_of(value) if typed else value
    return made


def chunking_of(text: str | None) -> Chunking:
    """`800` or `800,400`. Raises ProblemError."""
    if text is None:
        return AUTO
    numbers = text.split(",")
    if len(numbers) > 2 or not all(one.isdecimal() for one in numbers):
        raise wrong(f"“{text}” is no SIZE or SIZE,OVERLAP", "Both are whole numbers of tokens.", "Write 800,400.")
    return Chunking("static", int(numbers[0]), int(numbers[-1]) if len(numbers) == 2 else int(numbers[0]) // 2)


# ---- the stores


async def _list(options: argparse.Namespace, session: Session) -> int:
    every = [one async for page in reading.list_stores(session) for one in page]
    wanted = (options.search or "").casefold()
    stores = [one for one in every if wanted in one.text]
    cost = monthly(every, session.base_url, sandbox=session.profile.is_sandbox)
    for one in stores:
        share = cost.share(one)
        if options.as_json:
            print_json({**one.raw, "usd_a_month": None if share is None else float(share)}, line=True)
            continue
        size = bytes_text(one.size) if one.size >= 0 else "size not said"
        line(f"{one.id}  {size:>10}  {cost_text(share):20}  {one.counts.text():28}  {_end(one):34}  {one.name}")
    say(f"{len(stores):,} of {len(every):,} stores; all of them take {bytes_text(cost.size)}: {cost_text(cost.month)}.")
    if cost.month is None or cost.month:
        say(cost.note)
    return FINE


def _end(store: Store) -> str:
    if store.status == "expired":
        return "expired"
    return f"expires {moment_text(store.expires)} ({left_text(store.expires)})" if store.expires else "stays"


def _told(options: argparse.Namespace, store: Store) -> int:
    if options.as_json:
        print_json(dict(store.raw), line=True)
    else:
        line(f"{store.id}  {store.counts.text()}  {_end(store)}  {store.name}")
    return FINE


async def _create(options: argparse.Namespace, session: Session) -> int:
    metadata = pairs(options.metadata, typed=False)
    days = 0 if options.expires_days is None else options.expires_days
    if options.expires_days == 0:
        raise wrong("0 days cannot be", "An expiry is from 1 to 365 days.", "Leave it out, and the store stays.")
    draft = changing.Draft(options.name, options.description, metadata, days)
    return _told(options, await changing.create(session, draft))


async def _update(options: argparse.Namespace, session: Session) -> int:
    (store,) = await found(session, [options.store])
    metadata = None
    if options.metadata or options.clear_metadata:
        metadata = {**({} if options.clear_metadata else store.metadata), **pairs(options.metadata, typed=False)}
    days = 0 if options.no_expiry else options.expires_days
    if (options.name, metadata, days) == (None, None, None):
        raise wrong("Nothing is to be changed", "No new name, metadata or expiry was given.", "Give one of them.")
    return _told(options, await changing.update(session, store.id, name=options.name, metadata=metadata, days=days))


async def _delete(options: argparse.Namespace, session: Session) -> int:
    code = FINE
    for name in options.stores:
        try:
            (store,) = await found(session, [name])
            await changing.delete(session, store.id)
        except ProblemError as error:
            print_error(error.problem)
            code = code_of(error.problem)
            if code == NO_CONNECTION:
                return code
            continue
        if options.as_json:
            print_json({"id": store.id, "name": store.name, "deleted": True}, line=True)
        else:
            line(f"{store.id} deleted  {store.name}")
    return code


# ---- what is in them


async def _files(options: argparse.Namespace, session: Session) -> int:
    (store,) = await found(session, [options.store])
    if options.chunks is not None:
        for piece in await reading.content(session, store.id, options.chunks):
            if options.as_json:
                print_json({"number": piece.number, "text": piece.text}, line=True)
            else:
                line(f"--- {piece.number + 1}")
                write(b"".join(f"{visible_line(one)}\n".encode("utf-8", "replace") for one in piece.text.split("\n")))
        return FINE
    code = FINE
    async for page in reading.list_files(session, store.id, state=options.state):
        for one in page:
            code = REFUSED if one.status == "failed" else code
            _file_line(options, one)
    return code


def _file_line(options: argparse.Namespace, one: StoreFile) -> None:
    if options.as_json:
        print_json({**one.raw, "explanation": one.trouble.text() if one.trouble else None}, line=True)
        return
    attributes = json.dumps(dict(one.attributes), ensure_ascii=False) if one.attributes else ""
    size = bytes_text(one.size) if one.size >= 0 else ""
    line(f"{one.id}  {one.status:11}  {size:>10}  {one.chunking.text():24}  {attributes}")
    if one.trouble is not None:
        line(f"    {one.trouble.text()}")


@contextlib.asynccontextmanager
async def _queue(options: argparse.Namespace, session: Session) -> AsyncIterator[TransferQueue]:
    async def one(_profile: str) -> Session:
        return session

    path = DataPaths(options.data_dir or default_data_dir()).transfers
    with contextlib.closing(await asyncio.to_thread(TransferStore, path)) as store:
        if store.problem is not None:
            print_warning(store.problem)
        queue = TransferQueue(store, one)
        try:
            yield queue
        finally:
            await queue.aclose()


async def _add(options: argparse.Namespace, session: Session) -> int:
    ids = [
        name for name in options.files if name.startswith("file-") and not await asyncio.to_thread(Path(name).exists)
    ]
    gathered = await asyncio.to_thread(gather, [Path(name) for name in options.files if name not in ids])
    paths = list(gathered.paths)
    for words in gathered.left_out:
        say(words)
    attributes, chunking = pairs(options.attributes, typed=True), chunking_of(options.chunk)
    (store,) = await found(session, [options.store])
    if not ids and not paths:
        raise wrong("There is no file in what was named", "The folders are empty.", "Name files, or IDs of files.")
    code, batches = FINE, 0
    entries = [adding.Entry(one, attributes, chunking) for one in ids]
    async for added in adding.add_files(session, store.id, entries):
        code, batches = max(code, _added(options, added)), batches + 1
    if paths:
        code = max(code, await _from_disk(options, session, store, paths, attributes, chunking))
    if options.watch:
        return max(code, await _watched(options, session, [store], Pace()))
    return code


def _added(options: argparse.Namespace, added: adding.Added) -> int:
    if added.problem is not None:
        print_error(added.problem)
        return code_of(added.problem)
    batch = added.batch
    if options.as_json and batch is not None:
        print_json({"batch": batch.id, "files": list(added.files), "status": batch.status}, line=True)
    elif batch is not None:
        for one in added.files:
            line(f"{one}  {batch.id}")
    return FINE


async def _from_disk(
    options: argparse.Namespace, session: Session, store: Store, paths: list[Path], attributes: dict[str, Any],
    chunking: Chunking,
) -> int:  # fmt: skip
    code = sent = 0
    async with _queue(options, session) as queue:
        how: dict[str, Any] = {"attributes": attributes, "chunking": chunking}
        async for news in adding.add_from_disk(session, queue, store.id, paths, **how):
            if news.added is not None:
                code = max(code, _added(options, news.added))
            for state in news.sent:
                if state.item.state == "failed" and state.item.problem is not None:
                    print_error(state.item.problem)
                    code = max(code, REFUSED)
                elif state.item.state == "done":
                    sent += 1
                    if not options.quiet and not options.as_json:
                        say(f"{sent:,} of {len(paths):,} sent: {state.item.name}")
    return code


async def _watch(options: argparse.Namespace, session: Session) -> int:
    return await _watched(options, session, await found(session, options.stores), Pace(stuck=options.stuck))


async def _watched(options: argparse.Namespace, session: Session, stores: list[Store], pace: Pace) -> int:
    names = {one.id: one.name or one.id for one in stores}
    code = FINE
    async for seen in Watcher(session, [Target(one.id) for one in stores], pace):
        if options.as_json:
            counts = seen.counts._asdict()
            print_json(
                {"store": seen.target.store, "status": seen.status, "over": seen.is_over, "file_counts": counts,
                 "stuck": [one.id for one in seen.stuck],
                 "error": seen.problem.to_error_dict() if seen.problem else None},
                line=True,
            )  # fmt: skip
        else:
            line(f"{names[seen.target.store]}: {seen.text()}")
        if seen.is_over and seen.problem is not None:
            code = max(code, code_of(seen.problem))
        elif seen.is_over and seen.counts.failed:
            code = max(code, REFUSED)
    sys.stdout.flush()
    return code
