"""What a plan gains, in sentences: one form for the terminal, the pull request and the page. Code is in backticks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from needful.planning.worth import Pricing, Worth
from needful.report.durations import duration
from needful.report.terminal import counted
from needful.schedule.load import Origin
from needful.schedule.model import Bar, Timeline
from needful.schedule.structure import NoPrediction, Structure

if TYPE_CHECKING:
    from needful.schedule.billing import KindMinutes
    from needful.schedule.economy import EdgeSaving
    from needful.schedule.estimates import Basis
    from needful.schedule.prediction import Gain, Prediction

_MOST, _STEP = 8, 32
"""Names in one sentence, characters of the name of a step."""
_SAME = 1.0  # seconds; less is nothing that a person would notice
_NO_MINUTES = 0.05


def headline(pricing: Pricing) -> str:
    """The one line that somebody reads: what is won, or why that is not said."""
    found = pricing.prediction
    if isinstance(found, NoPrediction):
        return _chains(pricing.structure)
    mark = _mark(found)
    gain, claim, what = found.makespan, found.makespan_claim, "a run"
    if found.verdict_claim.holds and not claim.holds:
        gain, claim, what = found.to_verdict, found.verdict_claim, "the verdict"
    if claim.holds:
        return f"{what[0].upper()}{what[1:]} comes in {_pair(gain)}{mark}: {_saving(gain, found.timed)}."
    return f"The numbers do not carry a claim ({claim.reason}){mark}. {_chains(pricing.structure)}"


def details(pricing: Pricing) -> Iterator[tuple[str, str]]:
    """Label and sentence for each figure, the most important first."""
    found = pricing.prediction
    if isinstance(found, NoPrediction):
        if found.unfit:
            yield "numbers", f"none: {found.reason}; {found.advice}"
            yield "left out", _unfit(found)
        return
    mark = _mark(found)
    yield "run", _figures(found.makespan) + mark
    jobs = _names(found.verdict.jobs) if found.verdict.known else found.verdict.basis
    yield "verdict", f"{_figures(found.to_verdict)}{mark} ({jobs})"
    yield "minutes", _minutes(found) + mark
    yield "bound", _bound(found) + mark
    if pricing.timelines is not None:
        before, after = pricing.timelines
        yield "critical", f"before {_critical(before)}; after {_critical(after)}"
        yield "slack", f"before {_slack(before)}; after {_slack(after)}"
    if not found.assumed:
        yield "replayed", _replayed(found, pricing.at_hand)
    for what in _bases(found):
        yield "drawn", what
    if found.unknown:
        yield "not known", f"{_listed(found.unknown)}: counted as nothing"


def saved(one: Worth) -> str:
    """What one change saves, and what it costs, in a few words."""
    text = _saved(one.makespan)
    if abs(one.to_verdict - one.makespan) >= _SAME:
        text += f"; to the verdict {_saved(one.to_verdict)}"
    return "; ".join([text, *(_spared(edge) for edge in one.edges)])


def _spared(edge: EdgeSaving) -> str:
    failed = f"`{edge.producer}` failed in {edge.failures} of {counted(edge.runs, 'run')}"
    if edge.minutes < _NO_MINUTES:
        return f"{failed}, which spared no minutes" if edge.failures else failed
    monthly = f", {edge.monthly:,.0f} a month" if edge.monthly is not None else ""
    return f"{failed}, which spared {edge.minutes:.1f} billed minutes a run{monthly}"


def _mark(found: Prediction) -> str:
    return " (assumed)" if found.assumed else ""


def _pair(gain: Gain) -> str:
    return f"{duration(gain.after)} instead of {duration(gain.before)}"


def _saving(gain: Gain, runs: int) -> str:
    low, high = (duration(end) for end in gain.interval)
    return (
        f"{duration(gain.saving)} or {gain.share:.0%} less (p50 of {counted(runs, 'run')}; 95 % range {low} to {high})"
    )


def _figures(gain: Gain) -> str:
    parts = [
        f"p50 {duration(gain.before)} → {duration(gain.after)}",
        f"p90 {duration(gain.before_p90)} → {duration(gain.after_p90)}",
        f"saves {duration(gain.saving)} ({duration(gain.interval.low)} to {duration(gain.interval.high)})",
    ]
    if gain.shorter or gain.longer:
        parts.append(
            f"shorter in {gain.shorter:.0%} of the runs" + (f", longer in {gain.longer:.0%}" if gain.longer else "")
        )
    return ", ".join(parts)


def _minutes(found: Prediction) -> str:
    cost = found.cost
    text = f"{cost.before:.1f} → {cost.after:.1f} billed minutes a run"
    month = cost.minutes_per_month
    if month is not None:
        text += f", {month[0]:,.0f} → {month[1]:,.0f} a month"
    if len(cost.kinds) > 1:
        text += f" ({', '.join(_kind(one) for one in cost.kinds)})"
    if cost.money_before is None or cost.money_after is None:
        return f"{text}; {cost.unpriced:.1f} minutes a run on runners of unknown price" if cost.unpriced else text
    if not (cost.money_before or cost.money_after):
        return f"{text}, free of charge"
    return f"{text}, ${cost.money_before:,.2f} → ${cost.money_after:,.2f} a month"


def _kind(one: KindMinutes) -> str:
    price = "" if not one.price else f" at ${one.price:.3f}"
    return f"{one.kind} {one.before:.1f} → {one.after:.1f}{price}"


def _bound(found: Prediction) -> str:
    bound = found.bound
    limit = f", {bound.at_once} jobs at once" if bound.at_once else ""
    best = f"no schedule of these jobs beats {duration(bound.seconds)}{limit}"
    return f"{best}, {bound.closeness:.0%} of this one"


def _critical(timeline: Timeline) -> str:
    """The critical path: its jobs, each with the step that takes the most of it."""
    parts = [f"`{bar.name}`{_longest_step(bar)}" for bar in timeline.critical_path]
    return " → ".join(parts[:_MOST]) + (" → …" if len(parts) > _MOST else "")


def _longest_step(bar: Bar) -> str:
    steps = [step for step in bar.steps if step.critical]
    if not steps:
        return ""
    longest = max(steps, key=lambda step: step.end - step.start)
    name = longest.name if len(longest.name) <= _STEP else longest.name[: _STEP - 1].rstrip() + "…"
    name = name.replace("`", "'")
    return f" (`{name}` {duration(longest.end - longest.start)} of {duration(bar.end - bar.start)})"


def _slack(timeline: Timeline) -> str:
    """By how much each job could end later without the run ending later, the largest first."""
    loose: dict[str, float] = {}
    for bar in timeline.bars:
        if bar.end > bar.start:
            loose[bar.job] = min(bar.slack, loose.get(bar.job, bar.slack))
    ranked = sorted(((by, job) for job, by in loose.items() if by >= _SAME), reverse=True)
    return ", ".join(f"`{job}` {duration(by)}" for by, job in ranked[:_MOST]) or "none"


def _replayed(found: Prediction, at_hand: int) -> str:
    exact = found.calibration
    left_out = sum(number for _, number in found.unfit)
    older = f" (the newest of {at_hand:,} at hand)" if at_hand > found.replayed + left_out else ""
    text = f"{counted(found.timed, 'run')} in which nothing failed{older}, their own durations under both graphs"
    text += f"; as they were, the replay is {exact.median:.1%} off (median; p90 {exact.p90:.1%})"
    return f"{text}; left out: {_unfit(found)}" if found.unfit else text


def _unfit(found: Prediction | NoPrediction) -> str:
    return ", ".join(f"{number} {why.value}" for why, number in found.unfit)


def _bases(found: Prediction) -> Iterator[str]:
    """What was not measured where it is used now, by where it comes from."""
    groups: dict[tuple[Origin, str], list[Basis]] = {}
    for basis in found.bases:
        if basis.origin is not Origin.MEASURED:
            groups.setdefault((basis.origin, basis.source), []).append(basis)
    for (origin, source), bases in groups.items():
        times = min(basis.times for basis in bases)
        often = f", at least {counted(times, 'time')} each" if times else ""
        yield f"{origin.value} from {source}{often}: {_listed([basis.what for basis in bases])}"


def _saved(seconds: float) -> str:
    if abs(seconds) < _SAME:
        return "nothing by itself"
    return f"saves {duration(seconds)}" if seconds > 0 else f"costs {duration(-seconds)}"


def _chains(found: Structure) -> str:
    before, after = len(found.before), len(found.after)
    if before == after:
        stays = f"the longest chain of jobs stays {counted(after, 'job')} long"
        return f"Jobs start sooner, but {stays}: {_names(found.after)}."
    way = f"{_names(found.before)} becomes {_names(found.after)}"
    return f"The longest chain of jobs goes from {before} to {after}: {way}."


def _names(names: Sequence[str]) -> str:
    shown = " → ".join(f"`{name}`" for name in names[:_MOST])
    return f"{shown} → …" if len(names) > _MOST else shown


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST]) + (", …" if len(names) > _MOST else "")
