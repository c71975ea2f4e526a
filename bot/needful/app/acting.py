"""One event, one action: what it asks for is done, and what came of it is told as summary, outputs and exit code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from needful.app.answering import answer, tick
from needful.app.bot import Bot
from needful.app.checking import Checked, check_files, check_pull
from needful.app.choosing import Wishes
from needful.app.instead import instead, patch_of, tell, why_not
from needful.app.measuring import measure_after, measure_all
from needful.app.proposing import Ending, Proposed, Trouble, Withdrawn, ground_of, propose, workflows_of
from needful.app.publish import Done, Published
from needful.forge.events import Checking, Commanding, Event, Measuring, Nothing, Proposing, Ticking
from needful.forge.outcomes import Denied, Stop
from needful.report.findings import findings
from needful.report.markdown import code, link, plain
from needful.report.pull_request import Origin, plan_markdown
from needful.report.terminal import counted

DONE, FINDINGS, MISTAKE, BROKEN = 0, 1, 2, 3


class Mode(StrEnum):
    """What the Action is to do; `auto`: what the event asks for."""

    AUTO = "auto"
    PROPOSE = "propose"
    CHECK = "check"
    COMMAND = "command"
    MEASURE = "measure"


@dataclass(frozen=True)
class Acted:
    """What came of a run. `summary` is Markdown, `log` what the run prints, `patch` the diff that others may apply."""

    summary: str
    code: int = DONE
    log: str = ""
    patch: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)


def act(bot: Bot, event: Event, mode: Mode, paths: Sequence[str]) -> Acted:
    """Do what an event asks for, as far as the mode allows it. Raises `UserError` for what the user has to mend."""
    try:
        return _acted(bot, _under(event, mode), mode, paths)
    except Stop as stop:
        # a token that may not ask is for people to mend; everything else comes right by itself
        ended = MISTAKE if isinstance(stop.reason, Denied) else DONE
        kind, said = "error" if ended else "notice", str(stop.reason)
        return Acted(f"{plain(said)}.", ended, annotation(kind, said))


def _under(event: Event, mode: Mode) -> Event:
    """What is to be done: the event's own matter, or what the mode wants whatever the event."""
    kinds = {Mode.COMMAND: Commanding | Ticking, Mode.MEASURE: Measuring, Mode.CHECK: Checking}
    match mode:
        case Mode.PROPOSE:
            return event if isinstance(event, Proposing) else Proposing(by_hand=False)
        case Mode.COMMAND if not isinstance(event, kinds[mode]):
            return event if isinstance(event, Nothing) else Nothing("the event brings no command")
    return event


def _acted(bot: Bot, event: Event, mode: Mode, paths: Sequence[str]) -> Acted:
    if mode is Mode.CHECK:
        if isinstance(event, Checking):
            return _checked(check_pull(bot, event, paths))
        return check(bot.proposer.wishes, paths)
    if mode is Mode.MEASURE:
        if isinstance(event, Measuring):
            return Acted(measure_after(bot, event))
        paths = workflows_of(bot.proposer, ground_of(bot.proposer))
        return Acted(measure_all(bot, paths) or "No pull request of Needful is open, or was merged lately.")
    match event:
        case Proposing():
            return _proposed(bot.by_hand() if event.by_hand else bot)
        case Checking():
            return _checked(check_pull(bot, event, paths))
        case Commanding():
            return Acted(answer(bot, event).said)
        case Ticking():
            return Acted(tick(bot, event).said)
        case Measuring():
            return Acted(measure_after(bot, event))
    return Acted(f"Nothing to do: {plain(event.why)}.")


def check(wishes: Wishes, paths: Sequence[str]) -> Acted:
    """Check the checkout; no token is needed for that. Raises `UserError` for paths that are none."""
    return _checked(check_files(wishes, paths))


def _checked(found: Checked) -> Acted:
    bad = BROKEN if found.broken else FINDINGS if found.found or found.unread else DONE
    return Acted(found.said, bad, found.log)


def _proposed(bot: Bot) -> Acted:
    done = propose(bot.proposer)
    server, patch = bot.proposer.server, patch_of(done)
    parts = [_heading(done)]
    log = ""
    if (reason := why_not(done)) is not None:
        blob = _blob(bot, done, server)
        text = instead(done, bot.run_url, blob)
        parts += [text, "" if bot.dry_run else plain(_instead_said(bot, done, text))]
        log = annotation("warning", str(reason))
    parts += [_section(one, _blob(bot, [one], server)) for one in done if why_not([one]) is None]
    parts.append(_measured(bot, done))
    troubles = [one for one in done if isinstance(one.ending, Trouble)]
    log += "".join(annotation("error", f"{one.path}: {one.ending}") for one in troubles)
    ours = any(one.ending.ours for one in troubles if isinstance(one.ending, Trouble))
    pulls = [one.ending.pull.url for one in done if isinstance(one.ending, Published)]
    changes = sum(len(one.draft.publication.changes) for one in done if one.draft and isinstance(one.ending, Published))
    outputs = {"changes": str(changes), "pull-requests": json.dumps(pulls)}
    ended = BROKEN if ours else MISTAKE if troubles else DONE
    return Acted("\n\n".join(part for part in parts if part), ended, log, patch, outputs)


def _instead_said(bot: Bot, done: Sequence[Proposed], text: str) -> str:
    """Say it in an issue; that this cannot be done now takes nothing from summary and patch."""
    try:
        return tell(bot.service, done, text)
    except Stop as stop:
        return f"No issue could be opened: {stop.reason}."


def _measured(bot: Bot, done: Sequence[Proposed]) -> str:
    """What became of earlier proposals; that it cannot be told now spoils nothing."""
    new = {
        one.ending.pull.number for one in done if isinstance(one.ending, Published) and one.ending.done is Done.OPENED
    }
    paths = [one.path for one in done if one.draft is not None]
    try:
        return measure_all(bot, paths, new)
    except Stop as stop:
        return f"Nothing more could be measured: {plain(str(stop.reason))}."


def _heading(done: Sequence[Proposed]) -> str:
    if not done:
        return "There is no workflow to look at."
    pulls = sum(isinstance(one.ending, Published) for one in done)
    open_ = f"{counted(pulls, 'pull request')} {'is' if pulls == 1 else 'are'} open" if pulls else "nothing is proposed"
    return f"Looked at {counted(len(done), 'workflow')}: {open_}."


def _section(one: Proposed, blob: str) -> str:
    said = [f"## {code(one.path)}", _told(one.ending)]
    if one.draft is not None:
        said += [f"- {plain(note)}" for note in one.draft.notes]
        said += [f"- {code(str(decision.command))} is not written: {plain(why)}" for decision, why in one.draft.refused]
        if one.draft.publication.patches or findings(one.draft.file):
            said.append(plan_markdown(one.draft.file, Origin(blob)))
    return "\n\n".join(said)


def _told(ending: Ending) -> str:
    if isinstance(ending, Published):
        pull = link(plain(f"#{ending.pull.number} {ending.pull.title}"), ending.pull.url)
        return "\n".join([f"{pull}: {ending.done}.", *(f"- {plain(note)}" for note in ending.notes)])
    if isinstance(ending, Withdrawn):
        return f"{plain(ending.why)}, so {link(f'#{ending.pull.number}', ending.pull.url)} is closed."
    text = str(ending)
    return f"{plain(text[:1].upper() + text[1:])}."


def _blob(bot: Bot, done: Sequence[Proposed], server: str) -> str:
    base = next((one.draft.publication.base for one in done if one.draft), "")
    return f"{server}/{bot.recording.repository}/blob/{base}" if server and base else ""


def annotation(kind: str, text: str) -> str:
    """A workflow command (https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions)."""
    data = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{kind} title=Needful::{data}\n"
