"""What `shallow-checkout` makes of comments, also where another change has moved the steps."""

from __future__ import annotations

import pytest

from needful.planning.planner import Choice
from rules.cases import CI, plan_files

TOP = "on: [push, pull_request]\npermissions: {contents: read}\njobs:\n"
HEAD = f"{TOP}  job:\n    runs-on: ubuntu-latest\n    steps:\n"
DEEP = "      - uses: actions/checkout@v7 # v7.0.1\n        with:\n          fetch-depth: 0\n"
ONLY = Choice(only=frozenset({"shallow-checkout", "cache-downloads"}))


def test_steps_that_another_change_put_in_are_no_hindrance() -> None:
    steps = DEEP + "      - run: composer install\n"
    plan = plan_files({CI: (HEAD + steps).encode(), "composer.lock": b"{}"}, ONLY)
    assert [change.proposal.rule for change in plan.changes] == ["cache-downloads"]


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("", "", True),
        ("fetch-depth: 0", "fetch-depth: 0 # fetch all history for all tags and branches", True),
        ("fetch-depth: 0", "# full clone\n          fetch-depth: 0", True),
        ("fetch-depth: 0", "fetch-depth: 0 # the changelog", False),
        ("fetch-depth: 0", "# for blame\n          fetch-depth: 0", False),
        ("      - uses", "      # the linter compares with main\n      #\n      - uses", False),
        ("        with:", "        # everything, see issue 12\n        with:", False),
    ],
)
def test_comments_that_say_what_the_history_is_for(old: str, new: str, *, changed: bool) -> None:
    text = HEAD + DEEP.replace(old, new, 1) + "      - run: ruff check .\n"
    assert plan_files({CI: text.encode()}, ONLY).changed == changed
