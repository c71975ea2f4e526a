"""Repositories as texts, and what an opening stands for in them as lines that can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from needful.effects.names import Hole, Name, literal, show
from needful.effects.project.model import Body, Opening
from needful.effects.project.opener import open_project
from needful.effects.shell.model import Command


class Texts:
    """The files of a repository, in memory."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files

    def text(self, path: str) -> str | None:
        return self.files.get(path)

    def listing(self, folder: str) -> tuple[str, ...]:
        start = f"{folder}/" if folder else ""
        below = (path.removeprefix(start) for path in self.files if path.startswith(start))
        return tuple(sorted({name if not more else f"{name}/" for name, more, _ in (p.partition("/") for p in below)}))


def name_of(text: str) -> Name:
    """A name as tests write it: `{x}` in angle brackets `<x>` is a hole."""
    parts = re.split(r"<(\w+)>", text)
    return tuple(Hole(part, "job") if index % 2 else part for index, part in enumerate(parts) if part)


def opening(kind: str, targets: str = "", arguments: str = "", folder: str | None = "", **options: str) -> Opening:
    """An opening; targets and arguments are parted by spaces, `_` in the name of an option is a dash."""
    return Opening(
        kind,
        tuple(map(name_of, targets.split())),
        tuple(map(name_of, arguments.split())),
        literal(folder) if folder is not None else None,
        {key.replace("_", "-"): name_of(value) for key, value in options.items()},
    )


def opened(files: Mapping[str, str], asked: Opening, **environment: str) -> list[str] | None:
    """What an opening runs: a line for each command and gap, `path:line label: command`."""
    known = {key: name_of(value) for key, value in environment.items()}
    bodies = open_project(asked._replace(environment=known), Texts(files))
    return None if bodies is None else [line for body in bodies for line in _lines(body)]


def bodies_of(files: Mapping[str, str], asked: Opening) -> tuple[Body, ...]:
    """The bodies themselves; there must be some."""
    bodies = open_project(asked, Texts(files))
    assert bodies is not None
    return bodies


def _lines(body: Body) -> Iterator[str]:
    place = "".join(
        (
            f" in {show(body.folder)}" if body.folder else "",
            " nowhere" if body.folder is None else "",
            " (contained)" if body.contained else "",
        )
    )
    for one in body.script.commands:
        yield f"{body.path}:{body.line + one.line} {body.label}{place}: {_command(one)}"
    for gap in body.script.gaps:
        yield f"{body.path}:{body.line + gap.line} {body.label}{place}: GAP {gap.text}"


def _command(one: Command) -> str:
    words = " ".join(_word(word) for word in one.words)
    variables = "".join(f"{name}={_word(value)} " for name, value in one.variables)
    where = "" if one.folder == () else " @?" if one.folder is None else f" @{show(one.folder)}"
    return f"{variables}{words}{where}{'' if one.certain else ' (maybe)'}"


def _word(word: Name) -> str:
    text = "".join(part if isinstance(part, str) else f"<{part.key}>" for part in word)
    spaced = any(isinstance(part, str) and re.search(r"\s", part) for part in word)
    return text if text and not spaced else f"'{text}'"
