"""Answer a comment with commands: who may ask, what is done, and what is said about it. Nothing is done twice.

A command is acknowledged by a reaction and answered in one comment of ours, which is edited in place. Either all
commands of a comment are done, or none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from needful.app.bot import Bot
from needful.app.drafting import Draft
from needful.app.proposing import Ask, Dry, Proposed, Trouble, Withdrawn, propose_one
from needful.app.publish import Done, Nothing, Published
from needful.app.replies import Asked, reply
from needful.commands.access import objection
from needful.commands.checkboxes import ticked
from needful.commands.grammar import parse_comment, spell
from needful.commands.model import Apply, Command, Drop, Malformed, Rebase, Undo
from needful.errors import UserError
from needful.forge.branches import PREFIX, branch_of
from needful.forge.decisions import Decision, decides
from needful.forge.events import Commanding, Ticking
from needful.forge.marks import remembered
from needful.forge.model import WORKFLOWS, Permission, PullRequest, State
from needful.forge.outcomes import ComeBack, Moved, Stop, Unavailable
from needful.forge.remarks import find
from needful.report.commands import malformed_markdown
from needful.report.findings import findings
from needful.report.markdown import code, plain
from needful.report.status import KEY, Answer, answered, status


@dataclass(frozen=True)
class Answered:
    """What became of a comment. `said` is Markdown, `again`: the same delivery may be tried again."""

    said: str
    done: bool = True
    again: bool = False


def answer(bot: Bot, event: Commanding) -> Answered:
    """Answer a comment. Raises `Stop` where not even the answer could be written."""
    commands = parse_comment(event.body)
    if commands == ():
        return Answered("The comment begins with no command.")
    if not event.pull:
        return Answered("Commands work on pull requests only.")
    known = find(bot.service, event.number, KEY)
    before = known.body if known else ""
    if event.comment in answered(before):
        return Answered("The comment is answered already.")
    pull = bot.service.pull_request(event.number)
    if pull is None:
        return Answered("There is no such pull request.")
    bot.react(event.comment, "eyes")
    found = _reply(bot, event, pull, commands)
    first = commands.text if isinstance(commands, Malformed) else spell(commands[0])
    url = f"{pull.url}#issuecomment-{event.comment}"
    line = Answer(event.comment, event.author, url, first or "/needful", found.done, found.said)
    problem = bot.say(event.number, KEY, status(before, line, final=not found.again))
    bot.react(event.comment, "rocket" if found.done else "confused")
    return Answered(f"{found.said}\n\n{plain(problem)}" if problem else found.said, found.done, found.again)


def tick(bot: Bot, event: Ticking) -> Answered:
    """Do what ticked and unticked boxes ask for. Raises `Stop` as `answer`."""
    commands = ticked(event.before, event.after)
    pull = bot.service.pull_request(event.number) if commands else None
    if pull is None or not _is_own(pull):
        return Answered("No box of a change was ticked or unticked.")
    path = _path_of(bot, pull)
    writer = bot.service.permission(event.author) >= Permission.WRITE

    def decide(decisions: tuple[Decision, ...]) -> tuple[Decision, ...]:
        """Say who decided; of what nobody may decide, leave nothing."""
        ours = [not (one.by or one.comment) and one.command in commands for one in decisions]
        named = [one._replace(by=event.author) if new else one for one, new in zip(decisions, ours, strict=True)]
        return tuple(one for one, new in zip(named, ours, strict=True) if writer or not new)

    try:
        one = propose_one(bot.proposer, path, Ask(decide))
        if isinstance(one.ending, Published) and one.ending.done is Done.UNCHANGED:
            return Answered("The boxes say what is decided already.")
        found = _told(one, commands)
    except UserError as error:
        found = Answered(plain(str(error)), done=False)
    if not writer:
        found = Answered("Nothing was done: only people who may write to this repository can ask for this.", done=False)
    asked = "; ".join(spell(command) for command in commands)
    known = find(bot.service, event.number, KEY)
    line = Answer(0, event.author, pull.url, asked, found.done, found.said)
    bot.say(event.number, KEY, status(known.body if known else "", line))
    return found


def _reply(bot: Bot, event: Commanding, pull: PullRequest, commands: tuple[Command, ...] | Malformed) -> Answered:
    try:
        if isinstance(commands, Malformed):
            return Answered(malformed_markdown(commands), done=False)
        writer = bot.service.permission(event.author) >= Permission.WRITE
        why = {objection(one, writer=writer, own=_is_own(pull)): one for one in reversed(commands)}
        why.pop("", None)
        if why:
            lines = (f"- {code(spell(one))}: {plain(said)}" for said, one in why.items())
            return Answered("Nothing was done.\n\n" + "\n".join(lines), done=False)
        if not _is_open(pull) and any(_changes(one) for one in commands):
            return Answered("Nothing was done: this pull request is closed. Reopen it first.", done=False)
        return _carried_out(bot, event, pull, commands)
    except UserError as error:
        return Answered(f"Nothing was done: {plain(str(error))}.", done=False)
    except Stop as stop:
        return Answered(f"Not done: {plain(str(stop.reason))}.", done=False, again=_may_come_back(stop))


def _carried_out(bot: Bot, event: Commanding, pull: PullRequest, commands: Sequence[Command]) -> Answered:
    parts = []
    changing = [one for one in commands if _changes(one)]
    if changing:
        path = _path_of(bot, pull)
        ask = Ask(
            lambda decisions: _decide(decisions, changing, event),
            event.comment,
            any(isinstance(one, Rebase) for one in changing),
            lambda made, before: _objection(made, before, changing),
        )
        first = _told(propose_one(bot.proposer, path, ask), changing)
        if not first.done:
            return first
        parts.append(first.said)
    asked = Asked(bot, pull, _path_of(bot, pull) if _is_own(pull) else "")
    parts += [reply(asked, one) for one in commands if not _changes(one)]
    return Answered("\n\n".join(parts))


def _decide(decisions: tuple[Decision, ...], commands: Sequence[Command], event: Commanding) -> tuple[Decision, ...]:
    for command in commands:
        if isinstance(command, Undo):
            if not decisions:
                raise UserError("nothing was decided, so there is nothing to take back")
            decisions = decisions[:-1]
        elif decides(command):
            decisions = (*decisions, Decision(command, event.author, event.comment))
    return decisions


def _objection(made: Draft, before: Callable[[], Draft], commands: Sequence[Command]) -> str:
    """Why a draft is not what was asked for: an id that there is not, a change or a comment that cannot be made."""
    refused = {one.command: why for one, why in made.refused}
    changes = {change.id for change in made.file.changes}
    held = {one.id: one.reason for one in made.file.held}
    known = [one.id for one in findings(made.file)]
    if any(change not in known for one in commands if isinstance(one, Apply | Drop) for change in one.ids):
        known += [one.id for one in findings(before().file)]  # one that is gone may take others along
    for command in commands:
        if command in refused:
            return f"`{spell(command)}`: {refused[command]}"
        for change in command.ids if isinstance(command, Apply | Drop) else ():
            if change not in known:
                near = get_close_matches(change, known, 1)
                return f"there is no change `{change}` here" + (f"; did you mean `{near[0]}`?" if near else "")
            if isinstance(command, Apply) and change not in changes:
                return f"`{change}` is not made: {held.get(change, 'there is no need for it then')}"
    return ""


def _told(one: Proposed, commands: Sequence[Command]) -> Answered:
    """What became of a proposal, in words."""
    done = isinstance(one.ending, Published | Withdrawn | Nothing | Dry)
    text = str(one.ending)
    if not done:
        again = isinstance(one.ending, ComeBack | Unavailable | Moved)
        return Answered(f"Nothing was done: {plain(text)}.", done=False, again=again)
    parts = [f"- {code(spell(command).removeprefix('/needful '))}: done" for command in commands]
    if isinstance(one.ending, Published):
        changes = len(one.draft.publication.patches) if one.draft else 0
        text = f"The pull request has {changes} {'commit' if changes == 1 else 'commits'} now."
        parts += [f"- {plain(note)}" for note in one.ending.notes]
    return Answered("\n".join(parts) + f"\n\n{plain(text)}", done=not isinstance(one.ending, Trouble))


def _changes(command: Command) -> bool:
    """Whether a command changes the pull request."""
    return decides(command) or isinstance(command, Undo | Rebase)


def _is_own(pull: PullRequest) -> bool:
    return not pull.fork and pull.branch.startswith(PREFIX) and remembered(pull.body) is not None


def _is_open(pull: PullRequest) -> bool:
    """Whether it can be changed: open, or closed by ourselves because nothing was left of it."""
    state = remembered(pull.body)
    return pull.state is State.OPEN or (pull.state is State.CLOSED and state is not None and state.withdrawn)


def _path_of(bot: Bot, pull: PullRequest) -> str:
    """The workflow that a pull request of ours is about. Raises `UserError` where it is gone."""
    facts = bot.service.facts()
    files = bot.service.files(bot.service.commit(facts.head), WORKFLOWS)
    found = next((file.path for file in files if branch_of(file.path) == pull.branch), None)
    if found is None:
        raise UserError(f"the workflow of {pull.branch} is gone")
    return found


def _may_come_back(stop: Stop) -> bool:
    return isinstance(stop.reason, ComeBack | Unavailable | Moved)
