"""The process that reads Python: started for each text, with nothing of ours around it, ended by the clock."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playground.core.schemas.convert.model import ConvertError

PATIENCE = 20.0
"""Seconds after which it is ended, whatever it does. It has itself `jail.SECONDS` of computing time."""
MAX_ANSWER = 30_000_000
"""Bytes that are read of its answer."""
_ROOT = Path(__file__).resolve().parents[5]
"""Where the child finds this package."""
_CODE = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from playground.core.schemas.convert.python_in.child import main; main()"
)
_TOO_MUCH = (
    "Reading it took too much time or memory, and was stopped: its types are too many, or nested into each other too "
    "often. Paste only the models that you need."
)
_BROKEN = (
    "It could not be read: {}. That is a mistake of this program. Leave out the class that it is about, or bring the "
    "schema itself, as model_json_schema() prints it."
)


def ask(request: Mapping[str, Any], *, patience: float = PATIENCE) -> dict[str, Any]:
    """The child's answer. Waits for it: not in the GUI thread. Raises ConvertError where it has none.

    `-I`: neither the folder it starts in nor PYTHONPATH nor the user's packages are looked at. No environment, hence no
    key; no descriptor but the two pipes; the network and all else it gives up itself before it reads the text.
    """
    import subprocess

    windows = {
        name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ
    }  # Python does not start without
    try:
        child = subprocess.Popen(
            [sys.executable, "-I", "-B", "-c", _CODE, str(_ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=windows,
            close_fds=True,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise ConvertError(f"The process that reads Python could not be started: {error}.") from None
    assert child.stdin is not None and child.stdout is not None
    clock = threading.Timer(patience, child.kill)
    clock.daemon = True
    clock.start()
    try:
        try:
            child.stdin.write(json.dumps(request).encode())
            child.stdin.close()
        except OSError:
            pass  # it ended before; its answer says more
        data = child.stdout.read(MAX_ANSWER + 1)
    finally:
        clock.cancel()
        child.kill()
        child.wait()
        child.stdout.close()
        with contextlib.suppress(OSError):
            child.stdin.close()
    try:
        answer = json.loads(data) if len(data) <= MAX_ANSWER else None
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise ConvertError(_TOO_MUCH)
    if "broken" in answer:
        raise ConvertError(_BROKEN.format(answer["broken"]))
    return answer
