"""Check the workflows of a pull request: annotations beside the lines, and one comment where the token may write it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from needful.app.bot import Bot, touches_workflows
from needful.app.choosing import Wishes
from needful.app.plans import plan_repository
from needful.app.targets import find_targets
from needful.forge.events import Checking
from needful.forge.outcomes import Stop
from needful.planning.plan import Plan
from needful.report.check import KEY, check_markdown
from needful.report.github import github_annotations
from needful.report.markdown import plain
from needful.report.pull_request import Origin


@dataclass(frozen=True)
class Checked:
    """`log` is for the run's log, `said` for people. `found`: there are defects, `broken`: ours, `unread`: a file."""

    log: str
    said: str
    found: bool = False
    unread: bool = False
    broken: bool = False


def check_pull(bot: Bot, event: Checking, paths: Sequence[str]) -> Checked:
    """Check what a pull request makes of the workflows, unless it touches nothing that they are made of.

    Raises `UserError` for paths that are none.
    """
    try:
        if not any(touches_workflows(path) for path in bot.service.changed_files(event.number)):
            return Checked("", "The pull request touches no workflow: nothing was checked.")
        name = bot.service.facts().name
    except Stop:  # a token that may not ask: then all is checked
        name = ""
    server = bot.proposer.server
    blob = f"{server}/{name}/blob/{event.head}" if server and name else ""
    checked = check_files(bot.proposer.wishes, paths, blob)
    if event.fork:
        return checked
    try:
        bot.say(event.number, KEY, checked.said, first=checked.found or checked.unread)
    except Stop as stop:
        return replace(checked, said=f"{checked.said}\n\n{plain(str(stop.reason))}.")
    return checked


def check_files(wishes: Wishes, paths: Sequence[str], blob: str = "") -> Checked:
    """Check the checkout. `blob` is the address of its files, `""` for none. Raises `UserError` for wrong paths."""
    plans = [plan_repository(target, wishes.for_defects()) for target in find_targets(paths)]
    origin = Origin(blob)
    return Checked(
        github_annotations(plans),
        check_markdown(plans, origin),
        any(_has_findings(plan) for plan in plans),
        any(plan.unreadable for plan in plans),
        any(plan.failures for plan in plans),
    )


def _has_findings(plan: Plan) -> bool:
    return any(file.changes or file.held for file in plan.files)
