"""A makefile with all that it includes, in the order in which make reads it."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Iterator, Mapping

from needful.effects.names import Name
from needful.effects.project.make_variables import TooMuch, Variables, Where, words_of
from needful.effects.project.makefile import Assignment, Include, Makefile, Remark, Rule, read_makefile
from needful.effects.project.model import Files
from needful.effects.project.paths import inside, parent, text_of

_MAX_FILES = 50
_COST = 40  # of a file that is there, where one that is not (yet) costs 1
_MAX_ENTRIES = 5000
_WILDCARD = re.compile(r"\$\(wildcard ([^()$]*)\)")


def load(
    files: Files, folder: str, path: str, given: Mapping[str, Name], environment: Mapping[str, Name]
) -> tuple[Makefile, tuple[str, ...]]:
    """A makefile with its includes as one, and the paths of all of them, those too that are not there (yet).

    Raises `TooMuch` where it is not known what is included.
    """
    loader = _Loader(files, folder, given, environment)
    loader.load(path)
    whole = Makefile(
        tuple(loader.rules),
        tuple(loader.assignments),
        (),
        tuple(loader.remarks),
        frozenset(loader.exported),
        loader.exports_all,
    )
    return whole, tuple(loader.paths)


class _Loader:
    """What is read so far."""

    def __init__(self, files: Files, folder: str, given: Mapping[str, Name], environment: Mapping[str, Name]) -> None:
        self.files = files
        self.folder = folder
        self.given = given
        self.environment = environment
        self.paths: dict[str, None] = {}
        self.rules: list[Rule] = []
        self.assignments: list[Assignment] = []
        self.remarks: list[Remark] = []
        self.exported: set[str] = set()
        self.exports_all = False
        self.left = _MAX_FILES * _COST

    def load(self, path: str) -> None:
        """Read a file and what it includes."""
        if path in self.paths:
            return
        self.paths[path] = None
        text = self.files.text(path)
        self.left -= 1 if text is None else _COST
        if self.left < 0:
            raise TooMuch
        if text is None:
            return
        found = read_makefile(text, path)
        if len(found.rules) + len(found.assignments) > _MAX_ENTRIES or len(found.includes) > _MAX_FILES:
            raise TooMuch
        self.exported |= found.exported
        self.exports_all |= found.exports_all
        self.remarks += found.remarks
        rules = assignments = 0
        for include in found.includes:
            self.rules += found.rules[rules : include.rules]
            self.assignments += found.assignments[assignments : include.assignments]
            rules, assignments = include.rules, include.assignments
            for name in self._included(include, path):
                self.load(name)
        self.rules += found.rules[rules:]
        self.assignments += found.assignments[assignments:]

    def _included(self, include: Include, path: str) -> Iterator[str]:
        """The paths that an `include` names; a file that is not there may yet be made by a rule."""
        listed = _WILDCARD.sub(lambda match: match[1], include.files)
        variables = Variables(self.assignments, self.given, self.environment, self.folder)
        for word in words_of(variables.expand(listed, Where(path, include.line))):
            name = text_of(word)
            inner = inside(self.folder, name) if name is not None else None
            if inner is not None and set("*?[") & set(inner):
                yield from self._matching(inner)
            elif inner is not None and (include.optional or self.files.text(inner) is not None):
                yield inner
            elif not include.optional:
                raise TooMuch

    def _matching(self, pattern: str) -> Iterator[str]:
        folder, wanted = parent(pattern), posixpath.basename(pattern)
        for name in self.files.listing(folder):
            if fnmatch.fnmatchcase(name, wanted):
                yield posixpath.join(folder, name)
