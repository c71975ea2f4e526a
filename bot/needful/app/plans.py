"""Plans of repositories, and what is asked about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from needful.app.targets import Target, find_targets, repository_of
from needful.errors import BUGS, Defect, UserError, blame
from needful.planning.plan import Failure, FilePlan, Plan
from needful.planning.planner import Choice, plan_file
from needful.planning.sweep import sweep
from needful.report.findings import findings
from needful.report.terminal import shown_path
from needful.rules import RULES
from needful.rules.api import Tier

if TYPE_CHECKING:
    from needful.report.explanation import Explained
    from needful.report.graph import Graphs


def choose(
    include: str, only: Iterable[str], skip: Iterable[str], wanted: Iterable[str] = (), refused: Iterable[str] = ()
) -> Choice:
    """The user's choice of rules and changes. Raises `UserError` for a rule that does not exist."""
    known = [rule.id for rule in RULES]
    for name in (*only, *skip):
        if name not in known:
            raise UserError(f"there is no rule {name!r}", hint=f"the rules are {', '.join(known)}")
    for change in (*wanted, *refused):
        if change.partition(":")[0] not in known:
            raise UserError(f"{change!r} is no id of a change", hint="`needful plan` prints the ids")
    without = dict.fromkeys(refused, "left out by --without")
    return Choice(Tier[include.upper()], frozenset(only), frozenset(skip), frozenset(wanted), without)


def only_defects(choice: Choice) -> Choice:
    """The choice narrowed to the rules that mend defects, which is what a check is about."""
    defects = {rule.id for rule in RULES if rule.defect}
    if misplaced := sorted(choice.only - defects):
        raise UserError(
            f"{misplaced[0]!r} finds no defects, so there is nothing to check",
            hint=f"`needful check` knows {', '.join(sorted(defects))}; `needful plan` knows all rules",
        )
    usual = {rule.id for rule in RULES if rule.defect and not rule.on_request}
    return Choice(choice.include, choice.only or frozenset(usual), choice.skip)


def plan_target(target: Target, choice: Choice) -> Plan:
    """Plan every workflow of a target. One that cannot be read, or on which we break, does not stop the others."""
    repository = repository_of(target)
    return Plan(target.root, *sweep(target.workflows, lambda path: plan_file(repository, path, choice)))


def expect_found(plans: Iterable[Plan], choice: Choice) -> None:
    """Raise `UserError` for a change that the user names and nobody found, before anything is made of the plans."""
    found = {one.id for plan in plans for file in plan.files for one in findings(file)}
    for change in (*choice.wanted, *choice.refused):
        if change not in found:
            raise UserError(f"no change {change!r} was found", hint="`needful plan` prints the ids")


def verified(plan: Plan) -> Plan:
    """The plan with what the workflow schema would refuse taken out, before anything is written."""
    from needful.planning.verify import verify_schema

    files: list[FilePlan] = []
    failures: list[Failure] = []
    for file in plan.files:
        try:
            if file.changed:
                verify_schema(file)
            files.append(file)
        except (Defect, *BUGS) as defect:
            failures.append(Failure(file.path, blame(defect)))
    return replace(plan, files=tuple(files), failures=(*plan.failures, *failures))


def graph_target(target: Target) -> Graphs:
    """The job graphs of a target's workflows."""
    from needful.dependence.analysis import analyse
    from needful.report.graph import Graphs, JobGraph

    repository = repository_of(target)

    def graph(path: str) -> JobGraph:
        workflow = repository.workflow(path)
        if workflow is None:
            raise UserError("the file is gone", path=shown_path(target.root, path))
        analysis = analyse(workflow, repository, thorough=True)
        return JobGraph(workflow, analysis.edges, analysis.missing)

    return Graphs(target.root, *sweep(target.workflows, graph))


def explain_target(path: str, about: str) -> Explained:
    """What the user asks about a repository or a workflow: a job, an edge, a change's id, or `""` for every edge.

    Raises `UserError` for a path that is neither.
    """
    from needful.report.explanation import answered, explain
    from needful.report.question import paths_of

    try:
        (target,) = find_targets([path])
    except UserError as error:
        if about or error.hint:
            raise
        hint = "a job goes behind the path of a repository or workflow: `needful explain . JOB`"
        raise UserError(error.message, path=error.path, hint=hint) from None
    repository = repository_of(target)
    found = sweep(paths_of(about, target.workflows), lambda workflow: explain(repository, workflow, about))
    return answered(target.root, about, *found)
