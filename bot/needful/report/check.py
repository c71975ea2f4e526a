"""What a check found, as the comment on a pull request and in a job summary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from needful.errors import UserError
from needful.planning.plan import Plan
from needful.report.findings import findings, remedy
from needful.report.markdown import code, plain, table
from needful.report.pull_request import Origin
from needful.report.terminal import counted

KEY = "check"
"""By which the comment is found again."""
_MOST = 50


def check_markdown(plans: Sequence[Plan], origin: Origin) -> str:
    """A table of what is wrong, or that nothing is."""
    rows = [row for plan in plans for row in _rows(plan, origin)]
    unread = [error for plan in plans for error in plan.unreadable]
    broken = [failure for plan in plans for failure in plan.failures]
    files = counted(sum(len(plan.files) for plan in plans), "workflow")
    parts = [f"**{counted(len(rows), 'missing need')} in {files}.**" if rows else f"**No missing needs in {files}.**"]
    if rows:
        parts.append(table(("found", "why", "to mend", "where"), rows[:_MOST]))
    if len(rows) > _MOST:
        parts.append(f"… and {len(rows) - _MOST} more.")
    parts += [f"Cannot be read: {_told(error)}" for error in unread[:_MOST]]
    parts += [f"Internal error in {code(failure.path)}: {plain(failure.message)}" for failure in broken[:_MOST]]
    return "\n\n".join(parts)


def _rows(plan: Plan, origin: Origin) -> Iterator[tuple[str, str, str, str]]:
    for file in plan.files:
        for one in findings(file):
            proposal = one.proposal
            mend = remedy(one, plan.included)
            shown = code(mend) if mend.startswith("needful ") else plain(mend)
            yield plain(proposal.title), plain(proposal.because), shown, origin.place(file.path, one.line)


def _told(error: UserError) -> str:
    return plain(str(error))
