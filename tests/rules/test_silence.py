"""Silent cases bite: with the inference that keeps a rule silent switched off, it proposes a change.

The proof does not stand on the rule's inferences: where it sees what the rule missed, the change is still not made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from needful.dependence import conditions, links, missing, removal, situation
from needful.dependence.analysis import Analysis, analyse
from needful.dependence.situation import NeedsReads
from needful.effects import artifacts, capabilities, irreversible, job, runners, step, walk
from needful.rules import RULES, drop_false_needs, drop_implied_needs
from needful.rules.api import Proposal, Tier
from needful.workflow.repository import Repository
from rules.cases import CI, Case, cases


def _nothing(*_: object, **__: object) -> tuple[()]:
    return ()


def _incapable(*_: object, **__: object) -> capabilities.Able:
    return capabilities.Able((), (), (), ())


def _no(*_: object, **__: object) -> bool:
    return False


def _unread(_: object) -> NeedsReads:
    return NeedsReads({}, frozenset(), ())


def _unconditional(*_: object) -> frozenset[str]:
    return frozenset()


def _yes(*_: object) -> bool:
    return True


DROP: list[tuple[str, Any, str, Callable[..., Any], set[str]]] = [
    (
        "reads of the needs context",
        situation,
        "needs_reads",
        _unread,
        {"uses-output-as-matrix", "uses-output", "uses-output-by-index", "uses-result-in-if"},
    ),
    (
        "artifacts",
        situation,
        "_artifact_flows",
        _nothing,
        {
            *("artifact-by-name", "artifact-by-glob", "artifact-by-alternatives-in-a-glob", "artifact-of-a-matrix-leg"),
            *("artifact-by-whatever-there-is", "artifact-by-expression", "artifact-with-its-default-name"),
            *("artifact-by-expressions-that-may-agree", "artifact-of-a-run-chosen-by-hand", "pages-artifact"),
            *("artifact-of-this-run-by-id", "artifact-of-an-inspected-package"),
            *("artifact-named-by-a-variable-set-on-the-way", "artifact-uploaded-by-a-local-action"),
            *("artifact-uploaded-by-a-local-workflow", "artifacts-that-are-gathered-before-more-are-made"),
        },
    ),
    ("caches", situation, "_cache_flows", _nothing, {"cache-with-a-common-key", "cache-with-a-common-beginning"}),
    (
        "caches that are filled for others",
        situation,
        "_filled_caches",
        _nothing,
        {"rust-cache-with-a-shared-key", "cache-filled-by-a-job-that-only-installs"},
    ),
    (
        "jobs that are called after caches",
        situation,
        "_is_named_for_caches",
        _no,
        {"cache-filled-by-a-job-that-is-called-after-it"},
    ),
    ("artifacts that are replaced", links, "_replaced", _nothing, {"artifact-that-is-overwritten"}),
    (
        "variables set on the way",
        job,
        "_is_set_on_the_way",
        _no,
        {"artifact-named-by-a-variable-set-on-the-way"},
    ),
    (
        "concurrency groups",
        links,
        "_group",
        _nothing,
        {"common-concurrency-group", "concurrency-groups-that-may-be-one"},
    ),
    (
        "jobs that only report",
        removal,
        "only_reports",
        _no,
        {"check-that-only-reports", "check-that-reports-for-one-job"},
    ),
    (
        "gates",
        removal,
        "_gates",
        _nothing,
        {
            *("always-runs", "runs-after-failure", "runs-unless-cancelled", "runs-unless-all-succeeded"),
            *("runs-after-success-or-on-demand", "named-for-publishing", "check-that-only-reports"),
        },
    ),
    (
        "status functions",
        conditions,
        "status_functions",
        _unconditional,
        {"runs-unless-all-succeeded", "runs-unless-cancelled", "runs-after-success-or-on-demand"},
    ),
    (
        "conditions of the jobs before",
        removal,
        "_skips",
        _nothing,
        {"producer-may-be-skipped", "job-before-the-producer-may-be-skipped"},
    ),
    ("signs of irreversible work", irreversible, "signs", _nothing, {"named-for-publishing"}),
    (
        "irreversible work of steps",
        step,
        "_lasts",
        _no,
        {"pushes-an-image", "pushes-an-image-with-a-command"},
    ),
    (
        "capabilities",
        capabilities,
        "of_job",
        _incapable,
        {
            *("default-token", "token-that-may-write", "secrets", "secret-in-a-step", "runner-group"),
            *("settings-that-sign-in",),
        },
    ),
    (
        "machines that outlive a job",
        runners,
        "lasting",
        lambda *_: None,
        {"self-hosted-runner", "runner-group", "runner-by-expression"},
    ),
    (
        "what cannot be seen through",
        job,
        "_makers",
        _nothing,
        {
            *("unknown-action-before-a-download", "unknown-action-after-an-upload", "local-action-in-docker"),
            *("download-behind-a-retrying-action",),
        },
    ),
    ("workflows that listen", situation, "_watchers", _nothing, {"watched-by-another-workflow"}),
    (
        "jobs that judge outcomes",
        removal,
        "_judges",
        _nothing,
        {
            *("deploy-further-down-judges-the-outcome", "check-further-down-sees-one-result-only"),
            *("check-further-down-sees-one-output-only", "deploy-behind-a-check-that-sees-all-results"),
            *("failure-handler-further-down", "check-further-down-asks-for-skipped-jobs-only"),
            *("check-further-down-is-content-with-any-success",),
        },
    ),
    (
        "what a judge asks for",
        removal,
        "asks",
        _yes,
        {"check-further-down-asks-for-skipped-jobs-only", "check-further-down-is-content-with-any-success"},
    ),
    ("comments that explain an edge", drop_false_needs, "_comment", _nothing, {"comment-that-explains-the-edge"}),
]
MISSING: list[tuple[str, Any, str, Callable[..., Any], set[str]]] = [
    (
        "jobs that would be skipped",
        missing,
        "_would_skip",
        lambda *_: "",
        {
            *("producer-that-does-not-always-run", "producer-that-would-skip-a-job-further-down"),
            *("skipped-job-that-would-let-a-deployment-through",),
        },
    ),
    ("jobs that judge outcomes", missing, "_judged", lambda *_: "", {"job-further-down-that-judges-the-outcome"}),
    (
        "conditions that come to life",
        missing,
        "_wakes",
        lambda *_: "",
        {"condition-of-a-step-that-lets-a-job-publish"},
    ),
    (
        "jobs that may be left out",
        missing,
        "_may_be_left_out",
        _no,
        {"name-that-an-earlier-job-may-make-instead"},
    ),
    (
        "steps that never run",
        walk,
        "never",
        _no,
        {"download-in-a-local-action-that-is-told-not-to"},
    ),
    ("whose run it is", artifacts, "_this_run", _yes, {"artifact-of-another-run", "artifact-of-a-run-chosen-by-hand"}),
    ("downloads that may fail", walk, "may_fail", _no, {"download-that-may-fail"}),
    (
        "conditions that exclude each other",
        conditions,
        "exclusive",
        _no,
        {"jobs-that-exclude-each-other"},
    ),
]


def _acting(rule_id: str) -> set[str]:
    """The silent cases in which a rule proposes something of the tiers that the case includes."""
    (rule,) = (rule for rule in RULES if rule.id == rule_id)
    return {
        case.name
        for case in cases(rule_id)
        if not case.acts and any(_would_act(proposal, case) for proposal in rule.check(_analysis(case)))
    }


def _would_act(proposal: Proposal, case: Case) -> bool:
    return bool(proposal.operations) and not proposal.held and proposal.tier <= case.include


def _analysis(case: Case) -> Analysis:
    files = {**case.files, CI: case.before}
    repository = Repository(".", files.get, [path for path in files if "/workflows/" in path])
    workflow = repository.workflow(CI)
    assert workflow is not None
    return analyse(workflow, repository)


@pytest.mark.parametrize(
    ("module", "name", "instead", "expected"),
    [pytest.param(*rest, id=text) for text, *rest in DROP],
)
def test_silent_cases_of_drop_false_needs_bite(
    monkeypatch: pytest.MonkeyPatch, module: object, name: str, instead: Callable[..., Any], expected: set[str]
) -> None:
    monkeypatch.setattr(module, name, instead)
    assert expected <= _acting("drop-false-needs")


@pytest.mark.parametrize(
    ("module", "name", "instead", "expected"),
    [pytest.param(*rest, id=text) for text, *rest in MISSING],
)
def test_silent_cases_of_add_missing_needs_bite(
    monkeypatch: pytest.MonkeyPatch, module: object, name: str, instead: Callable[..., Any], expected: set[str]
) -> None:
    monkeypatch.setattr(module, name, instead)
    assert expected <= _acting("add-missing-needs")


def test_silent_cases_of_drop_implied_needs_bite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drop_implied_needs, "_is_read", _no)
    expected = {"output-is-read", "all-results-are-read", "needs-context-is-passed-on"}
    assert expected <= _acting("drop-implied-needs")


HARMLESS = {"runs-unless-cancelled"}
"""Cases in which the rule is silent although nothing comes of the change: the job runs whatever comes before it."""
OF_THE_RULE = [
    *((f"drop: {text}", "drop-false-needs", *rest) for text, *rest in DROP if rest[0] is removal),
    *((f"add: {text}", "add-missing-needs", *rest) for text, *rest in MISSING if rest[0] is missing),
    ("drop: what is read", "drop-implied-needs", drop_implied_needs, "_is_read", _no, set()),
]


@pytest.mark.parametrize(
    ("rule", "module", "name", "instead"),
    [pytest.param(*rest[:4], id=text) for text, *rest in OF_THE_RULE],
)
def test_what_a_rule_misses_the_proof_finds(
    monkeypatch: pytest.MonkeyPatch, rule: str, module: object, name: str, instead: Callable[..., Any]
) -> None:
    monkeypatch.setattr(module, name, instead)
    silent = [case for case in cases(rule) if not case.acts]
    proved = {case.name for case in silent for change in case.plan().changes if change.proposal.tier < Tier.REVIEW}
    assert proved <= HARMLESS
