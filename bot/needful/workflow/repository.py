"""The workflows and local actions of a repository, read once each. Files are handed in as a function."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cached_property

from needful.document.parse import Document, parse
from needful.errors import UserError
from needful.source import Source
from needful.workflow.model import Action, Uses, UsesKind, Workflow
from needful.workflow.reader import read_action, read_workflow

_WORKFLOWS = ".github/workflows/"
_ACTION_FILES = ("action.yml", "action.yaml")


def _nothing_listed(folder: str) -> tuple[str, ...]:
    """What a repository lists of which only single files are known."""
    del folder
    return ()


class Repository:
    """A checkout. `root` is the folder as people name it, `read` gives a file's bytes for its path below the root.

    `workflows` are the paths of all its workflows; `listed` gives the names in a folder, sorted, those of folders with
    a `/` at the end. Paths have `/` and are relative to the root; what leads out of it is not there.
    """

    def __init__(
        self,
        root: str,
        read: Callable[[str], bytes | None],
        workflows: Iterable[str] = (),
        listed: Callable[[str], tuple[str, ...]] = _nothing_listed,
    ) -> None:
        self.root = root
        self._read = read
        self._listed = listed
        self._texts: dict[str, str | None] = {}
        self._paths = tuple(workflows)
        self._workflows: dict[str, Workflow | UserError | None] = {}
        self._actions: dict[str, Action | UserError | None] = {}

    def workflow(self, path: str) -> Workflow | None:
        """The workflow at a path, None where there is no such file. Raises `UserError` for one that cannot be read."""
        inside = normalise(path)
        if inside is None:
            return None
        if inside not in self._workflows:
            self._workflows[inside] = self._load_workflow(inside)
        found = self._workflows[inside]
        if isinstance(found, UserError):
            raise found
        return found

    def called_workflow(self, uses: Uses | None) -> Workflow | None:
        """The workflow of this repository that a job calls; None for others, missing ones and unreadable ones.

        `problems` names those that could not be read.
        """
        if uses is None or uses.kind is not UsesKind.LOCAL or not uses.name.startswith(_WORKFLOWS):
            return None
        try:
            return self.workflow(uses.name)
        except UserError:
            return None

    def listeners(self, workflow: Workflow) -> tuple[Workflow, ...]:
        """The readable workflows that `workflow_run` starts when this one ends: they name it, or its path."""
        known = {workflow.path, workflow.name.value} if workflow.name is not None else {workflow.path}
        return tuple(other for other in self.readable if known & _listens_to(other))

    @cached_property
    def readable(self) -> tuple[Workflow, ...]:
        """All workflows that can be read, in order of path."""
        found = []
        for path in self._paths:
            with suppress(UserError):
                found.append(self.workflow(path))
        return tuple(workflow for workflow in found if workflow is not None)

    def action(self, path: str) -> Action | None:
        """The action in a folder (`./path`, `$/path` or `path`), None where there is none that can be read.

        `problems` names those that could not be read.
        """
        inside = normalise(path[2:] if path.startswith(("./", "$/")) else path)
        if inside is None:
            return None
        if inside not in self._actions:
            self._actions[inside] = self._load_action(inside)
        found = self._actions[inside]
        return None if isinstance(found, UserError) else found

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of all workflows."""
        return self._paths

    def text(self, path: str) -> str | None:
        """Any file's text, None where there is none that can be read as text."""
        inside = normalise(path)
        if not inside:
            return None
        if inside not in self._texts:
            self._texts[inside] = self._load_text(inside)
        return self._texts[inside]

    def listing(self, folder: str) -> tuple[str, ...]:
        """The names in a folder, sorted, folders with a `/` at the end; nothing where there is no such folder."""
        inside = normalise(folder)
        return () if inside is None else self._listed(inside)

    def has(self, path: str) -> bool:
        """Whether there is a file, whatever it holds and however large it is."""
        folder, _, name = path.rpartition("/")
        return name in self.listing(folder) or self.text(path) is not None

    @property
    def problems(self) -> tuple[UserError, ...]:
        """Workflows and actions asked for so far that could not be read."""
        found = (*self._workflows.values(), *self._actions.values())
        return tuple(problem for problem in found if isinstance(problem, UserError))

    def _load_workflow(self, path: str) -> Workflow | UserError | None:
        try:
            document = self._document(path)
            return read_workflow(document, path) if document is not None else None
        except UserError as error:
            return error

    def _load_text(self, path: str) -> str | None:
        try:
            data = self._read(path)
            return data.decode("utf-8-sig") if data is not None else None
        except (UserError, UnicodeDecodeError):
            return None

    def _load_action(self, folder: str) -> Action | UserError | None:
        for name in _ACTION_FILES:
            path = posixpath.join(folder, name)
            try:
                document = self._document(path)
                if document is not None:
                    return read_action(document, path)
            except UserError as error:
                return error
        return None

    def _document(self, path: str) -> Document | None:
        data = self._read(path)
        if data is None:
            return None
        return parse(Source.from_bytes(posixpath.join(self.root, path) if self.root != "." else path, data))


def _listens_to(workflow: Workflow) -> set[str]:
    trigger = workflow.on("workflow_run")
    return {text.value for key, texts in trigger.filters if key == "workflows" for text in texts} if trigger else set()


def normalise(path: str) -> str | None:
    """A path below the root without `.` and `..`, `""` for the root; None for what leads out of it."""
    inside = posixpath.normpath(path or ".")
    if inside == ".":
        return ""
    return None if inside == ".." or inside.startswith(("/", "../")) else inside
