"""`playground proxy`: the recording proxy without a window."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
from typing import Any

from playground.cli.call import exit_code
from playground.cli.output import FINE, forget_stdout, print_error, print_json, print_warning, say, write
from playground.core.errors import Problem, explain
from playground.core.exchanges import ExchangeStore, ExchangeSummary
from playground.core.outcomes import clock_text, status_text
from playground.core.paths import DataPaths, default_data_dir
from playground.core.plain import seconds_text
from playground.core.profiles import ProfileStore, check_base_url
from playground.core.proxy.control import ProxyControl, upstream_at, upstream_of
from playground.core.proxy.names import ORIGIN
from playground.core.proxy.state import ProxySettings, ProxyState, Upstream
from playground.core.secrets import KeyVault
from playground.core.session import SessionManager
from playground.core.visible import visible_line


def run_proxy(options: argparse.Namespace) -> int:
    """Runs it until Ctrl+C (exit code 130) or SIGTERM (0). Raises KeyboardInterrupt."""
    try:
        return asyncio.run(_run(options))
    except BrokenPipeError:
        forget_stdout()
        return FINE
    except Exception as error:
        problem = explain(error)
        print_error(problem) if options.as_json else say(problem.line())
        return exit_code(error)


async def _run(options: argparse.Namespace) -> int:
    from playground.sandbox.process import SandboxProcess

    paths = DataPaths(options.data_dir or default_data_dir())
    profiles = ProfileStore(paths.profiles)
    profiles.load()
    if profiles.problem is not None:
        print_warning(profiles.problem)
    profiles.choose(options.profile, options.use_sandbox)
    sandbox = SandboxProcess(paths.sandbox)
    ended = asyncio.Event()
    with contextlib.suppress(NotImplementedError):  # Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    with contextlib.closing(await asyncio.to_thread(ExchangeStore.open, paths.exchanges)) as store:
        if store.problem is not None:
            print_warning(store.problem)
        store.writer.problem.connect(print_warning)
        manager = SessionManager(profiles, KeyVault(), store.writer, endpoints={"sandbox": sandbox.start})
        control = ProxyControl(store.writer)
        printer = _Printer(as_json=options.as_json)
        try:
            upstream = await _upstream(options, manager)
            settings = ProxySettings(upstream, options.port, paths.cache, profiles.environ)
            if (caution := check_base_url(upstream.base_url).warning) is not None:
                say(f"{upstream.base_url}: {caution}")
            printer.began(await control.start(settings), upstream)
            store.changed.connect(printer.changed)
            control.changed.connect(printer.refused)
            await ended.wait()
        finally:
            await control.stop()
            await manager.aclose()
            await sandbox.stop()
    return FINE


async def _upstream(options: argparse.Namespace, manager: SessionManager) -> Upstream:
    """Raises ProblemError."""
    if options.upstream is None:
        return await upstream_of(manager, manager.current, add_key=options.add_key)
    if options.add_key:
        from playground.core.calls import UsageProblem

        raise UsageProblem(
            Problem(
                "--add-key and --upstream do not go together",
                "A profile's key goes to the profile's own server and to no other.",
                "Leave --upstream out and name the profile, or leave --add-key out.",
                type="usage",
            )
        )
    return upstream_at(options.upstream)


class _Printer:
    """Says where it listens, and a line for each call that is over. Never stops the proxy: nobody may be reading."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._refused = 0

    def began(self, state: ProxyState, upstream: Upstream) -> None:
        """Raises BrokenPipeError."""
        token = state.token or upstream.no_secret
        if self._as_json:
            more = {"key": token} if token else {}
            print_json({"base_url": state.base_url, "upstream": state.upstream, **more}, line=True)
        else:
            key = f"OPENAI_API_KEY={token}\n" if token else ""
            write(f"OPENAI_BASE_URL={state.base_url}\n{key}Recording what goes to {state.upstream}\n".encode())

    def changed(self, summary: ExchangeSummary) -> None:
        """In the writer's thread."""
        if summary.origin != ORIGIN or summary.state == "open" or summary.duration is None:
            return
        with contextlib.suppress(OSError):
            if self._as_json:
                print_json(_as_dict(summary), line=True)
            else:
                words = (clock_text(summary.started_at), status_text(summary), summary.method, summary.path,
                         summary.model or "", seconds_text(summary.duration), summary.error_code or "",
                         summary.request_id or summary.id)  # fmt: skip
                write(f"{visible_line('  '.join(filter(None, words)))}\n".encode())

    def refused(self, state: ProxyState) -> None:
        """A request that was not passed on is in no log: it is said."""
        if state.refused > self._refused:
            self._refused = state.refused
            with contextlib.suppress(OSError):
                say(f"refused: {state.last_error}")


def _as_dict(summary: ExchangeSummary) -> dict[str, Any]:
    return {
        "id": summary.id,
        "started_at": summary.started_at,
        "method": summary.method,
        "path": summary.path,
        "sdk_method": summary.sdk_method or None,
        "model": summary.model,
        "status": summary.status,
        "state": summary.state,
        "error_code": summary.error_code,
        "duration": summary.duration,
        "first_token": summary.timings.first_token,
        "request_id": summary.request_id,
    }
