"""What is to be proposed for one workflow: under the settings, the recorded runs and what people decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from needful.app.choosing import Wishes, settings_in
from needful.app.decided import Edited, edited
from needful.app.figures import Figures, aim, terms, with_checks
from needful.app.publish import Named, Patch, Publication
from needful.app.recording import Known, without_ours
from needful.app.snapshot import Snapshot
from needful.config.settings import Settings
from needful.document.parse import parse
from needful.errors import Defect, UserError
from needful.forge.branches import digest
from needful.forge.decisions import Decision, dropped, wanted
from needful.forge.marks import Memory, Promise
from needful.forge.model import Facts, Requirements
from needful.planning.plan import FilePlan
from needful.planning.planner import Choice
from needful.planning.pricing import Terms
from needful.planning.verify import verify_changes, verify_schema
from needful.planning.worthwhile import plan_worthwhile
from needful.report.checks import Checks
from needful.report.commits import commit_message, commits
from needful.report.pull_request import Origin, body, title
from needful.schedule.prediction import Prediction
from needful.source import Source
from needful.workflow.reader import read_workflow
from needful.workflow.repository import Repository


@dataclass(frozen=True)
class Ground:
    """What every workflow of a run of the bot is planned on.

    `runs_of` gives the recorded runs of a workflow, `requirements` the checks of the branch that is proposed to, None
    where there is nobody to ask. `blob` is the address of the repository's files at the commit, `""` for none. `now` is
    the time, in seconds since 1970.
    """

    facts: Facts
    files: Snapshot
    wishes: Wishes
    runs_of: Callable[[str], Known]
    requirements: Requirements | None = None
    blob: str = ""
    now: float = 0.0


@dataclass(frozen=True)
class Draft:
    """A plan that is verified on the bytes to be pushed, and how it is published.

    `notes`: what was not worth stopping for. `refused`: decisions that could not be written, with the reason.
    """

    file: FilePlan
    publication: Publication
    settings: Settings
    notes: tuple[str, ...] = ()
    refused: tuple[tuple[Decision, str], ...] = ()

    @property
    def saving(self) -> float:
        """Seconds of the median run, 0 where that is not known."""
        found = self.file.pricing.prediction if self.file.pricing else None
        return found.makespan.saving if isinstance(found, Prediction) else 0.0


def draft(ground: Ground, path: str, decisions: tuple[Decision, ...], memory: Memory, head: str = "") -> Draft:
    """Plan a workflow. `memory` is what its pull request remembers; its decisions are replaced by `decisions`.

    `head` is the newest commit of the pull request that is open, `""` for none.

    Raises `UserError` for a workflow or settings that cannot be read, `Stop` where the forge does not answer, `Defect`.
    """
    edits = edited(ground.files, path, decisions)
    found = settings_in(edits.files.read, ".", ground.wishes)
    if found.wrong:
        raise found.wrong[0]
    choice = ground.wishes.under(found.settings)
    choice = replace(choice, wanted=wanted(decisions), refused=dropped(decisions))
    repository = edits.files.repository()
    file, notes = _planned(ground, repository, path, choice, found.settings)
    _verified(repository, file, choice)
    memory = replace(memory, decisions=decisions, promise=_promised(file, memory.promise, ground.now))
    checks = _checks(ground, ground.runs_of(path).waiting(head))
    publication = _publication(ground, edits, file, dropped(decisions), memory, found.settings, checks)
    return Draft(file, publication, found.settings, notes, edits.refused)


def _planned(
    ground: Ground, repository: Repository, path: str, choice: Choice, settings: Settings
) -> tuple[FilePlan, tuple[str, ...]]:
    choice = with_checks(choice, _required(ground))
    known = ground.runs_of(path)
    runs = without_ours(known.runs, path)
    return plan_worthwhile(repository, path, choice, runs, _terms(ground, settings), aim(settings, choice)), known.notes


def _terms(ground: Ground, settings: Settings) -> Terms:
    return terms(Figures(required=_required(ground), private=ground.facts.private), settings)


def _required(ground: Ground) -> tuple[str, ...]:
    return tuple(check.name for check in ground.requirements.checks) if ground.requirements is not None else ()


def _verified(repository: Repository, file: FilePlan, choice: Choice) -> None:
    """Look once more at the very bytes that are to be pushed. Raises `Defect` where they are not what was planned."""
    if not file.changes:
        return
    verify_schema(file)
    before, after = (
        read_workflow(parse(Source.from_bytes(file.path, one.to_bytes())), file.path)
        for one in (file.before, file.after)
    )
    verify_changes(before, after, file.changes)
    last = file.before.text
    for change in file.changes:
        if change.before != last:
            raise Defect(f"{file.path}: {change.id} was not planned on what the change before it left")
        last = change.after
    if last != file.after.text:
        raise Defect(f"{file.path}: the last change does not leave what is to be pushed")


def _promised(file: FilePlan, known: Promise | None, now: float) -> Promise | None:
    """What is promised of the changes: once for the same ones, whatever runs tell later."""
    changes = digest(*(change.id for change in file.changes))
    if not file.changes or (known is not None and known.changes == changes):
        return known
    found = file.pricing.prediction if file.pricing else None
    if not isinstance(found, Prediction) or found.assumed or not found.makespan.before:
        return None
    saving = found.makespan
    return Promise(round(-saving.share, 4), round(saving.before, 1), found.timed, int(now), changes)


def _publication(
    ground: Ground,
    edits: Edited,
    file: FilePlan,
    gone: dict[str, str],
    memory: Memory,
    settings: Settings,
    checks: Checks | None,
) -> Publication:
    before = ground.files.read(file.path)
    if before is None:
        raise UserError("there is no such workflow", path=file.path)
    changes = tuple(
        Patch(
            tuple(Named(change.id, change.proposal.because) for change in made),
            commit_message(made),
            file.before.with_text(made[-1].after).to_bytes(),
        )
        for made in commits(file)
    )
    wanted_pulls = settings.pull_requests
    return Publication(
        path=file.path,
        base=ground.files.commit.sha,
        before=before,
        patches=(*edits.patches, *changes),
        title=title(file) if file.changes else f"{PurePosixPath(file.path).name}: say what is to stay",
        body=lambda room: body(file, Origin(ground.blob), checks, gone, room),
        labels=wanted_pulls.labels,
        reviewers=wanted_pulls.reviewers,
        memory=memory,
    )


def _checks(ground: Ground, waiting: int) -> Checks | None:
    needed = ground.requirements
    if needed is None:
        return None
    names = tuple(dict.fromkeys(check.name for check in needed.checks))
    return Checks(ground.facts.branch, names, "; ".join(needed.unknown), waiting)
