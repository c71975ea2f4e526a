"""Small plans and graphs, made by hand, for the tests of what is reported."""

from __future__ import annotations

from needful.dependence.model import Edge, Evidence, Missing, Verdict
from needful.dependence.obligations import Obligation
from needful.document.operations import Operation, RemoveItem
from needful.document.parse import parse
from needful.errors import UserError
from needful.planning.plan import Change, Failure, FilePlan, Held, Kept, Plan
from needful.report.graph import Graphs, JobGraph
from needful.rules.api import Proposal, Tier
from needful.source import Source, Span
from needful.workflow.reader import read_workflow

CI = ".github/workflows/ci.yml"
HERE = Span(0, 0)

BEFORE = """\
on: push
jobs:
  lint:
    runs-on: ubuntu-latest
    steps: [{run: make lint}]
  test:
    needs: [lint]
    runs-on: ubuntu-latest
    steps: [{run: make test}]
"""
AFTER = BEFORE.replace("    needs: [lint]\n", "")


def proposal(
    *,
    rule: str = "drop-false-needs",
    tier: Tier = Tier.TRADE,
    title: str = "`test` need not wait for `lint`",
    because: str = "`test` reads no output, artifact or result of `lint`",
    cost: str = "`test` also runs when `lint` fails",
    held: str = "",
    also: tuple[Operation, ...] = (),
    seen: tuple[Evidence, ...] = (Evidence(CI, 7, "`needs: [lint]`"), Evidence(CI, 9, "runs `make test`")),
) -> Proposal:
    return Proposal(
        rule=rule,
        tier=tier,
        subject=("test", "lint"),
        at=HERE,
        title=title,
        because=because,
        evidence=seen,
        operations=() if held else (RemoveItem(("jobs", "test", "needs", 0)), *also),
        cost=cost,
        certificate=(
            Obligation("gates stay", "nothing irreversible follows `lint`"),
            Obligation("`make test` does not read what `make lint` writes", "", "nobody looked into the Makefile"),
        ),
        held=held,
    )


def change(of: Proposal | None = None) -> Change:
    of = of or proposal()
    return Change(of.id_in("ci.yml"), of, 7, BEFORE, AFTER)


def held(of: Proposal | None = None, reason: str = "not proved: tier review") -> Held:
    of = of or proposal(tier=Tier.REVIEW)
    return Held(of.id_in("ci.yml"), of, 7, reason)


def file(*, changes: tuple[Change, ...] = (), held: tuple[Held, ...] = (), path: str = CI) -> FilePlan:
    return FilePlan(path, Source(path, BEFORE), Source(path, AFTER if changes else BEFORE), changes, held)


KEPT = Plan(
    ".",
    (
        FilePlan(
            CI,
            Source(CI, BEFORE),
            Source(CI, BEFORE),
            kept=(
                Kept(
                    CI,
                    7,
                    "`test` waits for `lint`",
                    "it is cheap",
                    ("drop-false-needs:ci.yml:test:lint", "other:ci.yml"),
                ),
                Kept("", 3, "`drop-false-needs` is ignored for `docs`", ""),
            ),
        ),
    ),
    settings=".github/needful.yml",
    left_out=(".github/workflows/old.yml",),
)
QUIET = Plan(".", (file(),))
BUSY = Plan(".", (file(changes=(change(),), held=(held(),)), file(path=".github/workflows/docs.yml")))
TROUBLED = Plan(
    "../shop",
    (file(held=(held(),)),),
    (UserError("not valid YAML", path="../shop/.github/workflows/bad.yml", line=3, hint="mend it"),),
    (Failure(".github/workflows/odd.yml", "the rule x broke"),),
)


def graph(text: str, edges: tuple[Edge, ...] = (), missing: tuple[Missing, ...] = (), path: str = CI) -> JobGraph:
    return JobGraph(read_workflow(parse(Source(path, text)), path), edges, missing)


def edge(producer: str, consumer: str, verdict: Verdict) -> Edge:
    return Edge(producer, consumer, HERE, verdict, "because", (Evidence(CI, 7, "seen"),))


def lost(producer: str, consumer: str) -> Missing:
    return Missing(producer, consumer, HERE, "reads its artifact", (Evidence(CI, 9, "downloads"),))


LINKED = Graphs(
    ".",
    (graph(BEFORE, (edge("lint", "test", Verdict.ECONOMY),), (lost("test", "lint"),)),),
)
