"""`python -m tests.bench [--million] [NAME …]`: measures, and prints the table; the names are in BENCHES. With
--million the request log has 1,000,000 exchanges.

Each value stands beside a baseline of the same run, or a target. Nothing fails: the numbers are for people.
"""

from __future__ import annotations

import importlib
import os
import platform
import sys
import traceback
from datetime import UTC, datetime

from tests.bench.table import Row, markdown

BENCHES = (
    "stream", "many", "growth", "start", "events", "json", "list", "history", "form", "catalog", "tree",
    "log", "recording", "proxy", "inspector", "diff", "dashboard", "schema_tree", "schema", "convert", "upload",
    "files",
)  # fmt: skip


def main(names: list[str]) -> int:
    if "--million" in names:
        os.environ["PLAYGROUND_BENCH_MILLION"] = "1"
        names = [name for name in names if name != "--million"]
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"unknown: {', '.join(unknown)}. There are: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for name in names or BENCHES:
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            rows += importlib.import_module(f"tests.bench.{name}").run()
        except Exception:
            traceback.print_exc()
    load = os.getloadavg()[0]
    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"load {load:.1f}, CPython {platform.python_version()}; medians of 5.\n"
    )
    print(markdown(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
