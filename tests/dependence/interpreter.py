"""Runs a workflow on paper: which jobs run, in what order, and how they end, if each were to end in a given way.

Written from GitHub's documentation, for tests only, and independent of what it judges: it reads plain YAML data and
has its own reading of conditions (the few forms that the tests use).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from ruamel.yaml import YAML

Result: TypeAlias = str
"""`success`, `failure`, `cancelled` or `skipped`."""
Ends: TypeAlias = Mapping[str, Result]
"""How each job ends by itself, if it runs; a step may still make it fail."""

_STATUS = re.compile(r"\b(?:always|failure|success|cancelled)\s*\(")
_COUNTED = re.compile(r"test \"\$\{\{ join\(needs\.\*\.result, ' '\) \}\}\" = \"([a-z ]*)\"$")
_TOKEN = re.compile(r"\s*('[^']*'|&&|\|\||==|!=|[!(),]|[\w.*-]+)")


def jobs_of(text: str) -> dict[str, dict[str, Any]]:
    """The jobs of a workflow as plain data."""
    jobs: dict[str, dict[str, Any]] = YAML(typ="safe").load(text)["jobs"]
    return jobs


def needs_of(job: Mapping[str, Any]) -> list[str]:
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else list(needs)


def before(jobs: Mapping[str, Mapping[str, Any]], name: str) -> set[str]:
    """The jobs that have ended whenever this one starts."""
    found: set[str] = set()
    todo = needs_of(jobs[name])
    while todo:
        job = todo.pop()
        if job not in found:
            found.add(job)
            todo += needs_of(jobs[job])
    return found


@dataclass(frozen=True)
class Run:
    """One run. `results` as seen by other jobs; `ran` are the jobs that were not skipped.

    `early`: `(maker, reader)` where a job began to read an artifact while the job that makes it had still to end.
    """

    results: Mapping[str, Result]
    ran: frozenset[str]
    early: frozenset[tuple[str, str]] = frozenset()


def play(jobs: Mapping[str, Mapping[str, Any]], ends: Ends, event: str) -> Run:
    """The run in which jobs run one after the other, in the order of the file as far as they can."""
    results: dict[str, Result] = {}
    ran: set[str] = set()
    waiting = list(jobs)
    while waiting:
        name = next(job for job in waiting if all(need in results for need in needs_of(jobs[job])))
        waiting.remove(name)
        result = _end(jobs, name, ends, event, results)
        results[name] = result or "skipped"
        ran |= {name} if result else set()
    return Run(results, frozenset(ran))


def schedule(jobs: Mapping[str, Mapping[str, Any]], ends: Ends, event: str, chance: random.Random) -> Run:
    """A run in which jobs take some time, on some number of runners, which take up waiting jobs in any order.

    What a job reads is there if its maker has ended when it starts.
    """
    runners = chance.randint(1, len(jobs))
    results: dict[str, Result] = {}
    ran: set[str] = set()
    early: set[tuple[str, str]] = set()
    running: dict[str, tuple[float, Result]] = {}
    waiting, now = list(jobs), 0.0
    while waiting or running:
        ready = [job for job in waiting if all(need in results for need in needs_of(jobs[job]))]
        if ready and len(running) < runners:
            name = chance.choice(ready)
            waiting.remove(name)
            result = _end(jobs, name, ends, event, results)
            if result is None:
                results[name] = "skipped"
                continue
            ran.add(name)
            early |= {(maker, name) for maker in makers_of(jobs, name) if maker not in results}
            running[name] = (now + chance.choice((0.0, 1.0, chance.random() * 10)), result)
        else:
            name = min(running, key=lambda job: running[job][0])
            now, results[name] = running.pop(name)
    return Run(results, frozenset(ran), frozenset((maker, name) for maker, name in early if maker in ran))


def makers_of(jobs: Mapping[str, Mapping[str, Any]], name: str) -> set[str]:
    """The jobs that make something that a job reads."""
    wanted = read_by(jobs[name])
    return {
        other
        for other, job in jobs.items()
        if other != name and any(made.startswith(start) for made in made_by(job) for start in wanted)
    }


def _end(
    jobs: Mapping[str, Mapping[str, Any]], name: str, ends: Ends, event: str, results: Mapping[str, Result]
) -> Result | None:
    """How a job ends that starts now; None if it is skipped."""
    job = jobs[name]
    view = _View(
        {need: results[need] for need in needs_of(job)},
        {need: "good" if results[need] == "success" and "outputs" in jobs[need] else "" for need in needs_of(job)},
        [results[other] for other in before(jobs, name)],
        event,
    )
    condition = str(job.get("if", "success()"))
    if not _STATUS.search(condition):
        condition = f"success() && ({condition.strip().removeprefix('${{').removesuffix('}}')})"
    if not view.holds(condition):
        return None
    end = ends[name]
    if end == "success" and any(_fails(step, jobs, results, view) for step in job.get("steps", ())):
        end = "failure"
    return "success" if end == "failure" and job.get("continue-on-error") else end


def _fails(step: Mapping[str, Any], jobs: Mapping[str, Any], results: Mapping[str, Result], view: _View) -> bool:
    """Whether a step that is plain enough to tell makes its job fail."""
    if step.get("run") == "exit 1":
        return view.holds(str(step["if"]))
    if counted := _COUNTED.match(str(step.get("run", ""))):
        return " ".join(view.needs.values()) != counted[1]
    if str(step.get("uses", "")).startswith("re-actors/alls-green@"):
        skips = str(step["with"].get("allowed-skips", ""))
        return any(end != "success" and not (end == "skipped" and need == skips) for need, end in view.needs.items())
    if str(step.get("uses", "")).startswith("actions/download-artifact@") and "name" in step.get("with", {}):
        return not any(
            results.get(maker) == "success" for maker, job in jobs.items() if step["with"]["name"] in made_by(job)
        )
    return False


def made_by(job: Mapping[str, Any]) -> set[str]:
    """The names of the artifacts that a job uploads."""
    return {
        step["with"]["name"]
        for step in job.get("steps", ())
        if str(step.get("uses", "")).startswith("actions/upload-artifact@")
    }


def read_by(job: Mapping[str, Any]) -> set[str]:
    """The names, or beginnings of names, of the artifacts that a job downloads."""
    return {
        str(step["with"].get("name") or step["with"]["pattern"]).removesuffix("*")
        for step in job.get("steps", ())
        if str(step.get("uses", "")).startswith("actions/download-artifact@")
    }


@dataclass(frozen=True)
class _View:
    """What a job sees when it is decided whether it runs."""

    needs: Mapping[str, Result]
    outputs: Mapping[str, str]
    ancestors: list[Result]
    event: str

    def holds(self, condition: str) -> bool:
        return bool(_read(condition)(self))

    def value(self, chain: str) -> Value:
        match chain.split("."):
            case ["github", "event_name"]:
                return self.event
            case ["github", "ref"]:
                return "refs/heads/main"
            case ["needs", "*", "result"]:
                return list(self.needs.values())
            case ["needs", job, "result"]:
                return self.needs.get(job, "")
            case ["needs", job, "outputs", "verdict"]:
                return self.outputs.get(job, "")
        raise AssertionError(f"cannot read {chain}")


Value: TypeAlias = str | bool | list[str]
_Meaning: TypeAlias = Callable[[_View], Value]


@cache
def _read(condition: str) -> _Meaning:
    """What a condition means. Only what the tests write is understood."""
    text = condition.strip().removeprefix("${{").removesuffix("}}")
    tokens = _TOKEN.findall(text)
    assert "".join(tokens) == re.sub(r"\s", "", text), f"cannot read {condition}"
    meaning = _either(tokens)
    assert not tokens, f"cannot read {condition}"
    return meaning


def _either(tokens: list[str]) -> _Meaning:
    parts = [_both(tokens)]
    while tokens[:1] == ["||"]:
        tokens.pop(0)
        parts.append(_both(tokens))
    return lambda view: any(part(view) for part in parts)


def _both(tokens: list[str]) -> _Meaning:
    parts = [_compared(tokens)]
    while tokens[:1] == ["&&"]:
        tokens.pop(0)
        parts.append(_compared(tokens))
    return lambda view: all(part(view) for part in parts)


def _compared(tokens: list[str]) -> _Meaning:
    left = _single(tokens)
    if tokens[:1] not in (["=="], ["!="]):
        return left
    equal = tokens.pop(0) == "=="
    right = _single(tokens)
    return lambda view: (left(view) == right(view)) == equal


def _single(tokens: list[str]) -> _Meaning:
    first = tokens.pop(0)
    if first == "!":
        negated = _single(tokens)
        return lambda view: not negated(view)
    if first == "(":
        inner = _either(tokens)
        assert tokens.pop(0) == ")"
        return inner
    if first.startswith("'"):
        return lambda _: first[1:-1]
    if tokens[:1] != ["("]:
        return lambda view: view.value(first)
    tokens.pop(0)
    arguments = []
    while tokens[0] != ")":
        arguments.append(_single(tokens))
        if tokens[0] == ",":
            tokens.pop(0)
    tokens.pop(0)
    return _call(first, arguments)


def _call(name: str, arguments: list[_Meaning]) -> _Meaning:
    match name, arguments:
        case "always", []:
            return lambda _: True
        case "cancelled", []:
            return lambda _: False
        case "success", []:
            return lambda view: all(result == "success" for result in view.ancestors)
        case "failure", []:
            return lambda view: "failure" in view.ancestors
        case "contains", [of, what]:
            return lambda view: what(view) in list(of(view))  # type: ignore[arg-type]
    raise AssertionError(f"cannot call {name}")
