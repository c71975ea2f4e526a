"""Artifacts that a step makes and reads."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from needful.effects.model import Download, Upload
from needful.effects.names import Hole, Name, literal, names, show
from needful.effects.walk import Site
from needful.facts.actions import ActionFacts, Uploads, action_facts
from needful.workflow.model import Step, Text, UsesKind


def known(step: Step) -> ActionFacts | None:
    """What the catalogue says of the action that a step uses, or None for an action it does not know."""
    if step.uses is None or step.uses.kind is not UsesKind.REPOSITORY:
        return None
    return action_facts(step.uses.name)


def uploads(site: Site) -> Iterator[Upload]:
    """The artifacts that a step makes: one for each name that the matrix gives it."""
    facts = known(site.step)
    if facts is None or facts.uploads is None:
        return
    for name in _named(site, facts.uploads):
        yield Upload(name, site.evidence(f"uploads the artifact `{show(name)}`"))


def _named(site: Site, uploads: Uploads) -> tuple[Name, ...]:
    archive = given(site.step, "archive")
    if archive is not None and archive.value.strip().lower() == "false":
        return (_file_name(site),)
    text = given(site.step, uploads.input)
    return names(text, site.scope) if text is not None else (literal(uploads.default),)


def _file_name(site: Site) -> Name:
    """`archive: false` (upload-artifact v7) uploads one file under its own name, whatever `name` says."""
    path = given(site.step, "path")
    if path is not None and path.template.is_static and not set("*?[\n") & set(path.value.strip()):
        return literal(path.value.strip().rsplit("/", 1)[-1])
    return (Hole("the name of the file", site.scope.owner),)


def downloads(site: Site) -> Iterator[Download]:
    """The artifacts of this run that a step reads."""
    facts = known(site.step)
    reads = facts.downloads if facts is not None else None
    if reads is None or any(given(site.step, key) for key in reads.elsewhere):
        return
    found = partial(
        Download,
        conditions=site.conditions,
        conditional=site.conditional,
        optional=site.optional or reads.optional,
    )
    by_name, by_pattern = (given(site.step, key) for key in (reads.input, reads.pattern))
    if by_name is not None:
        for name in names(by_name, site.scope):
            yield found(name, None, site.evidence(f"downloads the artifact `{show(name)}`"))
    elif by_pattern is not None:
        for pattern in names(by_pattern, site.scope):
            yield found(None, pattern, site.evidence(f"downloads the artifacts `{show(pattern)}`"))
    elif reads.default:
        name = literal(reads.default)
        yield found(name, None, site.evidence(f"reads the artifact `{show(name)}`"))
    else:
        yield found(None, literal(reads.default_pattern), site.evidence("downloads all artifacts of the run"))


def given(step: Step, name: str) -> Text | None:
    """An input that is set to something; an empty text counts as not set, as it does for the actions."""
    text = step.input(name) if name else None
    return text if text is not None and text.value.strip() else None
