"""Workflow files as people write them, made up at random as text: every style, comments at every position.

The generator may go wrong: a text that YAML does not read is thrown away by the caller.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

_NAMES = ("build", "lint", "test", "größe", "e2e-tests", "deploy", "Docs", "publish_it")
_WORDS = (
    "ubuntu-latest",
    "actions/checkout@v4",
    "make all",
    "${{ github.ref }}",
    "yes",
    "1.10",
    "héllo wörld",
    "a#b",
    "8080:80",
    "v*.*",
    "12",
    "true",
    "日本語",
)
_COMMENTS = ("# why", "#tight", "# - run: old", "## section", "# ünïcode", "#", "# a: b")
_BODIES = (
    ("make", "make test"),
    ("echo one", "", "echo two"),
    ("if x; then", "  y", "\tz", "fi"),
    ("# not a comment", "echo '#'"),
    ("echo end  ", "   "),
)


@dataclass(frozen=True)
class Habits:
    """How one author writes."""

    indent: int
    offset: int
    width: int
    alone: bool
    flow: float
    comment: float
    blank: float
    newline: str
    pad: str
    anchors: bool


def habits(rng: random.Random) -> Habits:
    """An author."""
    indent = rng.choice((1, 2, 2, 2, 3, 4))
    return Habits(
        indent=indent,
        offset=rng.choice((0, indent, indent)),
        width=rng.choice((2, 2, 2, 3, 4)),
        alone=rng.random() < 0.15,
        flow=rng.choice((0, 0.2, 0.6)),
        comment=rng.choice((0, 0.1, 0.3)),
        blank=rng.choice((0, 0.1, 0.4)),
        newline=rng.choice(("\n", "\n", "\n", "\r\n", "\r")),
        pad=rng.choice(("", " ")),
        anchors=rng.random() < 0.3,
    )


def workflow(seed: int, jobs: int) -> str:
    """The text of a workflow with that many jobs."""
    rng = random.Random(seed)
    return _Author(rng, habits(rng)).write(jobs)


class _Author:
    def __init__(self, rng: random.Random, habits: Habits) -> None:
        self.rng = rng
        self.habits = habits
        self.lines: list[str] = []
        self.anchors: list[str] = []

    def write(self, jobs: int) -> str:
        rng = self.rng
        if rng.random() < 0.1:
            self.lines.append("---")
        self.noise(0)
        self.entry(0, "name", self.scalar)
        self.entry(0, "on", self.triggers)
        if rng.random() < 0.5:
            self.entry(0, "env", self.settings)
        self.entry(0, "jobs", lambda column: self.jobs(column, jobs))
        text = self.habits.newline.join(self.lines)
        text += rng.choice((self.habits.newline, self.habits.newline, self.habits.newline, "", self.habits.newline * 2))
        return text

    def noise(self, column: int) -> None:
        """Blank lines and comment lines, most at the indentation of what follows."""
        if self.rng.random() < self.habits.blank:
            self.lines.append(self.rng.choice(("", "", "", "  ")))
        if self.rng.random() < self.habits.comment:
            for _ in range(self.rng.choice((1, 1, 2))):
                at = self.rng.choice((column, column, column, column + 2, 0))
                self.lines.append(" " * at + self.rng.choice(_COMMENTS))
            if self.rng.random() < 0.2:
                self.lines.append("")

    def beside(self) -> str:
        if self.rng.random() < self.habits.comment:
            return self.rng.choice((" ", "  ", "   ")) + self.rng.choice(_COMMENTS)
        return ""

    def entry(self, column: int, key: str, value: Callable[[int], str | None]) -> None:
        """A key and its value. `value` returns text for the key's line, or None and lines of its own."""
        self.noise(column)
        at = len(self.lines)
        self.lines.append("")
        text = value(column)
        quoted = self.rng.choice((f'"{key}"', f"'{key}'")) if self.rng.random() < 0.05 else key
        body, _, rest = (text or "").partition("\0")
        self.lines[at] = " " * column + quoted + ":" + (" " * self.rng.choice((1, 1, 1, 2)) + body if body else "")
        if body[:1] not in ("|", ">"):
            self.lines[at] += self.beside()
        if rest:
            self.lines[at + 1 : at + 1] = rest.split("\0")

    def scalar(self, _column: int) -> str:
        rng = self.rng
        word = rng.choice(_WORDS)
        style = rng.choice(("", "", "'", '"'))
        if style == "'":
            return "'" + rng.choice((word, "it''s")) + "'"
        if style == '"':
            return '"' + rng.choice((word, 'say \\"x\\"', "tab\there", "a # b")) + '"'
        return word

    def script(self, column: int) -> str:
        rng = self.rng
        if rng.random() < 0.3:
            return self.scalar(column)
        inner = column + rng.choice((self.habits.indent, 2, 1))
        head = rng.choice("||||>") + rng.choice(("", "", "", "-", "+"))
        body = [" " * inner + line if line else "" for line in rng.choice(_BODIES)]
        body += [""] * rng.choice((0, 0, 0, 1, 2))
        return "\0".join((head + self.beside(), *body))

    def names(self, column: int) -> str | None:
        rng = self.rng
        chosen = rng.sample(_NAMES, rng.randint(1, 3))
        if self.anchors and rng.random() < 0.2:
            return rng.choice(self.anchors).replace("&", "*")
        if rng.random() < self.habits.flow:
            return self.brackets(chosen, column)
        if len(chosen) == 1 and rng.random() < 0.5:
            return chosen[0]
        anchor = ""
        if self.habits.anchors and rng.random() < 0.3:
            anchor = f"&names{len(self.lines)}"
            self.anchors.append(anchor)
        self.items(column + self.habits.offset, [lambda _, name=name: name for name in chosen])
        return anchor or None

    def brackets(self, items: list[str], column: int) -> str:
        rng, pad = self.rng, self.habits.pad
        if rng.random() < 0.3:
            inner = " " * (column + self.habits.indent)
            lines = [inner + item + "," + self.beside() for item in items]
            if rng.random() < 0.5:
                lines[-1] = inner + items[-1]
            return "\0".join(("[", *lines, " " * (column + rng.choice((0, 1))) + "]"))
        comma = rng.choice((",", "", "", ""))
        return "[" + pad + rng.choice((", ", ", ", ",", " , ")).join(items) + comma + pad + "]"

    def items(self, column: int, items: list[Callable[..., str | None]]) -> None:
        """List items whose values stand beside their dash."""
        for item in items:
            self.noise(column)
            at = len(self.lines)
            self.lines.append("")
            body, _, rest = (item(column) or "").partition("\0")
            self.lines[at] = " " * column + "-" + " " * (self.habits.width - 1) + body + self.beside()
            if rest:
                self.lines[at + 1 : at + 1] = rest.split("\0")

    def settings(self, column: int) -> str | None:
        rng = self.rng
        keys = rng.sample(("A", "B_C", "with-dash", "d"), rng.randint(1, 3))
        if self.anchors and rng.random() < 0.3 and any("env" in anchor for anchor in self.anchors):
            return next(anchor for anchor in self.anchors if "env" in anchor).replace("&", "*")
        if rng.random() < self.habits.flow:
            pad = self.habits.pad
            return "{" + pad + ", ".join(f"{key}: {rng.choice(('x', '1', 'é'))}" for key in keys) + pad + "}"
        anchor = ""
        if self.habits.anchors and rng.random() < 0.4:
            anchor = f"&env{len(self.lines)}"
            self.anchors.append(anchor)
        for key in keys:
            self.entry(column + self.habits.indent, key, rng.choice((self.scalar, self.scalar, lambda _: "")))
        return anchor or None

    def triggers(self, column: int) -> str | None:
        rng = self.rng
        if rng.random() < 0.3:
            return rng.choice(("push", "[push, pull_request]", "{push: {branches: [main]}}"))
        for key in rng.sample(("push", "pull_request", "workflow_dispatch"), 2):
            inner = column + self.habits.indent
            if key == "workflow_dispatch":
                self.entry(inner, key, lambda _: "")
            else:
                self.entry(inner, key, lambda at: self.entry(at + self.habits.indent, "branches", self.names))
        return None

    def jobs(self, column: int, count: int) -> None:
        for name in [*_NAMES, *(f"job{number}" for number in range(count))][:count]:
            self.entry(column + self.habits.indent, name, self.job)

    def job(self, column: int) -> None:
        inner = column + self.habits.indent
        rng = self.rng
        parts: list[tuple[str, Callable[[int], str | None]]] = [("runs-on", self.scalar)]
        if rng.random() < 0.7:
            parts.insert(rng.randint(0, 1), ("needs", self.names))
        if rng.random() < 0.3:
            parts.append(("env", self.settings))
        if rng.random() < 0.3:
            parts.append(("timeout-minutes", lambda _: "10"))
        parts.append(("steps", self.steps))
        for key, value in parts:
            self.entry(inner, key, value)

    def steps(self, column: int) -> None:
        at = column + self.habits.offset
        for _ in range(self.rng.randint(1, 4)):
            self.noise(at)
            first = len(self.lines)
            self.step(at + self.habits.width)
            # the dash takes the place of the indentation of the first line that is a key
            key = next(n for n in range(first, len(self.lines)) if self.lines[n].lstrip()[:1] not in ("", "#"))
            if self.habits.alone:
                self.lines.insert(first, " " * at + "-" + self.beside())
            else:
                self.lines[key] = " " * at + "-" + self.lines[key][at + 1 :]
                self.lines[first:key] = []

    def step(self, column: int) -> None:
        rng = self.rng
        if rng.random() < 0.5:
            self.entry(column, "name", self.scalar)
        if rng.random() < 0.5:
            self.entry(column, "uses", lambda _: "actions/checkout@v4")
            if rng.random() < 0.5:
                self.entry(column, "with", self.settings)
        else:
            self.entry(column, "run", self.script)
        if rng.random() < 0.2:
            self.entry(column, "env", self.settings)
