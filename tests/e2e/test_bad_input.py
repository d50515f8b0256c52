"""Bad input and a bad network, as people meet them: each in the real window and with the real `playground call`.

The window says it at its place in Compose, the command line as JSON on stderr with an exit code; both name what to do.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from playground.app import Application
from playground.core.paths import DataPaths
from playground.core.profiles import KeySource, Profile, ProfileStore, Timeouts
from playground.panels.compose.view import ComposeView
from playground.widgets.controls import Banner, CommandButton
from tests.helpers.needs import ROOT
from tests.helpers.servers import RecordingServer, Reply
from tests.panels.streams import error_reply, responses_reply
from tests.shell.conftest import PATIENCE, Make

KEY = "sk-test-0123456789abcdef"
PAGE = b"<!doctype html><html><head><title>Sign in</title></head><body>Welcome to the hotel</body></html>"


@dataclass
class Place:
    """What a fault is made of: a server, a data folder, and things that are put away in the end."""

    server: RecordingServer
    data: Path
    stack: ExitStack

    def env(self, url: str, key: str = KEY, **more: str) -> dict[str, str]:
        return {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": key, **more}

    def profile(self, **values: Any) -> dict[str, str]:
        """A stored profile, which was used last; nothing in the environment."""
        profile = Profile.new("Work", **{"base_url": self.server.base_url, "default_model": "gpt-test", **values})
        store = ProfileStore(DataPaths(self.data).profiles, {})
        store.save(profile)
        store.set_active(profile.id)
        return {}

    def full_backlog(self) -> str:
        """A host that drops what is sent to it: a listener whose queue is full."""
        listener = self.stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = self.stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        return f"http://127.0.0.1:{listener.getsockname()[1]}/v1"


@dataclass(frozen=True)
class Fault:
    """`make` arranges it and gives the environment; `title` and `words` are what a person reads in the window;
    `code` is the exit code of the command line, whose words hold `said` (default: `title`)."""

    name: str
    make: Callable[[Place], dict[str, str]]
    code: int
    title: str
    words: tuple[str, ...] = ()
    said: str = ""
    sent: int = 0
    """Requests that reach the server."""


def answering(path: str, *replies: Reply) -> Callable[[Place], dict[str, str]]:
    def make(place: Place) -> dict[str, str]:
        for reply in replies:
            reply.forever = True
            place.server.add(path, reply)
        return place.env(place.server.base_url)

    return make


def behind(proxy_url: str, target: str, **variables: str) -> Callable[[Place], dict[str, str]]:
    """A server that is only to be reached by a proxy; `PORT` is the recording server's."""

    def make(place: Place) -> dict[str, str]:
        place.server.add("https.example.test:443", Reply(b"", status=407, forever=True))
        place.server.add("forbidden.example.test:443", Reply(b"no", status=403, forever=True))
        page = Reply(PAGE, status=407, content_type="text/html", forever=True)
        place.server.add("http://http.example.test/v1/responses", page)
        proxy = proxy_url.replace("PORT", str(place.server.port))
        return place.env(target, **{"ALL_PROXY": proxy, **variables})

    return make


def refused(place: Place) -> dict[str, str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return place.env(f"http://127.0.0.1:{port}/v1")


def missing_v1(place: Place) -> dict[str, str]:
    answer = Reply.of_json({"detail": "Not Found"}, status=404, forever=True)
    place.server.add("/responses", answer)
    return place.env(place.server.base_url.removesuffix("/v1"))


FAULTS = (
    Fault(
        "wrong key",
        answering("/responses", error_reply(401, f"Incorrect API key provided: {KEY}.", code="invalid_api_key")),
        1,
        "The key was not accepted",
        ("Check the key",),
        said="Incorrect API key provided: *",
        sent=1,
    ),
    Fault("no key", lambda p: p.profile(key=KeySource.MEMORY), 2, "“Work” has no key", ("Enter it again",)),
    Fault("no keyring", lambda p: p.profile(key=KeySource.KEYRING), 2, "The key could not be read", ("keyring",)),
    Fault(
        "key with a line break",
        lambda p: p.env(p.server.base_url, "sk-first\nsk-second"),
        2,
        "OPENAI_API_KEY holds no usable key",
        ("no spaces or line breaks",),
    ),
    Fault("missing /v1", missing_v1, 1, "Not found", ("does not end in /v1",), said="Not Found", sent=1),
    Fault(
        "a web page",
        answering("/responses", Reply(PAGE, content_type="text/html")),
        1,
        "The server answered with a web page",
        ("Sign in", "Check the base URL"),
        sent=1,
    ),
    Fault(
        "no URL at all",
        lambda p: p.env("localhost:8000/v1"),
        2,
        "The base URL cannot be used, and nothing was sent",
        ("begins with http:// or https://", "Correct the variable"),
    ),
    Fault(
        "a profile whose file was edited",
        lambda p: (p.profile(base_url="http://x/v1"), edit_url(p, "http://user:pw@host/v1?x=1"))[0],
        2,
        "The base URL cannot be used, and nothing was sent",
        ("Leave user name and password out", "Correct the profile"),
    ),
    Fault("nobody there", refused, 3, "Nothing answers at this address", ("127.0.0.1", "Start the server")),
    Fault(
        "a name that nobody has",
        lambda p: p.env("https://api.openai.invalid/v1"),
        3,
        "The server's name was not found",
        ("api.openai.invalid", "Check the base URL"),
    ),
    Fault(
        "a host that drops everything",
        lambda p: p.profile(base_url=p.full_backlog(), key=KeySource.NONE, timeouts=Timeouts(connect=0.4)),
        3,
        "The server could not be reached in time",
        ("connect time-out can be raised",),
    ),
    Fault(
        "a proxy that is not there",
        behind("http://127.0.0.1:1", "https://https.example.test/v1"),
        3,
        "The proxy cannot be reached",
        ("https.example.test", "The server itself was not asked", "NO_PROXY"),
    ),
    Fault(
        "a proxy whose name nobody has",
        behind("http://proxy.invalid:3128", "https://https.example.test/v1"),
        3,
        "The proxy cannot be reached",
    ),
    Fault(
        "a proxy that wants a password, for https",
        behind("http://me:canary-pw@127.0.0.1:PORT", "https://https.example.test/v1"),
        3,
        "The proxy asks for a password",
        ("HTTPS_PROXY",),
        sent=1,
    ),
    Fault(
        "a proxy that wants a password, for http",
        behind("127.0.0.1:PORT", "http://http.example.test/v1"),
        1,
        "A proxy asks for a password",
        ("sign-in",),
        said="Welcome to the hotel",
        sent=1,
    ),
    Fault(
        "a proxy that forbids it",
        behind("http://127.0.0.1:PORT", "https://forbidden.example.test/v1"),
        3,
        "The proxy failed",
        ("did not let the request through",),
        sent=1,
    ),
    Fault(
        "a proxy of another kind",
        behind("socks5://127.0.0.1:PORT", "https://https.example.test/v1"),
        3,
        "The proxy failed",
        ("Only http:// and https:// proxies",),
    ),
)


def edit_url(place: Place, url: str) -> None:
    file = DataPaths(place.data).profiles
    document = json.loads(file.read_text("utf-8"))
    document["profiles"][0]["base_url"] = url
    file.write_text(json.dumps(document), "utf-8")


@pytest.fixture
def place(tmp_path: Path, server: RecordingServer) -> Iterator[Place]:
    with ExitStack() as stack:
        yield Place(server, tmp_path / "data", stack)


def call(data: Path, environ: dict[str, str], *flags: str, method: str = "responses.create") -> tuple[int, str, str]:
    """`playground call` as a process of its own."""
    body = '{"model": "gpt-test", "input": "hello", "stream": true}' if method == "responses.create" else "{}"
    done = subprocess.run(
        [sys.executable, "-m", "playground", "call", method, "--data-dir", str(data), "--json", body, *flags],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def lines_of(err: str) -> dict[str, dict[str, Any]]:
    """What is said on stderr, by its kind: JSON lines and nothing else."""
    found: dict[str, dict[str, Any]] = {}
    for line in err.splitlines():
        found |= json.loads(line)
    return found


def compose(program: Application) -> ComposeView:
    view = program.window.findChild(ComposeView)
    assert view is not None
    return view


def box(program: Application) -> Banner:
    found = program.window.findChild(Banner)
    assert found is not None and found.isVisible()
    return found


def run_prompt(program: Application, qtbot: QtBot) -> ComposeView:
    qtbot.waitUntil(lambda: program.standing.settled() and not program.bridge.operations, timeout=PATIENCE)
    view = compose(program)
    view.picker.use("gpt-test")
    view.prompt.messages.cards[-1].editor.set_text("Keep what I wrote.")
    program.window.commands.run("compose.run")
    qtbot.waitUntil(lambda: not view.model.running, timeout=PATIENCE)
    return view


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_command_line_says_what_happened_and_how_it_ended(fault: Fault, place: Place) -> None:
    code, out, err = call(place.data, fault.make(place))
    said = lines_of(err)["error"]
    assert (code, out) == (fault.code, ""), err
    assert (fault.said or fault.title) in said["message"], said
    for words in (fault.title, *fault.words):
        assert words in said["explanation"] + said["message"], said
    assert KEY not in err and "canary-pw" not in err and "Traceback" not in err
    assert len([r for r in place.server.received if "models" not in r.path]) == fault.sent


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_window_says_it_at_its_place(fault: Fault, place: Place, make: Make, qtbot: QtBot) -> None:
    program = make(fault.make(place))
    view = run_prompt(program, qtbot)
    assert view.model.snapshot is not None and view.model.snapshot.status == "failed"
    problem = box(program).problem
    assert fault.title in problem.title, problem
    read = " ".join(filter(None, (problem.title, problem.cause, problem.remedy, problem.server_words)))
    for words in fault.words:
        assert words in read, problem
    assert problem.remedy, "what to do is said"
    assert KEY not in str(problem) and "canary-pw" not in str(problem)
    assert view.prompt.messages.messages()[-1].text == "Keep what I wrote."
    if fault.name in ("wrong key", "no key", "no keyring", "no URL at all"):
        offered = [button.accessibleName() for button in box(program).findChildren(CommandButton)]
        assert "Manage Profiles and Keys…" in offered, "the settings are one click away"


@pytest.mark.parametrize("key", [f"  {KEY} ", f"{KEY}\n", f"Bearer {KEY}", f'"{KEY}"'])
def test_a_key_with_something_around_it_works(place: Place, key: str) -> None:
    place.server.add("/responses", responses_reply("Hello"))
    code, out, err = call(place.data, place.env(place.server.base_url, key))
    assert (code, err) == (0, "") and "Hello" in out
    assert place.server.received[-1].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("end", ["/", "//", " ", "\n"])
def test_a_base_url_with_something_behind_it_works(place: Place, end: str) -> None:
    place.server.add("/responses", responses_reply("Hello"))
    code, _, err = call(place.data, place.env(place.server.base_url + end))
    assert (code, err) == (0, "") and place.server.received[-1].path == "/v1/responses"
    assert "authorization" in place.server.received[-1].headers


def test_a_proxy_is_honoured_and_no_proxy_too(place: Place) -> None:
    place.server.add("http://far.example.test/v1/responses", responses_reply("By the proxy"))
    proxy = f"http://me:canary-pw@127.0.0.1:{place.server.port}"
    far = "http://far.example.test/v1"
    code, out, err = call(place.data, place.env(far, HTTP_PROXY=proxy))
    assert code == 0 and "By the proxy" in out
    assert "proxy-authorization" in place.server.received[-1].headers
    assert "unencrypted" in lines_of(err)["warning"]["message"], "the key went over the network in the clear"
    code, _, err = call(place.data, place.env(far, HTTP_PROXY=proxy, NO_PROXY="example.test"))
    assert code == 3 and lines_of(err)["error"]["code"] == "dns", "it was not asked of the proxy"
    for file in place.data.rglob("*"):
        assert not file.is_file() or b"canary-pw" not in file.read_bytes(), file


def test_the_window_warns_before_a_key_goes_over_the_network_in_the_clear(
    make: Make, qtbot: QtBot, place: Place
) -> None:
    program = make(place.env("http://far.example.invalid/v1"))
    qtbot.waitUntil(lambda: program.standing.settled(), timeout=PATIENCE)
    notice = program.window.notices.newest()
    assert notice is not None and "unencrypted" in notice.text and notice.role == "warning"
