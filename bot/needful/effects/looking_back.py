"""Whether a step looks at the history of the repository: older commits, other branches, tags.

A step does unless all that it runs is known not to. Linters look at files; a build may take its version from a tag.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from needful.effects.caches import caches
from needful.effects.commands import calls
from needful.effects.meanings import Call
from needful.effects.model import Evidence
from needful.effects.names import is_literal, show
from needful.effects.options import text_of
from needful.effects.step import StepEffects
from needful.effects.work import Deed, inside_repository
from needful.facts.commands import program
from needful.facts.histories import (
    Sight,
    depends_on_history,
    is_about_history,
    is_blind_action,
    settings_about_history,
    sight_of_program,
    speaks_of_history,
    takes_its_version,
)
from needful.workflow.model import UsesKind
from needful.workflow.repository import Repository, normalise

_MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg")
_IMAGES = frozenset({"dockerfile", "bake", "compose"})
_WHOLE = frozenset({".", "./", "*", "**", "**/*", "./**", "/"})
_EXTRAS = re.compile(r"\[[^\]]*\]\Z")
_HERE = ("HEAD", "--short", "--show-toplevel", "--git-dir", "--is-inside-work-tree", "--verify", "-q", "--abbrev-ref")


class Look(NamedTuple):
    """That a step may look at the history. `own`: only the project's own code may, of which nothing speaks for it."""

    evidence: Evidence
    own: bool = False


def looks(step: StepEffects, repository: Repository) -> Iterator[Look]:
    """What in a step looks at the history, or may; nothing where it does not."""
    yield from looks_as_written(step)
    for gap in (*step.opaque, *step.own):
        yield Look(gap)
    for deed in step.deeds:
        yield from _of_deed(step, deed, repository)


def looks_as_written(step: StepEffects) -> Iterator[Look]:
    """The same as far as it is seen without reading commands: the first question, since it costs little."""
    site, uses = step.site, step.site.step.uses
    if uses is not None and not _is_blind(step):
        yield Look(site.evidence(f"uses {uses.text.value}"))
    for name in (*site.scope.env, *(variable.name for variable in site.step.env)):
        if is_about_history(name):
            yield Look(site.evidence(f"is given `{name}`"))


def _is_blind(step: StepEffects) -> bool:
    """Whether the action of a step looks at no history, and takes none along."""
    uses = step.site.step.uses
    if uses is None or uses.kind is not UsesKind.REPOSITORY or not is_blind_action(uses.name):
        return False
    if uses.name == "actions/upload-artifact":
        path = step.site.step.input("path")
        return path is not None and not any(_holds_git(line) for line in path.value.splitlines())
    if any(_holds_git(line) for cache in caches(step.site) for line in show(cache.paths).splitlines()):
        return False
    return not any(speaks_of_history(variable.value.value) for variable in step.site.step.inputs)


def _holds_git(path: str) -> bool:
    plain = path.strip().removeprefix("${{ github.workspace }}").lstrip("/") or "."
    return plain in _WHOLE or ".git" in plain.split("/")


def _of_deed(step: StepEffects, deed: Deed, repository: Repository) -> Iterator[Look]:
    means, command = deed.meaning, deed.command
    seen = step.site.seen(f"runs `{command.text}`", deed.spot.line, deed.spot.way)
    if not means.known or any(opening.kind in _IMAGES for opening in means.opens):
        yield Look(seen)
        return
    if any(opening.kind.endswith("-hooks") and not _manifest(step, deed, repository) for opening in means.opens):
        yield Look(seen)
        return
    words = [text_of(word) if is_literal(word) else "" for word in command.words]
    if any(map(speaks_of_history, words[1:])):
        yield Look(seen)
        return
    for call in calls(command):
        sight = _sight(call, words[1:], deed)
        if sight is Sight.PYTHON:
            sight = _python(step, deed, call, words[1:], repository)
        if sight is Sight.OWN and depends_on_history(_manifest(step, deed, repository)):
            sight = Sight.ALL
        if sight is not Sight.BLIND:
            yield Look(seen, own=sight is Sight.OWN)
        elif _by_settings(call.path[0], repository):
            yield Look(seen)


def _sight(call: Call, words: list[str], deed: Deed) -> Sight:
    """What a command sees of the history."""
    means = deed.meaning
    named = sight_of_program(" ".join(call.path)) or sight_of_program(call.path[0])
    if named is Sight.GIT:
        return Sight.BLIND
    if call.path[0] == "git" and len(call.path) > 1:
        rest = words[words.index(call.path[1]) + 1 :] if call.path[1] in words else [""]
        return Sight.BLIND if _is_of_now(call.path[1], rest) else Sight.ALL
    if named is not None:
        return named
    entry = program(call.path[0])
    leads_on = bool(means.runs or means.opens or means.scripts)
    shipped = entry is not None and entry.shipped
    return Sight.BLIND if shipped or leads_on or means.neutral or means.installs else Sight.ALL


def _is_of_now(command: str, words: list[str]) -> bool:
    """Whether a command of git asks for nothing but the commit that is checked out, and the files as they are."""
    before = words[: words.index("--")] if "--" in words else words
    if command == "diff":
        return all(word.startswith("-") and word != "--cached" for word in before)
    if command == "rev-parse":
        return bool(before) and all(word in _HERE or word.startswith("--short=") for word in before)
    return False


def _python(step: StepEffects, deed: Deed, call: Call, words: list[str], repository: Repository) -> Sight:
    """What the builds of the Python projects see that a command installs."""
    folder = inside_repository(step.site, deed.folder)
    projects = _named(words, folder, repository) if "pip" in call.path else [folder]
    for project in projects:
        texts = [repository.text(posixpath.join(project, name)) for name in _MANIFESTS] if project is not None else []
        there = [text for text in texts if text is not None]
        if not there or any(map(takes_its_version, there)):
            return Sight.ALL
    return Sight.BLIND


def _named(words: list[str], folder: str | None, repository: Repository) -> Iterator[str | None]:
    """The folders of the projects that `pip` is given, also in files; None for what nobody knows."""
    todo = iter(words)
    for word in todo:
        if word in ("-r", "--requirement"):
            file = next(todo, "")
            text = repository.text(posixpath.join(folder, file)) if folder is not None and file else None
            lines = [line.strip() for line in text.splitlines()] if text is not None else [""]
            yield from (None for line in lines if text is None or _is_path(line))
        elif not word:
            yield None
        elif _is_path(word) and word not in ("-e", "--editable"):
            inside = normalise(posixpath.join(folder, _EXTRAS.sub("", word))) if folder is not None else None
            yield None if "://" in word or "@" in word else inside


def _is_path(word: str) -> bool:
    """Whether a requirement is a project by its folder or address, or may be."""
    return word.startswith((".", "-e", "--editable", "-r", "--requirement", "/", "file:")) or "/" in word or "@" in word


def _manifest(step: StepEffects, deed: Deed, repository: Repository) -> str:
    """The `package.json` of where a command runs, or of the root; `""` where there is none."""
    folder = inside_repository(step.site, deed.folder)
    texts = [repository.text(posixpath.join(place, "package.json")) for place in (folder or "", "")]
    return "\n".join(text for text in texts if text)


def _by_settings(name: str, repository: Repository) -> bool:
    """Whether the settings of a program make it look at the history."""
    found = settings_about_history(name)
    return found is not None and any(found[1].search(repository.text(file) or "") for file in found[0])
