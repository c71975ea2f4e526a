"""A stage of an image as it is built: its variables, where it is, and the commands that it runs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from needful.effects.names import Name, literal
from needful.effects.project.bodies import MAX_PIECES, gap, in_language, program, split, together, uncertain
from needful.effects.project.dockerfile import Heredoc, Instruction, expand, read_dockerfile
from needful.effects.project.model import Body, Files
from needful.effects.project.paths import as_name, inside, is_folder, parent, text_of
from needful.effects.project.reading import parse_json, texts
from needful.effects.project.scripts import language_of
from needful.effects.project.stages import Stage, arguments_of, find_stages, sources
from needful.effects.shell.model import Script

_START = "//start"  # the folder in which an image begins, whatever it is called
_WINDOWS = re.compile(r"windows|nanoserver|servercore")
_ONLY_HEREDOC = re.compile(r"<<-?[ \t]*([\"']?)\w+\1\Z")
_MAX_PATH = 1000
_ADDRESS = re.compile(r"(?:https?://|git@|git://|ssh://)")
_NO_COMMANDS = frozenset(
    {"CMD", "ENTRYPOINT", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "STOPSIGNAL", "USER", "VOLUME"}
)


@dataclass
class _State:
    """Where a stage is.

    `copies` says which folders hold copies of which folders of the repository (None: of several); `shell` is the
    language of its commands, None for one that is not understood; `pieces` are those that run in `place`, the folder
    of the repository that its own folder holds.
    """

    environment: dict[str, Name] = field(default_factory=dict)
    arguments: dict[str, Name] = field(default_factory=dict)
    folder: str | None = _START
    copies: dict[str, str | None] = field(default_factory=dict)
    shell: str | None = "bash"
    label: str = ""
    pieces: list[tuple[int, Script]] = field(default_factory=list)
    place: str | None = None

    @property
    def variables(self) -> dict[str, Name]:
        return {**self.arguments, **self.environment}


class Builder:
    """Stages as they are built, in order; `given` are the arguments of the build, `first` the global ones."""

    def __init__(
        self,
        files: Files,
        path: str,
        context: str,
        given: Mapping[str, Name],
        first: Mapping[str, Name],
        *,
        windows: bool,
    ) -> None:
        self.bodies: list[Body] = []
        self._files = files
        self._path = path
        self._context = context
        self._given = given
        self._first = first
        self._windows = windows
        self._built: dict[int, _State] = {}
        self._left = MAX_PIECES

    def build(self, stages: tuple[Stage, ...], index: int) -> None:
        """Build one stage; those that it needs are built already."""
        stage, earlier = stages[index], stages[:index]
        bases = find_stages(earlier, stage.base)
        state = self._begin(stage, bases)
        state.label = stage.name or f"stage {index}"
        if stage.base != ("scratch",) and not (bases and text_of(stage.base) is not None):
            self._add(state, stage.line, program(("docker", "pull", stage.base)))
        for one in stage.instructions:
            self._take(one, state, earlier)
        self._flush(state)
        self._built[index] = state

    def _begin(self, stage: Stage, bases: list[int]) -> _State:
        if len(bases) == 1 and text_of(stage.base) is not None:
            before = self._built[bases[0]]
            return _State(dict(before.environment), {}, before.folder, dict(before.copies), before.shell)
        windows = self._windows or any(_WINDOWS.search(part) for part in stage.base if isinstance(part, str))
        return _State(shell="cmd" if windows else "bash")

    def _take(self, one: Instruction, state: _State, earlier: tuple[Stage, ...]) -> None:
        for name in sources(one, state.variables, self._path):
            if not find_stages(earlier, name) or text_of(name) is None:
                self._add(state, one.line, program(("docker", "pull", name)))
        if one.name == "RUN":
            self._run(one, state)
        elif one.name in ("COPY", "ADD"):
            self._copy(one, state)
        elif one.name == "ENV":
            state.environment |= arguments_of(one, state.variables, self._path)
        elif one.name == "ARG":
            found = arguments_of(one, {**self._first, **state.variables}, self._path)
            state.arguments |= {name: self._given.get(name, value) for name, value in found.items()}
        elif one.name == "WORKDIR":
            folder = text_of(expand(one.text, state.variables, self._path))
            known = folder is not None and state.folder is not None
            joined = posixpath.normpath(posixpath.join(state.folder or "", folder or ""))
            state.folder = joined if known and len(joined) < _MAX_PATH else None
        elif one.name == "SHELL":
            words = texts(parse_json(one.text))
            state.shell = language_of(words[0]) if words else None
        elif one.name == "ONBUILD":
            self._later(one, state, earlier)
        elif one.name not in _NO_COMMANDS:
            self._add(state, one.line, gap(f"the instruction {one.name[:20]}"))

    def _later(self, one: Instruction, state: _State, earlier: tuple[Stage, ...]) -> None:
        """What a build on top of this image would run: it may, in this file."""
        before, state.pieces = state.pieces, []
        for inner in read_dockerfile(one.whole).instructions:
            if inner.name != "ONBUILD":
                self._take(inner._replace(line=one.line), state, earlier)
        state.pieces = [*before, *((line, uncertain(script)) for line, script in state.pieces)]

    def _run(self, one: Instruction, state: _State) -> None:
        words = parse_json(one.text.replace("\\\n", " ")) if one.text.startswith("[") else None
        if isinstance(words, list) and words and len(texts(words)) == len(words):
            self._add(state, one.line, program(texts(words)))
        elif one.heredocs and _ONLY_HEREDOC.match(one.text):
            self._document(one.heredocs[0], state)
        else:
            self._add(state, one.line, in_language(literal(one.whole), state.shell, state.variables))

    def _document(self, document: Heredoc, state: _State) -> None:
        first, _, _ = document.text.partition("\n")
        language = language_of(first[2:]) if first.startswith("#!") else state.shell
        self._add(state, document.line, in_language(literal(document.text), language, state.variables))

    def _copy(self, one: Instruction, state: _State) -> None:
        words = texts(parse_json(one.text)) if one.text.startswith("[") else None
        found = split(one.text.replace("\\\n", " ")) if words is None else tuple(map(literal, words))
        names = [text_of(expand("".join(map(str, word)), state.variables, self._path)) for word in found or ()]
        if len(names) < 2 or one.flag("from"):
            return
        for name in names[:-1]:
            if name is not None and _ADDRESS.match(name):
                self._add(state, one.line, program(("curl", name)))
            elif name is not None:
                self._note(name, names[-1], state, several=len(names) > 2)

    def _note(self, source: str, target: str | None, state: _State, *, several: bool) -> None:
        """Remember what a folder of the image is a copy of."""
        path = inside(self._context, posixpath.normpath(f"/{source}").lstrip("/"))  # nothing leads out of the context
        self._left -= 1
        if path is None or target is None or state.folder is None or self._left < 0:
            return
        there = posixpath.normpath(posixpath.join(state.folder, target))
        if path == self._context or is_folder(self._files, path):
            origin = path
        else:
            origin = parent(path)
            if not (several or target.endswith("/") or posixpath.basename(target) in ("", ".")):
                there = parent(there)
        state.copies[there] = origin if state.copies.get(there, origin) == origin else None

    def _add(self, state: _State, line: int, script: Script) -> None:
        place = self._place(state)
        if place != state.place:
            self._flush(state)
            state.place = place
        state.pieces.append((line, script))

    def _place(self, state: _State) -> str | None:
        """The folder of the repository that the folder of a stage is a copy of, None where it is none."""
        folder, rest = state.folder, ""
        while folder:
            if folder in state.copies:
                origin = state.copies[folder]
                return inside(origin, rest) if origin is not None else None
            folder, name = posixpath.split(folder)
            if not name:
                return None
            rest = posixpath.join(name, rest)
        return None

    def _flush(self, state: _State) -> None:
        if state.pieces:
            line, script = together(state.pieces)
            self.bodies.append(
                Body(
                    self._path,
                    line,
                    state.label,
                    script,
                    as_name(state.place),
                    contained=True,
                    environment=dict(state.environment),
                )
            )
        state.pieces = []
