"""Workflows that hypothesis makes, and what a rewrite of one may not do: judged by the interpreter alone."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from hypothesis import strategies as st

from dependence.interpreter import Ends, Run, before, jobs_of, makers_of, needs_of, play, schedule

EVENTS = ("push", "pull_request")
_HEAD = "name: CI\non: [push, pull_request]\npermissions:\n  contents: read\njobs:\n"
_CODE = ["- uses: actions/checkout@v7", "- run: make"]


@st.composite
def workflows(draw: st.DrawFn) -> str:
    """A workflow of up to six jobs that check, make, read, deploy, collect results or clean up."""
    text = _HEAD
    makers: list[str] = []
    count = draw(st.integers(2, 6))
    for index in range(count):
        earlier = [f"j{number}" for number in range(index)]
        kind = draw(st.sampled_from(_KINDS if index else ("check", "make")))
        needs = draw(st.lists(st.sampled_from(earlier), unique=True, max_size=3)) if earlier else []
        if kind == "make":
            makers.append(f"j{index}")
        text += _job(draw, f"j{index}", kind, needs, makers)
    return text


_KINDS = ("check", "check", "check", "make", "read", "deploy", "collect", "collect", "handle")


def _job(draw: st.DrawFn, name: str, kind: str, needs: list[str], makers: list[str]) -> str:
    extra, steps = [], list(_CODE)
    condition = ""
    match kind:
        case "check":
            condition = draw(
                st.sampled_from(("", "", "", "github.event_name == 'push'", "github.event_name != 'push'"))
            )
            if draw(st.integers(0, 5)) == 0:
                extra.append("continue-on-error: true")
            if draw(st.integers(0, 3)) == 0:
                extra.append("outputs: {verdict: good}")
        case "make":
            condition = draw(st.sampled_from(("", "", "github.event_name == 'push'")))
            steps.append(f"- uses: actions/upload-artifact@v7\n        with: {{name: out-{name}, path: out}}")
        case "read":
            made = draw(st.sampled_from(makers)) if makers else ""
            what = draw(st.sampled_from((f"name: out-{made}", "pattern: out-*"))) if made else "pattern: out-*"
            steps.append(f"- uses: actions/download-artifact@v8\n        with: {{{what}}}")
        case "deploy":
            condition = draw(_decision(needs))
            extra.append("environment: production")
            steps = ["- run: ./deploy"]
        case "collect":
            condition = draw(_decision(needs))
            steps = _judging(draw, needs)
        case "handle":
            condition = draw(st.sampled_from(("failure()", "always()", "${{ !success() }}", "${{ !cancelled() }}")))
    lines = [f"  {name}:"]
    if needs:
        lines.append(f"    needs: {needs[0]}" if len(needs) == 1 else f"    needs: [{', '.join(needs)}]")
    if condition:
        lines.append(f"    if: {condition}" if condition[0] != "!" else f"    if: ${{{{ {condition} }}}}")
    lines += [f"    {line}" for line in ("runs-on: ubuntu-latest", *extra, "steps:")] + [
        f"      {step}" for step in steps
    ]
    return "\n".join(lines) + "\n"


def _judging(draw: st.DrawFn, needs: list[str]) -> list[str]:
    """The steps of a job that collects results."""
    plain = f"- if: {draw(_verdict(needs))}\n        run: exit 1"
    told = "${{ join(needs.*.result, ' ') }}"
    found = [[plain], [plain, "- run: echo done"], [_CODE[0], plain, "- run: echo done"]]
    if needs:
        green = _GREEN + draw(st.sampled_from(("", f"\n          allowed-skips: {needs[0]}")))
        counted = f'- run: test "{told}" = "{" ".join("success" for _ in needs)}"'
        found += [[counted], [_CODE[0], counted], [green], [_CODE[0], green]]
    return draw(st.sampled_from(found))


_GREEN = "- uses: re-actors/alls-green@v1\n        with:\n          jobs: ${{ toJSON(needs) }}"


def _decision(needs: list[str]) -> st.SearchStrategy[str]:
    """What a job that deploys or collects may ask for."""
    found = ["", "", "always()", "!failure()", "success() || github.event_name == 'push'"]
    for need in needs[:2]:
        found += [
            f"needs.{need}.result == 'success'",
            f"always() && needs.{need}.result == 'success'",
            f"always() && needs.{need}.result != 'failure'",
            f"!cancelled() && needs.{need}.outputs.verdict == 'good'",
        ]
    if needs:
        found += [
            "always() && !contains(needs.*.result, 'failure')",
            "always() && !contains(needs.*.result, 'skipped')",
            "!contains(needs.*.result, 'failure')",
        ]
    return st.sampled_from(found)


def _verdict(needs: list[str]) -> st.SearchStrategy[str]:
    """When a job that collects results fails."""
    found = ["github.event_name == 'release'"]
    for need in needs[:2]:
        found += [f"needs.{need}.result != 'success'", f"needs.{need}.outputs.verdict != 'good'"]
    if needs:
        found += [
            "contains(needs.*.result, 'failure')",
            "contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled')",
            " || ".join(f"contains(needs.*.result, '{result}')" for result in ("failure", "cancelled", "skipped")),
            "contains(needs.*.result, 'failure') || contains(needs.*.result, 'skipped')",
            "contains(needs.*.result, 'skipped')",
            "${{ !contains(needs.*.result, 'success') }}",
        ]
    return st.sampled_from([verdict.removeprefix("${{").removesuffix("}}").strip() for verdict in found]).map(
        lambda verdict: f"${{{{ {verdict} }}}}" if verdict[0] == "!" else verdict
    )


Jobs = Mapping[str, Mapping[str, Any]]


def rewired(text: str, needs: Mapping[str, list[str]]) -> str:
    """A workflow of those above with other `needs`, given for all of its jobs."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("    needs:"):
            continue
        lines.append(line)
        name = line.strip().removesuffix(":")
        if line == f"  {name}:" and needs.get(name):
            lines.append(f"    needs: [{', '.join(needs[name])}]")
    return "\n".join(lines) + "\n"


def edges_of(text: str) -> dict[str, list[str]]:
    return {name: needs_of(job) for name, job in jobs_of(text).items()}


def outcomes(jobs: Jobs, seed: int = 0, some: int = 40) -> Iterator[tuple[Ends, str]]:
    """Every way in which jobs succeed or fail, and some in which they are cancelled too, under each event."""
    for size in range(len(jobs) + 1):
        for good in combinations(jobs, size):
            for event in EVENTS:
                yield {job: "success" if job in good else "failure" for job in jobs}, event
    chance = random.Random(seed)
    for _ in range(some):
        yield {job: chance.choice(("success", "success", "failure", "cancelled")) for job in jobs}, "push"


def irreversible(jobs: Jobs) -> set[str]:
    return {name for name, job in jobs.items() if "environment" in job}


def collecting(jobs: Jobs) -> set[str]:
    """Jobs that stand for others: they read their results, or have nothing else to do."""
    return {
        name
        for name, job in jobs.items()
        if needs_of(job)
        and (
            any(
                ".result" in str(step.get("if", step.get("run"))) or "jobs" in step.get("with", {})
                for step in job["steps"]
            )
            or not any("uses" in step for step in job["steps"])
        )
    }


def deciding(jobs: Jobs) -> set[str]:
    """Jobs that may run although another failed."""
    words = ("always()", "failure()", "success()", "cancelled()")
    return {name for name, job in jobs.items() if any(word in str(job.get("if")) for word in words)}


def harm(old_text: str, new_text: str, seed: int = 0) -> str:
    """What a rewrite breaks, in words; `""` for nothing."""
    old, new = jobs_of(old_text), jobs_of(new_text)
    assert list(old) == list(new)
    return _lost(old, new) or next(filter(None, _played(old, new, seed)), "")


def _lost(old: Jobs, new: Jobs) -> str:
    for name in irreversible(old) | collecting(old):
        if not before(old, name) <= before(new, name):
            return f"{name} no longer waits for all it waited for"
    well = dict.fromkeys(old, "success")
    alive = frozenset().union(*(play(old, well, event).ran for event in EVENTS))
    for name in (name for name in old if name in alive):
        if not makers_of(old, name) & before(old, name) <= before(new, name):
            return f"{name} no longer waits for what it reads"
    return ""


def _played(old: Jobs, new: Jobs, seed: int) -> Iterator[str]:
    for ends, event in outcomes(old, seed):
        yield _compared(old, new, play(old, ends, event), play(new, ends, event))
    chance = random.Random(seed)
    for ends, event in list(outcomes(old, seed, some=20))[:: max(1, 2 ** len(old) // 10)]:
        was, now = (schedule(jobs, ends, event, chance) for jobs in (old, new))
        for maker, reader in now.early:
            if maker in before(old, reader):
                yield f"{reader} starts before {maker} has made what it reads"
        if not was.early and not now.early:
            yield _compared(old, new, was, now)


def _compared(old: Jobs, new: Jobs, was: Run, now: Run) -> str:
    """How two runs of the same course differ in what counts.

    What a step does with a value that its job could not read before is the purpose of an added edge.
    """
    what = f": {was} {now}"
    first = {name for name in old if _reads_first(old, new, name)}
    counted = {name for name in old if not first & {name, *before(new, name)}}
    for name in irreversible(old) & counted:
        held_up = any(now.results[job] != "success" for job in before(new, name) - before(old, name))
        if name in now.ran - was.ran or (name in was.ran - now.ran and not held_up):
            return f"{name} is done in other cases{what}"
    if not {"failure", "cancelled"} & {*was.results.values(), *now.results.values()} and was.ran != now.ran:
        return f"other jobs run though nothing fails{what}"
    for name in (collecting(old) | deciding(old)) & counted & was.ran & now.ran:
        if was.results[name] != now.results[name] and not makers_of(new, name) and not _stricter(new, was, now, name):
            return f"{name} ends otherwise{what}"
    for name in (deciding(old) - irreversible(old)) & counted:
        if name in was.ran ^ now.ran:
            return f"{name} decides otherwise{what}"
    return ""


def _stricter(new: Jobs, was: Run, now: Run, name: str) -> bool:
    """Whether a job that does nothing but judge fails beside a job that was skipped before and did not succeed."""
    only_judges = all(step.get("run") == "exit 1" for step in new[name]["steps"])
    skipped = [need for need in needs_of(new[name]) if was.results[need] == "skipped"]
    return (
        only_judges
        and now.results[name] == "failure"
        and any(now.results[need] in ("failure", "cancelled") for need in skipped)
    )


def _reads_first(old: Jobs, new: Jobs, name: str) -> bool:
    """Whether a step reads a need that the job could not read before."""
    added = {*needs_of(new[name])} - {*needs_of(old[name])}
    return any(f"needs.{need}." in str(new[name]["steps"]) for need in added)
