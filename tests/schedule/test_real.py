"""Replays of real recordings: what was measured comes out, and what the run of PyTables teaches."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from history.test_normalised import normalised
from needful.schedule.predict import predict, typical_run
from needful.schedule.prediction import Prediction, Verdict
from needful.schedule.replay import Assumptions, baseline, replay
from schedule.made import matcher, workflow_named

ROOTS = (
    "test each commit",
    "determine runners",
    "macOS ",
    "Windows native",
    "Win64 native",
    "windows-native",
    "matrix",
)
CROSS = {
    "Windows, test cross-built": "Linux->Windows cross, no tests",
    "macOS, test cross-built": "Linux->macOS cross, no tests",
}


def test_replaying_bitcoin_gives_what_was_measured(checkout: Path, shared: Path) -> None:
    """The `needs` are those that the notes beside the data give."""
    runs = normalised(checkout, shared, "bitcoin_bitcoin")
    names = dict.fromkeys(job.name for run in runs for job in run.jobs)
    needs = {
        name: [CROSS[name]] if name in CROSS else [] if name.startswith(ROOTS) else ["determine runners"]
        for name in names
    }
    side = workflow_named(needs)
    found = predict(replay(baseline(side, runs, Assumptions()), side), Verdict((), ""), public=True, seed=1)
    assert isinstance(found, Prediction)
    assert found.timed > 300
    assert found.calibration.median <= 0.01
    assert found.calibration.exact_p90 <= 0.001
    assert found.makespan_claim.reason == "the median changes by less than 1 %"


def test_tests_that_wait_for_a_wheel_that_they_do_not_use(checkout: Path, shared: Path) -> None:
    """The verdict of the tests comes 83 % earlier, the end of the run hardly; the two are not one number."""
    text = (shared / "timing-data" / "ghalogs-example" / "wheels.yml@a2033260.yml").read_text("utf-8")
    block = text[text.index("  build_wheels:\n") : text.index("  build_wheels_windows:\n")]
    both = "[ 'x86_64',  'aarch64' ]"
    include = block[block.index("        include:\n") : block.index("    steps:\n")]
    slow = block.replace("build_wheels:", "slow:").replace(both, "[ 'aarch64' ]").replace(include, "\n")
    split = text.replace(block, block.replace(both, "[ 'x86_64' ]") + slow)
    split = split.replace("needs: [ build_sdist, ", "needs: [ slow, build_sdist, ")
    (one,) = normalised(checkout, shared, "pytables_wheels")
    # the log of a job that has two is called `… (1)`
    run = replace(one, jobs=tuple(replace(job, name=job.name.removesuffix(" (1)")) for job in one.jobs))
    changed = replay(baseline(matcher(text), [run], Assumptions()), matcher(split))
    found = predict(changed, Verdict(("test_wheels",), "", known=True), public=True, seed=1)
    assert isinstance(found, Prediction)
    assert (changed.unfit, changed.unknown, changed.bases) == ((), (), ())
    assert found.makespan.before == found.to_verdict.before == pytest.approx(16_510, abs=1)
    assert found.to_verdict.after == pytest.approx(2_772, abs=1)
    assert found.makespan.after == pytest.approx(15_987, abs=1)
    assert found.cost.before == found.cost.after == 445
    assert not found.verdict_claim.holds  # one run proves nothing
    before, after = typical_run(changed)
    assert before.critical_path[0].name == "Build ubuntu-latest wheels for aarch64"
    assert [bar.job for bar in after.critical_path] == ["slow", "twine_check"]
