"""What is found and not mended: the headline and the reason a person reads."""

from __future__ import annotations

import pytest

from dependence.made import HEAD
from needful.dependence.proof_same import LOCK_FILE
from needful.planning.planner import Choice
from needful.rules.api import Tier
from rules.cases import CI, plan_files

STEPS = "runs-on: ubuntu-latest, steps: [{uses: actions/checkout@v7}, {run: make}]"


@pytest.mark.parametrize(
    ("jobs", "title", "reason"),
    [
        pytest.param(
            f"  a: {{needs: b, {STEPS}}}\n",
            "`a` refers to `b`, which is no job",
            "GitHub refuses the whole workflow",
            id="needs of an unknown job",
        ),
        pytest.param(
            f"  a: {{if: needs.b.result == 'success', {STEPS}}}\n",
            "`a` refers to `b`, which is no job",
            "there is no job `b`",
            id="result of an unknown job",
        ),
        pytest.param(
            f"  a: {{if: needs.a.result == 'success', {STEPS}}}\n",
            "`a` waits for itself",
            "a job cannot wait for itself",
            id="result of itself",
        ),
    ],
)
def test_what_cannot_be_mended_is_said(jobs: str, title: str, reason: str) -> None:
    plan = plan_files({CI: (HEAD + jobs).encode()})
    assert not plan.changed
    assert [(held.proposal.title, held.reason) for held in plan.held] == [(title, reason)]


def test_a_cache_that_is_never_renewed_is_said() -> None:
    cache = "{uses: actions/cache@v6, with: {path: ~/.npm, key: npm}}"
    job = f"  a: {{runs-on: ubuntu-latest, steps: [{cache}, {{run: npm ci}}]}}\n"
    plan = plan_files({CI: (HEAD + job).encode()}, Choice(only=frozenset({"fix-cache-key"})))
    assert not plan.changed
    (held,) = plan.held
    assert held.proposal.title == "a cache of `a` is never renewed"
    assert held.reason == "what belongs into the key is for a person to say"


HOOKS = {".pre-commit-config.yaml": b"repos:\n  - repo: https://github.com/acme/hooks\n"}
ADDED = "actions/cache@55cc8345863c7cc4c66a329aec7e433d2d1c52a9"


@pytest.mark.parametrize(
    ("listed", "tier"),
    [
        (f"workflows:\n  {CI}: [actions/checkout@v7, {ADDED}]\n", Tier.TRADE),
        (f"workflows:\n  {CI}: [actions/checkout@v7]\n", Tier.REVIEW),
        ("workflows:\n  .github/workflows/other.yml: []\n", Tier.TRADE),
    ],
)
def test_an_action_that_the_lock_file_does_not_list_is_not_added(listed: str, tier: Tier) -> None:
    steps = "      - uses: actions/checkout@v7\n      - run: pre-commit run --all-files\n"
    job = f"  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"
    files = {CI: (HEAD + job).encode(), LOCK_FILE: listed.encode(), **HOOKS}
    usual, asked = (plan_files(files, Choice(one, only=frozenset({"cache-downloads"}))) for one in Tier if one)
    assert usual.changed is (tier is Tier.TRADE)
    assert [change.proposal.tier for change in asked.changes] == [tier]


def test_jobs_that_wait_for_each_other_are_named() -> None:
    plan = plan_files({CI: f"{HEAD}  a: {{needs: b, {STEPS}}}\n  b: {{needs: a, {STEPS}}}\n".encode()})
    (held,) = plan.held
    assert "waits for itself" in held.proposal.title
    assert held.proposal.because == "the jobs wait for each other: a → b → a"
