"""What links a job to another that it waits for, and what nobody can see of it."""

from __future__ import annotations

import pytest

from dependence.made import HEAD, analysis, files_of, situation
from needful.dependence.analysis import under_other_needs
from needful.dependence.links import handed_over, made_outside, meetings, only_reports, unseen
from needful.dependence.model import Verdict

RUNS = "runs-on: ubuntu-latest"
CHECKOUT = "{uses: actions/checkout@v7}"
TEST = f"{CHECKOUT}, {{run: cargo test}}"
OPAQUE = "{uses: someone/unknown@v1}"
CARGO = "{uses: actions/cache@v4, with: {key: k, path: ~/.cargo/registry}}"


def cache(kind: str = "", path: str = "build", key: str = "k", more: str = "") -> str:
    return f"{{uses: actions/cache{kind}@v4, with: {{key: '{key}', path: '{path}'{more}}}}}"


def upload(name: str, more: str = "") -> str:
    return f"{{uses: actions/upload-artifact@v7, with: {{name: '{name}', path: x{more}}}}}"


def download(name: str) -> str:
    return f"{{uses: actions/download-artifact@v8, with: {{name: '{name}'}}}}"


def two(first: str, second: str, *, top: str = HEAD, a: str = RUNS, b: str = RUNS) -> str:
    """Two jobs of these steps, of which `b` waits for `a`; further keys in `a` and `b`."""
    return f"{top}  a:\n    {{{a}, steps: [{first}]}}\n  b:\n    {{needs: a, {b}, steps: [{second}]}}\n"


def linked(text: str) -> list[tuple[Verdict, str]]:
    """What a person reads of what flows between the two jobs, whichever way."""
    found = meetings(situation(text), frozenset({"a"}), "b")
    return [(obstacle.verdict, obstacle.text) for obstacle in found]


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        (upload("dist"), download("dist"), "`b` reads the artifact `dist` of `a`"),
        (upload("dist"), download("${{ inputs.name }}"), "`b` may read the artifact `dist` of `a`"),
        (upload("dist"), "{run: gh run download -n dist}", "`b` reads the artifact `dist` of `a`"),
        (upload("wheel-a"), "{run: gh run download}", "`b` reads the artifact `wheel-a` of `a`"),
        (cache(), cache(), "`b` reads the cache `k` of `a`"),
        (cache("/save"), cache("/restore"), "`b` reads the cache `k` of `a`"),
        (
            cache(key="k-${{ github.sha }}"),
            cache("/restore", key="x", more=", restore-keys: k-"),
            "`b` may read the cache `k-${{ github.sha }}` of `a`",
        ),
        (
            cache(path="${{ inputs.path }}"),
            cache("/restore", path="~/.cargo/registry"),
            "`b` reads the cache `k` of `a`",
        ),
        ("{run: docker push acme/a}", "{run: docker pull acme/a}", "`b` reads the image `acme/a` of `a`"),
        ("{run: docker push acme/a}", "{run: docker pull $IT}", "`b` may read the image `acme/a` of `a`"),
        ("{run: docker push $IT}", "{run: docker pull acme/a}", "`b` may read the image `acme/a` of `a`"),
        (
            "{uses: coverallsapp/github-action@v2, with: {parallel: true}}",
            "{uses: coverallsapp/github-action@v2, with: {parallel-finished: true}}",
            "`b` reads the report `coveralls` of `a`",
        ),
        ("{run: git push origin main}", "{uses: actions/checkout@v7, with: {ref: main}}", "the git ref `main` of `a`"),
        (
            "{uses: actions/setup-node@v4, with: {cache: npm}}, {run: npm ci}",
            "{uses: actions/setup-node@v4, with: {cache: npm}}, {run: npm test}",
            "`b` reads the cache of actions/setup-node npm of `a`",
        ),
        (
            "{uses: Swatinem/rust-cache@v2, with: {shared-key: all}}, {run: cargo test}",
            "{uses: Swatinem/rust-cache@v2, with: {shared-key: all}}, {run: cargo test}",
            "`b` reads the cache `all` of swatinem/rust-cache of `a`",
        ),
    ],
)
def test_what_flows_is_said(first: str, second: str, text: str) -> None:
    found = linked(two(first, second))
    assert any(verdict is Verdict.DATA and text in said for verdict, said in found), found


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (upload("dist"), download("docs")),
        (upload("dist"), upload("dist")),
        (upload("dist", ", overwrite: true"), upload("docs")),
        (cache("/restore"), cache("/restore")),
        (cache("/save"), cache("/save")),
        (cache(), cache("/restore", key="other")),
        (cache(), cache("/restore", path="target")),
        (cache(path="build"), cache("/restore", path="~/.cargo/registry")),
        (cache(path="~/.cargo/registry"), cache("/restore", path="build")),
        (f"{CARGO}, {TEST}", f"{CARGO}, {TEST}"),
        ("{run: docker push acme/a}", "{run: docker pull acme/b}"),
        ("{run: docker pull acme/a}", "{run: docker pull acme/a}"),
        ("{run: git push origin main}", "{run: docker pull main}"),
        (
            "{uses: actions/setup-node@v4, with: {cache: npm}}, {run: npm test}",
            "{uses: actions/setup-node@v4, with: {cache: npm}}, {run: npm test}",
        ),
        (
            "{uses: actions/setup-node@v4, with: {cache: yarn}}, {run: npm ci}",
            "{uses: actions/setup-node@v4, with: {cache: npm}}, {run: npm test}",
        ),
        (
            "{uses: Swatinem/rust-cache@v2, with: {shared-key: a}}, {run: cargo test}",
            "{uses: Swatinem/rust-cache@v2, with: {shared-key: b}}, {run: cargo test}",
        ),
    ],
)
def test_what_does_not_flow(first: str, second: str) -> None:
    assert linked(two(first, second)) == []


def test_a_job_that_only_fills_a_cache_of_downloads_hands_it_over() -> None:
    fills = f"{CHECKOUT}, {CARGO}, {{run: cargo fetch}}"
    (found,) = linked(two(fills, f"{CHECKOUT}, {CARGO.replace('cache@', 'cache/restore@')}, {{run: cargo test}}"))
    assert found == (Verdict.DATA, "`b` reads the cache `k` of `a`")


def test_jobs_that_never_run_together_hand_nothing_over() -> None:
    text = two(upload("dist"), download("dist"), a=f"{RUNS}, if: inputs.x", b=f"{RUNS}, if: '!inputs.x'")
    assert linked(text) == []


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        ("{run: docker pull acme/a}", "{run: docker push acme/a}", "`a` would meet the image `acme/a` of `b`"),
        (cache("/restore"), cache("/save"), "`a` would meet the cache `k` of `b`"),
        (upload("dist"), upload("dist", ", overwrite: true"), "`b` may replace an artifact of `a`"),
        (upload("dist", ", overwrite: true"), upload("${{ inputs.x }}"), "`b` may replace an artifact of `a`"),
    ],
)
def test_what_would_come_too_early(first: str, second: str, text: str) -> None:
    assert (Verdict.ORDER, text) in linked(two(first, second))


@pytest.mark.parametrize(
    ("group", "text"),
    [
        ("live", ["`a` and `b` may share a concurrency group"]),
        ("${{ inputs.where }}", ["`a` and `b` may share a concurrency group"]),
        ("other", []),
    ],
)
def test_groups(group: str, text: list[str]) -> None:
    found = linked(two("", "", a=f"{RUNS}, concurrency: live", b=f"{RUNS}, concurrency: '{group}'"))
    assert found == [(Verdict.ORDER, said) for said in text]


def test_only_what_actions_name_is_handed_over_without_reading_commands() -> None:
    one = situation(two(upload("dist"), download("dist")))
    assert [obstacle.text for obstacle in handed_over(one, frozenset({"a"}), "b")] == [
        "`b` reads the artifact `dist` of `a`"
    ]
    assert list(handed_over(one, frozenset({"b"}), "b")) == []
    assert list(handed_over(one, frozenset({"a"}), "a")) == []
    other = situation(two(upload("dist"), "{run: gh run download -n dist}"))
    assert list(handed_over(other, frozenset({"a"}), "b")) == []


def test_what_is_made_outside_the_run() -> None:
    one = situation(two("{run: npm publish}", "{run: cargo test}"))
    (obstacle,) = made_outside(one, frozenset({"a"}))
    assert obstacle.verdict is Verdict.ORDER
    assert "`a` changes something outside the run" in obstacle.text
    assert "npm publish" in obstacle.evidence[0].text
    assert list(made_outside(one, frozenset({"b"}))) == []


WRITES = "on: push\npermissions: {contents: write}\njobs:\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (two(TEST, "{run: cargo build, env: {K: '${{ secrets.K }}'}}"), "`b` could do irreversible work"),
        (two("{run: cargo test, env: {K: '${{ secrets.K }}'}}", TEST), "`a` could leave something behind"),
        (two(OPAQUE, download("dist")), "`a` could make an artifact unseen"),
        (two(OPAQUE, OPAQUE), "`a` could make an artifact unseen"),
        (two(upload("dist"), OPAQUE), "`b` could read an artifact or a cache unseen"),
        (two(cache(), OPAQUE), "`b` could read an artifact or a cache unseen"),
        (two("", "", a="runs-on: big", b="runs-on: big"), "may be the one of `b`"),
        (
            two(f"{CHECKOUT}, {{run: ./x}}", "{uses: actions/checkout@v7, with: {ref: main}}", top=WRITES),
            "`a` could leave something behind: runs `./x`",
        ),
        (two(f"{CHECKOUT}, {{run: ./x}}", "{run: ./y}", top=WRITES), "`a` could leave something behind: runs `./x`"),
    ],
)
def test_what_nobody_can_see(text: str, said: str) -> None:
    found = list(unseen(situation(text), frozenset({"a"}), "b"))
    assert any(said in obstacle.text for obstacle in found), found
    assert {(obstacle.verdict, obstacle.certain) for obstacle in found} == {(Verdict.UNEXPLAINED, False)}


@pytest.mark.parametrize(
    "text",
    [
        two(TEST, TEST),
        two(OPAQUE, TEST),
        two(TEST, OPAQUE),
        two(TEST, "", a="runs-on: big"),
        two(f"{CHECKOUT}, {{run: ./x}}", TEST, top=WRITES),
    ],
)
def test_what_cannot_reach_the_other_job(text: str) -> None:
    assert list(unseen(situation(text), frozenset({"a"}), "b")) == []


@pytest.mark.parametrize(
    ("steps", "reports"),
    [
        ("", True),
        ("{run: echo done}", True),
        ("{run: ./no-such-script}", True),
        ("{run: cargo test}", False),
        (CHECKOUT, False),
    ],
)
def test_who_only_reports(steps: str, reports: bool) -> None:
    assert only_reports(situation(two(TEST, steps)), "b") is reports


LISTENER = ".github/workflows/after.yml"
AFTER = "on: {workflow_run: {workflows: [.github/workflows/ci.yml], types: [completed]}}\njobs:\n  x:\n"


@pytest.mark.parametrize(
    ("job", "held"),
    [
        ("    runs-on: x\n    steps: []\n", True),
        ("    if: github.event.workflow_run.conclusion == 'success'\n    runs-on: x\n    steps: []\n", False),
        ("    needs: y\n    runs-on: x\n    steps: []\n  y: {needs: x, runs-on: x, steps: []}\n", False),
    ],
)
def test_a_workflow_that_looks_at_the_jobs(job: str, held: bool) -> None:
    found = analysis(two(TEST, TEST), {LISTENER: AFTER + job})
    assert bool(found.situation.watchers) is held
    (edge,) = found.edges
    assert edge.verdict is (Verdict.UNEXPLAINED if held else Verdict.ECONOMY)
    if held:
        assert edge.reason == f"{LISTENER} starts when this workflow ends and may look at its jobs"


def test_all_effects_are_there_for_those_who_ask() -> None:
    one = situation(two(upload("a"), TEST))
    assert (list(one.effects), len(one.effects)) == (["a", "b"], 2)


def test_other_needs_of_jobs_that_are_known() -> None:
    text = two(upload("dist"), download("dist"), a=f"{RUNS}, if: inputs.x", b=f"{RUNS}, if: always()")
    known = analysis(text)
    same_when, _ = files_of(text.replace("needs: a, ", ""))
    without = under_other_needs(known, same_when)
    assert without.edges == ()
    assert without.situation.flows == known.situation.flows
    assert without.situation.effects is known.situation.effects
    empty = f"{RUNS}, steps: []"
    crossed = f"  a:\n    {{needs: c, if: inputs.x, {empty}}}\n  c:\n    {{if: '!inputs.x', {empty}}}\n"
    whole = analysis(HEAD + crossed)
    apart, _ = files_of(HEAD + crossed.replace("needs: c, ", ""))
    assert len(whole.situation.conditions["a"]) == 2
    assert len(under_other_needs(whole, apart).situation.conditions["a"]) == 1
    circle, _ = files_of(HEAD + crossed.replace("{if: '!", "{needs: a, if: '!"))
    assert under_other_needs(whole, circle).edges == ()


@pytest.mark.parametrize(("name", "met"), [("Build and cache", True), ("Warm up", True), ("Cachet", False)])
def test_a_job_that_works_and_is_called_after_a_cache_may_hand_it_over(name: str, met: bool) -> None:
    kept = "{uses: actions/cache@v5, with: {path: ~/go/pkg/mod, key: modules}}"
    first, second = f"{kept}, {{run: go build ./...}}", f"{kept}, {{run: go test ./...}}"
    one = situation(two(first, second, a=f"{RUNS}, name: {name}"))
    found = list(meetings(one, frozenset({"a"}), "b"))
    assert [(each.verdict, each.certain) for each in found] == ([(Verdict.DATA, False)] if met else [])
