"""What is looked through, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from needful.effects.names import Name
from needful.effects.shell.model import Script


class Files(Protocol):
    """The files of a repository, for reading. Paths have `/` and are relative to its root."""

    def text(self, path: str) -> str | None:
        """A file's text, None where there is none that can be read as text."""

    def listing(self, folder: str) -> tuple[str, ...]:
        """The names in a folder, sorted, folders with a `/` at the end; nothing where there is no such folder."""


class Opening(NamedTuple):
    """A command that runs something that is written down in the repository.

    `kind` names the tool (`npm`, `make`, `script`, `dockerfile` …); `targets` what it is asked for (scripts, targets,
    a path), nothing for its default; `arguments` are handed on to it; `folder` is where it looks, relative to the
    root, None if not known; `options` those of its options that matter (`file` for `make -f`, `target` of a build);
    `environment` the variables that are known where it runs.
    """

    kind: str
    targets: tuple[Name, ...] = ()
    arguments: tuple[Name, ...] = ()
    folder: Name | None = ()
    options: Mapping[str, Name] = {}
    environment: Mapping[str, Name] = {}


@dataclass(frozen=True)
class Body:
    """What a name stands for: the commands in `path`, from line `line` (from 1) on, called `label` there (`"lint"`).

    `folder` is where they run, relative to the root, None if not known. `contained`: they run in an image or a virtual
    environment of their own, so their files and tools are not the step's.
    """

    path: str
    line: int
    label: str
    script: Script
    folder: Name | None = ()
    contained: bool = False
    environment: Mapping[str, Name] = field(default_factory=dict)
