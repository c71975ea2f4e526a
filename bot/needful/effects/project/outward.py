"""Programs of the repository that are run by an interpreter, and whether they may reach out of the job.

Nobody reads a JavaScript or PHP program command by command here. But one that names, in itself and in the files beside
it that it loads, nothing that runs other programs, speaks to others or holds a token, works on files as a test does.
"""

from __future__ import annotations

import posixpath
import re

from needful.effects.project.model import Files
from needful.facts.outward import Language, languages

MAX_FILES = 40
"""Files of one program; one with more is not looked through."""


def reaches_out(path: str, files: Files) -> str:
    """Why a program may reach out of the job, in words that follow "which"; `""` where it does not."""
    pending, seen = [path], set()
    while pending:
        current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        language = languages().get(posixpath.splitext(current)[1])
        text = files.text(current)
        if text is None or len(seen) > MAX_FILES:
            return "cannot be looked into"
        if language is None:
            if current.endswith(".json"):
                continue
            return "is in a language that is not read here"
        if found := language.outward.search(text):
            line = text.count("\n", 0, found.start()) + 1
            return f"names `{found.group()}` ({current}:{line})"
        loaded, missing = _loaded(current, text, language, files)
        if missing:
            return f"loads `{missing}`, which is not there ({current})"
        pending += loaded
    return ""


def _loaded(path: str, text: str, language: Language, files: Files) -> tuple[list[str], str]:
    """The files of the repository that a file loads, and the first file beside it that it loads but is not there.

    What Python names, and is no such file, is a package, at its ordinary work.
    """
    found: list[str] = []
    for name in dict.fromkeys(name for statement in language.imports.findall(text) for name in _names(path, statement)):
        ends = (posixpath.normpath(place + end) for place in _places(path, name) for end in language.endings)
        beside = [end for end in dict.fromkeys(ends) if files.text(end) is not None]
        if not beside and not path.endswith(".py"):
            return [], name
        found += beside
    return found, ""


def _names(path: str, statement: str) -> list[str]:
    """What one statement loads. Python names several modules at once, and modules behind `import` as well."""
    if not path.endswith(".py"):
        return [statement]
    before, listed = re.split(r"\bimport\b", statement, maxsplit=1)
    source = before.removeprefix("from").strip()
    inside = source if not source or source.endswith(".") else f"{source}."
    return [*([source] if source else []), *(f"{inside}{name}" for name in re.findall(r"[\w.]+", listed))]


def _places(path: str, name: str) -> tuple[str, ...]:
    """Where a loaded name may lie: beside the file, or (dotted names) from the root on."""
    folder = posixpath.dirname(path)
    if path.endswith(".py"):
        dots = len(name) - len(name.lstrip("."))
        inside = name.lstrip(".").replace(".", "/")
        up = "../" * max(dots - 1, 0)
        near = posixpath.normpath(posixpath.join(folder, up + inside))
        return (near,) if dots else (near, inside, f"src/{inside}")
    beside = posixpath.normpath(posixpath.join(folder, re.sub(r"^/", "", name)))
    # TypeScript names the file that it will have become
    return beside, re.sub(r"\.([mc]?)js$", r".\1ts", beside)
