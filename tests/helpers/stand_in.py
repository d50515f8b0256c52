"""A stand-in for the sandbox's process, for the tests of what starts it: the same flags, the same first line.

`STAND_IN` in the environment chooses how it misbehaves: silent, rude (no JSON), crash (at once), deaf (ignores its
stdin's end and SIGTERM), parent (has a child of its own, tied to it).
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from playground.sandbox import lifeline


def main() -> None:
    flags = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
    way = os.environ.get("STAND_IN", "")
    Path(flags["--state"]).mkdir(parents=True, exist_ok=True)
    Path(flags["--state"], "environ.json").write_text(json.dumps(dict(os.environ)))
    sys.stderr.write("stand-in WARNING the stand-in starts\n")
    sys.stderr.flush()
    if way == "crash":
        sys.exit("the stand-in has no wish to live")
    if way == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if way == "silent":
        sys.stdin.read()
        return
    if way == "parent":
        child = [sys.executable, "-P", lifeline.__file__, "http.server", "0", "--bind", "127.0.0.1"]
        subprocess.Popen(child, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with socket.create_server(("127.0.0.1", int(flags["--port"]))) as listener:
        port = listener.getsockname()[1]
        said = {"base_url": f"http://127.0.0.1:{port}/v1", "key": flags.get("--key", f"sk-{os.getpid()}")}
        sys.stdout.write("hello\n" if way == "rude" else json.dumps(said) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
        if way == "deaf":
            signal.pause()


if __name__ == "__main__":
    main()
