"""Plans of repositories, and what is asked about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from needful.app.choosing import Wishes, settings_of
from needful.app.targets import Target, find_targets, repository_of
from needful.errors import BUGS, Defect, UserError, blame
from needful.planning.plan import Failure, FilePlan, Plan
from needful.planning.planner import Choice, plan_file
from needful.planning.sweep import sweep
from needful.report.findings import findings
from needful.report.terminal import shown_path

if TYPE_CHECKING:
    from needful.app.figures import Figures
    from needful.config.settings import Settings
    from needful.report.explanation import Explained
    from needful.report.graph import Graphs
    from needful.schedule.model import Timeline
    from needful.workflow.model import Workflow
    from needful.workflow.repository import Repository


def plan_repository(target: Target, wishes: Wishes, figures: Figures | None = None) -> Plan:
    """Plan a target under the settings of its repository; nothing of it where they are wrong. `figures`: with numbers.

    Raises `UserError` for recorded runs that the user names and that cannot be read.
    """
    found = settings_of(target.root, wishes)
    choice = wishes.under(found.settings)
    if found.wrong:
        return Plan(target.root, unreadable=found.wrong)
    meant = [path for path in target.workflows if path in target.named or found.settings.workflows.includes(path)]
    chosen = replace(target, workflows=tuple(meant))
    plan = plan_target(chosen, choice) if figures is None else priced(chosen, choice, figures, found.settings)
    left_out = tuple(path for path in target.workflows if path not in meant)
    return replace(plan, settings=found.path, left_out=left_out)


def plan_target(target: Target, choice: Choice) -> Plan:
    """Plan every workflow of a target. One that cannot be read, or on which we break, does not stop the others."""
    repository = repository_of(target)
    found = sweep(target.workflows, lambda path: plan_file(repository, path, choice))
    return Plan(target.root, *found, included=choice.include)


def priced(target: Target, choice: Choice, figures: Figures, settings: Settings) -> Plan:
    """The same with what each plan gains, of the changes that are worth having where recorded runs can tell."""
    from needful.app.figures import aim, runs_for, terms, with_checks

    choice = with_checks(choice, figures.required)
    repository, runs = repository_of(target), runs_for(target, figures)
    if runs is None and not figures.assume:
        plan = plan_target(target, choice)
        if not any(file.changes for file in plan.files):
            return plan
        from needful.planning.unpriced import with_structure

        return replace(plan, files=tuple(with_structure(file) for file in plan.files))
    from needful.planning.worthwhile import plan_worthwhile

    def look(path: str) -> FilePlan:
        workflow = repository.workflow(path)
        known = runs.of(workflow) if runs is not None and workflow is not None else ()
        return plan_worthwhile(repository, path, choice, known, terms(figures, settings), aim(settings, choice))

    found, unreadable, failures = sweep(target.workflows, look)
    problems = runs.problems if runs is not None else ()
    return Plan(target.root, found, (*unreadable, *problems), failures, choice.include)


def expect_found(plans: Iterable[Plan], wishes: Wishes) -> None:
    """Raise `UserError` for a change that the user names and nobody found, before anything is made of the plans."""
    found = {one.id for plan in plans for file in plan.files for one in findings(file)}
    for change in (*wishes.wanted, *wishes.refused):
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


def graph_target(target: Target, figures: Figures | None = None) -> Graphs:
    """The job graphs of a target's workflows; with `figures`, each with a typical recorded run."""
    from needful.dependence.analysis import analyse
    from needful.report.graph import Graphs, JobGraph

    repository = repository_of(target)

    def graph(path: str) -> JobGraph:
        workflow = repository.workflow(path)
        if workflow is None:
            raise UserError("the file is gone", path=shown_path(target.root, path))
        analysis = analyse(workflow, repository, thorough=True)
        return JobGraph(workflow, analysis.edges, analysis.missing, timed(workflow))

    timed = _timed(target, repository, figures)
    found, unreadable, failures = sweep(target.workflows, graph)
    return Graphs(target.root, found, unreadable, failures)


def _timed(target: Target, repository: Repository, figures: Figures | None) -> Callable[[Workflow], Timeline | None]:
    """What finds a typical recorded run of a workflow."""
    from needful.app.figures import runs_for, terms

    runs = runs_for(target, figures) if figures is not None else None
    if figures is None or runs is None:
        return lambda workflow: None
    from needful.config.settings import Settings
    from needful.planning.pricing import typical

    said = terms(figures, Settings())

    def timed(workflow: Workflow) -> Timeline | None:
        known = runs.of(workflow)
        return typical(repository, workflow, known, said) if known else None

    return timed


def explain_target(path: str, about: str) -> Explained:
    """What the user asks about a repository or a workflow: a job, an edge, a change's id, or `""` for every edge.

    Raises `UserError` for a path that is neither.
    """
    try:
        (target,) = find_targets([path])
    except UserError as error:
        if about or error.hint:
            raise
        hint = "a job goes behind the path of a repository or workflow: `needful explain . JOB`"
        raise UserError(error.message, path=error.path, hint=hint) from None
    return explain_repository(repository_of(target), target.root, target.workflows, about)


def explain_repository(repository: Repository, root: str, workflows: Sequence[str], about: str) -> Explained:
    """The same of some workflows of a repository, wherever its files are."""
    from needful.report.explanation import answered, explain
    from needful.report.question import paths_of

    found = sweep(paths_of(about, workflows), lambda workflow: explain(repository, workflow, about))
    return answered(root, about, *found)
