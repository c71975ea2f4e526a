"""Propose in a checkout: branches and commits by git, pull requests as files. No service, no token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from needful.app.choosing import Wishes
from needful.app.figures import Figures, runs_for
from needful.app.files import reader
from needful.app.proposing import Proposed, Proposer, propose
from needful.app.recording import Known
from needful.app.targets import find_targets, repository_of
from needful.errors import UserError
from needful.forge.local import LocalForge
from needful.forge.model import Check, Requirements
from needful.forge.outcomes import Stop


def propose_here(
    path: str,
    wishes: Wishes,
    figures: Figures,
    seconds: Callable[[], float],
    now: datetime,
    environment: Mapping[str, str],
) -> tuple[Proposed, ...]:
    """Propose what is planned for a repository, or one workflow of it, on branches of its own.

    `seconds` (since 1970) dates the commits, `environment` is what git runs in. Raises `UserError` for what the user
    has to mend first.
    """
    (target,) = find_targets([path])
    repository, runs = repository_of(target), runs_for(target, figures)

    def known(name: str) -> Known:
        workflow = repository.workflow(name) if runs is not None else None
        return Known(runs.of(workflow)) if runs is not None and workflow is not None else Known()

    needed = Requirements(tuple(Check(name) for name in figures.required)) if figures.required else None
    proposer = Proposer(
        LocalForge(Path(target.root), seconds, environment, private=figures.private),
        wishes,
        now,
        reader(target.root),
        known,
        lambda _: needed,
        by_hand=True,
        only=tuple(sorted(target.named)),
    )
    try:
        return propose(proposer)
    except Stop as stop:
        raise UserError(str(stop.reason), path=path) from None
