"""The grammar of commands, all of it.

    comment = line of a command, then more of them or anything else, each on a line of its own
    line    = "/needful" [verb]                 nothing behind it means help; case does not matter
    verb    = "help" | "plan" | "measure" | "rebase" | "undo"
            | "apply" id…
            | "drop" id… ["because" text]
            | "explain" (id | edge)
            | "keep" edge "because" text
            | "ignore" rule [job]
    edge    = job arrow job                     arrow = "->" | "-->" | "=>" | "→" | ".."
    id      = rule ":" file name (":" part)*    ids are parted by spaces or commas; backticks around words are fine

Which lines of a comment count is found by `lines`: none in code, quotes, lists, tables or HTML. One line that is not
understood, and nothing of the comment is done.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from needful.commands.lines import PREFIX, candidates
from needful.commands.model import (
    Apply,
    Command,
    Drop,
    Edge,
    Explain,
    Help,
    IgnoreRule,
    KeepEdge,
    Malformed,
    Measure,
    Rebase,
    ShowPlan,
    Undo,
)

MAX_COMMENT, MAX_COMMANDS, MAX_IDS, MAX_REASON, MAX_WORD = 10_000, 20, 50, 300, 200
"""Characters of a comment, commands in it, ids in one of them, characters of a reason and of an id or a name."""

_JOB = r"[A-Za-z_][A-Za-z0-9_-]*"
_EDGE = re.compile(rf"({_JOB}?)\s*(?:-{{1,2}}>|=>|→|\.\.)\s*({_JOB})")
_PART = r"(?!\.+(?::|\Z))[A-Za-z0-9_.-]+"
_ID = re.compile(rf"{_PART}(?::{_PART})+")
_STARTS = re.compile(rf"(?:[ \t]*[\r\n])*{PREFIX.pattern}", re.IGNORECASE)
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_BECAUSE = re.compile(r"(?:^|(?<=\s))because(?:\s+|$)", re.IGNORECASE)


class _Wrong(Exception):
    """What is wrong with a line. Never leaves this module."""


class Verb(NamedTuple):
    """A command as people write it, what it does, and how what follows the verb is read."""

    usage: str
    does: str
    read: Callable[[str], Command]


def parse_comment(text: str) -> tuple[Command, ...] | Malformed:
    """The commands of a comment, in order; none if it does not start with one."""
    if not _STARTS.match(text):
        return ()
    if len(text) > MAX_COMMENT:
        return Malformed("", f"the comment has more than {MAX_COMMENT:,} characters")
    lines = candidates(text)
    if not lines:
        return Malformed("", "a command stands in a table, or in code or HTML that begins or ends on its line")
    if len(lines) > MAX_COMMANDS:
        return Malformed("", f"more than {MAX_COMMANDS} commands in one comment")
    found: list[Command] = []
    for line in lines:
        try:
            found.append(_command(line))
        except _Wrong as wrong:
            return Malformed(line, str(wrong))
    return tuple(found)


def spell(command: Command) -> str:
    """A command as a line that means it."""
    match command:
        case Apply(ids):
            words = ["apply", *ids]
        case Drop(ids, because):
            words = ["drop", *ids, *(["because", because] if because else [])]
        case Explain(about):
            words = ["explain", str(about)]
        case KeepEdge(edge, because):
            words = ["keep", str(edge), "because", because]
        case IgnoreRule(rule, job):
            words = ["ignore", rule, *([job] if job else [])]
        case _:
            words = [next(name for name, verb in VERBS.items() if verb.read is _ALONE.get(type(command)))]
    return " ".join(["/needful", *words])


def _command(line: str) -> Command:
    ours, *words = line.split(None, 2)
    if not words and not ours.endswith(":"):
        return Help()
    verb = VERBS.get(words[0].lower()) if words and not ours.endswith(":") else None
    if verb is None:
        raise _Wrong("there is no such command")
    return verb.read(words[1].strip() if len(words) > 1 else "")


# --- what follows a verb ---------------------------------------------------------------------------------------------


def _alone(kind: Callable[[], Command]) -> Callable[[str], Command]:
    def read(rest: str) -> Command:
        if rest:
            raise _Wrong("nothing follows this command")
        return kind()

    return read


def _apply(rest: str) -> Command:
    return Apply(_ids(rest))


def _drop(rest: str) -> Command:
    ids, because = _parted(rest)
    return Drop(_ids(ids), because or "")


def _explain(rest: str) -> Command:
    about = _bare(rest)
    return Explain(about if is_id(about) else _edge(about, "an id or an edge such as `lint->test` is to be explained"))


def _keep(rest: str) -> Command:
    edge, because = _parted(rest)
    if because is None:
        raise _Wrong("the reason is missing: `because …`")
    return KeepEdge(_edge(_bare(edge), "an edge such as `lint->test` is to be kept"), because)


def _ignore(rest: str) -> Command:
    words = _bare(rest).split()
    if not 1 <= len(words) <= 2:
        raise _Wrong("a rule follows, and at most one job")
    rule, job = words[0].lower(), "".join(words[1:])
    if not _NAME.fullmatch(rule) or len(rule) > MAX_WORD:
        raise _Wrong("this is no name of a rule")
    if job and not (re.fullmatch(_JOB, job) and len(job) <= MAX_WORD):
        raise _Wrong("this is no id of a job")
    return IgnoreRule(rule, job)


def _ids(text: str) -> tuple[str, ...]:
    ids = tuple(dict.fromkeys(_bare(text).replace(",", " ").split()))
    if not ids:
        raise _Wrong("the id of a change follows")
    if len(ids) > MAX_IDS:
        raise _Wrong(f"more than {MAX_IDS} ids")
    if not all(map(is_id, ids)):
        raise _Wrong("this is no id of a change; ids look like `drop-false-needs:ci.yml:test:lint`")
    return ids


def is_id(text: str) -> bool:
    """Whether a text can be the id of a change."""
    return len(text) <= MAX_WORD and _ID.fullmatch(text) is not None


def _edge(text: str, otherwise: str) -> Edge:
    found = _EDGE.fullmatch(text)
    if found is None or len(text) > 2 * MAX_WORD:
        raise _Wrong(otherwise)
    return Edge(*found.groups())


def _parted(rest: str) -> tuple[str, str | None]:
    """What stands before the first `because`, and the reason behind it; None where there is no such word."""
    found = _BECAUSE.search(rest)
    if found is None:
        return rest, None
    words = ("".join(char for char in word if char.isprintable()) for word in rest[found.end() :].split())
    reason = " ".join(word for word in words if word)
    if not reason:
        raise _Wrong("no reason follows `because`")
    if len(reason) > MAX_REASON:
        raise _Wrong(f"the reason has more than {MAX_REASON} characters")
    return rest[: found.start()], reason


def _bare(text: str) -> str:
    """Words without the backticks that people put around names."""
    return text.replace("`", "").strip()


_ALONE = {kind: _alone(kind) for kind in (Help, ShowPlan, Measure, Rebase, Undo)}

VERBS: dict[str, Verb] = {
    "help": Verb("help", "lists these commands", _ALONE[Help]),
    "plan": Verb("plan", "shows what would change now, and why", _ALONE[ShowPlan]),
    "explain": Verb(
        "explain ID | JOB->JOB", "says all about a change, or about why one job waits for another", _explain
    ),
    "apply": Verb("apply ID…", "makes these changes, whatever their tier", _apply),
    "drop": Verb("drop ID… [because …]", "takes these changes out and does not propose them again", _drop),
    "keep": Verb("keep JOB->JOB because …", "writes `# needful: keep` at that edge, for ever", _keep),
    "ignore": Verb(
        "ignore RULE [JOB]", "writes into the settings that the rule is ignored, for one job or at all", _ignore
    ),
    "measure": Verb("measure", "compares what was promised with the runs since", _ALONE[Measure]),
    "rebase": Verb("rebase", "works the changes out anew on the base branch as it is", _ALONE[Rebase]),
    "undo": Verb("undo", "takes the last command back", _ALONE[Undo]),
}
