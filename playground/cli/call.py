"""`playground call`: one call of the SDK, through the same session and recorder as the window's."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from playground.cli.output import (
    FINE,
    NO_CONNECTION,
    REFUSED,
    WRONG_USAGE,
    forget_stdout,
    print_error,
    print_json,
    print_warning,
    write,
)
from playground.core.calls import Content, UsageProblem, call, resolve
from playground.core.errors import Problem, ProblemError, explain, explain_event, is_connection_error
from playground.core.exchanges import ExchangeStore
from playground.core.helpers import helper_of
from playground.core.paths import DataPaths, default_data_dir
from playground.core.profiles import ProfileStore
from playground.core.secrets import KeyVault
from playground.core.session import Session, SessionManager
from playground.core.visible import visible


def run_call(options: argparse.Namespace) -> int:
    """Prints the answer; gives the exit code. Raises KeyboardInterrupt."""
    try:
        body = _body(options)
        check_output(options.output)
        return asyncio.run(_call(options, body))
    except BrokenPipeError:
        forget_stdout()
        return FINE
    except Exception as error:
        print_error(explain(error))
        return exit_code(error)


def _body(options: argparse.Namespace) -> dict[str, Any]:
    """Raises ProblemError, OSError."""
    if options.file is None:
        return read_body(options.body)
    from playground.cli.saved import take_saved

    return take_saved(options)


def exit_code(error: BaseException) -> int:
    """Of what ended a call before it was answered."""
    if isinstance(error, ProblemError):
        return REFUSED if error.problem.type == "not_json" else WRONG_USAGE
    if hasattr(error, "status_code"):
        return REFUSED
    if is_connection_error(error) or type(error).__name__ == "SandboxError":
        return NO_CONNECTION
    return WRONG_USAGE if isinstance(error, TypeError | ValueError | OSError) else REFUSED


def _wrong(title: str, cause: str, remedy: str) -> UsageProblem:
    return UsageProblem(Problem(title, cause, remedy, type="usage"))


def read_body(text: str | None) -> dict[str, Any]:
    """The body of `--json`: JSON, `@file`, or `-` for stdin. Raises UsageProblem, OSError."""
    if text is None:
        return {}
    source = "The body"
    if text == "-":
        source, text = "What came on stdin", sys.stdin.buffer.read().decode("utf-8", "replace")
    elif text.startswith("@"):
        source = text[1:]
        text = Path(source).expanduser().read_text("utf-8", "replace")
    try:
        body = json.loads(text)
    except ValueError as error:
        raise _wrong(f"{source} is no JSON", str(error), 'A body is like {"model": "sandbox-echo"}') from None
    if not isinstance(body, dict):
        raise _wrong(f"{source} is no JSON object", f"It is a {type(body).__name__}", "Give names and values in {}")
    return body


def check_output(path: Path | None) -> None:
    """Before anything is paid for. Raises UsageProblem."""
    if path is None:
        return
    if path.is_dir():
        raise _wrong(f"{path} is a folder", "The answer is written to a file", "Name a file")
    if not path.parent.is_dir():
        raise _wrong(f"{path.parent} is no folder", "The answer would have no place", "Make it first")


@contextlib.asynccontextmanager
async def open_session(options: argparse.Namespace) -> AsyncIterator[Session]:
    """A session as the window has one: the data folder's profiles, keys and request log; the sandbox as a child.

    Raises ProblemError, OSError, SandboxError.
    """
    from playground.sandbox.process import SandboxProcess

    paths = DataPaths(options.data_dir or default_data_dir())
    profiles = ProfileStore(paths.profiles)
    profiles.load()
    if profiles.problem is not None:
        print_warning(profiles.problem)
    profiles.choose(options.profile, options.use_sandbox)
    sandbox = SandboxProcess(paths.sandbox)
    with contextlib.closing(await asyncio.to_thread(ExchangeStore.open, paths.exchanges)) as store:
        if store.problem is not None:
            print_warning(store.problem)
        store.writer.problem.connect(print_warning)
        manager = SessionManager(profiles, KeyVault(), store.writer, endpoints={"sandbox": sandbox.start})
        try:
            session = await manager.session()
            if session.caution:
                print_warning(Problem(session.caution, "", "", type="unencrypted"))
            yield session
        finally:
            await manager.aclose()
            await sandbox.stop()


async def _call(options: argparse.Namespace, body: dict[str, Any]) -> int:
    async with open_session(options) as session:
        try:
            if options.output is None and sys.stdout.isatty():
                client = await session.client()
                if helper_of(client, options.method) is None and resolve(client, options.method).is_binary:
                    raise _binary(options.method)
            answer = await call(
                session,
                options.method,
                body,
                stream=options.stream,
                all_pages=options.all_pages,
                output=options.output,
            )
            if hasattr(answer, "__aiter__"):
                return await _print_events(answer, session)
            return _print(answer, options.method, session)
        except BrokenPipeError:
            raise
        except Exception as error:
            print_error(explain(error, base_url=session.base_url, profile=session.profile.name))
            return exit_code(error)


def _binary(method: str) -> UsageProblem:
    return _wrong(f"“{method}” answers with a file's bytes", "A terminal cannot show them", "Add -o FILE")


def _print(answer: Any, method: str, session: Session) -> int:
    """An answer. One that is nothing but an error, though its status is 200, ends in an error, too."""
    if not isinstance(answer, Content):
        print_json(answer)
        error = answer.get("error") if isinstance(answer, Mapping) and answer.keys() == {"error"} else None
        if not error:
            return FINE
        said = error if isinstance(error, Mapping) else {"message": str(error)}
        print_error(explain_event(said, None, base_url=session.base_url, profile=session.profile.name))
        return REFUSED
    if sys.stdout.isatty() and not answer.is_text:
        raise _binary(method)
    if sys.stdout.isatty():  # nothing in it is to move the cursor, or to hide what stands beside it
        write(visible(answer.content.decode("utf-8", "replace").replace("\r\n", "\n")).encode())
        return FINE
    write(answer.content)
    return FINE


async def _print_events(events: AsyncIterator[dict[str, Any]], session: Session) -> int:
    """Each event as it comes. A stream that holds an error ends in an error, too."""
    failed: Problem | None = None
    async with contextlib.aclosing(events) as stream:  # type: ignore[type-var]
        async for event in stream:
            print_json(event, line=True)
            error = error_in(event)
            if is_unreadable(event):
                failed = failed or UNREADABLE
            elif error is not None:
                failed = explain_event(error, None, base_url=session.base_url, profile=session.profile.name)
    if failed is None:
        return FINE
    print_error(failed)
    return REFUSED


UNREADABLE = Problem(
    "Part of the stream could not be read",
    "An event held broken JSON, other bytes than UTF-8, or lines out of place; it was printed as it came.",
    "Look at proxies between here and the server; a piece of the answer may be missing.",
    "Perhaps.",
    type="not_json",
)


def is_unreadable(event: Mapping[str, Any]) -> bool:
    """Whether an event's data was no JSON."""
    return event.keys() == {"event", "data"} and isinstance(event["data"], str)


def error_in(event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The error that an event tells of, in any of the shapes it comes in."""
    if event.get("type") == "response.failed":
        response = event.get("response")
        error = response.get("error") if isinstance(response, Mapping) else None
        return error if isinstance(error, Mapping) else {"message": "The response failed."}
    if event.get("event") == "error":
        data = event.get("data")
        return data if isinstance(data, Mapping) else {"message": str(data)}
    error = event.get("error")
    if event.get("type") == "error":
        return error if isinstance(error, Mapping) else event
    if error and "object" not in event:
        return error if isinstance(error, Mapping) else {"message": str(error)}
    return None
