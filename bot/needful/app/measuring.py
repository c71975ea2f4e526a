"""What a pull request of ours did to the runs: on its branch, and after it was merged; against what was promised.

Predictions and outcomes are kept in the store, so that it can be said how far off earlier ones were.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from statistics import median

from needful.app.bot import Bot
from needful.errors import UserError
from needful.forge.branches import branch_of
from needful.forge.events import Measuring
from needful.forge.marks import Promise, remembered
from needful.forge.model import PullRequest, State
from needful.history.model import JobRecord, RunRecord
from needful.history.reading import begun
from needful.history.steps import Part, parts, ran
from needful.history.store import Entry, Store
from needful.report.checks import waits
from needful.report.markdown import link, plain
from needful.report.measured import MARKER, measured
from needful.schedule.measurement import Finding, Measurement, Sample, measure

KEY = "measured"
"""By which the comment is found again."""
_VERSION = 1
_LATELY = 30 * 86_400.0
"""Seconds after a merge within which it is measured without anybody asking."""
_FEWEST_KNOWN = 2
"""Measured predictions from which on it is said how far off they were."""


def measure_after(bot: Bot, event: Measuring) -> str:
    """After a run that ended: measure the pull request that it belongs to. Returns what there is to say, as Markdown.

    Raises `Stop` where GitHub does not answer.
    """
    branch = branch_of(event.path)
    pulls = bot.service.pull_requests(branch)
    if event.branch == branch:
        pull = next((pull for pull in pulls if pull.state is State.OPEN), None)
    elif event.branch == bot.service.facts().branch:
        pull = next((pull for pull in pulls if pull.state is State.MERGED), None)
    else:
        return f"The run was on another branch (`{plain(event.branch)}`): nothing to measure."
    if pull is None or remembered(pull.body) is None:
        return "The run belongs to no pull request of Needful: nothing to measure."
    return measure_pull(bot, pull, event.path)


def measure_all(bot: Bot, paths: Sequence[str], but: Collection[int] = ()) -> str:
    """Measure the pull requests of workflows that are open, or were merged lately; `but` not those.

    Raises `Stop` where GitHub does not answer.
    """
    said = []
    since = bot.proposer.now.timestamp() - _LATELY
    for path in paths:
        pulls = bot.service.pull_requests(branch_of(path))
        pull = next((pull for pull in pulls if pull.state is not State.CLOSED), None)
        wanted = pull is not None and (pull.state is State.OPEN or (pull.merged or 0.0) >= since)
        if pull is not None and wanted and pull.number not in but and remembered(pull.body) is not None:
            said.append(f"{link(f'#{pull.number}', pull.url)}: {measure_pull(bot, pull, path)}")
    return "\n\n".join(said)


def measure_pull(bot: Bot, pull: PullRequest, path: str) -> str:
    """Measure one pull request, say so on it, and keep what was promised and what came of it."""
    known = bot.recording.of(path)
    state = remembered(pull.body)
    promise = state.memory.promise if state else None
    before, after, where = _sides(known.runs, pull, path, promise.made if promise else 0)
    found = measure(before, after, promise.share if promise else None, bot.seed)
    _keep(bot, path, pull, promise, found)
    text = measured(found, where).removeprefix(MARKER).strip()
    if off := _off(bot.recording.store, bot.recording.repository):
        text = f"{text}\n\n{off}"
    if waiting := known.waiting(pull.head):
        text = f"{text}\n\n{waits(waiting)}"
    notes = [plain(note) for note in known.notes]
    if problem := bot.say(pull.number, KEY, text, first=found.finding is not Finding.NOTHING_ALIKE):
        notes.append(plain(problem))
    return "\n\n".join([text, *notes])


def _sides(
    runs: Iterable[RunRecord], pull: PullRequest, path: str, made: float
) -> tuple[tuple[Sample, ...], tuple[Sample, ...], str]:
    """The runs before and after: those of the branch while it is open, those of its base once it is merged.

    On the branch only those count that began after its changes were `made`: earlier ones had others.
    """
    branch = branch_of(path)
    ended = [(run, sample) for run in runs if (sample := sample_of(run)) is not None]
    if pull.merged is None:
        before = tuple(sample for run, sample in ended if run.branch != branch)
        ours = (sample for run, sample in ended if run.branch == branch and (begun(run) or 0.0) >= made)
        return before, tuple(ours), "on this branch"
    since = pull.merged
    old = tuple(sample for run, sample in ended if run.branch != branch and (begun(run) or 0.0) < since)
    new = tuple(sample for run, sample in ended if run.branch == pull.base and (begun(run) or 0.0) >= since)
    return old, new, f"on `{pull.base}` since the merge"


def sample_of(run: RunRecord) -> Sample | None:
    """A run as it is compared; None for one that did not succeed at its first attempt: it ended early, or ran twice."""
    done = [job for job in run.jobs if ran(job)]
    if run.conclusion != "success" or run.attempt != 1 or not done or any(job.carried for job in run.jobs):
        return None
    started = [time for time in (begun(run), *(job.started for job in done)) if time is not None]
    ended = [job.completed for job in done if job.completed is not None]
    work = frozenset(name for job in done for name in (job.name, *_steps(job)))
    return Sample(run.event, max(ended) - min(started), work) if started and ended else None


def _steps(job: JobRecord) -> list[str]:
    """The workflow's own steps that ran."""
    kinds = zip(job.steps, parts(job.steps), strict=True)
    return [f"{job.name} / {step.name}" for step, kind in kinds if kind is Part.MAIN and step.conclusion != "skipped"]


def _keep(bot: Bot, path: str, pull: PullRequest, promise: Promise | None, found: Measurement) -> None:
    """Keep a promise and what came of it; a store that cannot be written is no reason to stop."""
    store, repository = bot.recording.store, bot.recording.repository
    if store is None or promise is None or bot.dry_run:
        return
    now, key = bot.proposer.now.timestamp(), f"pull {pull.number}"
    outcome = {
        "finding": found.finding.name.lower(),
        "change": found.change,
        "low": found.low,
        "high": found.high,
        "runs_before": found.runs_before,
        "runs_after": found.runs_after,
        "merged": pull.merged is not None,
        "same_work": found.same_work,
    }
    promised = {"change": promise.share, "before": promise.before, "runs": promise.runs}
    try:
        store.put_entry(repository, path, Entry(key, "prediction", pull.created or now, _VERSION, json.dumps(promised)))
        store.put_entry(repository, path, Entry(key, "outcome", now, _VERSION, json.dumps(outcome)))
    except UserError:
        return


def _off(store: Store | None, repository: str) -> str:
    """How far off the predictions for a repository were that enough runs have measured, in a sentence."""
    if store is None:
        return ""
    try:
        paths = {one.path for one in store.workflows() if one.repository == repository.lower()}
        off = [each for path in paths for each in errors(store.entries(repository, path))]
    except UserError:
        return ""
    if len(off) < _FEWEST_KNOWN:
        return ""
    return f"Of {len(off)} predictions measured so far, half were at most {median(off):.0%} of a run off."


def errors(entries: Sequence[Entry]) -> list[float]:
    """By how much of a run each prediction was off whose outcome is sure; entries of other forms are left out."""
    promised = {one.key: _number(one, "change") for one in entries if one.kind == "prediction"}
    found = []
    for one in entries:
        if one.kind == "outcome" and one.version == _VERSION and _sure(one):
            expected, came = promised.get(one.key), _number(one, "change")
            if expected is not None and came is not None:
                found.append(abs(came - expected))
    return found


_SURE = {finding.name.lower() for finding in (Finding.FASTER, Finding.SLOWER, Finding.NO_CHANGE)}


def _sure(one: Entry) -> bool:
    value = _read(one).get("finding")
    return value in _SURE


def _number(one: Entry, name: str) -> float | None:
    value = _read(one).get(name) if one.version == _VERSION else None
    return float(value) if isinstance(value, int | float) else None


def _read(one: Entry) -> dict[str, object]:
    try:
        value = json.loads(one.data)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
