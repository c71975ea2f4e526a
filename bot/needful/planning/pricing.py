"""What a plan gains: recorded runs, replayed under the workflow as it was, as it becomes, and after each change.

A change is priced behind those before it, in the order of the plan, so that the parts sum up to the whole. It may save
nothing by itself and let the next one save a lot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from needful.dependence.analysis import Analysis
from needful.dependence.parts import TIMED
from needful.history.matching import Matcher
from needful.history.model import RunRecord
from needful.planning.dropped import dropped_edges
from needful.planning.plan import FilePlan
from needful.planning.unpriced import NO_RUNS, workflow_of
from needful.planning.worth import Pricing, Worth
from needful.schedule.economy import edge_saving
from needful.schedule.load import Limits, Load
from needful.schedule.model import Timeline
from needful.schedule.predict import Weight, predict, typical_run, verdict_of, weigh
from needful.schedule.prediction import Prediction, Verdict
from needful.schedule.replay import Assumptions, Baseline, Replay, baseline, loads_under, replay, rewired
from needful.schedule.rework import Machine
from needful.schedule.shape import Shape, shape_of
from needful.schedule.simulate import NO_LIMITS
from needful.schedule.structure import structure
from needful.schedule.unrecorded import assume
from needful.source import Source
from needful.workflow.model import Workflow
from needful.workflow.repository import Repository

REPLAYED_RUNS, PRICED_RUNS, WEIGHED_RUNS = 300, 60, 30
"""The newest runs, by which a whole plan is judged, single changes are priced, and weighed against each other. More say
little more about the median, and come from a time when the jobs did other work."""


@dataclass(frozen=True)
class Terms:
    """What neither the files nor the runs say.

    `limits`: jobs that the account runs at once; `public`: whether standard runners are free and have four processors;
    `required`: the checks that a pull request waits for, None if not known; `assume`: published durations do where no
    run was recorded. The same seed gives the same numbers.
    """

    limits: Limits = NO_LIMITS
    public: bool = True
    required: tuple[str, ...] | None = None
    assume: bool = False
    seed: int = 0


def newest(runs: Iterable[RunRecord]) -> tuple[RunRecord, ...]:
    """The runs that are replayed, in the order of time."""
    return tuple(sorted(runs, key=lambda run: run.started or run.created or 0.0)[-REPLAYED_RUNS:])


class Pricer:
    """One workflow and its runs (in any order), replayed under other texts of it."""

    def __init__(self, repository: Repository, known: Analysis, runs: tuple[RunRecord, ...], terms: Terms) -> None:
        self.repository = repository
        self.known = known
        self.before = Matcher(known.workflow, repository)
        self.runs = newest(runs)
        self.at_hand = len(runs)
        self.terms = terms
        self.assumptions = Assumptions(terms.limits, Machine(terms.public), terms.seed)
        self.verdict = self._verdict()
        self._baselines: dict[int, Baseline] = {}

    def _verdict(self) -> Verdict:
        effects = self.known.situation.effects
        outward = [job for job, found in effects.items() if found.irreversible or found.signs]
        return verdict_of(shape_of(self.before.workflow), self.terms.required, outward)

    @property
    def comparable(self) -> int:
        """How many of the runs that changes are weighed by can be replayed, and had no failure."""
        return sum(run.passed for run in self._baseline(WEIGHED_RUNS).runs) if self.runs else 0

    def weights(self, file: FilePlan) -> tuple[Weight, Weight]:
        """The workflow as it is and as a plan makes it. Needs runs that are `comparable`."""
        found = weigh(self._replayed(workflow_of(file, file.after), WEIGHED_RUNS), self.verdict)
        assert found is not None, "there are runs to compare"
        return found

    def loads(self, after: Workflow) -> tuple[Load, ...]:
        """What the runs that changes are weighed by bring to another workflow."""
        return loads_under(self._baseline(WEIGHED_RUNS), Matcher(after, self.repository))

    def weight(self, loads: Sequence[Load], shape: Shape) -> Weight:
        """A graph, with what the runs bring to it. Needs runs that are `comparable`."""
        found = weigh(rewired(self._baseline(WEIGHED_RUNS), loads, shape), self.verdict)
        assert found is not None, "there are runs to compare"
        return found[1]

    def price(self, file: FilePlan) -> Pricing:
        """What a plan gains, as a whole and by change."""
        after = workflow_of(file, file.after)
        chains = structure(shape_of(self.before.workflow), shape_of(after))
        if not self.runs and not self.terms.assume:
            return Pricing(chains, NO_RUNS)
        found = self._replayed(after)
        prediction = predict(found, self.verdict, public=self.terms.public, seed=self.terms.seed)
        timelines = typical_run(found) if found.runs else None
        each = tuple(self._each(file)) if isinstance(prediction, Prediction) else ()
        return Pricing(chains, prediction, timelines, each, self.at_hand)

    def _each(self, file: FilePlan) -> Iterator[Worth]:
        """Each change that can be timed, priced by what all up to it save more than those before it."""
        before: Weight | None = None
        dropped = dict(dropped_edges(file)) if self.runs else {}
        for change in file.changes:
            if not change.proposal.parts <= TIMED:
                continue
            after = workflow_of(file, Source(file.path, change.after))
            found = weigh(self._replayed(after, PRICED_RUNS), self.verdict)
            if found is None:
                return
            last, now = before or found[0], found[1]
            edges = (edge_saving(self._baseline(0), *edge) for edge in sorted(dropped.get(change.id, ())))
            yield Worth(change.id, last.makespan - now.makespan, last.to_verdict - now.to_verdict, tuple(edges))
            before = now

    def _replayed(self, after: Workflow, last: int = 0) -> Replay:
        other = Matcher(after, self.repository)
        if not self.runs:
            return assume(self.before, other, self.assumptions)
        return replay(self._baseline(last), other)

    def _baseline(self, last: int) -> Baseline:
        """The last runs as they were, 0 for all, worked out once."""
        runs = self.runs[-last:]
        if len(runs) not in self._baselines:
            self._baselines[len(runs)] = baseline(self.before, runs, self.assumptions)
        return self._baselines[len(runs)]


def typical(repository: Repository, workflow: Workflow, runs: Sequence[RunRecord], terms: Terms) -> Timeline | None:
    """A typical run of a workflow as it is, None where no run can be replayed."""
    before = Matcher(workflow, repository)
    start = baseline(before, newest(runs), Assumptions(terms.limits, Machine(terms.public), terms.seed))
    found = replay(start, before)
    return typical_run(found)[0] if found.runs else None
