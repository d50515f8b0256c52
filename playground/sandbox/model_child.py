"""The process that runs the local model: JSON lines in, JSON lines out, nothing else.

llama.cpp runs in a process of its own because an abort in native code ends the process it happens in. Started by
`model_engine` as `python -m playground.sandbox.model_child GGUF CONTEXT THREADS`; it ends when its stdin does.

In:  {"id", "op": "chat" | "completion", "body"}, one at a time; {"id", "op": "cancel"}.
Out: {"ready": true} or {"failed": words} once; then for each id {"id", "text"} as it comes, and last either
     {"id", "end": {"finish": "stop" | "length" | "cancelled", "usage", "timings"}} or
     {"id", "error": {"code", "type", "message", ...}}.
"""

from __future__ import annotations

import json
import os
import queue
import re
import secrets
import socket
import stat
import sys
import threading
from typing import Any

from playground.sandbox.lifeline import die_with_parent

_BATCH = 32
"""Prompt tokens evaluated between two looks at whether the work was cancelled; larger is no faster on a CPU."""


class Log:
    """What native code writes to stderr: passed on, and searched for the one thing that is only said there.

    A schema that llguidance cannot keep is merely logged, and the model then writes what it likes. It is logged
    before the prompt is read, so it is here before the first token.
    """

    _COMPLAINT = re.compile(rb"llg error: .*?failed to compile JSON schema: (.*?)\n +1 \|", re.DOTALL)

    def __init__(self) -> None:
        self._reader, writer = os.pipe()
        os.set_blocking(self._reader, False)
        self._real = os.dup(2)
        os.dup2(writer, 2)
        os.close(writer)
        self._tail = b""

    def complaint(self) -> str | None:
        """Why the current schema cannot be kept; said once."""
        while True:
            try:
                piece = os.read(self._reader, 65536)
            except BlockingIOError:
                break
            os.write(self._real, piece)
            self._tail = (self._tail + piece)[-8192:]
        if (match := self._COMPLAINT.search(self._tail)) is None:
            return None
        self._tail = self._tail[match.end() :]
        return " ".join(match[1].decode(errors="replace").split())


class Child:
    """One loaded model and its one generation at a time."""

    def __init__(self, out: int, log: Log) -> None:
        self._out = out
        self._log = log
        self._cancelled: set[int] = set()
        self._work: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    def say(self, message: dict[str, Any]) -> None:
        line = json.dumps(message, separators=(",", ":")).encode() + b"\n"
        while line:
            line = line[os.write(self._out, line) :]

    def listen(self) -> None:
        """Reads commands until stdin ends, then ends the process, whatever it is doing."""
        for line in sys.stdin.buffer:
            command = json.loads(line)
            if command["op"] == "cancel":
                self._cancelled.add(command["id"])
            else:
                self._work.put(command)
        os._exit(0)

    def serve(self, model: Any) -> None:
        """Works off the commands, for ever."""
        while True:
            command = self._work.get()
            try:
                self.generate(model, command["id"], command["op"], command["body"])
            except Exception as error:
                # What the library refuses before it starts: a schema it cannot turn into a grammar, a wrong value.
                self.say({"id": command["id"], "error": {"code": 400, "type": "refused", "message": str(error)}})

    def generate(self, model: Any, number: int, operation: str, body: dict[str, Any]) -> None:
        end: dict[str, Any] = {"finish": "stop"}
        failure: dict[str, Any] = {}

        def take(chunk: dict[str, Any]) -> bool:
            """One chunk of the stream; True ends the generation."""
            if number in self._cancelled:
                return True
            if words := self._log.complaint():
                failure.update(code=400, type="schema", message=words)
                return True
            if "error" in chunk:
                failure.update(chunk["error"])
                return True
            end.update({key: chunk[key] for key in ("usage", "timings") if key in chunk})
            for choice in chunk.get("choices") or ():
                text = choice.get("text") or (choice.get("delta") or {}).get("content")
                if text:
                    self.say({"id": number, "text": text})
                end["finish"] = choice.get("finish_reason") or end["finish"]
            return False

        if (schema := body.pop("json_schema", None)) is not None:
            grammar = _grammar(schema)
            body |= {"json_schema": schema} if grammar is None else {"grammar": grammar}
        handle = model.handle_chat_completions if operation == "chat" else model.handle_completions
        handle(body, take)
        self._log.complaint()
        if number in self._cancelled:
            self._cancelled.discard(number)
            end["finish"] = "cancelled"
        self.say({"id": number, "error": failure} if failure else {"id": number, "end": end})


def load(path: str, context: int, threads: int) -> Any:
    """The model, loaded. Raises RuntimeError when llama.cpp cannot read the file."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = path
    params.n_ctx = context
    params.n_parallel = 1
    params.n_gpu_layers = 0
    params.n_batch = params.n_ubatch = _BATCH
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.cache_ram_mib = 0
    params.warmup = False
    params.verbosity = 1
    # It insists on an HTTP listener: shut for strangers while it exists, and closed at once.
    params.api_keys = [secrets.token_hex(32)]
    params.ui = params.endpoint_slots = params.endpoint_props = False
    params.cors_origins = ""
    params.n_threads_http = 1
    params.reasoning_format = xllamacpp.common_reasoning_format.COMMON_REASONING_FORMAT_NONE
    model = xllamacpp.Server(params)
    _close_listeners()
    return model


def _grammar(schema: dict[str, Any]) -> str | None:
    """The schema as a grammar of llguidance, which keeps all of the strict subset; None where the build lacks it."""
    import xllamacpp

    # No blanks but one after each comma and colon: a small model loves to break lines instead of going on.
    style = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": ", "coerce_one_of": True}
    grammar: str = xllamacpp.json_schema_to_grammar(schema | {"x-guidance": style})
    return grammar if grammar.startswith("%llguidance") else None


def _close_listeners() -> None:
    """Shut every listening socket of this process, which opened none itself. Not possible on Windows."""
    if os.name != "posix":
        return
    for descriptor in range(3, 256):
        try:
            if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                continue
            with socket.socket(fileno=os.dup(descriptor)) as copy:
                if copy.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    copy.shutdown(socket.SHUT_RDWR)
        except OSError:
            continue


def main() -> None:
    die_with_parent()
    # Whatever native code prints goes to stderr, which is logged; the lines have stdout for themselves.
    out = os.dup(1)
    os.dup2(2, 1)
    log = Log()
    child = Child(out, log)
    threading.Thread(target=child.listen, name="commands", daemon=True).start()
    try:
        model = load(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    except Exception as error:
        child.say({"failed": f"{type(error).__name__}: {error}"})
        return
    finally:
        log.complaint()
    child.say({"ready": True})
    child.serve(model)


if __name__ == "__main__":
    main()
