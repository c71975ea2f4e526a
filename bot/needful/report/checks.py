"""What is said of checks: their names, which of them a plan changes, and runs that nobody has approved yet."""

from __future__ import annotations

from dataclasses import dataclass

from needful.effects.names import show
from needful.history.legs import legs_of
from needful.report.markdown import code, plain
from needful.report.terminal import counted
from needful.workflow.model import Workflow
from needful.workflow.repository import Repository

_ALONE = Repository(".", lambda _: None, ())
"""Called workflows are not changed together with their callers, so their jobs need not be known."""


@dataclass(frozen=True)
class Checks:
    """Which checks a branch asks for before anything is merged: `names`, or why they are not known.

    `waiting`: how many runs of the pull request GitHub does not start before somebody approves them.
    """

    branch: str
    names: tuple[str, ...] = ()
    unknown: str = ""
    waiting: int = 0


def waits(count: int) -> str:
    """What holds back runs, and what to do; `""` for none.

    GitHub does not start runs of pull requests that a GITHUB_TOKEN opened, or somebody from outside, by itself:
    https://docs.github.com/en/actions/how-tos/manage-workflow-runs/approve-runs-from-forks
    """
    if not count:
        return ""
    return (
        f"**{counted(count, 'run')} of this pull request {'waits' if count == 1 else 'wait'} for approval.** GitHub "
        f"starts {'it' if count == 1 else 'them'} when somebody who may write to the repository clicks “Approve "
        "workflows to run” here. Until then no check reports, and nothing can be measured."
    )


def check_names(before: Workflow, after: Workflow, checks: Checks | None) -> str:
    """Whether the names of checks stay, and whether all are there that the branch asks for."""
    old, new = _reported(before), _reported(after)
    come, gone = [name for name in new if name not in old], [name for name in old if name not in new]
    pairs = (("New checks", come), ("Checks that are gone", gone))
    said = [f"{what}: {', '.join(map(code, names))}." for what, names in pairs if names]
    said = said or ["Every check keeps its name."]
    if checks is None:
        return " ".join(said)
    branch = code(checks.branch)
    if checks.unknown:
        said.append(f"Which checks {branch} asks for is not known: {plain(checks.unknown)}.")
    elif not checks.names:
        said.append(f"{branch} asks for no check.")
    else:
        said.append(f"{branch} asks for {', '.join(map(code, checks.names))}.")
    if lost := [code(name) for name in checks.names if name in gone]:
        said.append(f"**Nothing reports {', '.join(lost)} any more: change that rule before you merge.**")
    return " ".join(said)


def _reported(workflow: Workflow) -> dict[str, None]:
    """The names of a workflow's checks; what only a run knows of them stands as its expression."""
    legs = (leg for leg in legs_of(workflow, _ALONE) if not leg.whole)
    return dict.fromkeys(show(name) for leg in legs for name in leg.names)
