"""One clean environment for every test, the fixtures that several tests share, and honest words about what was skipped.

Nothing here imports Qt: the tests of the core run where Qt's libraries are missing.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.helpers.needs import GGUF, NEEDS, TEST_ALL, VECTORS
from tests.helpers.sandbox import Server, running_sandbox
from tests.helpers.secret_service import SecretService, empty_bus, locked_service, silent_service, unlocked_service
from tests.helpers.servers import RecordingServer
from tests.helpers.steady import running_steady

_HOME = Path(tempfile.mkdtemp(prefix="playground-tests-"))


def _scrub() -> None:
    """Before any test module is imported: no key, no keyring, no folder of the person who runs the tests."""
    for name in [name for name in os.environ if name.startswith(("OPENAI_", "AZURE_OPENAI", "PLAYGROUND_", "XDG_"))]:
        del os.environ[name]
    for name in ("DBUS_SESSION_BUS_ADDRESS", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        os.environ.pop(name, None)
    runtime = _HOME / "run"
    runtime.mkdir(mode=0o700)
    os.environ |= {
        "HOME": str(_HOME),
        "XDG_DATA_HOME": str(_HOME / "data"),
        "XDG_CONFIG_HOME": str(_HOME / "config"),
        "XDG_CACHE_HOME": str(_HOME / "cache"),
        "XDG_RUNTIME_DIR": str(runtime),
        # A test that forgot to choose a keyring must not reach the real one.
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


_scrub()

# Who starts the tests in the background of a shell has SIGINT ignored, and so would every program that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

GARBAGE = 20_000
"""Objects made and not freed before a test's garbage is collected."""

_skipped: dict[str, int] = {}


def pytest_collection_finish() -> None:
    """What was imported stays: no collection need look through it."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """As in the program: nothing is collected in the midst of a QObject's destructor (playground/bridge/garbage.py)."""
    qt = "qapp" in getattr(item, "fixturenames", ())
    if qt:
        gc.disable()
    try:
        return (yield)
    finally:
        if gc.get_count()[0] > GARBAGE:
            gc.collect()
        gc.enable()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A marker whose need is missing: a skip that says how to have it, or a failure under PLAYGROUND_TEST_ALL=1."""
    for marker, need in NEEDS.items():
        if item.get_closest_marker(marker) is None or need.path is not None:
            continue
        if TEST_ALL:
            pytest.fail(f"PLAYGROUND_TEST_ALL=1, but {need.missing}", pytrace=False)
        _skipped[marker] = _skipped.get(marker, 0) + 1
        pytest.skip(need.missing)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests counted (`record_property("said", …)`), and what was not run."""
    reports = [
        one for stat in ("passed", "failed") for one in terminalreporter.stats.get(stat, ()) if one.when == "call"
    ]
    said = [value for report in reports for name, value in report.user_properties if name == "said"]
    if said:
        terminalreporter.section("counted")
    for words in said:
        terminalreporter.write_line(str(words))
    if not _skipped:
        return
    terminalreporter.section("not run on this machine")
    for marker, count in sorted(_skipped.items()):
        tests = "1 test" if count == 1 else f"{count} tests"
        terminalreporter.write_line(f"{tests} marked {marker}: {NEEDS[marker].missing}")


def pytest_unconfigure() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def weights_folder() -> Path:
    """The folder with the local model's weights; for tests marked `model`."""
    path = NEEDS["model"].path
    assert path is not None, "mark the test with pytest.mark.model"
    return path


@pytest.fixture(scope="session")
def vectors_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real sandbox with the real vectors of words; for tests marked `vectors`."""
    folder = NEEDS["vectors"].path
    assert folder is not None, "mark the test with pytest.mark.vectors"
    state = tmp_path_factory.mktemp("vectors-state")
    for name in VECTORS:
        (state / name).symlink_to(folder / name)
    with running_sandbox(state) as server:
        yield server


@pytest.fixture(scope="session")
def steady_program() -> Path:
    """The Steady mock server's program; for tests marked `steady`."""
    path = NEEDS["steady"].path
    assert path is not None, "mark the test with pytest.mark.steady"
    return path


@pytest.fixture(scope="session")
def steady_server(steady_program: Path) -> Iterator[str]:
    """The base URL (without /v1) of a running Steady; for tests marked `steady`."""
    with running_steady(steady_program) as base_url:
        yield base_url


@pytest.fixture(scope="session")
def sandbox_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real sandbox in its own process: `base_url` (ends in /v1), `key`, `pid`. One for the whole run.

    It beeps, also where the extra “audio” is installed."""
    with running_sandbox(tmp_path_factory.mktemp("sandbox-state"), "--tones") as server:
        yield server


@pytest.fixture(scope="session")
def audio_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real sandbox with its voice and its ears; for tests marked `audio`."""
    with running_sandbox(tmp_path_factory.mktemp("audio-state")) as server:
        yield server


@pytest.fixture(scope="session")
def model_sandbox(tmp_path_factory: pytest.TempPathFactory, weights_folder: Path) -> Iterator[Server]:
    """The real sandbox with the real model; for tests marked `model`."""
    state = tmp_path_factory.mktemp("model-state")

    (state / GGUF).symlink_to(weights_folder / GGUF)
    with running_sandbox(state) as server:
        yield server


@pytest.fixture
def recording_server() -> Iterator[RecordingServer]:
    """A loopback server whose every byte the test decides; see tests/helpers/servers.py."""
    server = RecordingServer()
    yield server
    server.close()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], None]:
    """Puts variables into this process's environment until the test ends."""

    def put(values: dict[str, str]) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return put


def _service(
    make: Callable[[Path], AbstractContextManager[SecretService]], monkeypatch: pytest.MonkeyPatch
) -> Iterator[SecretService]:
    # Not below tmp_path: the path of a socket may have 107 bytes at most.
    with tempfile.TemporaryDirectory(prefix="pg-keys-") as home, make(Path(home)) as service:
        for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "PYTHON_KEYRING_BACKEND"):
            monkeypatch.setenv(name, service.environ[name])
        _forget_backend()
        yield service
        _forget_backend()


def _forget_backend() -> None:
    """keyring chooses its backend once per process; the next call is to choose again, from the environment."""
    if "keyring.core" in sys.modules:
        sys.modules["keyring.core"].__dict__["_keyring_backend"] = None


@pytest.fixture
def secret_service(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    """A real gnome-keyring, unlocked, chosen by this process's environment; for tests marked `keyring`."""
    yield from _service(unlocked_service, monkeypatch)


@pytest.fixture
def locked_secret_service(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    """A real gnome-keyring, locked; for tests marked `keyring`."""
    yield from _service(locked_service, monkeypatch)


@pytest.fixture
def silent_secret_service(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    """A Secret Service that never answers; for tests marked `keyring`."""
    yield from _service(silent_service, monkeypatch)


@pytest.fixture
def no_secret_service(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    """A session bus without a Secret Service; for tests marked `keyring`."""
    yield from _service(empty_bus, monkeypatch)
