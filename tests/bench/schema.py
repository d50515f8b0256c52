"""A schema at the limits, 5,000 properties and ten levels, checked as a person types: against reading it as JSON and
one check by jsonschema's metaschema. Milliseconds of CPU: others may use the machine."""

from __future__ import annotations

from tests.bench.processes import run_child
from tests.bench.table import Row, median


def run() -> list[Row]:
    found = run_child("tests.bench.schema_child")
    plain = "json.loads and one jsonschema metaschema check of the same text"
    size = f"{found['properties']:,} properties, {found['depth']} levels, {found['characters'] / 1e3:.0f} kB"
    rows = []
    many = f"nothing closed or required, {found['findings']:,} findings"
    for kind, what, target in (("good", size, 50), ("open", many, None)):
        times = found[kind]
        rows += [
            Row("schema", f"{what}: read and checked, CPU", median(times["both"]), "ms", target=target, digits=1),
            Row("schema", "the same", median(times["both"]), "ms", plain, median(times["plain"]), target=1, digits=1),
            Row("schema", "of it the check", median(times["check"]), "ms", digits=1),
            Row("schema", "after that, the line and column of a finding", median(times["place"]), "ms", digits=1),
        ]
    rows.append(Row("schema", "all of them fixed", median(found["fixed"]), "ms", digits=0))
    return rows
