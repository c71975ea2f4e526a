"""Runs the steps of a job on paper, at once where the text says so, with their files, variables, outputs and failures.

Written from GitHub's documentation of `parallel`, `background` and `wait`, for tests only, and independent of what it
judges: it reads plain YAML data and knows by itself what the few commands of the tests do.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Any, TypeAlias

Steps: TypeAlias = list[dict[str, Any]]

SOURCES = {"a.py": "1", "b.js": "1", "c.txt": "1"}
_WRITES = {
    "ruff check": {".ruff_cache/x": "r"},
    "ruff check --fix": {".ruff_cache/x": "r", "a.py": "fixed"},
    "mypy .": {".mypy_cache/x.json": "m"},
    "pytest": {".pytest_cache/x": "p", "port 8000": "p"},
    "pytest --cov": {".pytest_cache/x": "c", ".coverage": "c", "port 8000": "c"},
    "vitest run": {"node_modules/.vite/x": "v", "port 8000": "v"},
}
_READS: Mapping[str, Callable[[str], bool]] = {
    "ruff check": lambda path: path.endswith(".py"),
    "ruff check --fix": lambda path: path.endswith(".py"),
    "mypy .": lambda path: path.endswith(".py"),
    "eslint .": lambda path: fnmatch(path, "*.js") or fnmatch(path, "*.txt"),
    "pytest": lambda path: not path.startswith((".", "node_modules")),
    "pytest --cov": lambda path: not path.startswith((".", "node_modules")),
    "vitest run": lambda path: not path.startswith((".", "node_modules")),
}
_WRITTEN = re.compile(r"echo (\w+) > (\S+)")
_VARIABLE = re.compile(r'echo "V=(\w+)" >> "\$GITHUB_ENV"')
_OUTPUT = re.compile(r'echo "o=(\w+)" >> "\$GITHUB_OUTPUT"')


@dataclass
class Seen:
    """What came of a run: the job's result, what each step that ran saw, what was pushed, and the files at the end."""

    result: str = "success"
    logs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    pushed: list[tuple[str, ...]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class _Running:
    """A step that has started: what is left of its work, and what becomes known of it when somebody waits for it."""

    step: dict[str, Any]
    fails: bool
    work: Iterator[None] = field(default_factory=lambda: iter(()))
    done: bool = False
    variables: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)


class Job:
    """One run of a job. `fails` are the names of the steps that fail, if they run."""

    def __init__(self, steps: Steps, fails: frozenset[str], chance: random.Random) -> None:
        self._steps, self._fails, self._chance = steps, fails, chance
        self._files = dict(SOURCES)
        self._variables = {"V": ""}
        self._known: dict[str, tuple[str, dict[str, str]]] = {}
        self._failed = False
        self._unwaited: list[_Running] = []
        self._seen = Seen()

    def play(self) -> Seen:
        for step in self._steps:
            if "wait-all" in step:
                self._wait(self._unwaited)
            elif "parallel" in step:
                self._wait([one for member in step["parallel"] for one in self._start(member)])
            else:
                started = self._start(step)
                if not step.get("background"):
                    self._wait(started)
        self._wait(self._unwaited)
        self._seen.result = "failure" if self._failed else "success"
        self._seen.files = self._files
        return self._seen

    def _start(self, step: dict[str, Any]) -> list[_Running]:
        condition = str(step.get("if", "success()"))
        if not self._holds(condition if "(" in condition else f"success() && {condition}"):
            if "id" in step:
                self._known[step["id"]] = ("skipped", {})
            return []
        one = _Running(step, step["name"] in self._fails)
        one.work = self._work(one, dict(self._variables))
        self._unwaited.append(one)
        return [one]

    def _wait(self, steps: list[_Running]) -> None:
        """All that has started goes on in any order until these are over; what they leave is then known to others."""
        wanted = list(steps)
        while not all(one.done for one in wanted):
            chosen = self._chance.choice([one for one in self._unwaited if not one.done])
            chosen.done = next(chosen.work, self) is self
        for one in wanted:
            self._unwaited.remove(one)
            self._variables.update(one.variables)
            if "id" in one.step:
                self._known[one.step["id"]] = ("failure" if one.fails else "success", one.outputs)
            self._failed = self._failed or (one.fails and not one.step.get("continue-on-error"))

    def _holds(self, condition: str) -> bool:
        """The few conditions that the tests write: parts joined by `&&`, or `success() || failure()`."""
        for part in condition.replace("(success() || failure())", "always()").split(" && "):
            if part == "always()":
                continue
            if part in ("success()", "failure()"):
                if self._failed != (part == "failure()"):
                    return False
                continue
            found = re.fullmatch(r"steps\.(\w+)\.(outcome|outputs\.o) == '(\w+)'", part)
            assert found is not None, f"cannot read {part}"
            outcome, outputs = self._known.get(found[1], ("", {}))
            if (outcome if found[2] == "outcome" else outputs.get("o", "")) != found[3]:
                return False
        return True

    def _work(self, one: _Running, variables: dict[str, str]) -> Iterator[None]:
        """A step's commands, cut where another step may come in between."""
        saw: list[str] = []
        name = one.step["name"]
        self._seen.logs[name] = ()
        for command in str(one.step["run"]).splitlines():
            for _ in self._command(one, command, variables, saw):
                yield
        self._seen.logs[name] = tuple(saw)

    def _command(self, one: _Running, command: str, variables: dict[str, str], saw: list[str]) -> Iterator[None]:
        if command in _READS:
            for path in sorted(self._files):
                if _READS[command](path) and path in self._files:
                    saw.append(f"{path}={self._files[path]}")
                    yield
            for path, text in _WRITES.get(command, {}).items():
                self._files[path] = "half"
                yield
                self._files[path] = text
        elif command.startswith("cat "):
            saw.append(self._files.get(command[4:], "nothing"))
        elif found := _WRITTEN.fullmatch(command):
            self._files[found[2]] = "half"
            yield
            self._files[found[2]] = found[1]
        elif found := _VARIABLE.fullmatch(command):
            one.variables["V"] = found[1]
        elif found := _OUTPUT.fullmatch(command):
            one.outputs["o"] = found[1]
        elif command == 'echo "$V"':
            saw.append(variables["V"])
        else:
            assert command == "git push", f"cannot run {command}"
            self._seen.pushed.append((name_of(one.step), *sorted(f"{p}={t}" for p, t in self._files.items())))


def name_of(step: Mapping[str, Any]) -> str:
    return str(step["name"])


def flat(steps: Steps) -> Iterator[dict[str, Any]]:
    """All steps that do something."""
    for step in steps:
        yield from step.get("parallel", [step] if "run" in step else [])


def asks(step: Mapping[str, Any]) -> bool:
    """Whether a step may run after a failure: what such steps do is what people look at then."""
    condition = str(step.get("if", ""))
    return "failure()" in condition or condition.startswith("always()")


def harm(before: Steps, after: Steps, tries: int = 12) -> str:
    """What somebody could see in the second text of a job that cannot be seen in the first, `""` for nothing."""
    names = [name_of(step) for step in flat(before)]
    for fails in (frozenset[str](), *(frozenset({name}) for name in names)):
        was = Job(before, fails, random.Random(0)).play()
        for seed in range(tries):
            now = Job(after, fails, random.Random(seed)).play()
            if now.result != was.result:
                return f"{sorted(fails)} fail: the job is a {now.result}, it was a {was.result}"
            if [one[0] for one in now.pushed] != [one[0] for one in was.pushed]:
                return f"{sorted(fails)} fail: {now.pushed} is pushed, it was {was.pushed}"
            ran = [{name_of(step) for step in flat(before) if asks(step)} & seen.logs.keys() for seen in (was, now)]
            if ran[0] != ran[1]:
                return f"{sorted(fails)} fail: {sorted(ran[0] ^ ran[1])} runs in one of the two only"
            if not fails and now != was:
                return f"the steps see something else: {now} instead of {was}"
    return ""
