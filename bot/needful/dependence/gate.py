"""The job that stands for several in which its work was put: it keeps name and id, and ends as they end.

It needs them all, `always()` lets it run whatever happens to them, and one step fails unless all succeeded. Where the
job may be skipped, it is skipped together with them: to others a skipped job is not one that succeeded. What is lost is
that it was cancelled: a gate that finds its jobs cancelled fails, since a required check that is skipped counts as
passed (https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/control-jobs-with-conditions).

Here are what makes a job a gate, and what has to be shown of one, whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from needful.dependence.matrix_parts import allows, judging
from needful.dependence.outcomes import Course, courses
from needful.dependence.proof_values import OUTCOMES, Beyond, key_of, value_of
from needful.dependence.situation import Situation
from needful.dependence.step_runner import not_hosted
from needful.document.nodes import Mapping as MappingNode
from needful.document.nodes import Plain
from needful.document.operations import AddKey, Operation, RemoveKey, ReplaceValue
from needful.effects.model import Evidence
from needful.expressions import Expression
from needful.workflow.model import Job, Text, Workflow

STANDS_FOR = "the job's name stands for all of them: it ends as one job with all their steps"
CANCELLED = "whoever asks how the job ended is told the same when it is cancelled"

RUNNER = "ubuntu-latest"
_BAD = ("failure", "cancelled")
_KEPT = ("name", "outputs")
_OWN = ("needs", "if", "runs-on", "permissions", "steps")


def may_be_skipped(job: Job) -> bool:
    """Whether a job may be skipped by what is written: it has a condition, or waits for others."""
    return job.condition is not None or bool(job.needs)


def gate_condition(first: str, *, skips: bool) -> str:
    """The `if` of a gate; `first` is one of its jobs, `skips` whether they may be skipped, which is all at once."""
    return f"always() && needs.{first}.result != 'skipped'" if skips else "always()"


def gate_steps(names: Sequence[str]) -> list[Plain]:
    """The one step of a gate, which fails unless all of its jobs succeeded."""
    return [{"if": gate_question(names), "run": "exit 1"}]


def gate_question(names: Sequence[str]) -> str:
    """When a gate fails."""
    return " || ".join(f"needs.{name}.result != 'success'" for name in names)


def gate_outputs(job: Job, sources: Mapping[str, str]) -> Mapping[str, str]:
    """The outputs of a gate: for each that the job had, that of the job that gives it now."""
    return {one.name: f"${{{{ needs.{sources[one.name]}.outputs.{one.name} }}}}" for one in job.outputs}


def no_gate_for(workflow: Workflow, job: Job) -> str:
    """Why no job could stand for this one, in words that follow its name; `""` where one could."""
    if job.strategy is not None:
        return "has a check name for each leg of its matrix"
    if job.continue_on_error is not None:
        return "is one whose failure the run forgives"
    if not_hosted(workflow, job):
        return "may run on a machine that is not GitHub's own, so that nobody knows where a gate can run"
    return ""


def gate_operations(workflow: Workflow, job: Job, names: Sequence[str], sources: Mapping[str, str]) -> list[Operation]:
    """What makes a job the gate of others, which have its steps. `sources`: the job that gives each of its outputs.

    The job was copied before, since its steps and most of its keys go. Only where `no_gate_for` has nothing to say.
    """
    written = workflow.document.find(job.path)
    keys = [entry.key.text for entry in written.entries] if isinstance(written, MappingNode) else []
    wanted: dict[str, tuple[Plain, tuple[str, ...]]] = {
        "needs": (names[0] if len(names) == 1 else list(names), ("name", "")),
        "if": (gate_condition(names[0], skips=may_be_skipped(job)), ("needs",)),
        "runs-on": (RUNNER, ("if",)),
        "permissions": ({}, ("runs-on",)),
        "steps": (gate_steps(names), ()),
    }
    found: list[Operation] = [RemoveKey((*job.path, key)) for key in keys if key not in (*_KEPT, *wanted)]
    found += (ReplaceValue((*job.path, "outputs", key), value) for key, value in gate_outputs(job, sources).items())
    for key, (value, after) in wanted.items():
        found.append(ReplaceValue((*job.path, key), value) if key in keys else AddKey(job.path, key, value, after))
    return found


# --- what has to be shown --------------------------------------------------------------------------------------------


def not_a_gate(gate: Mapping[str, Plain], was: Mapping[str, Plain], names: Sequence[str]) -> str:
    """Why a job does not stand for those jobs as the one stood that it was, in words that follow its name, else `""`.

    The jobs have its `if` and its `needs`, which is shown elsewhere, as are outputs. What a gate is made of is compared
    by value, and what that comes to is played for every result that its jobs can have.
    """
    if other := next((key for key in gate if key not in (*_KEPT, *_OWN)), ""):
        return f"has `{other}`, although it only looks at results"
    if gate.get("name") != was.get("name"):
        return "is called otherwise"
    if gate.get("needs") not in (list(names), *names[:1][: 2 - len(names)]):
        return "does not wait for all jobs that came of it, and for nothing else"
    if gate.get("permissions") != {}:
        return "has permissions that it does not use"
    if gate.get("runs-on") != RUNNER:
        return "runs on another machine than it needs"
    skips = "if" in was or bool(was.get("needs"))
    if gate.get("if") != gate_condition(names[0], skips=skips) or gate.get("steps") != gate_steps(names):
        return "does not look at the results of all of them"
    if "continue-on-error" in was or "strategy" in was:
        return "had legs, or was one whose failure the run forgave"
    unlike = next(_unlike(len(names), skips=skips), None)
    return f"would end otherwise where they end with {' and '.join(unlike)}" if unlike is not None else ""


def _unlike(count: int, *, skips: bool) -> Iterator[tuple[str, ...]]:
    """Results of the jobs with which a gate does not end as one job with all their steps would, cancelled as failed.

    All of them have the same `if` and the same `needs`: they are skipped together, or not at all.
    """
    for results in product(OUTCOMES, repeat=count):
        skipped = {result == "skipped" for result in results}
        if len(skipped) > 1 or (skipped == {True} and not skips):
            continue
        wanted = "skipped" if skipped == {True} else "success" if set(results) == {"success"} else "failure"
        if _ended(results, skips=skips) != wanted:
            yield results


def _ended(results: Sequence[str], *, skips: bool) -> str:
    if skips and results[0] == "skipped":
        return "skipped"
    return "failure" if any(result != "success" for result in results) else "success"


def sees_cancelled(situation: Situation, job_id: str) -> Evidence | None:
    """Who would be told that a job (its id in lower case) failed where it was told so far that it was cancelled.

    Nobody else can tell a gate from the job: where an expression is worth the same for both results, whatever the other
    jobs came to, its reader is told the same.
    """
    job = situation.job(job_id)
    for other in situation.workflow.jobs:
        name = other.id.lower()
        if job_id not in situation.graph.ancestors[name]:
            continue
        needs = tuple(sorted(situation.graph.needs[name]))
        if job_id in needs and (named := allows(other, job_id)) is not None:
            return situation.evidence(named.span, f"`{other.id}` allows `{job.id}` by its id to be skipped or fail")
        for text in judging(other):
            if not _told_alike(text, _Told(name, needs, job_id, "", text is other.condition, Course())):
                return situation.evidence(text.span, f"`{other.id}` tells a failure of `{job.id}` from a stop")
    return situation.watchers[0] if situation.watchers else None


_MOST_COURSES = 2000


def _told_alike(text: Text, view: _Told) -> bool:
    """Whether a text is worth the same where the job failed as where it was cancelled."""
    trees = [part.tree for part in text.template.expressions if _asks_for_results(part, starts=view.starts)]
    try:
        for number, course in enumerate(courses() if trees else ()):
            failed, stopped = (replace(view, result=result, course=course) for result in _BAD)
            keys = [[key_of(value_of(tree, one), one) for tree in trees] for one in (failed, stopped)]
            if keys[0] != keys[1] or number > _MOST_COURSES:
                return False
    except Beyond:
        return False
    return True


def _asks_for_results(part: Expression, *, starts: bool) -> bool:
    # a job that does not ask for a status is skipped either way
    return bool(part.status_functions) if starts else any(access[0] == "needs" for access in part.accesses)


@dataclass(frozen=True)
class _Told:
    """What one job is told of the others where a job of them, `gated`, ended with a result and all else is open.

    `starts`: the text decides whether it runs; in its steps, status functions are about steps.
    """

    job: str
    needs: tuple[str, ...]
    gated: str
    result: str
    starts: bool
    course: Course
    unread: frozenset[str] = frozenset()

    def holds(self, question: Hashable) -> bool:
        return self.course.holds(question)

    def status(self, name: str) -> bool:
        if name == "always":
            return True
        if self.starts and name == "success":
            return False
        return (self.starts and name == self.result == "failure") or self.holds(name)

    def ended(self, job: str, outcome: str) -> bool:
        return outcome == self.result if job == self.gated else self.holds((job, outcome))

    def result_key(self, job: str) -> Hashable:
        return self.result if job == self.gated else job

    def outputs_key(self, job: str) -> Hashable:
        return ("outputs", job)

    def need_key(self, job: str) -> Hashable:
        return (self.result_key(job), job)
