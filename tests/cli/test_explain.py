"""`explain`: what a maintainer reads who asks why a job waits, what it may do, or why a change is offered."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cli.samples import BROKEN, CALM, SERIAL, Make, Run, workflow

SHIP = b"""\
on: push
permissions: {contents: read}
jobs:
  lint:
    runs-on: ubuntu-latest
    steps: [{uses: actions/checkout@v7}, {run: make lint}]
  types:
    needs: lint
    runs-on: ubuntu-latest
    steps: [{uses: actions/checkout@v7}, {run: make types}]
  build:
    needs: [lint, types]
    runs-on: ubuntu-latest
    outputs:
      tag: ${{ steps.tag.outputs.tag }}
    steps:
      - uses: actions/checkout@v7
      - uses: actions/setup-node@v6
        with: {cache: npm}
      - id: tag
        run: make dist
      - uses: actions/upload-artifact@v7
        with: {name: dist, path: dist}
  size:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/download-artifact@v8
        with: {name: dist}
      - run: test -s dist/app
  Deploy:
    needs: build
    runs-on: ubuntu-latest
    environment: production
    steps:
      - uses: actions/download-artifact@v8
        with: {name: dist}
      - run: ./ship ${{ needs.build.outputs.tag }}
        env: {KEY: "${{ secrets.SHIP_KEY }}"}
"""
REPORT = (
    SHIP
    + b"""\
  report:
    needs: [types, Deploy]
    if: always()
    runs-on: [self-hosted]
    steps: [{run: "echo '${{ toJSON(needs) }}'"}]
"""
)
CYCLE = b"""\
on: push
jobs:
  a:
    needs: b
    runs-on: ubuntu-latest
    steps: [{run: make a}]
  b:
    needs: a
    runs-on: ubuntu-latest
    steps: [{run: make b}]
"""
HEAD = ".github/workflows/ci.yml\n\n"


def told(run: Run, root: Path, about: str) -> str:
    """What is said about something, which must go well."""
    done = run("explain", ".", about, cwd=root)
    assert (done.code, done.err) == (0, "")
    return done.out


def said(text: str, label: str) -> str:
    """All that stands behind a label, on one line."""
    lines = iter(text.splitlines())
    found = [line[16:] for line in lines if line.startswith(f"    {label:12}") and label]
    for line in text.split(f"    {label:12}", 1)[1].splitlines()[1:]:
        if not line.startswith(" " * 16):
            break
        found.append(line[16:])
    return " ".join(found)


def test_every_edge_has_a_verdict_with_its_reason_and_both_ends(run: Run, repository: Make) -> None:
    done = run("explain", cwd=repository(ci=SHIP, docs=CALM))
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(HEAD + "  `types` waits for\n    economy     `lint` (line 8): nothing flows from `lint`")
    titles = re.findall(r"^  `(\w+)` waits for$", done.out, re.MULTILINE)
    assert titles == ["types", "build", "Deploy"]
    assert (
        "  `Deploy` waits for\n    data        `build` (line 31): `Deploy` reads `needs.build` (ci.yml:37)\n"
    ) in done.out
    assert (
        "  Missing\n"
        "    missing     `size` reads the artifact `dist`, which `build` makes, but does not wait for it\n"
        "                ci.yml:27 downloads the artifact `dist`\n"
        "                ci.yml:22 uploads the artifact `dist`\n"
    ) in done.out
    assert "\n4 edges in 2 workflows: 1 data, 2 economy, 1 implied.\n1 missing.\n" in done.out
    assert "docs.yml" not in done.out


def test_a_workflow_without_edges_is_said_to_have_none(run: Run, repository: Make) -> None:
    assert run("explain", workflow(repository(ci=CALM))) == (0, "No edges in 1 workflow.\n", "")


def test_a_job_is_told_from_all_sides(run: Run, repository: Make) -> None:
    text = told(run, repository(ci=SHIP), "BUILD")
    assert text.startswith(HEAD + "  `build` (line 11)\n    waits for   `lint` (implied): ")
    assert "`types` (economy): nothing flows from `types` to `build`" in said(text, "waits for")
    assert said(text, "awaited by") == "`Deploy` (data): `Deploy` reads `needs.build`"
    assert said(text, "makes") == "ci.yml:15 gives the output `tag` ci.yml:22 uploads the artifact `dist`"
    assert said(text, "reads") == "nothing of other jobs"
    assert said(text, "caches") == "ci.yml:18 uses the cache of actions/setup-node npm"
    assert said(text, "does") == "nothing that cannot be taken back"
    assert said(text, "may").startswith("no more than is said here: nothing in it that cannot be seen is given a token")
    assert said(text, "unseen") == "ci.yml:21 runs `make dist`, which cannot be looked into"
    assert "ci.yml:21 runs `make dist`" in said(text, "runs")
    assert said(text, "missing").startswith("`size` reads the artifact `dist`")


def test_a_job_names_what_it_waits_for_through_others_and_what_it_may_do(run: Run, repository: Make) -> None:
    root = repository(ci=REPORT)
    report = told(run, root, "report")
    assert said(report, "waits for").endswith("through them also for `lint`, `build`")
    assert said(report, "awaited by") == "no other job"
    assert said(report, "reads") == "ci.yml:43 reads the results of all that it needs"
    assert "may run on a self-hosted runner" in said(report, "shares")
    assert said(report, "unseen") == "nothing"
    deploy = told(run, root, "deploy")
    assert "ci.yml:37 reads `needs.build`" in said(deploy, "reads")
    assert "`Deploy` deploys to an environment" in said(deploy, "does")
    assert said(deploy, "may").endswith("cannot be looked into, and receives the secret `SHIP_KEY`")
    assert said(deploy, "signs") == "ci.yml:30 `Deploy` is named for publishing or deploying"


BESIDE = b"""\
on: push
permissions: {contents: read}
jobs:
  cla:
    runs-on: ubuntu-latest
    steps: [{run: echo}]
  publish:
    needs: cla
    runs-on: ubuntu-latest
    concurrency: registry
    permissions: {packages: write}
    container: python:3.13
    steps:
      - uses: actions/checkout@v7
        with: {fetch-depth: 0, persist-credentials: false}
      - uses: actions/cache@v4
        with: {path: ~/.cache/x, key: x}
      - uses: codecov/codecov-action@v5
      - uses: someone/unheard-of@v1
      - run: ./tool
        env: {GH_TOKEN: "${{ github.token }}"}
      - run: docker push ghcr.io/harbour/tides
"""


def test_a_job_says_what_it_touches_shares_and_guards_and_what_is_unseen(run: Run, repository: Make) -> None:
    root = repository(ci=BESIDE)
    assert said(told(run, root, "cla"), "guards") == "ci.yml:4 `cla` is named for a guard: a rule to keep"
    text = told(run, root, "publish")
    assert said(text, "does") == "ci.yml:22 pushes an image (`docker push ghcr.io/harbour/tides`)"
    touches = said(text, "touches")
    assert "ci.yml:12 runs in the image python:3.13" in touches
    assert "ci.yml:14 fetches all branches and tags" in touches
    assert "ci.yml:18 " in touches
    assert "docker push" not in touches
    assert "cache" not in touches
    assert said(text, "shares") == "ci.yml:10 takes part in a concurrency group: `registry`"
    assert said(text, "signs") == (
        "ci.yml:11 `publish` asks for write permission: packages "
        "ci.yml:7 `publish` is named for publishing or deploying"
    )
    assert said(text, "unseen") == (
        "ci.yml:19 uses someone/unheard-of@v1, an action that is not known here "
        "ci.yml:20 runs `./tool`, which cannot be looked into, and holds a token"
    )


def test_of_many_things_only_some_are_listed(run: Run, repository: Make) -> None:
    ci = SHIP.replace(
        b"    outputs:\n",
        b"    strategy: {matrix: {part: [%s]}}\n    outputs:\n" % b", ".join(b"p%d" % n for n in range(15)),
    )
    ci = ci.replace(b"{name: dist, path: dist}", b"{name: 'dist-${{ matrix.part }}', path: dist}")
    ci = ci.replace(b"{name: dist}", b"{pattern: dist-*}")
    root = repository(ci=ci)
    assert said(told(run, root, "build"), "makes").endswith("`dist-p8` and 6 more; `--format json` lists them all")
    assert said(told(run, root, "build->deploy"), "also").endswith("lists them all")


@pytest.mark.parametrize("about", ["lint->types", "LINT -> TYPES", "lint --> types", "lint→types", " lint .. types "])
def test_an_edge_that_may_go_says_which_gates_move_and_by_which_change(run: Run, repository: Make, about: str) -> None:
    text = told(run, repository(ci=SHIP.replace(b"[lint, types]", b"types")), about)
    assert text.startswith(HEAD + "  `types` waits for `lint` (line 8)\n    economy     nothing flows from `lint`")
    assert said(text, "without it") == "`types` would no longer wait for `lint`"
    assert said(text, "gates") == "`Deploy` would get an edge of its own to `lint`"
    assert said(text, "change") == (
        "drop-false-needs:ci.yml:types:lint (trade) "
        "`needful apply`, or `needful apply --only drop-false-needs` for the changes of this rule alone"
    )


def test_several_gates_that_move(run: Run, repository: Make) -> None:
    ci = SERIAL + b"".join(
        b"  %s: {needs: test, runs-on: ubuntu-latest, environment: x, steps: [{run: ./ship}]}\n" % name
        for name in (b"east", b"west")
    )
    text = told(run, repository(ci=ci), "lint->test")
    assert said(text, "gates") == "`east`, `west` would get edges of their own to `lint`"


def test_an_edge_that_only_may_be_needed_is_not_said_to_be(run: Run, repository: Make) -> None:
    root = repository(ci=REPORT.replace(b"echo '$", b"./tell '$"))  # a command unseen, where credentials may lie
    text = told(run, root, "lint->types")
    assert "`report` looks at the outcome" in said(text, "gate")
    assert said(text, "gate").endswith("not certain: whoever knows better may drop it")
    assert "(review)" in said(text, "change")


def test_an_edge_that_stays_says_all_that_holds_it(run: Run, repository: Make) -> None:
    text = told(run, repository(ci=SHIP), "build->deploy")
    assert text.startswith(
        HEAD + "  `Deploy` waits for `build` (line 31)\n    data        `Deploy` reads `needs.build` ("
    )
    assert "data: `Deploy` reads the artifact `dist` of `build`" in said(text, "also")
    assert "gate: `Deploy` does work that cannot be taken back" in said(text, "also")
    assert "`Deploy` could do irreversible work" in said(text, "not shown")
    assert said(text, "change") == "none: what is certain holds the edge"


def test_an_implied_edge_names_the_other_way(run: Run, repository: Make) -> None:
    text = told(run, repository(ci=SHIP), "lint->build")
    assert said(text, "implied") == "`build` waits for `lint` through other jobs as well"
    assert said(text, "through") == "`lint` → `types` → `build`"
    assert "drop-implied-needs:ci.yml:build:lint (safe)" in said(text, "change")
    assert "is made when it is asked for" in said(text, "change")
    assert "drop-false-needs:ci.yml:build:lint (trade) found after 2 other changes" in said(text, "change")


def test_an_edge_for_review_says_why(run: Run, repository: Make) -> None:
    ci = SERIAL.replace(b"[lint]\n", b"[lint] # saves money\n")
    change = said(told(run, repository(ci=ci), "lint->test"), "change")
    assert "(review) a comment says why the edge is there: “saves money”" in change
    assert "`needful apply --only drop-false-needs --include review`" in change


def test_where_there_is_no_edge_it_says_whether_they_are_ordered(run: Run, repository: Make) -> None:
    root = repository(ci=SHIP)
    down = told(run, root, "lint->deploy")
    assert down.startswith(HEAD + "  No edge from `lint` to `Deploy`\n")
    assert said(down, "ordered").startswith("`lint` → `build` → `Deploy`: `Deploy` waits for it")
    assert said(down, "unlinked") == "neither reads what the other makes, as far as the files show"
    up = told(run, root, "types->lint")
    assert said(up, "ordered") == "`lint` → `types`: `lint` comes first"
    apart = told(run, root, "lint->size")
    assert "ordered" not in apart
    assert said(apart, "unlinked").endswith("and neither waits for the other")


def test_a_missing_edge_comes_with_the_change_that_adds_it(run: Run, repository: Make) -> None:
    text = told(run, repository(ci=SHIP), "build->size")
    assert said(text, "missing").startswith("`size` reads the artifact `dist`, which `build` makes")
    assert said(text, "change").startswith("add-missing-needs:ci.yml:size:build (safe) `needful apply`, or")
    assert "unlinked" not in text


def test_a_missing_edge_that_cannot_be_added_says_so(run: Run, repository: Make) -> None:
    ci = SHIP.replace(b"  size:\n", b"  size:\n    if: github.ref == 'refs/heads/x'\n")
    ci = ci.replace(b"  build:\n", b"  build:\n    if: github.ref == 'refs/heads/y'\n").replace(
        b"      - run: test -s dist/app\n", b"      - run: echo ${{ needs.build.outputs.tag }}\n"
    )
    root = repository(ci=ci)
    text = told(run, root, "build->size")
    assert said(text, "stays") == "`build` and `size` never run together"
    assert "add-missing-needs:ci.yml:size:build" in said(text, "change")
    assert said(text, "change").endswith("by hand: `build` and `size` never run together")
    change = told(run, root, "add-missing-needs:ci.yml:size:build")
    assert said(change, "to have it") == "by hand: `build` and `size` never run together"
    assert "@@" not in change


def test_what_flows_without_order_is_said_though_it_is_not_reported(run: Run, repository: Make) -> None:
    ci = SHIP.replace(
        b"      - uses: actions/download-artifact@v8\n",
        b"""\
      - uses: actions/download-artifact@v8
        continue-on-error: true
""",
        1,
    )
    text = told(run, repository(ci=ci), "build->size")
    assert said(text, "linked").startswith("data: `size` reads the artifact `dist` of `build` ci.yml:22 uploads")
    assert "missing" not in text
    assert "unlinked" not in text


def test_a_change_comes_with_its_proof_its_cost_and_its_diff(run: Run, repository: Make) -> None:
    text = told(run, repository(ci=SERIAL), "drop-false-needs:CI.yml:test:lint")
    assert text.startswith(
        HEAD + "  `test` need not wait for `lint`\n    id          drop-false-needs:ci.yml:test:lint\n"
    )
    assert said(text, "tier") == "trade: proved, at a cost that is named"
    assert said(text, "seen") == "ci.yml:9 `test` waits for `lint`"
    assert said(text, "cost").startswith("when `lint` fails")
    assert "every producer still ends before its consumers start: " in said(text, "shown")
    assert "not shown" not in text
    assert text.endswith(
        "\n\n    @@ -6,6 +6,5 @@\n"
        "         runs-on: ubuntu-latest\n"
        "         steps: [{uses: actions/checkout@v7}, {run: make lint}]\n"
        "       test:\n"
        "    -    needs: [lint]\n"
        "         runs-on: ubuntu-latest\n"
        "         steps: [{uses: actions/checkout@v7}, {run: make test}]\n"
    )


def test_a_change_that_is_not_proved_says_what_is_not_shown(run: Run, repository: Make) -> None:
    ci = SERIAL.replace(b"permissions: {contents: read}\n", b"name: Update\n")
    text = told(run, repository(ci=ci), "drop-false-needs:ci.yml:test:lint")
    assert said(text, "tier") == "review: not proved in every point, so it is left to a person"
    assert said(text, "not shown").startswith(
        "nothing else could carry a dependence: `lint` could leave something behind"
    )
    assert "`test` could do irreversible work, and would no longer wait for `lint`" in said(text, "not shown")
    assert "no `permissions` are set" in said(text, "why")


def test_a_change_that_others_bring_about_names_them(run: Run, repository: Make) -> None:
    text = told(run, repository(ci=SHIP), "drop-false-needs:ci.yml:build:lint")
    assert "`drop-false-needs:ci.yml:build:types`" in said(text, "after")
    assert "    -    needs: [lint]\n" in text


def test_a_change_that_cannot_be_written_says_why(run: Run, repository: Make) -> None:
    ci = (
        SERIAL.replace(b"needs: [lint]", b"needs: &before lint")
        + b"""\
  more:
    needs: *before
    runs-on: self-hosted
    steps: [{run: make more}]
"""
    )
    text = told(run, repository(ci=ci), "drop-false-needs:ci.yml:test:lint")
    assert said(text, "to have it").startswith("by hand: ")
    assert "@@" not in text


def test_a_change_that_is_not_offered_says_what_holds_the_edge(run: Run, repository: Make) -> None:
    text = told(run, repository(ci=SHIP), "drop-false-needs:ci.yml:deploy:build")
    assert text.startswith(HEAD + "  `drop-false-needs:ci.yml:Deploy:build` is not offered\n\n  `Deploy` waits for")
    assert said(text, "change") == "none: what is certain holds the edge"
    implied = told(run, repository("other", ci=SERIAL), "drop-implied-needs:ci.yml:test:lint")
    assert "  `drop-implied-needs:ci.yml:test:lint` is not offered\n" in implied
    assert "drop-false-needs:ci.yml:test:lint (trade)" in said(implied, "change")


def test_a_cycle_is_not_judged_and_said_so(run: Run, repository: Make) -> None:
    root = repository(ci=CYCLE)
    reason = "the jobs wait for each other (a → b → a), so GitHub refuses the workflow"
    assert said(told(run, root, "a"), "not judged") == reason
    assert said(told(run, root, "b->a"), "not judged") == reason
    assert said(run("explain", cwd=root).out, "stays") == "GitHub refuses the whole workflow"


def test_all_workflows_of_a_repository_that_have_it_answer(run: Run, repository: Make) -> None:
    root = repository(ci=SERIAL, nightly=SERIAL, docs=CALM)
    assert re.findall(r"^\S.*yml$", told(run, root, "test"), re.MULTILINE) == [
        ".github/workflows/ci.yml",
        ".github/workflows/nightly.yml",
    ]
    assert "nightly" not in told(run, root, "drop-false-needs:ci.yml:test:lint")


@pytest.mark.parametrize(
    ("about", "message", "hint"),
    [
        ("tset", "there is no job 'tset'", "did you mean test? jobs: lint, test, build"),
        ("lint->tests", "there is no job 'tests'", "did you mean test? jobs: lint, test, build"),
        ("zzz..lint", "there is no job 'zzz'", "jobs: lint, test, build"),
        ("lint->", "there is no job 'lint->'", "did you mean lint? jobs: lint, test, build"),
        ("lint-", "there is no job 'lint-'", "did you mean lint? jobs: lint, test, build (an edge wants quotes"),
        ("lint->LINT", "'lint' is one job, and an edge has two", "jobs: lint, test, build"),
        ("lint->build", "no workflow has both 'lint' and 'build'", "an edge joins two jobs of one workflow"),
        (
            "drop-false-needs:ci.yml:test:lnt",
            "there is no change 'drop-false-needs:ci.yml:test:lnt'",
            "did you mean drop-false-needs:ci.yml:test:lint?",
        ),
        (
            "drop-false-needs:c.yml:test:lint",
            "there is no change 'drop-false-needs:c.yml:test:lint'",
            "did you mean drop-false-needs:ci.yml:test:lint?",
        ),
        ("what:ever", "there is no change 'what:ever'", "`needful plan --include review` lists the changes"),
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_what_is_not_there_is_a_mistake_with_a_hint(
    run: Run, repository: Make, form: str, about: str, message: str, hint: str
) -> None:
    done = run("explain", ".", about, "--format", form, cwd=repository(ci=SERIAL, docs=CALM))
    assert done.code == 2
    assert done.err.startswith(f"error: {message}\n  {hint}")
    if form == "json":
        (problem,) = json.loads(done.out)["repositories"][0]["unreadable"]
        assert (problem["message"], problem["line"]) == (message, None)
    else:
        assert done.out == ""


def test_many_jobs_are_not_all_listed(run: Run, repository: Make) -> None:
    jobs = b"".join(b"  j%d: {runs-on: x, steps: [{run: x}]}\n" % number for number in range(30))
    done = run("explain", ".", "nothing", cwd=repository(ci=b"on: push\njobs:\n" + jobs))
    assert done.err.endswith("j18, j19 and 10 more\n")


def test_a_job_without_a_path_is_pointed_at_one(run: Run, repository: Make) -> None:
    root = repository(ci=SERIAL)
    done = run("explain", "lint", cwd=root)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "error: lint: there is no such file or folder\n"
        "  a job goes behind the path of a repository or workflow: `needful explain . JOB`\n"
    )
    assert run("explain", "nowhere", "lint", cwd=root).err == "error: nowhere: there is no such file or folder\n"
    assert "no folder .github/workflows here" in run("explain", root.parent).err


def test_what_cannot_be_read_is_said_beside_what_can(run: Run, repository: Make) -> None:
    root = repository(ci=SERIAL, bad=BROKEN)
    done = run("explain", root)
    assert done.code == 2
    assert "1 edge in 1 workflow: 1 economy.\n1 could not be read.\n" in done.out
    assert done.err.startswith(f"error: {workflow(root, 'bad')}:4: not valid YAML")
    asked = run("explain", root, "lint")
    assert (asked.code, asked.err) == (2, done.err)
    assert f"{workflow(root)}\n\n  `lint` (line 5)\n" in asked.out
    found = json.loads(run("explain", root, "lint", "--format", "json").out)["repositories"][0]
    assert [problem["path"] for problem in found["unreadable"]] == [".github/workflows/bad.yml"]


def test_a_file_that_goes_meanwhile_is_no_crash(run: Run, repository: Make) -> None:
    root = repository(ci=SERIAL)
    (workflow(root).parent / "gone.yml").symlink_to("nowhere.yml")
    done = run("explain", cwd=root)
    assert done.code == 2
    assert done.err == "error: .github/workflows/gone.yml: the file is gone\n"


def test_our_own_mistakes_are_named(run: Run, repository: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def analyse(*_: object, thorough: bool) -> None:
        raise KeyError("nobody")

    monkeypatch.setattr("needful.report.explanation.analyse", analyse)
    root = repository(ci=SERIAL)
    for form in ("text", "json"):
        done = run("explain", root, "--format", form)
        assert done.code == 3
        assert f"internal error: {workflow(root)}: KeyError: 'nobody'" in done.err
        assert "Please report the lines above" in done.err


def test_json_of_everything(run: Run, repository: Make) -> None:
    root = repository(ci=SHIP)

    def asked(about: str) -> dict[str, Any]:
        done = run("explain", ".", about, "--format", "json", cwd=root)
        assert (done.code, done.err) == (0, "")
        document = json.loads(done.out)
        assert document["version"] == 1
        (found,) = document["repositories"][0]["explanations"]
        assert found["path"] == ".github/workflows/ci.yml"
        assert isinstance(found, dict)
        return found

    every = asked("")
    assert every["kind"] == "workflow"
    assert [(edge["producer"], edge["consumer"], edge["verdict"]) for edge in every["edges"]][:2] == [
        ("lint", "types", "economy"),
        ("lint", "build", "implied"),
    ]
    assert [(edge["producer"], edge["consumer"], edge["line"]) for edge in every["missing"]] == [("build", "size", 27)]
    job = asked("build")
    assert (job["kind"], job["job"], job["line"], job["through"], job["broken"]) == ("job", "build", 11, [], "")
    assert job["effects"]["makes"][1] == {
        "path": ".github/workflows/ci.yml",
        "line": 22,
        "text": "uploads the artifact `dist`",
    }
    edge = asked("build->deploy")
    assert (edge["kind"], edge["edge"]["verdict"], edge["missing"]) == ("edge", "data", None)
    assert {"gate", "data", "unexplained"} <= {one["verdict"] for one in edge["obstacles"]}
    none = asked("build->size")
    assert (none["edge"], none["missing"]["consumer"]) == (None, "size")
    assert [change["id"] for change in none["changes"]] == ["add-missing-needs:ci.yml:size:build"]
    change = asked("drop-false-needs:ci.yml:build:lint")
    assert (change["kind"], change["tier"], change["on_request"]) == ("change", "trade", False)
    assert change["diff"].startswith("diff --git ")
    assert "drop-false-needs:ci.yml:build:types" in change["first"]


@pytest.mark.parametrize(
    ("case", "about", "words"),
    [
        ("false-edge", "lint->test", "`deploy` would get an edge of its own to `lint`"),
        ("false-edge", "drop-false-needs:ci.yml:test:lint", "`deploy` still waits for all that came before"),
        ("package-in-image", "publish-package->image", "none: what is certain holds the edge"),
        ("default-token", "style->test", "no `permissions` are set"),
        ("default-token-mended", "style->test", "drop-false-needs:ci.yml:test:style (trade)"),
        ("default-token-mended", "style->board", "its machine may hold credentials of its own"),
    ],
)
def test_the_examples_of_the_page_say_what_the_page_says(
    run: Run, checkout: Path, case: str, about: str, words: str
) -> None:
    assert f"run: {case} needful explain" in (checkout / "docs" / "how-it-decides.md").read_text("utf-8")
    text = told(run, checkout / "fixtures" / "explained" / case, about)
    assert words in " ".join(text.split())
