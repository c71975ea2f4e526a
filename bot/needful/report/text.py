"""What a run found, for people: what changes and why, what was found but stays, and one line to sum up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from needful.dependence.model import Evidence
from needful.errors import UserError
from needful.planning.plan import Change, Failure, FilePlan, Held, Kept, Plan
from needful.report.alike import Alike, alike
from needful.report.findings import findings, moved_gates, offered, remedy
from needful.report.terminal import Look, clean, counted, disarmed, hang, shown_path
from needful.rules.api import Proposal, Tier
from needful.schedule.structure import NoPrediction

_LABEL = 10
"""Columns for the words in front: why, seen, cost."""


def plan_text(plans: Iterable[Plan], look: Look) -> str:
    """The whole plan: a section for each file in which something was found."""
    told: dict[tuple[str, ...], str] = {}
    sections = [
        "\n".join(_file(plan, file, told, look))
        for plan in plans
        for file in plan.files
        if file.changes or file.held or file.kept
    ]
    return "\n\n".join(sections) + "\n\n" if sections else ""


def findings_text(plans: Iterable[Plan], look: Look) -> str:
    """A paragraph for each finding, opened by `file:line:` as compilers do."""
    return "".join(f"{line}\n" for plan in plans for line in _findings(plan, look))


def brief_text(plans: Iterable[Plan], look: Look, *, held: bool = False) -> str:
    """A line for each change (and, on request, for what stays): place, title and id."""
    return "".join(
        disarmed(f"{_place(plan.root, file.path, one.line)}: {clean(one.proposal.title)} [{clean(one.id)}]") + "\n"
        for plan in plans
        for file in plan.files
        for one in (findings(file) if held else file.changes)
    )


def error_text(error: UserError, look: Look) -> str:
    """Something the user has to mend: where, what, and what to do about it."""
    place = _place("", error.path, None) + error.place if error.path else ""
    head = look.paint("error:", "bad") + (f" {place}:" if place else "")
    hint = f"\n  {disarmed(clean(error.hint))}" if error.hint else ""
    return f"{head} {disarmed(clean(error.message))}{hint}\n"


def failure_text(root: str, failure: Failure, look: Look) -> str:
    """A file on which this program broke."""
    place = _place(root, failure.path, None)
    return f"{look.paint('internal error:', 'bad')} {place}: {disarmed(clean(failure.message))}\n"


def summary_text(plans: Sequence[Plan], look: Look, *, done: bool = False) -> str:
    """One line to close with. `done`: the changes were made."""
    files = [file for plan in plans for file in plan.files]
    changes = sum(len(file.changes) for file in files)
    held = sum(len(file.held) for file in files)
    broken = sum(len(plan.failures) for plan in plans)
    unread = sum(len(plan.unreadable) for plan in plans)
    every = counted(len(files), "workflow")
    if changes:
        touched = sum(file.changed for file in files)
        what = f"{counted(changes, 'change')} {'made' if done else 'to make'} in {touched} of {every}."
    else:
        what = f"Nothing to change in {every}."
    parts = [look.paint(what, "good")]
    if held:
        parts.append(f"{held} more found, not applied.")
    if kept := sum(len(one.prevents) for file in files for one in file.kept):
        parts.append(f"{kept} not proposed, as asked.")
    parts += _trouble(unread, broken, look)
    notes = [] if done else [_WAY if changes else "", _no_times(files)]
    lines = [line for note in notes if note for line in hang(look, "", note)]
    return "\n".join([" ".join(parts), *lines]) + "\n" + settings_text(plans)


_WAY = "`needful apply` makes the changes, `needful apply --diff` shows them."


def _no_times(files: Iterable[FilePlan]) -> str:
    """What to do to get times, where there are none because no run is at hand."""
    without = [file.pricing.prediction for file in files if file.pricing is not None and file.pricing.at_hand == 0]
    found = next((one for one in without if isinstance(one, NoPrediction)), None)
    return f"No times: {found.reason}. {found.advice}." if found else ""


def check_summary_text(plans: Sequence[Plan], look: Look) -> str:
    """One line to close a check with."""
    files = [file for plan in plans for file in plan.files]
    found = sum(len(file.changes) + len(file.held) for file in files)
    every = counted(len(files), "workflow")
    what = f"{counted(found, 'missing need')} in {every}." if found else f"No missing needs in {every}."
    trouble = _trouble(sum(len(plan.unreadable) for plan in plans), sum(len(plan.failures) for plan in plans), look)
    return " ".join([look.paint(what, "bad" if found else "good"), *trouble]) + "\n" + settings_text(plans)


def settings_text(plans: Iterable[Plan]) -> str:
    """Which settings were followed, and what they leave out; a line for each repository that has some."""
    return "".join(
        disarmed(f"{clean(plan.settings)} is followed{_left_out(plan)}; --no-config does without it.") + "\n"
        for plan in plans
        if plan.settings
    )


def _left_out(plan: Plan) -> str:
    names = [PurePosixPath(path).name for path in plan.left_out]
    shown = f"{', '.join(names[:3])}{f' and {len(names) - 3} more' if len(names) > 3 else ''}"
    return f" and leaves out {clean(shown)}" if names else ""


def _trouble(unread: int, broken: int, look: Look) -> Iterator[str]:
    if unread:
        yield look.paint(f"{unread} could not be read.", "bad")
    if broken:
        yield look.paint(f"{broken} left alone because of an internal error.", "bad")


def _file(plan: Plan, file: FilePlan, told: dict[tuple[str, ...], str], look: Look) -> Iterator[str]:
    """A file of the plan. `told` holds what was said of changes, with the id of the first of which it was."""
    root, included = plan.root, plan.included
    yield look.paint(_place(root, file.path, None), "heading")
    yield from _gain(file, look)
    said = ""
    gains = _gains(file)
    for group in alike(file.changes, gains):
        yield ""
        proved = "; ".join(group.each(_shown))
        reasons = (group.told(group.first.proposal.because), group.told(group.first.proposal.cost), proved)
        texts = (group.told(group.first.proposal.title), *reasons)
        first = told.setdefault(tuple(map(group.nameless, texts)), group.first.id)
        known = "" if first == group.first.id else f"as for {first}"
        yield from _change(root, file, group, gains.get(group.first.id, ""), known, look)
        if proved and not known:
            yield from _labelled(look, "proved", "as above" if proved == said else proved)
        yield from _not_shown(group, look)
        said = proved
    if file.held:
        yield ""
        yield from hang(look, "", "Found, not applied" + _way(file, included), indent=2, role="heading")
    for held in alike(file.held):
        yield ""
        yield from _held(root, file.path, held, look, included)
    if file.kept:
        yield ""
        yield from hang(look, "", "Kept, because somebody said so", indent=2, role="heading")
    for kept in file.kept:
        yield ""
        yield from _kept(plan, kept, look)


def _kept(plan: Plan, kept: Kept, look: Look) -> Iterator[str]:
    yield from hang(look, "", kept.what, indent=2, role="title")
    place = _place("", PurePosixPath(kept.path).name or plan.settings, kept.line)
    yield from _labelled(look, "said", f"{place} {kept.reason}")
    for number, change in enumerate(kept.prevents):
        yield from _labelled(look, "" if number else "prevents", change)


def _gain(file: FilePlan, look: Look) -> Iterator[str]:
    """What the plan of a file gains, where that was asked for."""
    if file.pricing is None or not file.changes:
        return
    from needful.report import gains  # what it knows takes long to import

    yield ""
    yield from hang(look, "", gains.headline(file.pricing), indent=2, role="title")
    for label, sentence in gains.details(file.pricing):
        yield from _labelled(look, label, sentence)


def _way(file: FilePlan, included: Tier) -> str:
    """How to have what is only held because of its tier."""
    tiers = sorted({held.proposal.tier for held in file.held if offered(held, included)})
    ways = (f"`--include {tier}` applies what is marked ({tier})" for tier in tiers)
    return "".join(f"; {way}" for way in ways)


def _gains(file: FilePlan) -> dict[str, str]:
    """What changes gain in words, by their ids."""
    if file.pricing is None or not file.changes:
        return {}
    from needful.report.gains import saved

    worths = ((change.id, file.pricing.worth(change.id)) for change in file.changes)
    return {name: saved(worth) for name, worth in worths if worth is not None}


def _change(root: str, file: FilePlan, group: Alike[Change], gain: str, known: str, look: Look) -> Iterator[str]:
    """A group of changes. `known` tells where its reason and cost were told, `""` where they were not yet."""
    proposal = group.first.proposal
    yield from _opening(group, look, known)
    yield from _evidence(root, file.path, group, look)
    if moved := moved_gates(proposal):
        yield from _labelled(look, "also", group.told(moved))
    if proposal.cost and not known:
        yield from _labelled(look, "cost", group.told(proposal.cost))
    if gain:
        yield from _labelled(look, "gain", group.told(gain))


def _held(root: str, path: str, group: Alike[Held], look: Look, included: Tier) -> Iterator[str]:
    """What is only offered is told in short: with the tier included, it becomes a change and says the rest."""
    yield from _opening(group, look)
    if offered(group.first, included):
        yield from _not_shown(group, look)
    else:
        yield from _evidence(root, path, group, look)
        yield from _labelled(look, "stays", group.told(group.first.reason))


def _opening(group: Alike[Change] | Alike[Held], look: Look, known: str = "") -> Iterator[str]:
    proposal = group.first.proposal
    yield from hang(look, "", group.told(proposal.title), indent=2, role="title")
    for number, name in enumerate(group.ids):
        yield from _labelled(look, "" if number else "id", f"{name} ({proposal.tier})")
    yield from _labelled(look, "why", known or group.told(proposal.because))


def _evidence(root: str, path: str, group: Alike[Change] | Alike[Held], look: Look) -> Iterator[str]:
    """What was seen where. The file that the section is about goes by its last name."""

    def place(one: Evidence) -> str:
        known = one.path == path
        return _place("" if known else root, PurePosixPath(path).name if known else one.path, one.line)

    for number, (text, places) in enumerate(group.seen(place).items()):
        yield from _labelled(look, "" if number else "seen", f"{', '.join(places)} {text}")


def _shown(proposal: Proposal) -> Iterator[str]:
    return (item.shown for item in proposal.certificate if item.shown)


def _not_shown(group: Alike[Change] | Alike[Held], look: Look) -> Iterator[str]:
    """What could not be shown, and why, where that is not said already."""

    def missing(proposal: Proposal) -> Iterator[str]:
        for item in proposal.certificate:
            if not item.shown:
                yield item.what + (f": {item.why_not}" if item.why_not not in ("", proposal.because) else "")

    for number, text in enumerate(group.each(missing)):
        yield from _labelled(look, "" if number else "not shown", text)


def _findings(plan: Plan, look: Look) -> Iterator[str]:
    for file in plan.files:
        for finding in findings(file):
            place = _place(plan.root, file.path, finding.line)
            yield disarmed(f"{look.paint(place + ':', 'heading')} {clean(finding.proposal.title)}")
            yield from _labelled(look, "id", finding.id)
            yield from _labelled(look, "why", finding.proposal.because)
            yield from _labelled(look, "to mend", remedy(finding, plan.included))
            yield ""


def _labelled(look: Look, label: str, text: str) -> Iterator[str]:
    return hang(look, label.ljust(_LABEL), text, indent=4)


def _place(root: str, path: str, line: int | None) -> str:
    shown = disarmed(clean(shown_path(root, path)))
    return f"{shown}:{line}" if line else shown
