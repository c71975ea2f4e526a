"""`check` and `graph`."""

from __future__ import annotations

import json

import pytest

from cli.samples import BROKEN, CALM, LOST, SERIAL, Make, Run, workflow


def test_check_passes_where_nothing_is_missing(run: Run, repository: Make) -> None:
    root = repository(ci=SERIAL, docs=CALM)
    assert run("check", root) == (0, "No missing needs in 2 workflows.\n", "")
    assert run("check", "--quiet", root) == (0, "", "")
    assert run("check", "--format", "github", "-q", root) == (0, "", "")


def test_check_names_what_is_missing(run: Run, repository: Make) -> None:
    done = run("check", cwd=repository(ci=LOST))
    assert done.code == 1
    assert done.out.startswith(".github/workflows/ci.yml:10: `show` must wait for `build`\n    id        add-missing")
    assert "    to mend   needful apply --only add-missing-needs\n" in done.out
    assert done.out.endswith("1 missing need in 1 workflow.\n")


def test_check_annotates_on_github(run: Run, repository: Make) -> None:
    out = run("check", "--format", "github", cwd=repository(ci=LOST)).out
    assert out.startswith("::error file=.github/workflows/ci.yml,line=10,title=`show` must wait for `build`::")


@pytest.mark.parametrize("form", ["text", "github"])
def test_check_fails_on_what_cannot_be_read(run: Run, repository: Make, form: str) -> None:
    root = repository(ci=CALM, bad=BROKEN)
    done = run("check", "--format", form, root)
    assert done.code == 1
    assert done.err.startswith(f"error: {workflow(root, 'bad')}:4: not valid YAML")
    assert ("::error file=" in done.out) == (form == "github")


def test_check_knows_rules_for_defects_only(run: Run, repository: Make) -> None:
    root = repository(ci=LOST)
    assert run("check", "--only", "add-missing-needs", root).code == 1
    assert run("check", "--skip", "add-missing-needs", root).code == 0
    done = run("check", "--only", "drop-false-needs", root)
    assert done.code == 2
    assert "'drop-false-needs' finds no defects" in done.err


def test_check_of_a_wrong_path_is_a_mistake_not_a_finding(run: Run) -> None:
    assert run("check", "nowhere").code == 2


def test_graph_is_mermaid_unless_asked_otherwise(run: Run, repository: Make) -> None:
    root = repository(ci=SERIAL, lost=LOST, docs=CALM)
    done = run("graph", root, "--quiet")
    assert done.code == 0
    assert done.out.startswith("graph LR\n")
    assert "|economy|" in done.out
    assert "|missing|" in done.out
    assert run("graph", root, "--format", "dot").out.startswith("digraph needful {\n")


def test_graph_as_json(run: Run, repository: Make) -> None:
    done = run("graph", "--format", "json", repository(ci=SERIAL, bad=BROKEN))
    assert done.code == 2
    (found,) = json.loads(done.out)["repositories"]
    (edge,) = found["workflows"][0]["edges"]
    assert (edge["producer"], edge["consumer"], edge["line"], edge["verdict"]) == ("lint", "test", 9, "economy")
    assert found["unreadable"][0]["line"] == 4
