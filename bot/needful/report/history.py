"""Recorded runs for people and for programs: what workflows and jobs take, how often they fail, how long they wait."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from needful import __version__
from needful.history.matching import Missed
from needful.history.reading import Reading
from needful.history.statistics import JobStatistics, Rate, Spread, WorkflowStatistics
from needful.history.store import Added, Stored
from needful.report.durations import duration
from needful.report.structured import VERSION
from needful.report.tables import table
from needful.report.terminal import Look, clean, counted, disarmed, hang

_ENOUGH = 10
"""Cases below which nine tenths of them say nothing."""
_NAMED = 10
"""Names that are shown of those that did not match."""

_LEGEND = (
    "n: attempts that succeeded, whose times are shown; p90 from ten on. failed, re-run: of the attempts in which the "
    "job ran. flaky: commits on which it both failed and succeeded. ran: of the runs."
)

_Json: TypeAlias = "bool | int | float | str | list[_Json] | dict[str, _Json] | None"


def imported_text(reading: Reading, added: Added, store: str, look: Look) -> str:
    """What an import did, in two lines."""
    jobs = sum(len(run.jobs) for run in reading.runs)
    carried = sum(job.carried for run in reading.runs for job in run.jobs)
    read = f"Read {counted(len(reading.runs), 'attempt')} of runs with {counted(jobs, 'job')} from "
    read += counted(reading.files, "file") + "."
    if reading.alone:
        read += f" Of {reading.alone} only jobs were there."
    if carried:
        read += f" {counted(carried, 'job was', 'jobs were')} carried over by re-runs."
    kept = f"{added.new} new, {added.grown} grown, {added.known} known already: {store}"
    lines = [*hang(look, "", read), *hang(look, "", kept, role="good")]
    if reading.wrong > len(reading.problems):
        lines.append(f"{reading.wrong - len(reading.problems)} more that could not be read are not shown.")
    return "\n".join(lines) + "\n"


def history_text(
    workflows: Sequence[tuple[Stored, WorkflowStatistics, Missed | None]], without: Sequence[str], look: Look
) -> str:
    """A section for each workflow."""
    sections = ["\n".join(_section(*one, look)) for one in workflows]
    if without:
        sections.append("\n".join(hang(look, "", f"No runs of {', '.join(without)}.", role="dim")))
    if any(found.jobs for _, found, _ in workflows):
        sections.append("\n".join(hang(look, "", _LEGEND, role="dim")))
    return "\n\n".join(sections or ["The history is empty."]) + "\n"


def _section(stored: Stored, found: WorkflowStatistics, missed: Missed | None, look: Look) -> Iterator[str]:
    names = [stored.path or "a workflow without its file", stored.workflow, stored.repository]
    yield look.paint(disarmed(clean(" · ".join(dict.fromkeys(name for name in names if name)))), "heading")
    yield from hang(look, "", _extent(found), indent=2)
    yield from hang(look, "", _ends(found), indent=2)
    times = [("makespan", found.makespan), ("all jobs together", found.work)]
    rows = [[*_cells(one), name] for name, one in times if one]
    if rows:
        yield ""
        yield from table(look, ["n", "p50", "p90", "successful attempts"], rows)
    if found.jobs:
        yield ""
        head = ["n", "p50", "p90", "failed", "re-run", "flaky", "ran", "job"]
        yield from table(look, head, [_job(job) for job in found.jobs])
    if found.waits:
        yield ""
        head = ["n", "p50", "p90", "wait for a runner"]
        yield from table(look, head, [[*_cells(wait), labels] for labels, wait in found.waits])
    if missed is not None and missed.jobs:
        yield ""
        yield from _missed(missed, look)


def _extent(found: WorkflowStatistics) -> str:
    again = found.attempts - found.runs
    text = counted(found.runs, "run") + (f" and {counted(again, 're-run')}" if again else "")
    if found.first is not None and found.last is not None:
        first, last = _day(found.first), _day(found.last)
        text += f", {first}" + (f" to {last}" if last != first else "")
    if found.events:
        text += ": " + ", ".join(f"{number} {event}" for event, number in found.events)
    return text


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _ends(found: WorkflowStatistics) -> str:
    if not found.cancelled.n:
        return "How the runs ended is not recorded."
    failed, cancelled = found.failed, found.cancelled
    return f"{failed.hits} of {failed.n} failed, {cancelled.hits} of {cancelled.n} were cancelled."


def _cells(one: Spread | None) -> list[str]:
    if one is None:
        return ["0", "-", "-"]
    return [str(one.n), duration(one.p50), duration(one.p90) if one.n >= _ENOUGH else "-"]


def _job(job: JobStatistics) -> list[str]:
    rates = [f"{rate.hits}/{rate.n}" for rate in (job.failed, job.again, job.flaky, job.present)]
    return [*_cells(job.seconds), *rates, job.name]


def _missed(missed: Missed, look: Look) -> Iterator[str]:
    share = f"{missed.matched} of {counted(missed.jobs, 'recorded job')} found in the workflow."
    yield from hang(look, "", share, indent=2, role="good" if missed.matched == missed.jobs else "bad")
    for lead, names in (("not there", missed.unmatched), ("unclear", missed.ambiguous)):
        for number, (name, count) in enumerate(names[:_NAMED]):
            yield from hang(look, ("" if number else lead).ljust(11), f"{name} ({count})", indent=4)
        if len(names) > _NAMED:
            yield from hang(look, " " * 11, f"and {counted(len(names) - _NAMED, 'more name')}", indent=4)


def history_json(workflows: Iterable[tuple[Stored, WorkflowStatistics, Missed | None]], without: Sequence[str]) -> str:
    """The same as one document. Times are seconds (since 1970 for `first` and `last`). ASCII only."""
    body: _Json = {
        "version": VERSION,
        "needful": __version__,
        "workflows": [_workflow(*one) for one in workflows],
        "without": list(without),
    }
    return json.dumps(body, indent=2) + "\n"


def _workflow(stored: Stored, found: WorkflowStatistics, missed: Missed | None) -> _Json:
    return {
        "repository": stored.repository,
        "path": stored.path,
        "workflow": stored.workflow,
        "runs": found.runs,
        "attempts": found.attempts,
        "first": found.first,
        "last": found.last,
        "events": dict(found.events),
        "makespan": _spread(found.makespan),
        "work": _spread(found.work),
        "failed": _rate(found.failed),
        "cancelled": _rate(found.cancelled),
        "waits": {labels: _spread(one) for labels, one in found.waits},
        "jobs": [
            {
                "name": job.name,
                "seconds": _spread(job.seconds),
                "failed": _rate(job.failed),
                "again": _rate(job.again),
                "flaky": _rate(job.flaky),
                "present": _rate(job.present),
            }
            for job in found.jobs
        ],
        "matched": None
        if missed is None
        else {
            "jobs": missed.jobs,
            "matched": missed.matched,
            "unmatched": dict(missed.unmatched),
            "ambiguous": dict(missed.ambiguous),
        },
    }


def _spread(one: Spread | None) -> _Json:
    return None if one is None else {"n": one.n, "p50": one.p50, "p90": one.p90}


def _rate(one: Rate) -> _Json:
    return {"hits": one.hits, "n": one.n}
