"""Runs a workflow on paper: which jobs run, and how they end, if each job that runs were to succeed or to fail.

Written from GitHub's documentation, for tests only, and independent of what it judges: it reads plain YAML data and
has its own reading of conditions (the few forms that the tests use).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from ruamel.yaml import YAML

Result: TypeAlias = str
"""`success`, `failure` or `skipped`."""

_STATUS = re.compile(r"\b(?:always|failure|success|cancelled)\s*\(")
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
    """One run. `results` as seen by other jobs; `ran` are the jobs that were not skipped."""

    results: Mapping[str, Result]
    ran: frozenset[str]


def play(jobs: Mapping[str, Mapping[str, Any]], good: frozenset[str], event: str) -> Run:
    """The run in which the jobs in `good` succeed by themselves, and no other does."""
    results: dict[str, Result] = {}
    ran: set[str] = set()
    waiting = list(jobs)
    while waiting:
        name = next(job for job in waiting if all(need in results for need in needs_of(jobs[job])))
        waiting.remove(name)
        _end(jobs, name, good, event, results, ran)
    return Run(results, frozenset(ran))


def schedules(jobs: Mapping[str, Mapping[str, Any]], good: frozenset[str], event: str, seed: int) -> Iterator[set[str]]:
    """A run with jobs starting and ending in some order: at each start the job, and what has ended by then."""
    chance = random.Random(seed)
    results: dict[str, Result] = {}
    running: list[str] = []
    waiting = list(jobs)
    while waiting or running:
        ready = [job for job in waiting if all(need in results for need in needs_of(jobs[job]))]
        if ready and (not running or chance.random() < 0.5):
            name = chance.choice(ready)
            waiting.remove(name)
            running.append(name)
            yield {name, *(f"ended {job}" for job in results)}
        else:
            name = chance.choice(running)
            running.remove(name)
            _end(jobs, name, good, event, results, set())


def _end(
    jobs: Mapping[str, Mapping[str, Any]],
    name: str,
    good: frozenset[str],
    event: str,
    results: dict[str, Result],
    ran: set[str],
) -> None:
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
        results[name] = "skipped"
        return
    ran.add(name)
    fails = name not in good or any(_fails(step, jobs, results, view) for step in job.get("steps", ()))
    results[name] = "failure" if fails and not job.get("continue-on-error") else "success"


def _fails(step: Mapping[str, Any], jobs: Mapping[str, Any], results: Mapping[str, Result], view: _View) -> bool:
    """Whether a step that is plain enough to tell makes its job fail."""
    if step.get("run") == "exit 1":
        return view.holds(str(step["if"]))
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
