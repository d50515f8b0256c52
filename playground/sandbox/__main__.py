"""`python -m playground.sandbox --state DIR`: the sandbox as a process that dies with the one that started it.

When it listens it prints one line of JSON on stdout, `{"base_url", "key"}`. A line of JSON on stdin, `{"faults":
["stall=12"]}`, puts these faults on in place of those before; it answers with another such line when they are on, since
they can change the base URL. It ends when its stdin ends, at SIGTERM and at SIGINT. Exit codes: 0 ended as asked, 2
wrong usage or a port in use.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from playground.sandbox.faults import Fault, Faults, parse
from playground.sandbox.lifeline import die_with_parent

HURRY = 5.0
"""Seconds after the end of stdin at which the process ends whatever it is doing."""


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=options.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    if not options.stay:
        die_with_parent()
    try:
        asyncio.run(_run(options))
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


async def _run(options: argparse.Namespace) -> None:
    from playground.sandbox.server import serve  # aiohttp only now: usage errors need not wait for it

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    orders: asyncio.Queue[Faults] = asyncio.Queue()
    if not options.stay:
        threading.Thread(target=_watch_stdin, args=(loop, stop, orders), name="stdin", daemon=True).start()
    await serve(
        options.state,
        port=options.port,
        key=options.key,
        echo_rate=options.echo_rate,
        faults=Faults(options.faults),
        ready=_announce,
        stop=stop,
        orders=orders,
        tones=options.tones,
    )


def _announce(base_url: str, key: str) -> None:
    sys.stdout.write(json.dumps({"base_url": base_url, "key": key}) + "\n")
    sys.stdout.flush()


def _watch_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event, orders: asyncio.Queue[Faults]) -> None:
    """The kernel closes the other end of stdin when the parent ends, however it ends."""
    held = b""
    try:
        while data := os.read(0, 4096):
            *lines, held = (held + data).split(b"\n")
            for line in lines:
                loop.call_soon_threadsafe(orders.put_nowait, _order(line))
    except OSError:
        pass
    deadline = threading.Timer(HURRY, os._exit, (1,))
    deadline.daemon = True
    deadline.start()
    with contextlib.suppress(RuntimeError):  # the server did not start, and its loop is closed already
        loop.call_soon_threadsafe(stop.set)


def _order(line: bytes) -> Faults:
    """What the parent asks for; nothing where that cannot be read."""
    try:
        return Faults(parse(text) for text in json.loads(line)["faults"])
    except (ValueError, KeyError, TypeError) as error:
        logging.getLogger(__name__).warning("an order that cannot be read: %s", error)
        return Faults()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m playground.sandbox", description="Serve the sandbox on 127.0.0.1.")
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help="where its objects are kept")
    parser.add_argument("--port", type=_port, default=0, metavar="N", help="the port (default: a free one)")
    parser.add_argument("--key", metavar="K", help="the key to ask for (default: a random one)")
    parser.add_argument(
        "--echo-rate", type=_rate, default=150.0, metavar="N", help="tokens/s of sandbox-echo, 0: no limit"
    )
    parser.add_argument(
        "--fault", type=_fault, action="append", dest="faults", default=[],
        metavar="NAME[=VALUE][@ATTEMPT]",
        help="what is to go wrong; see playground sandbox --help",
    )  # fmt: skip
    parser.add_argument("--tones", action="store_true", help="beep and hear nothing, though the extra “audio” is there")
    parser.add_argument("--stay", action="store_true", help="do not end with stdin, or with the parent process")
    parser.add_argument("--log-level", choices=["debug", "info", "warning", "error"], default="warning")
    return parser


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port: it must be 0 to 65535")
    return value


def _fault(text: str) -> Fault:
    try:
        return parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _rate(text: str) -> float:
    value = float(text)
    if not 0 <= value < 1e9:
        raise argparse.ArgumentTypeError(f"{text} is no rate: it must be 0 or more")
    return value


if __name__ == "__main__":
    sys.exit(main())
