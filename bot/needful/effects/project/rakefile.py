"""Rakefiles as tasks. Only the plain ways of writing one are understood; all other lines are unclear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Line(NamedTuple):
    """A line of a task's body; `line` counts from 1."""

    line: int
    text: str


class Task(NamedTuple):
    """A task by its full name (`space:name`), with the names of those that it needs, as written, and its body.

    `program` is what a well-known kind of task runs.
    """

    name: str
    needs: tuple[str, ...]
    body: tuple[Line, ...]
    line: int
    program: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rakefile:
    """What a Rakefile says. `unclear` are lines outside of tasks that may define, or do, anything."""

    tasks: tuple[Task, ...]
    unclear: tuple[Line, ...]


_KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "RSpec::Core::RakeTask": ("spec", ("rspec",)),
    "Rake::TestTask": ("test", ("ruby", "-Itest")),
    "Minitest::TestTask": ("test", ("ruby", "-Itest")),
    "RuboCop::RakeTask": ("rubocop", ("rubocop",)),
    "Cucumber::Rake::Task": ("cucumber", ("cucumber",)),
    "YARD::Rake::YardocTask": ("yard", ("yard", "doc")),
    "RDoc::Task": ("rdoc", ("rdoc",)),
    "Reek::Rake::Task": ("reek", ("reek",)),
}
_REQUIRED: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "bundler/gem_tasks": (
        ("build", ("gem", "build")),
        ("install", ("gem", "install", "pkg")),
        ("release", ("gem", "push")),
        ("clean", ("rm", "-r", "tmp")),
        ("clobber", ("rm", "-r", "pkg")),
    ),
    "standard/rake": (("standard", ("standardrb",)), ("standard:fix", ("standardrb", "--fix"))),
    "rake/clean": (("clean", ("rm", "-r", "tmp")), ("clobber", ("rm", "-r", "pkg"))),
}
_KIND = re.compile(r"([A-Z]\w*(?:::[A-Z]\w*){0,5})\.(?:new|create)\b[ (]*(?::(\w+)|[\"']([\w:]+)[\"'])?")
_TASK = re.compile(r"(?:multitask|task)\b[ (]+(.*)")
_NAME = re.compile(r":(\w+)|[\"']([\w:.\-/]+)[\"']|(\w+):(?!:)")
_NAMES = re.compile(r":(\w+)|[\"']([\w:.\-/]+)[\"']|%[wiWI][\[({<]([^\])}>]*)[\])}>]")
_BLOCK = re.compile(r"(?:\bdo(?:[ \t]*\|[^|]*\|)?|\{(?:[ \t]*\|[^|]*\|)?(?P<inline>[^{}]*)\})\Z")
_SPACE = re.compile(r"namespace[ (]+(?::(\w+)|[\"'](\w+)[\"'])\)?\s+do\Z")
_REQUIRE = re.compile(r"require(?:_relative)?[ (]+[\"']([\w/.-]+)[\"']\)?\Z")
_HARMLESS = re.compile(
    r"(?:desc\b|#|\$LOAD_PATH\b|\$:|[A-Z_][A-Z0-9_]*\s*=\s*(?:[\"'][^\"'#`]*[\"']|%[wi]\[[^\]]*\]|\d+)(?:\.freeze)?\Z|begin\Z|end\Z|"
    r"rescue LoadError\b|(?:CLEAN|CLOBBER)\.|Bundler\.setup\Z|Bundler::GemHelper\.install_tasks\Z|private\Z)"
)
_MAX_LINE = 1000
_INSTALLS = "Bundler::GemHelper.install_tasks"


def read_rakefile(text: str) -> Rakefile:
    """Read a Rakefile."""
    reader = _Reader(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"))
    reader.read()
    return Rakefile(tuple(reader.tasks), tuple(reader.unclear))


class _Reader:
    """What is read so far; `spaces` are the open namespaces with their indentation."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0
        self.spaces: list[tuple[int, str]] = []
        self.tasks: list[Task] = []
        self.unclear: list[Line] = []

    def read(self) -> None:
        """Read all lines."""
        while self.at < len(self.lines):
            line, number = self.lines[self.at], self.at + 1
            self.at += 1
            text, indent = line.strip(), len(line) - len(line.lstrip())
            if text == "__END__":
                return
            if len(text) > _MAX_LINE:
                self.unclear.append(Line(number, text))
                continue
            if text == "end" and self.spaces and self.spaces[-1][0] == indent:
                self.spaces.pop()
            elif space := _SPACE.match(text):
                self.spaces.append((indent, space[1] or space[2]))
            elif task := _TASK.match(text):
                self._task(task[1], number, indent)
            elif kind := _KIND.match(text):
                self._kind(kind, text, number, indent)
            elif required := _REQUIRE.match(text):
                self._required(required[1], number)
            elif text and not _HARMLESS.match(text):
                self.unclear.append(Line(number, text))
            if text == _INSTALLS:
                self._required("bundler/gem_tasks", number)

    def _add(
        self, name: str, needs: tuple[str, ...], body: tuple[Line, ...], line: int, program: tuple[str, ...] = ()
    ) -> None:
        full = ":".join((*(space for _, space in self.spaces), name))
        self.tasks.append(Task(full, needs, body, line, program))

    def _required(self, name: str, number: int) -> None:
        for task, program in _REQUIRED.get(name, ()):
            self._add(task, (), (), number, program)

    def _kind(self, kind: re.Match[str], text: str, number: int, indent: int) -> None:
        default, program = _KINDS.get(kind[1], ("", ()))
        body = self._body(text, number, indent)
        if program:
            self._add(
                kind[2] or kind[3] or default, (), tuple(line for line in body if "=" not in line.text), number, program
            )
        else:
            self.unclear.append(Line(number, text))

    def _task(self, rest: str, number: int, indent: int) -> None:
        body = tuple(self._body(rest, number, indent))
        head = _BLOCK.sub("", rest).rstrip(" )")
        name = _NAME.match(head)
        listed = head.partition("=>")[2] if "=>" in head else head[name.end() :] if name and name[3] else ""
        needs = [one for found in _NAMES.finditer(listed) for one in (found[1] or found[2] or found[3] or "").split()]
        left = _NAMES.sub("", listed).strip(" [](),")
        if name is None or left:
            self.unclear.append(Line(number, rest))
        if name is not None:
            self._add(name[1] or name[2] or name[3], tuple(needs), body, number)

    def _body(self, text: str, number: int, indent: int) -> Iterator[Line]:
        """The lines of the block that a line opens, up to the `end` below it."""
        block = _BLOCK.search(text)
        if block is None:
            return
        if block["inline"] is not None:
            yield Line(number, block["inline"].strip())
            return
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            if line.strip() == "end" and len(line) - len(line.lstrip()) <= indent:
                return
            if line.strip() and not line.lstrip().startswith("#"):
                yield Line(self.at, line.strip())
