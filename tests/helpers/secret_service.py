"""A real Secret Service (gnome-keyring) on a D-Bus session of its own: nothing of the user's is touched.

Three states that people meet: unlocked, locked, and one that takes calls and never answers.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BACKEND = "keyring.backends.SecretService.Keyring"


@dataclass(frozen=True)
class SecretService:
    """The environment in which keyring finds this service."""

    address: str
    environ: dict[str, str]


@contextmanager
def private_bus(home: Path) -> Iterator[dict[str, str]]:
    """A D-Bus session bus without any service; yields the environment of its clients."""
    runtime = home / "run"
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("DBUS_", "GNOME_", "XDG_"))}
    environ |= {"HOME": str(home), "XDG_RUNTIME_DIR": str(runtime), "XDG_DATA_HOME": str(home / "data")}
    environ.pop("DISPLAY", None)
    environ.pop("WAYLAND_DISPLAY", None)
    # The address is printed on stdout, then the daemon stays in the foreground.
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environ, text=True) as bus:
        assert bus.stdout
        try:
            address = bus.stdout.readline().strip()
            assert address, "dbus-daemon gave no address"
            yield environ | {"DBUS_SESSION_BUS_ADDRESS": address, "PYTHON_KEYRING_BACKEND": BACKEND}
        finally:
            bus.terminate()


@contextmanager
def _keyring_daemon(environ: dict[str, str], password: str) -> Iterator[None]:
    """gnome-keyring with its login collection unlocked, until the block ends."""
    command = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environ, text=True
    ) as daemon:
        assert daemon.stdin
        try:
            daemon.stdin.write(password)
            daemon.stdin.close()
            _run(_WAIT, environ)
            yield
        finally:
            daemon.terminate()


# Waits, on the bus's own signal, until the service has a name; then until it has its login collection.
_WAIT = """
import time, secretstorage
from secretstorage.exceptions import SecretStorageException
end = time.monotonic() + 15
while True:
    try:
        with __import__("contextlib").closing(secretstorage.dbus_init()) as bus:
            if not secretstorage.get_default_collection(bus).is_locked():
                break
    except SecretStorageException:
        if time.monotonic() > end:
            raise
    time.sleep(0.05)
"""

_LOCK = """
import contextlib, secretstorage
with contextlib.closing(secretstorage.dbus_init()) as bus:
    collection = secretstorage.get_default_collection(bus)
    collection.lock()
    assert collection.is_locked()
"""

# Owns the service's name and takes every call without answering one.
_SILENT = """
import sys
from jeepney import MatchRule, message_bus
from jeepney.io.blocking import open_dbus_connection
connection = open_dbus_connection("SESSION")
assert connection.send_and_get_reply(message_bus.RequestName("org.freedesktop.secrets")).body == (1,)
print("silent", flush=True)
while True:
    connection.receive()
"""


def _run(code: str, environ: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, timeout=30, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def unlocked_service(home: Path) -> Iterator[SecretService]:
    """gnome-keyring, unlocked: what a person has after logging in."""
    with private_bus(home) as environ, _keyring_daemon(environ, "test"):
        yield SecretService(environ["DBUS_SESSION_BUS_ADDRESS"], environ)


@contextmanager
def locked_service(home: Path) -> Iterator[SecretService]:
    """gnome-keyring with its collection locked and no way to ask for the password."""
    with private_bus(home) as environ, _keyring_daemon(environ, "test"):
        _run(_LOCK, environ)
        yield SecretService(environ["DBUS_SESSION_BUS_ADDRESS"], environ)


@contextmanager
def silent_service(home: Path) -> Iterator[SecretService]:
    """A service that never answers, as one does that waits for a dialog nobody sees."""
    with private_bus(home) as environ, tempfile.TemporaryFile() as errors:
        command = [sys.executable, "-c", _SILENT]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environ, text=True) as process:
            assert process.stdout
            try:
                assert process.stdout.readline().strip() == "silent"
                yield SecretService(environ["DBUS_SESSION_BUS_ADDRESS"], environ)
            finally:
                process.kill()


@contextmanager
def empty_bus(home: Path) -> Iterator[SecretService]:
    """A session bus on which nobody offers secrets: keyring chooses SecretService and fails at the first call."""
    with private_bus(home) as environ:
        yield SecretService(environ["DBUS_SESSION_BUS_ADDRESS"], environ)
