"""Builds the catalogue of the installed SDK: `python -m playground.core.catalog [--out FILE]`.

It is printed as JSON, or written to a file; compressed where that is called `….gz`, as the one in `resources/facts` is.
"""

from __future__ import annotations

import argparse
import gzip
import os
import sys
from pathlib import Path

from playground.core.catalog.build import build
from playground.core.catalog.store import dumps
from playground.core.files import save_bytes

if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(10)  # somebody uses the window meanwhile
    parser = argparse.ArgumentParser("python -m playground.core.catalog", allow_abbrev=False)
    parser.add_argument("--out", type=Path, metavar="FILE")
    out = parser.parse_args().out
    data = dumps(build()).encode()
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        save_bytes(out, gzip.compress(data, 9, mtime=0) if out.suffix == ".gz" else data)
