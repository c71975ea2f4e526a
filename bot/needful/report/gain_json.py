"""What a plan gains as JSON. Times are seconds, rounded to tenths; minutes are billed minutes of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from needful.report.structured import Json
from needful.schedule.structure import NoPrediction

if TYPE_CHECKING:
    from needful.planning.worth import Pricing
    from needful.schedule.billing import Cost
    from needful.schedule.model import Timeline
    from needful.schedule.prediction import Claim, Gain, Prediction


def gain_json(pricing: Pricing) -> dict[str, Json]:
    """All figures of a plan; `prediction` is null where there are none, and `none` then says why."""
    found = pricing.prediction
    chains: dict[str, Json] = {
        "before": list[Json](pricing.structure.before),
        "after": list[Json](pricing.structure.after),
    }
    if isinstance(found, NoPrediction):
        why: dict[str, Json] = {"reason": found.reason, "advice": found.advice}
        return {"longest_chain": chains, "prediction": None, "none": why, "changes": [], "timelines": None}
    each: list[Json] = [
        {
            "id": one.change,
            "makespan": _tenths(one.makespan),
            "to_verdict": _tenths(one.to_verdict),
            "edges": [
                {
                    "producer": edge.producer,
                    "consumer": edge.consumer,
                    "runs": edge.runs,
                    "failures": edge.failures,
                    "spared": edge.spared,
                    "minutes": round(edge.minutes, 2),
                }
                for edge in one.edges
            ],
        }
        for one in pricing.each
    ]
    timelines = pricing.timelines
    drawn: Json = None
    if timelines is not None:
        drawn = {"before": timeline_json(timelines[0]), "after": timeline_json(timelines[1])}
    return {
        "longest_chain": chains,
        "prediction": _prediction(found, pricing.at_hand),
        "none": None,
        "changes": each,
        "timelines": drawn,
    }


def _prediction(found: Prediction, at_hand: int) -> Json:
    return {
        "assumed": found.assumed,
        "runs": {"at_hand": at_hand, "replayed": found.replayed, "timed": found.timed},
        "left_out": [{"reason": why.value, "runs": number} for why, number in found.unfit],
        "makespan": _time(found.makespan, found.makespan_claim),
        "to_verdict": {
            **_time(found.to_verdict, found.verdict_claim),
            "jobs": list[Json](found.verdict.jobs),
            "basis": found.verdict.basis,
        },
        "cost": _cost(found.cost),
        "bound": {
            "seconds": _tenths(found.bound.seconds),
            "critical_path": _tenths(found.bound.critical_path),
            "work": _tenths(found.bound.work),
            "at_once": found.bound.at_once,
            "closeness": round(found.bound.closeness, 4),
        },
        "calibration": {
            "runs": found.calibration.runs,
            "median": round(found.calibration.median, 5),
            "p90": round(found.calibration.p90, 5),
            "exact_median": round(found.calibration.exact_median, 5),
            "exact_p90": round(found.calibration.exact_p90, 5),
        },
        "jobs": [
            {
                "job": job.job,
                "end_before": _tenths(job.end_before),
                "end_after": _tenths(job.end_after),
                "critical_before": job.critical_before,
                "critical_after": job.critical_after,
            }
            for job in found.jobs
        ],
        "bases": [
            {"what": basis.what, "origin": basis.origin.value, "source": basis.source, "times": basis.times}
            for basis in found.bases
        ],
        "unknown": list[Json](found.unknown),
        "seed": found.seed,
    }


def _time(gain: Gain, claim: Claim) -> dict[str, Json]:
    return {
        "p50_before": _tenths(gain.before),
        "p50_after": _tenths(gain.after),
        "p90_before": _tenths(gain.before_p90),
        "p90_after": _tenths(gain.after_p90),
        "saving": _tenths(gain.saving),
        "saving_low": _tenths(gain.interval.low),
        "saving_high": _tenths(gain.interval.high),
        "shorter": round(gain.shorter, 4),
        "longer": round(gain.longer, 4),
        "claim": claim.holds,
        "claim_reason": claim.reason,
    }


def _cost(cost: Cost) -> Json:
    return {
        "minutes_before": round(cost.before, 2),
        "minutes_after": round(cost.after, 2),
        "kinds": [
            {
                "kind": one.kind,
                "price": one.price,
                "minutes_before": round(one.before, 2),
                "minutes_after": round(one.after, 2),
            }
            for one in cost.kinds
        ],
        "monthly_runs": None if cost.monthly_runs is None else round(cost.monthly_runs, 1),
        "money_before": None if cost.money_before is None else round(cost.money_before, 2),
        "money_after": None if cost.money_after is None else round(cost.money_after, 2),
    }


def timeline_json(drawn: Timeline) -> Json:
    """The bars of a timeline."""
    return [
        {
            "job": bar.job,
            "name": bar.name,
            "eligible": _tenths(bar.eligible),
            "start": _tenths(bar.start),
            "end": _tenths(bar.end),
            "result": bar.result,
            "critical": bar.critical,
            "slack": _tenths(bar.slack),
        }
        for bar in drawn.bars
    ]


def _tenths(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
