"""What a change did, in the sentence that fits, as Markdown for a comment."""

from __future__ import annotations

from collections.abc import Sequence

from needful.report.durations import duration
from needful.report.markdown import code, folded
from needful.report.terminal import counted
from needful.schedule.measurement import Finding, Measurement

MARKER = "<!-- needful:measured -->"
"""The hidden first line of the comment, by which it is found again and edited."""
_MOST = 20


def measured(found: Measurement, where: str) -> str:
    """The comment. `where`: which runs were looked at afterwards, e.g. `on this branch`."""
    parts = [MARKER, f"**Measured {where}:** {_sentence(found)}"]
    if found.events:
        parts.append(_promise(found) + _same(found))
    if not found.same_work:
        parts.append(folded("Jobs and steps that only one side has", _difference(found)))
    return "\n\n".join(parts)


def _sentence(found: Measurement) -> str:
    runs = f"{counted(found.runs_after, 'run')} after, {found.runs_before} before"
    change = f"{share(found.change)} ({_range(found)}), {duration(found.before)} → {duration(found.after)}, {runs}."
    match found.finding:
        case Finding.NOTHING_ALIKE:
            return "no run of the same event has ended on both sides yet."
        case Finding.TOO_FEW:
            seen = f"not enough runs yet: {found.runs_after} of {found.needed} needed to see a change of"
            return f"{seen} {abs(found.visible):.0%}. So far {change}"
        case Finding.FASTER:
            return f"faster by {change}"
        case Finding.SLOWER:
            return f"slower by {change}"
    return f"no change to be seen: {change}"


def _range(found: Measurement) -> str:
    return f"{found.low:+.0%} to {found.high:+.0%}, 95 %"


def _promise(found: Measurement) -> str:
    if found.predicted is None:
        return ""
    inside = found.low <= found.predicted <= found.high
    kept = "which lies within that range" if inside else "which lies outside of that range"
    return f"Predicted was {found.predicted:+.0%}, {kept}. "


def _same(found: Measurement) -> str:
    if found.same_work:
        return "The same jobs and steps ran on both sides."
    return "Not the same jobs and steps ran on both sides, so the two may not be comparable."


def _difference(found: Measurement) -> str:
    sides = (("only before", found.gone), ("only after", found.new))
    return "\n".join(line for title, names in sides for line in _listed(title, names))


def _listed(title: str, names: Sequence[str]) -> list[str]:
    lines = [f"- {title}: {code(name)}" for name in names[:_MOST]]
    return [*lines, f"- … and {len(names) - _MOST} more"] if len(names) > _MOST else lines


def share(change: float) -> str:
    """A share without its sign: the words say the direction."""
    return f"{abs(change):.0%}"
