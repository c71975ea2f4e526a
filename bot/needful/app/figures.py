"""Where the numbers of a plan come from: recorded runs in files or in the store, and what the user says beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from needful.app.files import failed, reader
from needful.app.places import store_file
from needful.app.targets import Target
from needful.errors import UserError

if TYPE_CHECKING:
    from needful.config.settings import Settings
    from needful.history.model import RunRecord
    from needful.planning.planner import Choice
    from needful.planning.pricing import Terms
    from needful.planning.selection import Aim
    from needful.workflow.model import Workflow

RunsOf: TypeAlias = "Callable[[Workflow], tuple[RunRecord, ...]]"
"""The recorded runs of a workflow."""


@dataclass(frozen=True)
class Figures:
    """What the command line says about numbers.

    `history` are files or folders of recorded runs; without them the store is asked (`store`: which one), unless `off`.
    `repository` is whose runs are meant, `required` names the checks that a pull request waits for. `assume`: published
    durations do where nothing was recorded. `private`: standard runners cost money, and have two processors.
    """

    history: tuple[str, ...] = ()
    store: str | None = None
    off: bool = False
    repository: str = ""
    required: tuple[str, ...] = ()
    assume: bool = False
    private: bool = False


@dataclass(frozen=True)
class Runs:
    """Runs that are at hand. `problems` are records that could not be read, `warnings` what the store set aside."""

    of: RunsOf
    problems: tuple[UserError, ...] = ()
    warnings: tuple[str, ...] = ()


def runs_for(target: Target, figures: Figures) -> Runs | None:
    """The runs that a target's workflows may be priced by, None where there are none to be had.

    Raises `UserError` for files or a store that the user names and that cannot be read.
    """
    if figures.off:
        return None
    if figures.history:
        return _from_files(target, figures)
    return _from_store(target, figures)


def terms(figures: Figures, settings: Settings) -> Terms:
    """What neither files nor runs say."""
    from needful.planning.pricing import Terms
    from needful.schedule.load import limits_of

    return Terms(limits_of(settings.concurrency), not figures.private, figures.required or None, figures.assume)


def aim(settings: Settings, choice: Choice) -> Aim:
    """What is wanted to be improved, and by how much."""
    from needful.planning.selection import Aim, Minimum

    gain = settings.minimum_gain
    return Aim(choice.wants.objective, Minimum(gain.seconds, gain.percent / 100))


def with_checks(choice: Choice, required: tuple[str, ...]) -> Choice:
    """A choice that knows the checks which a pull request waits for; none are named where they are not known."""
    return replace(choice, wants=replace(choice.wants, required=frozenset(required) or None))


def identity(root: str) -> str:
    """`owner/name` of the repository that a checkout was cloned from, in lower case; `""` where git does not say."""
    try:
        data = reader(root)(".git/config")
    except UserError:
        return ""
    if data is None:
        return ""
    import configparser

    config = configparser.ConfigParser(strict=False, interpolation=None, allow_no_value=True)
    try:
        config.read_string(data.decode("utf-8", "replace"))
        url = config.get('remote "origin"', "url", fallback="") or ""
    except (configparser.Error, AttributeError):  # the latter for a line that goes on a key without a value
        return ""
    found = _REMOTE.search(url.strip())
    return f"{found[1]}/{found[2]}".lower() if found else ""


_REMOTE = re.compile(r"[:/]([A-Za-z0-9_.-]+)/([A-Za-z0-9_.-]+?)(?:\.git)?/?$")


def _from_files(target: Target, figures: Figures) -> Runs:
    from needful.app.history import read_recorded

    reading = read_recorded(figures.history)
    by_workflow: dict[tuple[str, str], list[RunRecord]] = {}
    for run in reading.runs:
        by_workflow.setdefault((run.path, "" if run.path else run.workflow), []).append(run)

    def of(workflow: Workflow) -> tuple[RunRecord, ...]:
        known = by_workflow.get((workflow.path, "")) or by_workflow.get(("", _name(workflow)), [])
        chosen = _chosen({run.repository.lower() for run in known}, target, figures, workflow.path)
        return tuple(run for run in known if run.repository.lower() == chosen)

    return Runs(of, reading.problems)


def _from_store(target: Target, figures: Figures) -> Runs | None:
    # the usual store holds runs of many repositories, so it is opened where it is clear which of them is meant
    if figures.store is None and not (figures.repository or identity(target.root)):
        return None
    # what reads recorded runs is imported late: mostly there is no store
    file = store_file(figures.store)
    try:
        there = file.is_file()
    except OSError as error:  # of a folder that one may not look into
        if figures.store is not None:
            raise failed("cannot be read", figures.store, error) from None
        return None
    if not there:
        if figures.store is not None:
            hint = "`needful history import PATH --store FILE` makes one from what GitHub's API returns"
            raise UserError("there is no such store", path=figures.store, hint=hint)
        return None
    from needful.history.store import Store
    from needful.planning.pricing import REPLAYED_RUNS

    with Store(file) as store:
        stored = store.workflows()

    def of(workflow: Workflow) -> tuple[RunRecord, ...]:
        known = [one for one in stored if one.path == workflow.path]
        known = known or [one for one in stored if not one.path and one.workflow == _name(workflow)]
        chosen = _chosen({one.repository for one in known}, target, figures, workflow.path)
        with Store(file) as opened:
            found = [one for one in known if one.repository == chosen]
            return tuple(
                run
                for one in found
                for run in opened.runs(chosen, one.path, "" if one.path else one.workflow, REPLAYED_RUNS)
            )

    return Runs(of, warnings=store.warnings)


def _name(workflow: Workflow) -> str:
    return workflow.name.value if workflow.name is not None else workflow.path


def _chosen(repositories: Iterable[str], target: Target, figures: Figures, path: str) -> str:
    """Whose runs are meant, of those that have this workflow.

    The usual store holds those of many repositories: of it only those of this one are meant.
    """
    known = sorted(set(repositories))
    wanted = figures.repository.lower() or identity(target.root)
    named = bool(figures.history or figures.store)
    if wanted in known or figures.repository or not named:
        return wanted
    if len(known) > 1:
        names = ", ".join(name or "one without a name" for name in known)
        raise UserError(f"several repositories have this workflow: {names}", path=path, hint="name it by --repository")
    return known[0] if known else ""
