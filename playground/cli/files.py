"""`playground files`: the files of a server, and the way there and back."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from playground.cli.call import exit_code, open_session
from playground.cli.files_progress import Progress
from playground.cli.output import (
    FINE,
    NO_CONNECTION,
    REFUSED,
    WRONG_USAGE,
    forget_stdout,
    print_error,
    print_json,
    print_warning,
    say,
    write,
)
from playground.core.calls import call
from playground.core.errors import explain
from playground.core.filing.staging import gather
from playground.core.paths import DataPaths, default_data_dir
from playground.core.session import Session
from playground.core.transfers.local import safe_name
from playground.core.transfers.model import TransferState
from playground.core.transfers.pace import Options
from playground.core.transfers.purposes import check_file, is_sendable
from playground.core.transfers.queue import TransferQueue
from playground.core.transfers.rules import bytes_text, purposes
from playground.core.transfers.store import TransferStore
from playground.core.visible import visible_line

Action = Callable[[argparse.Namespace, Session], Awaitable[int]]


def run_files(options: argparse.Namespace) -> int:
    """Does one of the actions; gives the exit code. Raises KeyboardInterrupt."""
    actions: dict[str, Action] = {
        "list": _list, "upload": _upload, "resume": _resume, "orphans": _orphans, "download": _download,
        "delete": _delete,
    }  # fmt: skip
    try:
        if options.action == "upload":
            gathered = gather(options.paths)
            options.files = gathered.paths
            for words in gathered.left_out:
                say(words)
            if (wrong := _wrong_usage(options)) is not None:
                say(wrong)
                return WRONG_USAGE
            if options.check:
                return _check(options)
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
            print_error(explain(error, base_url=session.base_url, profile=session.profile.name))
            return exit_code(error)


# ---- what is on the server


async def _list(options: argparse.Namespace, session: Session) -> int:
    asked = {"purpose": options.purpose} if options.purpose else {}
    found: list[dict[str, Any]] = await call(session, "files.list", asked, all_pages=True)
    wanted = (options.search or "").casefold()
    rows = [one for one in found if wanted in f"{one.get('filename')}\n{one.get('id')}".casefold()]
    keys: dict[str, Callable[[dict[str, Any]], Any]] = {
        "created": lambda one: -(one.get("created_at") or 0),
        "name": lambda one: str(one.get("filename")).casefold(),
        "size": lambda one: -(one.get("bytes") or 0),
    }
    rows.sort(key=keys[options.sort], reverse=options.reverse)
    if options.as_json:
        for one in rows:
            print_json(one, line=True)
        return FINE
    wide = max((len(str(one.get("id"))) for one in rows), default=0)
    for one in rows:
        expires = f"until {_day(one['expires_at'])}" if one.get("expires_at") else ""
        line = (
            f"{one.get('id')!s:{wide}}  {bytes_text(one.get('bytes') or 0):>10}  {_day(one.get('created_at')):16}"
            f"  {one.get('purpose')!s:12}  {expires:22}  {one.get('filename')}"
        )
        write(f"{visible_line(line)}\n".encode("utf-8", "replace"))
    say(f"{len(rows):,} files, {bytes_text(sum(one.get('bytes') or 0 for one in rows))}.")
    return FINE


def _day(moment: Any) -> str:
    return f"{datetime.fromtimestamp(moment).astimezone():%Y-%m-%d %H:%M}" if isinstance(moment, int | float) else ""


async def _delete(options: argparse.Namespace, session: Session) -> int:
    code = FINE
    for identifier in options.ids:
        try:
            answer = await call(session, "files.delete", {"file_id": identifier})
        except Exception as error:
            print_error(explain(error, base_url=session.base_url, profile=session.profile.name))
            code = exit_code(error)
            if code == NO_CONNECTION:
                return code
            continue
        if options.as_json:
            print_json(answer, line=True)
        else:
            write(f"{visible_line(identifier)} deleted\n".encode())
    return code


# ---- there and back


def _wrong_usage(options: argparse.Namespace) -> str | None:
    known = [name for name, one in purposes().items() if one.is_upload]
    if options.purpose not in known:
        return f"“{options.purpose}” is no purpose for an upload: it is one of {', '.join(known)}."
    return None if options.files else "There is no file in what was named."


def _check(options: argparse.Namespace) -> int:
    """What is wrong with each file."""
    code = FINE
    for path in options.files:
        found = check_file(path, options.purpose)
        if not is_sendable(found):
            code = REFUSED
        if options.as_json:
            findings = [
                {"rule": one.rule, "severity": one.severity, "line": one.line, "words": one.text()} for one in found
            ]
            print_json({"path": str(path), "fits": is_sendable(found), "findings": findings}, line=True)
            continue
        lines = [f"{path}: {one.severity}: {one.text()}" for one in found] or [f"{path}: fits “{options.purpose}”"]
        write("".join(f"{visible_line(line)}\n" for line in lines).encode("utf-8", "replace"))
    return code


@contextlib.asynccontextmanager
async def _queue(options: argparse.Namespace, session: Session) -> AsyncIterator[TransferQueue]:
    """A queue over the journal of the data folder; every transfer goes by this session."""
    size = getattr(options, "part_size", 64) * 1024 * 1024
    how = Options(parallel=getattr(options, "parallel", 4), part_bytes=size, whole_most=size)

    async def one(_profile: str) -> Session:
        return session

    path = DataPaths(options.data_dir or default_data_dir()).transfers
    with contextlib.closing(await asyncio.to_thread(TransferStore, path)) as store:
        if store.problem is not None:
            print_warning(store.problem)
        queue = TransferQueue(store, one, how)
        try:
            yield queue
        finally:
            await queue.aclose()


async def _upload(options: argparse.Namespace, session: Session) -> int:
    async with _queue(options, session) as queue:
        with Progress(queue, quiet=options.quiet) as progress:
            ids = await queue.add(
                options.files, options.purpose, session.profile.id, expires_after=options.expires_after,
                checked=not options.force,
            )  # fmt: skip
            await progress.until_done()
        return _report(options, [queue.state(one) for one in ids])


async def _resume(options: argparse.Namespace, session: Session) -> int:
    async with _queue(options, session) as queue:
        restored = await queue.restore()
        mine = [state for state in restored if state.item.profile == session.profile.id]
        if len(mine) < len(restored):
            say(f"{len(restored) - len(mine)} were begun with another profile: name it with --profile.")
        if not mine:
            say("Nothing was broken off.")
            return FINE
        with Progress(queue, quiet=options.quiet) as progress:
            await queue.resume(*(state.item.id for state in mine))
            await progress.until_done()
        return _report(options, [queue.state(state.item.id) for state in mine])


async def _download(options: argparse.Namespace, session: Session) -> int:
    output: Path | None = options.output
    if output is not None and len(options.ids) > 1 and not await asyncio.to_thread(output.is_dir):
        say(f"{output} is no folder: several files need one.")
        return WRONG_USAGE
    places = []
    for identifier in options.ids:
        if output is not None and not await asyncio.to_thread(output.is_dir):
            places.append(output)
            continue
        about = await call(session, "files.retrieve", {"file_id": identifier})
        places.append((output or Path()) / safe_name(str(about.get("filename") or identifier)))
    async with _queue(options, session) as queue:
        with Progress(queue, quiet=options.quiet) as progress:
            ids = [
                await queue.download(identifier, place, session.profile.id, overwrite=options.force)
                for identifier, place in zip(options.ids, places, strict=True)
            ]
            await progress.until_done()
        return _report(options, [queue.state(one) for one in ids])


def _report(options: argparse.Namespace, states: list[TransferState]) -> int:
    """Each transfer: what became of it on stdout, why it failed on stderr."""
    failed = [state for state in states if state.item.state != "done"]
    for state in states:
        item = state.item
        if options.as_json:
            print_json(_line(state), line=True)
        elif item.state == "done":
            place = f"{item.file_id}  {item.path if item.kind == 'download' else item.name}"
            write(f"{visible_line(place)}\n".encode("utf-8", "replace"))
        if item.state == "done" and not options.quiet:
            for words in (
                *((f"{item.name}: {item.note}",) if item.note else ()),
                *(one.text() for one in state.findings),
            ):
                say(words)
        if item.problem is not None and not options.as_json:
            print_error(item.problem)
    if not failed:
        return FINE
    problems = [state.item.problem for state in failed]
    offline = all(one is not None and one.type == "connection_error" for one in problems)
    return NO_CONNECTION if offline and len(failed) == len(states) else REFUSED


def _line(state: TransferState) -> dict[str, Any]:
    item = state.item
    return {
        "state": item.state, "file_id": item.file_id, "path": str(item.path), "bytes": max(0, item.size),
        "purpose": item.purpose or None, "note": item.note or None, "findings": [one.text() for one in state.findings],
        "error": item.problem.to_error_dict() if item.problem else None,
    }  # fmt: skip


# ---- what nobody goes on with


async def _orphans(options: argparse.Namespace, session: Session) -> int:
    code = FINE
    async with _queue(options, session) as queue:
        found = await queue.orphans()
        for one in found:
            state = "left"
            if options.cancel and one.profile == session.profile.id:
                state = "cancelled" if await queue.cancel_orphan(one) else "not cancelled"
                code = code if state == "cancelled" else REFUSED
            line = {
                "upload_id": one.upload_id, "name": one.name, "bytes": one.size, "state": state,
                "began_at": one.began_at, "ends_at": one.expires_at, "can_be_resumed": one.resumable,
            }  # fmt: skip
            if options.as_json:
                print_json(line, line=True)
                continue
            words = "can be gone on with" if one.resumable else "nothing goes on with it"
            text = (
                f"{one.upload_id or 'ID not known'}  {bytes_text(one.size):>10}  {_day(one.began_at)}  ends by itself "
            )
            text += f"{_day(one.expires_at)}  {words if state == 'left' else state}  {one.name}"
            write(f"{visible_line(text)}\n".encode("utf-8", "replace"))
    if not found:
        say("There are none.")
    sys.stdout.flush()
    return code
