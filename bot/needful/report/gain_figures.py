"""What a plan gains, as figures and timelines to be drawn: for the page and the drawing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from needful.errors import UserError
from needful.report.durations import duration
from needful.report.gains import headline
from needful.report.html import Figure, Gain
from needful.report.lanes import Panel
from needful.report.svg import timeline_svg
from needful.report.terminal import counted
from needful.schedule.structure import NoPrediction

if TYPE_CHECKING:
    from needful.planning.plan import Plan
    from needful.planning.worth import Pricing
    from needful.schedule.model import Timeline
    from needful.schedule.prediction import Gain as TimeGain
    from needful.schedule.prediction import Prediction, Verdict

_SAME = 1.0  # seconds
_NO_MINUTES = 0.05


def page_gains(plans: Iterable[Plan]) -> Mapping[tuple[str, str], Gain]:
    """The figures of all plans, by root and path of the workflow."""
    return {(plan.root, file.path): _page_gain(file.pricing) for plan in plans for file in plan.files if file.pricing}


def drawn(plans: Iterable[Plan]) -> str:
    """A typical run before and after as SVG. Raises `UserError` where not just one workflow changes and has runs."""
    found = [
        (file.path, file.pricing) for plan in plans for file in plan.files if file.pricing and panels(file.pricing)
    ]
    if not found:
        hint = "`--history PATH` names recorded runs, `--assume` does with published durations"
        raise UserError("there is no timeline to draw: nothing changes, or no run is known", hint=hint)
    if len(found) > 1:
        names = ", ".join(path.rpartition("/")[2] for path, _ in found)
        raise UserError(f"several workflows have timelines: {names}", hint="name one of them")
    path, pricing = found[0]
    assert not isinstance(pricing.prediction, NoPrediction), "it has panels"
    return timeline_svg(path.rpartition("/")[2], panels(pricing), note(pricing.prediction))


def _page_gain(pricing: Pricing) -> Gain:
    """The figures of a plan, and the typical run before and after it."""
    found = pricing.prediction
    if isinstance(found, NoPrediction):
        return Gain(note=headline(pricing).replace("`", ""))
    return Gain(tuple(_figures(found)), panels(pricing), note(found))


def panels(pricing: Pricing) -> tuple[Panel, ...]:
    """The run of the median time, before and after; none where no run was replayed."""
    found = pricing.prediction
    if pricing.timelines is None or isinstance(found, NoPrediction):
        return ()
    titles = ("before", "after")
    return tuple(
        Panel(title, drawn, _verdict(drawn, found.verdict))
        for title, drawn in zip(titles, pricing.timelines, strict=True)
    )


def note(found: Prediction) -> str:
    """Where the times of a drawing come from."""
    if found.assumed:
        return "Every duration is assumed: published figures, not this repository's."
    return f"The run of the median time, of {counted(found.timed, 'recorded run')} in which nothing failed."


def _figures(found: Prediction) -> Iterator[Figure]:
    source = "assumed" if found.assumed else f"p50 of {counted(found.timed, 'replayed run')}"
    yield _time("time to the verdict", found.to_verdict, source)
    yield _time("whole run", found.makespan, source)
    cost = found.cost
    less = None if abs(cost.after - cost.before) < _NO_MINUTES else cost.after < cost.before
    change = "the same" if less is None else f"{abs(cost.after - cost.before):.1f} {'less' if less else 'more'}"
    minutes = f"{cost.before:.1f}", f"{cost.after:.1f}"
    yield Figure("billed minutes", *minutes, change, f"mean of {counted(cost.runs, 'run')}", less)
    if cost.money_before and cost.money_after is not None:
        cheaper = cost.money_after < cost.money_before
        money = f"${cost.money_before:,.2f}", f"${cost.money_after:,.2f}"
        change = f"${abs(cost.money_after - cost.money_before):,.2f} {'less' if cheaper else 'more'}"
        yield Figure("a month", *money, change, "at current prices", cheaper)


def _time(what: str, gain: TimeGain, source: str) -> Figure:
    less = None if abs(gain.saving) < _SAME else gain.saving > 0
    change = "the same" if less is None else f"{duration(abs(gain.saving))} {'less' if less else 'more'}"
    low, high = gain.interval
    spread = f", 95 % range {duration(low)} to {duration(high)}" if less else ""
    return Figure(what, duration(gain.before), duration(gain.after), change, source + spread, less)


def _verdict(drawn: Timeline, verdict: Verdict) -> float | None:
    """When the last job of the verdict ends, None where that is the end of the run."""
    wanted = {name.lower() for name in verdict.jobs}
    ends = [bar.end for bar in drawn.bars if bar.job.lower() in wanted or bar.name.lower() in wanted]
    end = max(ends, default=drawn.makespan)
    return end if end < drawn.makespan - _SAME else None
