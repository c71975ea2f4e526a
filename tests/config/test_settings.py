"""A settings file as a person writes it, and what is made of it."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import settings_docs
from needful.config.problems import MAX_PROBLEMS
from needful.config.reader import MAX_BYTES, read_settings
from needful.config.schema import settings_schema
from needful.config.settings import Ignore, MinimumGain, PullRequests, Rules, Settings, Workflows
from needful.facts.accounts import at_once
from needful.rules.api import Tier

KNOWN = settings_docs.KNOWN
SCHEMA = settings_schema(KNOWN)


def read(text: str) -> Settings:
    settings, wrong = read_settings("needful.yml", text.encode(), KNOWN)
    assert wrong == ()
    return settings


def complaints(text: str | bytes) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    settings, wrong = read_settings("needful.yml", data, KNOWN)
    assert wrong
    assert settings == Settings(), "nothing of a file that is wrong is used"
    return [str(error) for error in wrong]


# --- what fits -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "# tier: safe\n", "{}", "rules:\nignore:\npull-requests:\n  labels:\n", "---\n"])
def test_what_says_nothing_changes_nothing(text: str) -> None:
    assert read(text) == Settings()


def test_every_setting() -> None:
    text = """\
tier: review
objective: cost
minimum-gain: {seconds: 90.0, percent: 0}
concurrency: 12
workflows:
  include: ["*.yml"]
  exclude: &none [legacy-*.yml, legacy-*.yml]
rules:
  drop-implied-needs: on
  drop-false-needs: false
ignore:
  - {rule: add-missing-needs}
  - rule: drop-false-needs
    job: smoke
    workflow: ci.yml
    because: it costs money
pull-requests: {limit: 1, propose: weekly, day: friday, labels: [ci], reviewers: [octocat, acme/build.team]}
"""
    assert read(text) == Settings(
        tier="review",
        objective="cost",
        minimum_gain=MinimumGain(90, 0),
        concurrency=12,
        workflows=Workflows(("*.yml",), ("legacy-*.yml",)),
        rules=Rules(frozenset({"drop-implied-needs"}), frozenset({"drop-false-needs"})),
        ignore=(
            Ignore("add-missing-needs", line=12),
            Ignore("drop-false-needs", "smoke", "ci.yml", "it costs money", line=13),
        ),
        pull_requests=PullRequests(1, "weekly", "friday", ("ci",), ("octocat", "acme/build.team")),
    )


def test_the_documented_example_is_read() -> None:
    assert read(settings_docs.EXAMPLE) != Settings()


# --- what does not ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("teir: safe", "1:1: there is no setting `teir` (did you mean `tier`? valid here: tier, objective, "),
        ("\nzzz: 1", "2:1: there is no setting `zzz` (valid here: tier, "),
        ("minimum_gain: {}", "1:1: there is no setting `minimum_gain` (did you mean `minimum-gain`? "),
        ("workflows: {\n  inclde: [a]}", "2:3: there is no setting `inclde` in `workflows` (did you mean `include`? "),
        (
            "rules:\n  drop-fals-needs: off",
            "2:3: there is no rule `drop-fals-needs` (did you mean `drop-false-needs`? ",
        ),
        ("tier: saef", "1:7: `tier` must be `safe`, `trade` or `review`, not `saef` (did you mean `safe`?)"),
        ("tier:", "1:6: `tier` must be `safe`, `trade` or `review`; it is empty (docs/settings.md "),
        ("tier: true", "1:7: `tier` must be `safe`, `trade` or `review`, not `true` (docs/settings.md "),
        ("rules: {add-missing-needs: maybe}", "1:28: `rules.add-missing-needs` must be `on` or `off`, not `maybe` ("),
        ("rules: [a]", "1:8: `rules` must be a mapping from rules to `on` or `off`, not a list ("),
        ("minimum-gain: {seconds: -1}", "1:25: `minimum-gain.seconds` must be a whole number from 0 to 86,400 ("),
        ("minimum-gain: {percent: 5.5}", "1:25: `minimum-gain.percent` must be a whole number from 0 to 100 ("),
        ("minimum-gain: 30", "1:15: `minimum-gain` must be a mapping of settings, not `30` ("),
        (
            "concurrency: teem",
            "1:14: `concurrency` must be `free`, `pro`, `team` or `enterprise`, or a whole number fr",
        ),
        ("concurrency: 0", "1:14: `concurrency` must be `free`, `pro`, `team` or `enterprise`, or a whole number fr"),
        ("ignore: [{job: a}]", "1:10: `ignore[0]` must be a mapping with `rule` ("),
        ("ignore: [drop-false-needs]", "1:10: `ignore[0]` must be a mapping with `rule`, not `drop-false-needs` ("),
        (
            "ignore:\n  - rule: x\n",
            "2:11: `ignore[0].rule` must be a rule: `add-missing-needs`, `drop-false-needs`",
        ),
        ("ignore: [{rule: add-missing-needs, job: 'a b'}]", "1:41: `ignore[0].job` must be a job's id, not `a b` ("),
        (
            "pull-requests: {labels: ci}",
            "1:25: `pull-requests.labels` must be a list of labels, at most 20, not `ci` (",
        ),
        (
            "pull-requests: {labels: {a: b}}",
            "1:25: `pull-requests.labels` must be a list of labels, at most 20, not a ",
        ),
        (
            "pull-requests: {reviewers: ['@a']}",
            "1:29: `pull-requests.reviewers[0]` must be a user's name or `org/team`",
        ),
        (
            "pull-requests: {reviewers: [../x]}",
            "1:29: `pull-requests.reviewers[0]` must be a user's name or `org/team`",
        ),
        ("[]", "1:1: the file must be a mapping of settings, not a list ("),
        ("settings", "1:1: the file must be a mapping of settings, not `settings` ("),
        ("a: 1\na: 2", "2: the key 'a' stands twice in one mapping"),
        ("a: [", "1: not valid YAML: "),
        ("a: *b", "1: the alias *b: its anchor is not defined"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, expected: str) -> None:
    (complaint,) = complaints(text)
    assert complaint.startswith(f"needful.yml:{expected}")


def test_all_that_is_wrong_is_said_in_order_of_place() -> None:
    found = complaints("zzz: 1\nminimum-gain: {second: 1, percent: x}\ntier: 1\nyyy: 1\n")
    assert [one.split(": ")[0] for one in found] == [
        f"needful.yml:{place}" for place in ("1:1", "2:16", "2:36", "3:7", "4:1")
    ]


def test_a_long_list_is_not_read() -> None:
    labels = ", ".join(f"l{number}" for number in range(21))
    (complaint,) = complaints(f"pull-requests: {{labels: [{labels}]}}")
    assert "`pull-requests.labels` must be a list of labels, at most 20, not 21" in complaint


@pytest.mark.parametrize(
    "text",
    [
        "a" * (MAX_BYTES + 1),
        b"\xff",
        b"a\0",
        "x: " + "[" * 5_000,
        "\n".join(f"a{number}: {{}}" for number in range(5_000)),
        "ignore: [" + "{}, [], 1, " * 5_000 + "]",
        "pull-requests: {labels: [" + "1, a, [], " * 6_000 + "]}",
        "rules: {" + ", ".join(f"{'x' * 200}{number}: on" for number in range(200)) + "}",
        "&a a: " + "x" * 60_000,
    ],
    ids=["size", "no text", "binary", "depth", "keys", "items", "labels", "long keys", "long value"],
)
def test_hostile_files_are_bounded(text: str | bytes) -> None:
    found = complaints(text)
    assert len(found) <= MAX_PROBLEMS
    assert all(len(complaint) < 1_000 for complaint in found)


@given(st.text(alphabet="abc:-[]{}&* \n'\"#,|>tierulsgno", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    settings, wrong = read_settings("needful.yml", text.encode(), KNOWN)
    assert settings == Settings() or not wrong
    assert all(error.line for error in wrong)


# --- the schema ------------------------------------------------------------------------------------------------------


def test_the_schema_is_one_and_is_published(checkout: Path) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads((checkout / "docs" / "needful.schema.json").read_text("utf-8")) == SCHEMA
    assert list(settings_docs.differences(checkout)) == []


def test_the_schema_says_what_the_dataclasses_say() -> None:
    def compare(schema: dict[str, Any], kind: object) -> None:
        assert is_dataclass(kind)
        declared = {one.name.replace("_", "-"): one for one in fields(kind) if one.metadata}
        assert set(schema["properties"]) == set(declared)
        assert schema["additionalProperties"] is False
        for key, one in declared.items():
            described = schema["properties"][key]
            assert described["description"]
            if is_dataclass(one.default):
                compare(described, one.default)
            elif "default" in described:
                default = described["default"]
                assert getattr(kind, one.name) == (tuple(default) if isinstance(default, list) else default)

    compare(SCHEMA, Settings())
    assert "default" in SCHEMA["properties"]["pull-requests"]["properties"]["limit"]
    assert SCHEMA["properties"]["tier"]["enum"] == [str(tier) for tier in Tier]


def test_the_default_of_every_setting_is_allowed() -> None:
    def defaults(schema: dict[str, Any]) -> dict[str, Any]:
        found = {}
        for key, described in schema["properties"].items():
            found[key] = defaults(described) if "properties" in described else described.get("default")
        return {key: value for key, value in found.items() if value is not None}

    assert read(json.dumps(defaults(SCHEMA))) == Settings()


# --- what they mean --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("workflows", "path", "included"),
    [
        (Workflows(), ".github/workflows/ci.yml", True),
        (Workflows(include=("ci.yml",)), ".github/workflows/ci.yml", True),
        (Workflows(include=("ci.yml",)), ".github/workflows/CI.yml", False),
        (Workflows(include=(".github/workflows/ci.*",)), ".github/workflows/ci.yaml", True),
        (Workflows(exclude=("release-*",)), ".github/workflows/release-it.yml", False),
        (Workflows(include=("*.yml",), exclude=("c?.yml",)), ".github/workflows/ci.yml", False),
        (Workflows(include=()), ".github/workflows/ci.yml", False),
        (Workflows(exclude=("*a" * 40 + "b",)), "a" * 200, True),
    ],
)
def test_workflows_by_glob(workflows: Workflows, path: str, included: bool) -> None:
    assert workflows.includes(path) == included


@pytest.mark.parametrize(
    ("ignore", "covered"),
    [
        (Ignore("r"), True),
        (Ignore("r", "JOB"), True),
        (Ignore("r", "other"), False),
        (Ignore("other", "job"), False),
        (Ignore("r", "job", "ci.yml"), True),
        (Ignore("r", workflow="c*"), True),
        (Ignore("r", "job", "docs.yml"), False),
    ],
)
def test_what_is_ignored(ignore: Ignore, covered: bool) -> None:
    assert ignore.covers("r", ".github/workflows/ci.yml", "job") == covered


@pytest.mark.parametrize("plan", ["free", "pro", "team", "enterprise"])
def test_every_plan_has_limits(plan: str) -> None:
    limits = at_once(plan)
    assert 0 < limits.macos < limits.jobs
