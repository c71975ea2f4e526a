"""Artifacts that a step makes and reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from needful.effects.model import Download, Upload
from needful.effects.names import Hole, Name, joined, literal, names, show
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
    overwrite = given(site.step, "overwrite")
    replaces = overwrite is not None and overwrite.value.strip().lower() != "false"
    for name in _named(site, facts.uploads):
        yield Upload(name, site.evidence(f"uploads the artifact `{show(name)}`"), replaces)


def _named(site: Site, uploads: Uploads) -> tuple[Name, ...]:
    text, suffix = given(site.step, uploads.input), given(site.step, uploads.suffix)
    found = names(text, site.scope) if text is not None else (literal(uploads.default),)
    if suffix is not None:
        found = tuple(joined((name, end)) for name in found for end in names(suffix, site.scope))
    archive = given(site.step, "archive")
    if archive is None or archive.value.strip().lower() == "true":
        return found
    return (_file_name(site),) if archive.template.is_static else (*found, _file_name(site))


def _file_name(site: Site) -> Name:
    """`archive: false` (upload-artifact v7) uploads one file under its own name, whatever `name` says."""
    path = given(site.step, "path")
    if path is not None and path.template.is_static and not set("*?[\n") & set(path.value.strip()):
        return literal(path.value.strip().rsplit("/", 1)[-1])
    return (Hole("the name of the file", site.scope.owner),)


def downloads(site: Site) -> Iterator[Download]:
    """The artifacts of this run that a step reads, or may read."""
    facts = known(site.step)
    reads = facts.downloads if facts is not None else None
    if reads is None or any(given(site.step, key) for key in reads.elsewhere):
        return
    run = given(site.step, reads.run)
    here = _this_run(run) if run is not None else True
    if here is False:
        return
    found = partial(
        Download,
        conditions=site.conditions,
        conditional=site.conditional,
        optional=site.optional or reads.optional or here is None,
    )
    by_name, by_pattern, by_id = (given(site.step, key) for key in (reads.input, reads.pattern, reads.ids))
    if by_id is not None:
        # an id that comes through `needs` is read there
        if any(access[0] != "needs" for expression in by_id.template.expressions for access in expression.accesses):
            yield replace(found(None, _ANY, site.evidence("downloads artifacts by id")), optional=True)
    elif by_name is not None and by_name.value.startswith("/"):
        yield found(None, _ANY, site.evidence(f"downloads the artifacts that match {by_name.value}"))
    elif by_name is not None:
        for name in names(by_name, site.scope):
            yield found(name, None, site.evidence(f"downloads the artifact `{show(name)}`"))
    elif by_pattern is not None:
        for pattern in names(by_pattern, site.scope):
            yield found(None, pattern, site.evidence(f"downloads the artifacts `{show(pattern)}`"))
    elif reads.default:
        name = literal(reads.default)
        yield found(name, None, site.evidence(f"reads the artifact `{show(name)}`"))
    elif reads.default_pattern:
        yield found(None, literal(reads.default_pattern), site.evidence("downloads all artifacts of the run"))


_ANY = literal("*")


def _this_run(run: Text) -> bool | None:
    """Whether the id of a run is that of this run; None where it may be."""
    accesses = [access for expression in run.template.expressions for access in expression.accesses]
    keys = [".".join(str(key) for key in access).lower() for access in accesses]
    if run.template.sole is not None and keys == ["github.run_id"]:
        return True
    return None if any(not key.startswith("github.event.") for key in keys) else False


def given(step: Step, name: str) -> Text | None:
    """An input that is set to something; an empty text counts as not set, as it does for the actions."""
    text = step.input(name) if name else None
    return text if text is not None and text.value.strip() else None
