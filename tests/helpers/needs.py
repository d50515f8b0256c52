"""What a machine may lack: found once, before the environment is scrubbed, and said in one line each.

`PLAYGROUND_WEIGHTS`, `PLAYGROUND_STEADY`, `PLAYGROUND_NODE`, `PLAYGROUND_TYPESCRIPT`, `PLAYGROUND_SUITE` and
`PLAYGROUND_SHARED` point elsewhere than the usual places.
`PLAYGROUND_TEST_ALL=1` makes a missing one a failure instead of a skip.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "openai-playground-tests"
"""Where `.ci/run` keeps what it fetches, so that the plain test command finds it afterwards."""
SHARED = Path(os.environ.get("PLAYGROUND_SHARED") or ROOT.parent / "shared")
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
VECTORS = ("l2_supercat_256.safetensors", "l2_supercat_tokenizer_config.json")


@dataclass(frozen=True)
class Need:
    """One thing that a marker asks for: where it is, or why not and how to have it."""

    marker: str
    path: Path | None
    missing: str


def _weights() -> Need:
    folder = Path(os.environ.get("PLAYGROUND_WEIGHTS") or CACHE / "weights")
    found = folder if (folder / GGUF).is_file() else None
    missing = (
        f"no weights of the local model in {folder}: `.venv/bin/python -m playground.sandbox.weights {folder}` fetches "
        "them (112 MB), or set PLAYGROUND_WEIGHTS to a folder that has them"
    )
    if importlib.util.find_spec("xllamacpp") is None:
        return Need("model", None, "xllamacpp is not installed: pip install xllamacpp")
    return Need("model", found, missing)


def _vectors() -> Need:
    folder = Path(os.environ.get("PLAYGROUND_WEIGHTS") or CACHE / "weights")
    found = folder if all((folder / name).is_file() for name in VECTORS) else None
    missing = (
        f"no vectors of words in {folder}: `.venv/bin/python -m playground.sandbox.weights {folder}` fetches them "
        "(112 MB with the local model), or set PLAYGROUND_WEIGHTS to a folder that has them"
    )
    return Need("vectors", found, missing)


def _steady() -> Need:
    configured = os.environ.get("PLAYGROUND_STEADY")
    places = [Path(configured)] if configured else [CACHE / "steady" / "node_modules" / ".bin" / "steady"]
    if not configured and (on_path := shutil.which("steady")):
        places.append(Path(on_path))
    found = next((place for place in places if place.is_file()), None)
    if shutil.which("node") is None:
        return Need("steady", None, "no Node.js: apt-get install nodejs npm")
    prefix = CACHE / "steady"
    return Need("steady", found, f"no Steady mock server: `npm install --prefix {prefix} @stdy/cli@0.22.1`")


def _node() -> Need:
    """The `openai` package of npm; it wants Node.js 20 or newer."""
    if shutil.which("node") is None:
        return Need("node", None, "no Node.js: apt-get install nodejs npm")
    prefix = Path(os.environ.get("PLAYGROUND_NODE") or CACHE / "openai-js-7")
    package = prefix / "node_modules" / "openai"
    found = package if (package / "package.json").is_file() else None
    return Need("node", found, f"no openai package of npm: `npm install --prefix {prefix} openai@7.57.0`")


def _typescript() -> Need:
    """TypeScript's compiler, Zod, and the `openai` package of npm, which looks for Zod beside itself."""
    if shutil.which("node") is None:
        return Need("typescript", None, "no Node.js: apt-get install nodejs npm")
    prefix = Path(os.environ.get("PLAYGROUND_TYPESCRIPT") or CACHE / "typescript")
    modules = prefix / "node_modules"
    there = all((modules / name / "package.json").is_file() for name in ("typescript", "zod", "openai"))
    packages = "typescript@5.9.3 zod@4.6.7 openai@7.57.0"
    fetch = f"`npm install --prefix {prefix} {packages}`"
    return Need("typescript", modules if there else None, f"no typescript, zod and openai packages of npm: {fetch}")


def _keyring() -> Need:
    programs = ("dbus-daemon", "gnome-keyring-daemon")
    absent = [name for name in programs if shutil.which(name) is None]
    if sys.platform != "linux":
        return Need("keyring", None, "the Secret Service exists on Linux only")
    found = None if absent else Path(str(shutil.which(programs[1])))
    return Need("keyring", found, f"no {', '.join(absent)}: apt-get install dbus gnome-keyring")


def _audio() -> Need:
    """The extra of the sandbox that speaks and listens."""
    absent = [name for name in ("av", "espeakng_loader", "pocketsphinx") if not importlib.util.find_spec(name)]
    found = None if absent else ROOT
    return Need("audio", found, f"no {', '.join(absent)}: `.venv/bin/pip install -e '.[audio]'`")


def _suite() -> Need:
    """The JSON Schema Test Suite, which is in the source package of jsonschema and in no wheel."""
    folder = Path(os.environ.get("PLAYGROUND_SUITE") or CACHE / "json-schema-suite")
    found = next(folder.glob("jsonschema-*.tar.gz"), None)
    fetch = f"`.venv/bin/pip download --no-deps --no-binary :all: -d {folder} jsonschema==4.26.0`"
    return Need("suite", found, f"no JSON Schema Test Suite: {fetch}")


NEEDS = {
    need.marker: need
    for need in (_weights(), _vectors(), _steady(), _node(), _typescript(), _keyring(), _audio(), _suite())
}
TEST_ALL = os.environ.get("PLAYGROUND_TEST_ALL") == "1"


def shared(*parts: str) -> Path | None:
    """A file of the folder `../shared` beside the checkout, or None where it is absent."""
    path = SHARED.joinpath(*parts)
    return path if path.exists() else None
