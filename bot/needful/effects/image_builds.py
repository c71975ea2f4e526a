"""Builds of images on the runner: from which Dockerfile, and whether the next commit could take over a layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from needful.effects.actions import action_openings
from needful.effects.names import Hole, Name, is_literal, joined, literal
from needful.effects.project.layers import takes_over
from needful.effects.project.model import Opening
from needful.effects.project.paths import inside, option, text_of
from needful.effects.step import StepEffects
from needful.effects.walk import Site
from needful.effects.work import Deed, inside_repository
from needful.workflow.repository import Repository

_NAMES = ("Dockerfile", "Containerfile")
_LASTING = ("matrix.", "vars.", "secrets.", "inputs.", "env.", "runner.", "github.repository", "github.server_url")
"""What mostly has the same value in the next run."""


class ImageBuild(NamedTuple):
    """A build of an image from `file` of the repository. `target` is its stage, `""` for the last.

    `deed` is the command that builds it, None where an action does. `pays`: a layer that takes time can be taken over
    by the next commit.
    """

    file: str
    target: str
    pays: bool
    deed: Deed | None = None


def image_builds(step: StepEffects, repository: Repository) -> Iterator[ImageBuild]:
    """The builds of a step whose Dockerfile is in the repository."""
    for opening in action_openings(step.site):
        if opening.kind == "dockerfile":
            yield from _built(opening, _root(step.site), repository, None)
    for deed in step.deeds:
        for opening in deed.meaning.opens:
            if opening.kind == "dockerfile":
                yield from _built(opening, inside_repository(step.site, deed.folder), repository, deed)


def _root(site: Site) -> str | None:
    """Where an action builds: in the checkout, or without `context` from the commit itself."""
    context = site.step.input("context")
    return "" if context is None or not context.value.strip() else inside_repository(site, ())


def _built(opening: Opening, folder: str | None, repository: Repository, deed: Deed | None) -> Iterator[ImageBuild]:
    file, target = option(opening, "file"), option(opening, "target")
    context = text_of(opening.targets[-1]) if opening.targets else "."
    if folder is None or file is None or not context or "://" in context or context == "-":
        return
    where = inside(folder, context)
    named = (inside(folder, file),) if file else tuple(inside(where, name) for name in _NAMES if where is not None)
    path = next((one for one in named if one is not None and repository.text(one) is not None), None)
    if path is not None:
        changing = [name for name, value in map(_argument, opening.arguments) if not _lasts(value)]
        yield ImageBuild(path, target or "", takes_over(repository.text(path) or "", changing), deed)


def _argument(word: Name) -> tuple[str, Name]:
    """An argument of a build, `NAME=value`, taken apart."""
    head = word[0] if word and isinstance(word[0], str) else ""
    name, equals, value = head.partition("=")
    if not equals:
        return name, (Hole(name, "?"),)
    return name, joined((literal(value), word[1:]))


def _lasts(value: Name) -> bool:
    """Whether a value is the same in the next run, as far as that can be told by what it is made of."""
    return is_literal(value) or all(isinstance(part, str) or part.key.lower().startswith(_LASTING) for part in value)
