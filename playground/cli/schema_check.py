"""`playground schema check`: what a server's rules say about schemas, as lines that a CI log and an editor read."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from playground.cli.output import FINE, REFUSED, WRONG_USAGE, forget_stdout, print_json
from playground.cli.schema_files import UnreadableFile, counted, line_of, read
from playground.core.schemas import Document, Finding, Profile, Report, check, profile

_FAILS = {"error": ("error",), "warning": ("error", "warning"), "note": ("error", "warning", "note")}


def run_check(options: argparse.Namespace) -> int:
    """The exit code: 0 where nothing was found that counts, 1 where something was, 2 where a file cannot be read."""
    rules = profile(options.rules)
    failing = _FAILS[options.fail_on]
    code, all_findings, unread = FINE, list[Finding](), 0
    try:
        for file in options.files:
            try:
                document = read(file)
            except UnreadableFile as error:
                _say_unreadable(file, error, rules, as_json=options.as_json)
                code, unread = WRONG_USAGE, unread + 1
                continue
            report = check(document, rules)
            all_findings += report.findings
            if any(one.severity in failing for one in report.findings):
                code = max(code, REFUSED)
            if options.as_json:
                print_json(_object(file, document, report, rules), line=True)
            else:
                _print(line_of(file, document, finding) for finding in report.findings)
                if report.left_out:
                    _print([f"{report.left_out:,} more findings are not shown."])
        if not options.as_json:
            _print([_total(len(options.files) - unread, unread, all_findings, rules)])
    except BrokenPipeError:
        forget_stdout()
    return code


def _print(lines: Any) -> None:
    sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def _total(files: int, unread: int, findings: list[Finding], rules: Profile) -> str:
    schemas = "1 schema" if files == 1 else f"{files:,} schemas"
    lost = f" {unread:,} file{'s' if unread > 1 else ''} could not be read." if unread else ""
    return f"{schemas} by the rules of “{rules.title}” ({rules.date}): {counted(findings)}.{lost}"


def _say_unreadable(file: str, error: UnreadableFile, rules: Profile, *, as_json: bool) -> None:
    if as_json:
        told = {"words": error.words, "line": error.line, "column": error.column}
        print_json({"file": file, "profile": rules.id, "accepted": False, "error": told, "findings": []}, line=True)
    else:
        _print([str(error)])


def _object(file: str, document: Document, report: Report, rules: Profile) -> dict[str, Any]:
    """All that is known about a file, for programs."""
    return {
        "file": file,
        "profile": rules.id,
        "rules_of": rules.date,
        "accepted": report.is_accepted,
        "error": None,
        "findings": [finding_object(document, one) for one in report.findings],
        "more_findings": report.left_out,
        "budgets": [{"id": one.id, "used": one.used, "limit": one.limit} for one in report.budgets],
    }


def finding_object(document: Document, finding: Finding) -> dict[str, Any]:
    """A finding for programs: lines and columns from 1, the end behind the last character."""
    start = document.key_place(finding.pointer)[0]
    line, column = document.line_column(start)
    end_line, end_column = document.line_column(document.place(finding.pointer)[1])
    return {
        "pointer": finding.pointer,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "severity": finding.severity,
        "rule": finding.rule,
        "words": finding.words,
        "reason": finding.reason,
        "source": {"title": finding.source.title, "url": finding.source.url, "date": finding.source.date},
        "fixes": [
            {
                "title": fix.title,
                "automatic": fix.automatic,
                "loses": fix.loses,
                "narrows": fix.narrows,
                "widens": fix.widens,
            }
            for fix in finding.fixes
        ],
    }
