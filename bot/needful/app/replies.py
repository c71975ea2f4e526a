"""Commands that only read: what is said to `help`, `plan`, `explain` and `measure`, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from needful.app.bot import Bot
from needful.app.choosing import settings_in
from needful.app.drafting import draft
from needful.app.measuring import measure_pull
from needful.app.plans import explain_repository
from needful.app.proposing import ground_of, standing_of
from needful.app.snapshot import Snapshot, snapshot
from needful.commands.model import Command, Explain, Help, Measure, ShowPlan
from needful.errors import Defect
from needful.forge.model import PullRequest
from needful.planning.planner import plan_file
from needful.planning.sweep import sweep
from needful.report.commands import commands_markdown
from needful.report.explain import explain_text
from needful.report.markdown import code, fenced, plain
from needful.report.pull_request import Origin, plan_markdown
from needful.report.terminal import Look

_ROOM = 40_000
"""Characters of one answer."""
_MOST_PLANS = 5


@dataclass(frozen=True)
class Asked:
    """Where something is asked: a pull request, ours if `path` names its workflow, else `""`."""

    bot: Bot
    pull: PullRequest
    path: str = ""


def reply(asked: Asked, command: Command) -> str:
    """The answer to a command that reads. Raises `UserError` and `Stop`."""
    match command:
        case Help():
            return commands_markdown()
        case ShowPlan():
            return _plan(asked)
        case Explain(about):
            return _explained(asked, str(about))
        case Measure():
            return measure_pull(asked.bot, asked.pull, asked.path)
    raise Defect(f"{command} does not only read")


def _plan(asked: Asked) -> str:
    """What would change now: of our own, with all that was decided; of another, in the workflows that it changes."""
    if asked.path:
        ground = ground_of(asked.bot.proposer)
        standing = standing_of(asked.bot.service, asked.path)
        made = draft(ground, asked.path, standing.seen or standing.memory.decisions, standing.memory)
        return plan_markdown(made.file, Origin(ground.blob), _ROOM)
    files = snapshot(asked.bot.service, asked.pull.head)
    return "\n\n".join(_plans(asked, files))


def _plans(asked: Asked, files: Snapshot) -> Iterator[str]:
    changed = set(asked.bot.service.changed_files(asked.pull.number))
    wanted = [path for path in files.workflows if path in changed]
    if not wanted:
        yield "This pull request changes no workflow, so there is nothing to plan."
        return
    found = settings_in(files.read, ".", asked.bot.proposer.wishes)
    if found.wrong:
        raise found.wrong[0]
    choice = asked.bot.proposer.wishes.under(found.settings)
    repository = files.repository()
    plans, unreadable, failures = sweep(tuple(wanted[:_MOST_PLANS]), lambda path: plan_file(repository, path, choice))
    facts = asked.bot.service.facts()
    server = asked.bot.proposer.server
    origin = Origin(f"{server}/{facts.name}/blob/{asked.pull.head}" if server else "")
    for plan in plans:
        shown = plan_markdown(plan, origin, _ROOM // len(plans))
        yield f"At {code(asked.pull.head[:10])}:\n\n{shown}"
    for error in unreadable:
        yield plain(str(error))
    for failure in failures:
        yield f"{code(failure.path)}: internal error, {plain(failure.message)}"
    if len(wanted) > _MOST_PLANS:
        yield f"… and {len(wanted) - _MOST_PLANS} more workflows."


def _explained(asked: Asked, about: str) -> str:
    """As the command line explains it, on the branch that is proposed to, or on the head of somebody's pull request."""
    if asked.path:
        files = ground_of(asked.bot.proposer).files
        workflows: tuple[str, ...] = (asked.path,)
    else:
        files = snapshot(asked.bot.service, asked.pull.head)
        workflows = files.workflows
    found = explain_repository(files.repository(), ".", workflows, about)
    if problems := (*found.unanswered, *(found.unreadable if not found.explanations else ())):
        raise problems[0]
    text = explain_text(found, Look())
    if len(text) > _ROOM:
        text = text[:_ROOM].rpartition("\n")[0] + "\n… (the rest does not fit)"
    return fenced("text", text)
