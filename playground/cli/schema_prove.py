"""`playground schema prove` and `outputs`: a schema on inputs, and past outputs against a schema."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

from playground.cli.call import exit_code, open_session
from playground.cli.output import (
    FINE,
    NO_CONNECTION,
    REFUSED,
    WRONG_USAGE,
    forget_stdout,
    print_error,
    print_json,
    say,
)
from playground.core.errors import explain
from playground.core.schemas import Document, SchemaTextError
from playground.core.schemas.proof.inputs import InputsError, merged, read_file, typed
from playground.core.schemas.proof.model import Outcome, Plan, Progress, ProofInput, Totals
from playground.core.schemas.proof.preparing import mended, schema_in, tool_in
from playground.core.schemas.proof.showing import field_words, numbers_words, run_words
from playground.core.visible import visible


class _UsageError(Exception):
    """What somebody asked for cannot be meant."""


def run_prove(options: argparse.Namespace) -> int:
    """The exit code. Raises KeyboardInterrupt."""
    try:
        plan = _plan(options)
        return asyncio.run(_prove(options, plan))
    except BrokenPipeError:
        forget_stdout()
        return FINE
    except (_UsageError, InputsError, SchemaTextError, OSError) as error:
        say(str(error))
        return WRONG_USAGE
    except Exception as error:
        print_error(explain(error))
        return exit_code(error)


def _document(file: str) -> Any:
    text = sys.stdin.buffer.read().decode("utf-8", "replace") if file == "-" else Path(file).read_text("utf-8")
    return Document.parse(text).value


def _schema(file: str) -> Any:
    return schema_in(_document(file))


def _plan(options: argparse.Namespace) -> Plan:
    """The plan, its model perhaps not known yet. Raises _UsageError, InputsError, SchemaTextError, OSError."""
    inputs: list[ProofInput] = [typed(text) for text in options.input]
    for file in options.inputs:
        inputs += read_file(Path(file))
    inputs = merged((), inputs)[0]
    if options.only_failed:
        inputs = [one for one in inputs if one.failed]
    if not inputs:
        raise _UsageError("There is nothing to run it on: give --input TEXT or --inputs FILE.")
    name = options.name or ("result" if options.file == "-" else Path(options.file).name.partition(".")[0])
    value = _document(options.file)
    tool = tool_in(value)
    plan = Plan(
        schema_in(value),
        tuple(inputs),
        "".join(sign if sign.isascii() and (sign.isalnum() or sign in "_-") else "_" for sign in name)[:64] or "result",
        options.model,
        options.runs,
        options.instructions,
        options.max_tokens,
        tool=tool is not None,
        description=tool or "",
        api=options.api,
        parallel=options.parallel,
    )
    return mended(plan, options.mend) if options.mend else plan


async def _prove(options: argparse.Namespace, plan: Plan) -> int:
    from dataclasses import replace

    from playground.core.schemas.proof.running import Stopped, prove

    outcomes: list[Outcome] = []
    told: set[str] = set()

    def take(progress: list[Progress]) -> None:
        for one in progress:
            outcomes.append(one.outcome)
            if options.as_json:
                print_json(_line(one.outcome, plan), line=True)
            elif one.outcome.problem is not None and one.outcome.words in told:
                continue  # the same error for each run is said once
            elif not one.outcome.is_good:
                told.add(one.outcome.words)
                say(f"{run_words(one.outcome)}: {one.outcome.words}")

    async with open_session(options) as session:
        if not plan.model:
            model = session.profile.default_model or ("sandbox-echo" if session.profile.is_sandbox else "")
            if not model:
                raise _UsageError("Which model? Name it with --model.")
            plan = replace(plan, model=model)
        try:
            totals = await prove(session, plan, take)
        except Stopped as stopped:
            if stopped.outcome.problem is not None:
                print_error(stopped.outcome.problem)
            return NO_CONNECTION if _is_unreachable(stopped.outcome) else REFUSED
    _report(totals, as_json=options.as_json)
    if all(one.is_good for one in outcomes):
        return FINE
    return NO_CONNECTION if all(_is_unreachable(one) for one in outcomes) else REFUSED


def _is_unreachable(outcome: Outcome) -> bool:
    return outcome.problem is not None and outcome.problem.type == "connection_error"


def _line(outcome: Outcome, plan: Plan) -> dict[str, Any]:
    return {
        "input": outcome.input + 1,
        "run": outcome.run + 1,
        "verdict": outcome.verdict,
        "output": outcome.text,
        "words": outcome.words,
        "wrong": [{"path": one.path, "words": one.words, "client": one.client} for one in outcome.wrong],
        "model": plan.model,
        "input_tokens": outcome.input_tokens,
        "output_tokens": outcome.output_tokens,
        "cost": None if outcome.cost is None else float(outcome.cost),
        "seconds": None if outcome.seconds is None else round(outcome.seconds, 3),
        "request_id": outcome.request_id,
        "error": None if outcome.problem is None else outcome.problem.to_error_dict(),
    }


def _report(totals: Totals, *, as_json: bool) -> None:
    if as_json:
        fields = [
            {"path": one.pointer, "agreement": round(one.share, 4), "length": one.length} for one in totals.fields
        ]
        print_json({"runs": totals.done, "counts": dict(totals.counts), "agreement": fields}, line=True)
        return
    words = [f"{totals.count('valid'):,} of {totals.total:,} valid"]
    for verdict, name in (("invalid", "not valid"), ("cut", "cut short"), ("refused", "refused"), ("failed", "failed")):
        if count := totals.count(verdict):  # type: ignore[arg-type]
            words.append(f"{count:,} {name}")
    lines = [", ".join(words) + ".", numbers_words(totals)]
    lines += [f"{one.share * 100:5.0f} %  {visible(field_words(one.pointer))}" for one in totals.fields]
    sys.stdout.write("\n".join(line for line in lines if line) + "\n")
    sys.stdout.flush()


def run_outputs(options: argparse.Namespace) -> int:
    """The exit code: 0 where every output fits."""
    from playground.core.schemas.proof.outputs import of_file
    from playground.core.schemas.proof.stored import check_stored
    from playground.core.schemas.validate import UnusableSchema

    try:
        before = _schema(options.before) if options.before else None
        schema = _schema(options.file)
        result = check_stored(of_file(Path(options.outputs)), schema, before)
        if options.as_json:
            print_json(_checked(result))
        else:
            _print_checked(result)
    except BrokenPipeError:
        forget_stdout()
        return FINE
    except UnusableSchema as error:
        say(str(error))
        return REFUSED
    except (SchemaTextError, OSError) as error:
        say(str(error))
        return WRONG_USAGE
    return REFUSED if result.wrong else FINE


def _checked(result: Any) -> dict[str, Any]:
    return {
        "checked": result.checked,
        "fit": result.fit,
        "no_json": result.unreadable,
        "fitted_before": result.newly,
        "mended": result.mended,
        "breaks": [
            {"path": one.path, "words": one.words, "outputs": one.count, "first": one.examples} for one in result.breaks
        ],
        "more_breaks": result.left_out,
        "unread": result.unread,
    }


def _print_checked(result: Any) -> None:
    lines = [result.words(), *result.unread]
    for one in result.breaks:
        lines.append(f"{one.count:7,}  {one.path or 'the output'} {one.words} ({', '.join(one.examples)})")
    if result.left_out:
        lines.append(f"{result.left_out:,} more findings at other places")
    sys.stdout.write("".join(f"{visible(line)}\n" for line in lines))
    sys.stdout.flush()
