"""A job with a matrix as several jobs: what must not depend on it being one, and whether others would notice.

The legs keep their check names, since what is shown of a leg is the job's `name` and its values. What is lost is what
holds between the legs of one job only: `fail-fast`, and caches that go by the id of the job.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from needful.dependence.matrix_cuts import halves
from needful.dependence.parts import mapping
from needful.dependence.situation import Situation
from needful.document.nodes import Plain
from needful.effects.model import Evidence
from needful.expressions import Call, Literal, Logical, Node, Not, Property, Star, walk
from needful.expressions.tree import Context
from needful.workflow.model import Job, Text

_OF_THE_JOB = frozenset({"job", "action_status"})
_BY_JOB = ("swatinem/rust-cache", "gradle/actions/setup-gradle", "gradle/gradle-build-action")
"""Actions that make the id of the job a part of their cache's key (Swatinem/rust-cache, README, `add-job-id-key`;
gradle/actions, docs/setup-gradle.md, "How cache keys work")."""
_ALLS_GREEN = "re-actors/alls-green"
_RESULTS = Property(Star(Context("needs")), "result")


def parted_alike(old: Mapping[str, Plain], job_id: str, parts: Sequence[Mapping[str, Plain]]) -> str:
    """Why some jobs are not one job's legs under the names that they had, in words that follow its name, else `""`.

    The first of them is the job itself. Everything but `needs`, `name` and `strategy` is compared elsewhere.
    """
    name = old.get("name")
    if any(part.get("name") != (name if name is not None else job_id) for part in parts[1:]):
        return "has legs that would be called otherwise"
    if parts[0].get("name") != name:
        return "is called otherwise"
    strategy, others = mapping(old.get("strategy")), [mapping(part.get("strategy")) for part in parts]
    if any({**strategy, "matrix": None} != {**other, "matrix": None} for other in others):
        return "has another `strategy`"
    if not halves(mapping(strategy.get("matrix")), [mapping(other.get("matrix")) for other in others]):
        return "has other legs than before"
    return ""


def separator(job: Job) -> str:
    """What stands between words in the id of a job, and so in the ids of jobs that are made of it."""
    return "_" if "_" in job.id and "-" not in job.id else "-"


def tied(job: Job) -> str:
    """What ties the legs of a job together, in words that follow its name; `""` where each stands for itself."""
    if job.concurrency is not None:
        return "belongs to a concurrency group"
    if job.environment is not None:
        return "belongs to an environment"
    if job.strategy is not None and job.strategy.max_parallel is not None:
        return "runs only some of its legs at once"
    for text in _texts(job):
        if "GITHUB_JOB" in text.value:
            return "asks for its own id"
        for expression in text.template.expressions:
            for access in expression.accesses:
                key = str(access[1] or "*").lower() if len(access) > 1 else "*"
                if access[0] == "strategy" or (access[0] == "github" and key in (*_OF_THE_JOB, "*")):
                    return "asks which job it is, or how many legs there are"
    return ""


def _texts(job: Job) -> Iterator[Text]:
    yield from job.texts
    for step in job.all_steps():
        yield from (text for text in (step.run, step.shell, step.working_directory) if text is not None)
        yield from (variable.value for variable in (*step.inputs, *step.env))
    yield from (variable.value for variable in (*job.env, *job.inputs))


def noticed(situation: Situation, job_id: str) -> Evidence | None:
    """Who would see several jobs where there was one: a place that asks for it by its id, or counts what it needs."""
    for other in situation.workflow.jobs:
        reads = situation.reads[other.id.lower()]
        if job_id in reads.named:
            return situation.evidence(reads.named[job_id][0], f"`{other.id}` asks for `{job_id}` by its id")
        if reads.everything and job_id in situation.graph.needs[other.id.lower()]:
            span = next((text.span for text in judging(other) if not _sees_the_same(text)), None)
            if span is not None:
                return situation.evidence(span, f"`{other.id}` would see more results than before")
            if (named := allows(other, job_id)) is not None:
                return situation.evidence(named.span, f"`{other.id}` allows `{job_id}` by its id to be skipped or fail")
    for port in situation.workflow.outputs:
        if port.value is not None and any(
            access[:1] == ("jobs",) and str(access[1] if len(access) > 1 else job_id).lower() in (job_id, "*")
            for expression in port.value.template.expressions
            for access in expression.accesses
        ):
            return situation.evidence(port.span, f"an output of the workflow is that of `{job_id}`")
    return None


def judging(job: Job) -> Iterator[Text]:
    """The texts of a job, without those in which alls-green is shown all results: it asks for every job by itself."""
    greens = [step for step in job.all_steps() if step.uses is not None and step.uses.name == _ALLS_GREEN]
    shown = [text for step in greens if (text := step.input("jobs")) is not None and _is_all(text)]
    return (text for text in job.texts if text not in shown)


def _is_all(text: Text) -> bool:
    sole = text.template.sole
    return sole is not None and sole.tree == Call("tojson", (Context("needs"),))


def allows(job: Job, job_id: str) -> Text | None:
    """Where alls-green is told of a job that it may be skipped, or fail."""
    for step in job.all_steps():
        if step.uses is not None and step.uses.name == _ALLS_GREEN:
            for text in (step.input("allowed-skips"), step.input("allowed-failures")):
                if text is not None and (not text.template.is_static or job_id in text.value.lower()):
                    return text
    return None


def _sees_the_same(text: Text) -> bool:
    """Whether a text that may read all results says the same of two results as of the one that stands for both.

    Of several legs, a failure counts more than a cancellation, and that more than success; they are skipped together.
    """
    return all(_counts_alike(expression.tree) for expression in text.template.expressions)


def _counts_alike(tree: Node) -> bool:
    """Whether all results are only searched for a failure or a skip, or for a cancellation beside a failure."""
    nodes = list(walk(tree))
    by_name = [node for node in nodes if isinstance(node, Property) and node.of == Context("needs")]
    searched = [node for node in nodes if _asks(node)]
    if len([node for node in nodes if node == Context("needs")]) > len(by_name) + len(searched):
        return False
    # by identity: the same question may stand elsewhere, too, without a failure beside it
    beside = {id(one) for node in nodes if isinstance(node, Logical) for one in _with_failure(node)}
    return all(_asks(node) in ("failure", "skipped") or id(node) in beside for node in searched)


def _asks(node: Node) -> str:
    """For which result `contains(needs.*.result, …)` asks, `""` for anything else."""
    if (
        isinstance(node, Call)
        and node.name == "contains"
        and len(node.arguments) == 2
        and node.arguments[0] == _RESULTS
    ):
        wanted = node.arguments[1]
        found = wanted.value if isinstance(wanted, Literal) else ""
        return found.lower() if isinstance(found, str) else ""
    return ""


def _with_failure(node: Logical) -> Iterator[Node]:
    """The questions for a cancellation that make no difference where there is a failure: `failure || cancelled`."""
    if node.operator == "||":
        asked = node.operands
    else:
        asked = tuple(each.operand for each in node.operands if isinstance(each, Not))
    if any(_asks(each) == "failure" for each in asked):
        yield from (each for each in asked if _asks(each) == "cancelled")


def stops_together(job: Job) -> bool:
    """Whether a leg that fails may stop the others."""
    fail_fast = job.strategy.fail_fast if job.strategy is not None else None
    return fail_fast is None or fail_fast.value.strip().lower() != "false"


def cached_by_id(job: Job) -> str:
    """An action of a job whose cache goes by the job's id, `""` for none."""
    for step in job.all_steps():
        if step.uses is not None and step.uses.name in _BY_JOB and step.input("shared-key") is None:
            return step.uses.name
    return ""
