"""Findings as workflow commands, which GitHub shows beside the line they are about.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions#setting-an-error-message
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from needful.errors import UserError
from needful.planning.plan import Plan
from needful.report.findings import Finding, findings, remedy
from needful.report.terminal import clean, shown_path
from needful.rules.api import Tier


def github_annotations(plans: Iterable[Plan]) -> str:
    """One `::error` per finding, and per workflow that could not be read."""
    return "".join(f"{line}\n" for plan in plans for line in _annotations(plan))


def _annotations(plan: Plan) -> Iterator[str]:
    for file in plan.files:
        for finding in findings(file):
            yield _finding(shown_path(plan.root, file.path), finding, plan.included)
    for error in plan.unreadable:
        yield _unreadable(error)


def _finding(path: str, finding: Finding, included: Tier) -> str:
    proposal = finding.proposal
    message = f"{proposal.because}. To mend: {remedy(finding, included)} ({finding.id})"
    return _command(path, finding.line, proposal.title, message)


def _unreadable(error: UserError) -> str:
    message = f"{error.message} ({error.hint})" if error.hint else error.message
    return _command(error.path, error.line or 0, "Cannot be read", message, error.column or 0)


def _command(path: str, line: int, title: str, message: str, column: int = 0) -> str:
    at, col = (str(number) if number and line and path else "" for number in (line, column))
    named = (("file", path), ("line", at), ("col", col), ("title", title))
    properties = ",".join(f"{key}={_property(clean(value))}" for key, value in named if value)
    return f"::error {properties}::{_data(clean(message))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
