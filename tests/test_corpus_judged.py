"""Real workflows, rewritten: no judge says anything of the new text that it did not say of the old one."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from judges import JUDGES, Judge, new_findings, why_absent
from needful import app
from needful.errors import UserError
from needful.planning.plan import Plan
from needful.rules import RULES

COPIES = "split-job"
"""The rule that writes steps once more without recorded runs."""

pytestmark = [pytest.mark.judged, pytest.mark.slow]


class Rewritten(NamedTuple):
    """The changed files of the corpus, by name, before and after."""

    before: dict[str, bytes]
    after: dict[str, bytes]


@pytest.fixture(scope="module")
def rewritten(shared: Path) -> Rewritten:
    """All that a user can ask for and, where that changes something, what is applied by itself."""
    everything = app.choose("review", [rule.id for rule in RULES if rule.id != COPIES], ())
    usual = app.choose("trade", (), ())
    found = Rewritten({}, {})
    for folder in sorted((shared / "corpus").glob("*/")):
        try:
            targets = app.find_targets([str(folder)])
        except UserError:  # the repository has no workflows
            continue
        for target in targets:
            if _collect(found, f"all: {folder.name}", app.plan_target(target, everything)):
                _collect(found, f"usual: {folder.name}", app.plan_target(target, usual))
    return found


@pytest.fixture(scope="module")
def copied(shared: Path) -> Rewritten:
    """What is done where set-up is written once more: judges say the same of it once more."""
    found = Rewritten({}, {})
    for folder in sorted((shared / "corpus").glob("*/"))[::4]:
        try:
            targets = app.find_targets([str(folder)])
        except UserError:
            continue
        for target in targets:
            _collect(found, folder.name, app.plan_target(target, app.choose("review", [COPIES], ())))
    return found


def _collect(found: Rewritten, repository: str, plan: Plan) -> bool:
    """Whether anything is changed."""
    assert plan.failures == ()
    changed = [file for file in plan.files if file.changed]
    for file in changed:
        found.before[f"{repository}/{file.path}"] = file.before.to_bytes()
        found.after[f"{repository}/{file.path}"] = file.after.to_bytes()
    return bool(changed)


def test_something_is_rewritten(rewritten: Rewritten) -> None:
    """So that the silence of the judges means something."""
    asked = [name.split(":")[0] for name in rewritten.after]
    assert asked.count("usual") > 10
    assert asked.count("all") > asked.count("usual")


@pytest.mark.parametrize("judge", JUDGES)
def test_no_judge_finds_anything_new(judge: Judge, rewritten: Rewritten) -> None:
    if reason := why_absent(judge):
        pytest.skip(reason)
    assert new_findings(rewritten.before, rewritten.after, [judge]) == []


@pytest.mark.parametrize("judge", JUDGES)
def test_no_judge_finds_more_in_what_is_copied(judge: Judge, copied: Rewritten) -> None:
    if reason := why_absent(judge):
        pytest.skip(reason)
    assert len(copied.after) > 5
    assert new_findings(copied.before, copied.after, [judge], copied=True) == []
