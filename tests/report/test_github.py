"""Annotations: read back as the runner reads them."""

from __future__ import annotations

import re

from needful.errors import UserError
from needful.planning.plan import Plan
from needful.report.github import github_annotations
from report import samples


def read_back(line: str) -> tuple[dict[str, str], str]:
    """As the runner does (actions/runner, ActionCommand.TryParseV2)."""
    match = re.fullmatch(r"::error (.*?)::(.*)", line)
    assert match
    properties = dict(pair.split("=", 1) for pair in match[1].split(","))
    return {key: unescape(value) for key, value in properties.items()}, unescape(match[2])


def unescape(text: str) -> str:
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text


def test_findings_stand_at_their_line() -> None:
    found = samples.change(samples.proposal(title="100%, `a`: wait", because="it reads `x`, 5%"))
    (line,) = github_annotations([Plan("shop", (samples.file(changes=(found,)),))]).splitlines()
    assert read_back(line) == (
        {"file": "shop/.github/workflows/ci.yml", "line": "7", "title": "100%, `a`: wait"},
        "it reads `x`, 5%. To mend: needful apply --only drop-false-needs (drop-false-needs:ci.yml:test:lint)",
    )


def test_what_is_not_mended_by_itself_says_so() -> None:
    (line, unreadable) = github_annotations([samples.TROUBLED]).splitlines()
    assert "To mend: needful apply --only drop-false-needs --include review" in read_back(line)[1]
    assert read_back(unreadable) == (
        {"file": "../shop/.github/workflows/bad.yml", "line": "3", "title": "Cannot be read"},
        "not valid YAML (mend it)",
    )


def test_an_error_without_a_place_has_none() -> None:
    assert (
        github_annotations([Plan(".", unreadable=(UserError("broken"),))]) == "::error title=Cannot be read::broken\n"
    )


def test_no_name_can_start_another_command() -> None:
    hostile = "x\r\n::stop-commands::y\u2028\x1b[0m,file=/etc/passwd::"
    plan = Plan(".", (samples.file(changes=(samples.change(samples.proposal(title=hostile, because=hostile)),)),))
    text = github_annotations([plan])
    assert len(text.splitlines()) == 1
    properties, _ = read_back(text.rstrip("\n"))
    assert properties["file"] == samples.CI
    assert "\x1b" not in text
