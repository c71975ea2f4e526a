"""The pull request for one workflow: its title and its body.

Written for somebody who has one minute: what it saves, what changes and why; all else is folded. GitHub takes
65,536 characters, so what is least needed is shortened first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote

from needful.commands.checkboxes import BEGIN, END
from needful.planning.plan import Change, FilePlan, Held
from needful.planning.unpriced import workflow_of
from needful.report.alike import Alike, alike
from needful.report.change_graphs import change_graphs
from needful.report.checks import Checks, check_names, waits
from needful.report.commits import sentence
from needful.report.findings import moved_gates
from needful.report.gain_sections import calculation, timelines, top, worth
from needful.report.markdown import code, fenced, folded, link, plain, table
from needful.report.terminal import clean, counted
from needful.rules.api import Proposal

MAX_BODY = 65_536
"""Characters of a body (https://docs.github.com/rest/pulls). Beyond it GitHub answers 422."""
_MAX_TITLE = 100
_MOST_BOXES = 10
"""Boxes that stand open: more are folded."""


@dataclass(frozen=True)
class Origin:
    """Where the texts of a plan can be read, so that evidence can link to its lines.

    `blob` is the address of the repository at a commit (`https://github.com/owner/name/blob/<sha>`), `""` for none.
    """

    blob: str = ""

    def place(self, path: str, line: int | None) -> str:
        """A path and line as Markdown, linked where there is an address."""
        shown = code(f"{PurePosixPath(path).name}:{line}" if line else PurePosixPath(path).name)
        anchor = f"#L{line}" if line else ""
        return link(shown, f"{self.blob}/{quote(path)}{anchor}" if self.blob else "")


class _Section(NamedTuple):
    """A part of the body: its forms, from the longest to the shortest. The highest `rank` is shortened first."""

    rank: int
    forms: tuple[str, ...]


def title(file: FilePlan) -> str:
    """One line: what changes where one thing does, else e.g. `ci.yml: jobs wait only for what they need`."""
    name = clean(PurePosixPath(file.path).name)
    first, *others = alike(file.changes)
    said = clean(first.told(first.first.proposal.title))
    if not others and len(said) <= _MAX_TITLE:
        return f"{name}: {said}"
    only_needs = all(_only_needs(change.proposal) for change in file.changes)
    return f"{name}: {'jobs wait only for what they need' if only_needs else 'less waiting, less work done twice'}"


def body(
    file: FilePlan,
    origin: Origin,
    checks: Checks | None = None,
    dropped: Mapping[str, str] = MappingProxyType({}),
    room: int = MAX_BODY,
) -> str:
    """The text between the markers, markers included, in at most `room` characters whatever the size of the plan.

    `dropped` are changes that people took out, by id, with the words that say who and why.
    """
    sections = [
        _Section(0, (top(file),)),
        _Section(0, (f"> {waits(checks.waiting)}" if checks and checks.waiting else "",)),
        _Section(1, tuple(_changes(file, origin, most) for most in (1000, 100, 30, 10))),
        _Section(1, tuple(_boxes(file, dropped, most) for most in (1000, 100, 30, 10))),
        *_folded(file, origin, dropped),
        _Section(0, (check_names(workflow_of(file, file.before), workflow_of(file, file.after), checks),)),
        _Section(0, (_COMMANDS,)),
    ]
    return f"{BEGIN}\n{fitted(sections, room - len(BEGIN) - len(END) - 2)}\n{END}"


def plan_markdown(file: FilePlan, origin: Origin, room: int = MAX_BODY) -> str:
    """A plan to be read, not steered: as a comment or a part of a job summary, in at most `room` characters."""
    sections = [
        _Section(0, (top(file, committed=False),)),
        _Section(1, tuple(_changes(file, origin, most) for most in (1000, 100, 30, 10))),
        *_folded(file, origin, {}),
    ]
    return fitted(sections, room)


def _folded(file: FilePlan, origin: Origin, dropped: Mapping[str, str]) -> list[_Section]:
    before, after = workflow_of(file, file.before), workflow_of(file, file.after)
    graphs = change_graphs(before, after) if file.changes else ("", "")
    return [
        _Section(5, (_drawn(*graphs), "")),
        _Section(4, (*(timelines(file, lines) for lines in (40, 15)), "")),
        _Section(3, tuple(_held(file, origin, dropped, most) for most in (1000, 50, 10, 0))),
        _Section(3, tuple(_kept(file, origin, most) for most in (1000, 50, 10, 0))),
        _Section(2, (_proof(file), _NO_PROOF if file.changes else "")),
        _Section(4, (calculation(file), "")),
    ]


def fitted(sections: Sequence[_Section], room: int) -> str:
    """The sections in order, each in its longest form that leaves room for the more important ones."""
    chosen = [0] * len(sections)

    def text() -> str:
        forms = (section.forms[form] for section, form in zip(sections, chosen, strict=True))
        return "\n\n".join(form for form in forms if form)

    while len(text()) > room:
        longer = [number for number, section in enumerate(sections) if chosen[number] + 1 < len(section.forms)]
        if not longer:
            return text()[: room - 1] + "…"
        # of the least needed the longest
        chosen[
            max(longer, key=lambda number: (sections[number].rank, len(sections[number].forms[chosen[number]])))
        ] += 1
    return text()


def _changes(file: FilePlan, origin: Origin, most: int) -> str:
    if not file.changes:
        return ""
    gains = {change.id: gain for change in file.changes if (gain := worth(file, change.id))}
    groups = alike(file.changes, gains)
    shown = groups[:most]
    timed = [group for group in shown if group.first.id in gains]
    others = [group for group in shown if group not in timed]
    parts = ["### What changes", _table(file, timed or others, gains, origin)]
    if timed and others:  # what nobody waits for must not stand in the way of what somebody does
        count = sum(len(group.findings) for group in others)
        summary = f"Also {counted(count, 'change')} whose use is another than the time of a run"
        parts.append(folded(summary, _table(file, others, gains, origin)))
    if rest := sum(len(group.findings) for group in groups[most:]):
        parts.append(f"… and {rest} more.")
    return "\n\n".join(parts)


def _table(file: FilePlan, groups: Sequence[Alike[Change]], gains: Mapping[str, str], origin: Origin) -> str:
    timed = any(group.first.id in gains for group in groups)
    columns = ("change", "why", *(("gain",) if timed else ()), "tier")
    rows = []
    for group in groups:
        proposal = group.first.proposal
        gain = (plain(group.told(gains.get(group.first.id, ""))),) if timed else ()
        rows.append((plain(group.told(proposal.title)), _why(group, origin), *gain, str(proposal.tier)))
    return table(columns, rows)


def _boxes(file: FilePlan, dropped: Mapping[str, str], most: int) -> str:
    """A box for each change, and for each that somebody took out, with the words that say who and why."""
    out = [held for held in file.held if held.id in dropped]
    lines = [f"- [x] {code(change.id)}" for change in file.changes[:most]]
    lines += [f"- [ ] {code(one.id)}\n  {plain(one.proposal.title)}, {plain(dropped[one.id])}" for one in out[:most]]
    found = {change.id for change in file.changes} | {held.id for held in out}
    gone = [f"{code(one)} ({plain(words)})" for one, words in dropped.items() if one not in found]
    lost = f"Taken out earlier, and not found any more: {', '.join(gone[:most])}." if gone else ""
    if not lines:
        return lost
    if rest := len(file.changes) + len(out) - len(lines):
        lines.append(f"\n… and {rest} more, whose ids stand in the messages of the commits.")
    boxes = "\n".join(lines)
    how = "To leave a change out, untick it, or comment `/needful drop` with its id and `because …`"
    how += "; tick it to have it back" if out else ""
    if len(lines) > _MOST_BOXES:
        how, boxes = f"{how}.", folded(f"A box for each change ({len(file.changes) + len(out)})", boxes)
    else:
        how = f"{how}:"
    return "\n\n".join(part for part in (how, boxes, lost) if part)


def _why(group: Alike[Change], origin: Origin) -> str:
    proposal = group.first.proposal
    seen = group.seen(lambda one: origin.place(one.path, one.line))
    places = ", ".join(dict.fromkeys(place for places in seen.values() for place in places))
    parts = [f"{sentence(plain(group.told(proposal.because)))} {places}"]
    if moved := moved_gates(proposal):
        parts.append(f"{plain(group.told(moved))}.")
    if proposal.cost:
        parts.append(f"Cost: {plain(group.told(proposal.cost))}.")
    return "<br>".join(parts)


def _drawn(before: str, after: str) -> str:
    if not before or before == after:
        return ""
    parts = ["Before (red goes):", fenced("mermaid", before), "After (green is new):", fenced("mermaid", after)]
    return folded("The jobs before and after", "\n\n".join(parts))


def _held(file: FilePlan, origin: Origin, dropped: Mapping[str, str], most: int) -> str:
    found = [held for held in file.held if held.id not in dropped]
    if not found:
        return ""
    groups = alike(found)
    rows = [
        (
            plain(group.told(group.first.proposal.title)),
            f"{sentence(plain(group.told(group.first.reason)))} {_seen(group, origin)}",
            "<br>".join(map(code, group.ids)),
        )
        for group in groups[:most]
    ]
    rest = sum(len(group.findings) for group in groups[most:])
    parts = [table(("found", "why it is not applied", "id"), rows)] if rows else []
    if rest:
        parts.append(f"{'… and ' if rows else ''}{rest} more.")
    parts.append("To have one that is offered for review, comment `/needful apply` with its id.")
    return folded(f"Found, not applied ({len(found)})", "\n\n".join(parts))


def _kept(file: FilePlan, origin: Origin, most: int) -> str:
    """What a person wants left as it is, and what is not proposed for that."""
    if not file.kept:
        return ""
    rows = [
        (
            plain(kept.what),
            f"{origin.place(kept.path, kept.line) if kept.path else 'the settings'} {plain(kept.reason)}".strip(),
            ", ".join(map(code, kept.prevents)),
        )
        for kept in file.kept[:most]
    ]
    rest = len(file.kept) - len(rows)
    parts = [table(("kept", "who says so", "not proposed"), rows)] if rows else []
    if rest:
        parts.append(f"{'… and ' if rows else ''}{rest} more.")
    return folded(f"Kept, because somebody said so ({len(file.kept)})", "\n\n".join(parts))


def _seen(group: Alike[Held], origin: Origin) -> str:
    seen = (one for held in group.findings for one in held.proposal.evidence[:3])
    return ", ".join(dict.fromkeys(origin.place(one.path, one.line) for one in seen))


def _proof(file: FilePlan) -> str:
    if not file.changes:
        return ""
    proved: dict[tuple[str, ...], list[str]] = {}
    for group in alike(file.changes):
        shown = (f"- {plain(text)}" for text in group.each(_shown))
        missing = (f"- **Not shown:** {plain(text)}" for text in group.each(_not_shown))
        proved.setdefault((*shown, *missing), []).append(f"**{plain(group.told(group.first.proposal.title))}**")
    parts = ["\n".join(["<br>".join(titles), "", *lines]) for lines, titles in proved.items()]
    return folded("The proof: what had to stay, and how it was shown", "\n\n".join(parts))


def _shown(proposal: Proposal) -> Iterator[str]:
    return (f"{item.what}: {item.shown}" for item in proposal.certificate if item.shown)


def _not_shown(proposal: Proposal) -> Iterator[str]:
    return (f"{item.what}: {item.why_not}" for item in proposal.certificate if not item.shown)


_NO_PROOF = "The proof does not fit here: it is in the message of each commit, and `needful plan` prints it."
_COMMANDS = (
    "Comment `/needful help` for what else can be asked, such as `/needful explain` with an id. "
    "Closing this pull request declines it: it does not come again until the workflow changes."
)


def _only_needs(proposal: Proposal) -> bool:
    return all("needs" in operation.path for operation in proposal.operations)
