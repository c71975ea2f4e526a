"""What decisions write into the files of a proposal: comments that keep edges, and what the settings ignore."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from needful.app.publish import Named, Patch
from needful.app.snapshot import Snapshot
from needful.commands.edits import ignore_rule, keep_edge
from needful.commands.model import IgnoreRule, KeepEdge
from needful.config.reader import PATH, PATHS
from needful.errors import Refusal, UserError
from needful.forge.decisions import Decision
from needful.rules import RULES
from needful.source import Source


@dataclass(frozen=True)
class Edited:
    """Files with what decisions write, a patch for each that writes something, and why others could not be written."""

    files: Snapshot
    patches: tuple[Patch, ...] = ()
    refused: tuple[tuple[Decision, str], ...] = ()


def edited(files: Snapshot, path: str, decisions: Iterable[Decision]) -> Edited:
    """Write what was decided about a workflow. What is there already is not written again."""
    patches: list[Patch] = []
    refused: list[tuple[Decision, str]] = []
    for one in decisions:
        command = one.command
        try:
            if isinstance(command, KeepEdge):
                patch = kept(files, path, command)
            elif isinstance(command, IgnoreRule):
                patch = ignored(files, path, command)
            else:
                continue
        except (UserError, Refusal) as error:
            refused.append((one, str(error)))
            continue
        if patch is not None:
            patches.append(patch)
            files = files.with_files({patch.path or path: patch.content})
    return Edited(files, tuple(patches), tuple(refused))


def kept(files: Snapshot, path: str, command: KeepEdge) -> Patch | None:
    """The comment that keeps an edge, None where it is kept already.

    Raises `UserError` where there is no such edge, `Refusal` where the comment has no place.
    """
    workflow = files.repository().workflow(path)
    if workflow is None:
        raise UserError("there is no such workflow", path=path)
    done = keep_edge(workflow, command)
    if not done.what:
        return None
    edge = command.edge
    name = f"keep:{PurePosixPath(path).name}:{edge.consumer}:{edge.producer}"
    what = "; ".join(done.what)
    message = f"Keep `{edge}`\n\nSomebody asked for it by `/needful keep`. Kept is: {what}."
    return Patch((Named(name, command.because),), message, done.document.source.to_bytes())


def ignored(files: Snapshot, path: str, command: IgnoreRule) -> Patch | None:
    """The settings that ignore a rule, None where they do so already.

    Raises `UserError` for settings that are wrong and for a rule that does not exist, `Refusal`.
    """
    there = next(((one, data) for one in PATHS if (data := files.read(one)) is not None), (PATH, b""))
    before = Source.from_bytes(*there)
    name = PurePosixPath(path).name
    after = ignore_rule(before, command, name, {rule.id: rule.summary for rule in RULES})
    if after.text == before.text:
        return None
    where = f" for `{command.job}` in `{name}`" if command.job else ""
    message = f"Ignore `{command.rule}`{where}\n\nSomebody asked for it by `/needful ignore`."
    change = Named(f"ignore:{name}:{command.rule}:{command.job or 'all'}")
    return Patch((change,), message, after.to_bytes(), there[0])
