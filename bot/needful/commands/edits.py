"""What commands write: the comment that keeps an edge, and the entry of the settings that ignores a rule.

Both are made by operations on the document, so that every other byte stays; and both are read again afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from needful.commands.model import IgnoreRule, KeepEdge
from needful.config.reader import read_settings
from needful.config.settings import Settings
from needful.document.nodes import Path, Plain, Sequence, resolve
from needful.document.operations import AddComment, AddKey, InsertItem, Operation, ReplaceValue
from needful.document.parse import Document, parse
from needful.document.writer import write
from needful.errors import Refusal, UserError
from needful.source import Source
from needful.workflow.keeps import Keep, Kind, keeps
from needful.workflow.model import Job, Workflow
from needful.workflow.reader import read_workflow


class KeptEdge(NamedTuple):
    """A workflow with the comment; `what` is kept by it, in words: more than the edge where one line holds several."""

    document: Document
    what: tuple[str, ...]


def keep_edge(workflow: Workflow, command: KeepEdge) -> KeptEdge:
    """Write `# needful: keep` at an edge; nothing where it is kept already.

    Raises `UserError` where there is no such edge, `Refusal` where the comment has no place.
    """
    edge, job = command.edge, workflow.job(command.edge.consumer)
    if job is None:
        raise UserError(f"there is no job `{edge.consumer}` in this workflow", path=workflow.path)
    if all(need.on.lower() != edge.producer.lower() for need in job.needs):
        raise UserError(f"`{job.id}` does not wait for `{edge.producer}` by an edge of its own", path=workflow.path)
    before = keeps(workflow)
    if _kept(before, job, edge.producer):
        return KeptEdge(workflow.document, ())
    text = f"needful: keep — {command.because}" if command.because else "needful: keep"
    document = write(workflow.document, [AddComment(_place(workflow, job, edge.producer), text)])
    after = keeps(read_workflow(document, workflow.path))
    if not _kept(after, job, edge.producer):
        raise Refusal("a comment there would be about something else")
    known = {(keep.kind, keep.path, keep.on) for keep in before}
    return KeptEdge(document, tuple(keep.what for keep in after if (keep.kind, keep.path, keep.on) not in known))


def _kept(found: tuple[Keep, ...], job: Job, producer: str) -> bool:
    mine = [keep for keep in found if keep.job == job.id]
    return any(keep.kind in (Kind.JOB, Kind.NEEDS) or keep.on.lower() == producer.lower() for keep in mine)


def _place(workflow: Workflow, job: Job, producer: str) -> Path:
    """The item of the edge if it has a line, else the line of `needs`."""
    path = (*job.path, "needs")
    written = workflow.document.find(path)
    names = resolve(written) if written is not None else None
    if isinstance(names, Sequence) and not names.flow:
        return (*path, next(index for index, need in enumerate(job.needs) if need.on.lower() == producer.lower()))
    return path


def ignore_rule(source: Source, command: IgnoreRule, workflow: str, rules: Mapping[str, str]) -> Source:
    """The settings with a rule ignored: for a job of a workflow (by file name), or switched off where no job is named.

    `source` is the settings file as it is, with an empty text where there is none; `rules` as in `read_settings`.
    Raises `UserError` for settings that are wrong and for a rule that does not exist, `Refusal` for an edit that cannot
    be made.
    """
    if command.rule not in rules:
        raise UserError(f"there is no rule `{command.rule}`", hint=f"the rules are {', '.join(rules)}")
    if _ignored(_settings(source, rules), command, workflow):
        return source
    document = parse(source)
    if document.plain is None:
        written = _begun(source, command, workflow)
    else:
        written = write(document, [_operation(document.plain, command, workflow)]).source
    if not _ignored(_settings(written, rules), command, workflow):
        raise Refusal("the settings would not say it afterwards")
    return written


def _settings(source: Source, rules: Mapping[str, str]) -> Settings:
    settings, wrong = read_settings(source.path, source.to_bytes(), rules)
    if wrong:
        raise wrong[0]
    return settings


def _ignored(settings: Settings, command: IgnoreRule, workflow: str) -> bool:
    if command.rule in settings.rules.off:
        return True
    return bool(command.job) and any(one.covers(command.rule, workflow, command.job) for one in settings.ignore)


def _operation(plain: Plain, command: IgnoreRule, workflow: str) -> Operation:
    assert isinstance(plain, dict), "settings that are not wrong are a mapping"
    key = "ignore" if command.job else "rules"
    value: Plain = [_entry(command, workflow)] if command.job else {command.rule: False}
    there = plain.get(key)
    if key not in plain:
        return AddKey((), key, value)
    if not there:
        return ReplaceValue((key,), value)
    if isinstance(there, list):
        return InsertItem((key,), len(there), _entry(command, workflow))
    assert isinstance(there, dict), "rules that are not wrong are a mapping"
    return ReplaceValue((key, command.rule), False) if command.rule in there else AddKey((key,), command.rule, False)


def _entry(command: IgnoreRule, workflow: str) -> Plain:
    return {"rule": command.rule, "job": command.job, "workflow": workflow}


def _begun(source: Source, command: IgnoreRule, workflow: str) -> Source:
    """The first setting of a file that has none, below its comments."""
    first = parse(source.with_text("tier: safe\n"))
    made = write(first, [_operation(first.plain, command, workflow)]).source.text.removeprefix(first.source.text)
    text = source.text
    above = text if not text or text.endswith(("\n", "\r")) else text + source.newline
    return source.with_text(above + made.replace("\n", source.newline))
