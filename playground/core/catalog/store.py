"""Where the catalogue is kept: one file for each version of the SDK, and one that comes with the program.

Reading it takes tens of milliseconds and no SDK. Another version than the installed one serves until the right one has
been built, which a child process does: it takes ten seconds of a processor, and holds the interpreter throughout.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import sys
import zlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import orjson

from playground.core.catalog.catalog import Catalog
from playground.core.files import kept_words, write_atomically
from playground.core.resources import resource

FORMAT = 4
"""Counts up when the files' shape changes, or what is read from the SDK; older files are built anew."""
PATIENCE = 120.0
"""Seconds that building may take; it takes ten."""

KEPT = 3
"""Files of as many versions: environments with different SDKs may share a data folder."""
_ROOT = Path(__file__).resolve().parents[3]
"""Where this package is found."""
_CHILD = (
    "import runpy, sys; sys.path.append(sys.argv.pop(1)); "
    "runpy.run_module('playground.core.catalog', run_name='__main__', alter_sys=True)"
)
"""`-m playground.core.catalog`, but nothing is imported from the folder in which the program was started: that may hold
an `openai.py` of somebody else's."""


class CatalogError(Exception):
    """The catalogue could not be built; says why."""


def installed_version() -> str:
    """The SDK's version, without importing it; empty where it is not installed."""
    try:
        return version("openai")
    except PackageNotFoundError:
        return ""


def cache_file(cache: Path, sdk: str) -> Path:
    return cache / f"catalog-{FORMAT}-{sdk}.json"


def read_file(path: Path) -> Catalog:
    """Raises OSError, and ValueError for a file that is none."""
    data = path.read_bytes()
    try:
        return Catalog(orjson.loads(gzip.decompress(data) if path.suffix == ".gz" else data))
    except (KeyError, TypeError, AttributeError, EOFError, zlib.error) as error:
        raise ValueError(f"{path.name} is no catalogue: {error}") from error


def shipped() -> Catalog | None:
    """The one that comes with the program: of the SDK of its day."""
    for path in sorted(resource("facts").glob("catalog-????-??-??.json.gz"), reverse=True):
        with contextlib.suppress(OSError, ValueError):
            return read_file(path)
    return None


def read_catalog(cache: Path) -> Catalog | None:
    """The installed SDK's where it has been built, else the one that comes with the program. A damaged file is set
    aside. Never raises, never imports the SDK."""
    path = cache_file(cache, installed_version())
    try:
        return read_file(path)
    except FileNotFoundError:
        pass
    except OSError:
        pass
    except ValueError:
        kept_words(path)
    return shipped()


def fits(catalog: Catalog | None) -> bool:
    """Whether it is of the SDK that is installed."""
    return catalog is not None and catalog.sdk_version == installed_version()


async def ensure_catalog(cache: Path, *, anew: bool = False) -> Catalog:
    """The installed SDK's catalogue, built in a child process where it is not there, or in any case with `anew`. A
    folder that cannot be written is no reason to fail. Raises CatalogError."""
    found = None if anew else await asyncio.to_thread(read_catalog, cache)
    if found is not None and fits(found):
        return found
    text = await _built()
    await asyncio.to_thread(_keep, cache, text)
    try:
        return await asyncio.to_thread(lambda: Catalog(orjson.loads(text)))
    except (ValueError, KeyError, TypeError) as error:
        raise CatalogError(f"what was built is no catalogue: {error}") from error


def _keep(cache: Path, text: str) -> None:
    """Write it, and let go of those of versions that are long gone. Never raises."""
    with contextlib.suppress(OSError):
        write_atomically(cache_file(cache, installed_version()), text)
        newest = sorted(cache.glob("catalog-*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in newest[KEPT:]:
            path.unlink()


async def _built() -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-c", _CHILD, str(_ROOT),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    except TimeoutError:
        raise CatalogError(f"building the catalogue took more than {PATIENCE:.0f} s") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        last = err.decode("utf-8", "replace").strip().splitlines()[-1:] or [f"exit code {process.returncode}"]
        raise CatalogError(f"the SDK could not be read: {last[0]}")
    return out.decode("utf-8")


def dumps(data: object) -> str:
    """The catalogue's JSON, as it is kept."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
