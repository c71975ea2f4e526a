"""The job that stands for several in which its work was put: it keeps the name, and ends as they end.

`needs` names them all, `always()` lets it run whatever happens to them, and one step fails unless all succeeded. Where
the job may be skipped, it is skipped together with them, so that what a skipped job means to others stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from needful.document.nodes import Plain
from needful.workflow.model import Job

RESULTS = ("success", "failure", "cancelled", "skipped")
RUNNER = "ubuntu-latest"


def may_be_skipped(job: Job) -> bool:
    """Whether a job may be skipped by what is written: it has a condition, or waits for others."""
    return job.condition is not None or bool(job.needs)


def gate_condition(first: str, *, skips: bool) -> str:
    """The `if` of the job that stands for others, of which `first` is one."""
    return f"always() && needs.{first}.result != 'skipped'" if skips else "always()"


def gate_steps(names: Sequence[str]) -> list[Plain]:
    """The one step that fails unless all of them succeeded."""
    asked = " || ".join(f"needs.{name}.result != 'success'" for name in names)
    return [{"if": asked, "run": "exit 1"}]


def not_a_gate(gate: Mapping[str, Plain], was: Mapping[str, Plain], names: Sequence[str]) -> str:
    """Why a job does not stand for those jobs as the one stood that it was, in words that follow its name, else `""`.

    What it is made of is compared by value, and what that comes to is played for every result that the jobs can have.
    """
    allowed = {"name", "needs", "if", "runs-on", "permissions", "steps", "outputs"}
    if other := next((key for key in gate if key not in allowed), ""):
        return f"has `{other}`, although it only looks at results"
    if gate.get("name") != was.get("name"):
        return "is called otherwise"
    if gate.get("needs") != list(names):
        return "does not wait for all jobs that came of it, and for nothing else"
    if gate.get("permissions") != {}:
        return "has permissions that it does not use"
    skips = "if" in was or bool(was.get("needs"))
    if gate.get("if") != gate_condition(names[0], skips=skips) or gate.get("steps") != gate_steps(names):
        return "does not look at the results of all of them"
    if bool(was.get("continue-on-error")):
        return "was one whose failure the run forgave"
    unlike = next(_unlike(len(names), skips=skips), None)
    return f"would end otherwise where they end with {' and '.join(unlike)}" if unlike is not None else ""


def _unlike(count: int, *, skips: bool) -> Iterator[tuple[str, ...]]:
    """Results of the jobs with which the gate does not end as one job with all their steps would.

    All of them have the same `if` and the same `needs`: they are skipped together, or not at all.
    """
    for results in product(RESULTS, repeat=count):
        skipped = [result == "skipped" for result in results]
        if any(skipped) and not all(skipped):
            continue
        wanted = "skipped" if all(skipped) else "success" if set(results) == {"success"} else "failure"
        ended = _ended(results, skips=skips)
        if ended != wanted and not (all(skipped) and not skips):
            yield results


def _ended(results: Sequence[str], *, skips: bool) -> str:
    if skips and results[0] == "skipped":
        return "skipped"
    return "failure" if any(result != "success" for result in results) else "success"
