"""The command that proposes: propose."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated

import typer

from needful.cli.groups import grouped
from needful.cli.options import Followed, ObjectiveOption, Recorded, Terms, Version, figured, requested
from needful.cli.rim import BROKEN, DONE, MISTAKE, look, run, say
from needful.errors import UserError

if TYPE_CHECKING:
    from needful.app.proposing import Proposed


@grouped
def propose(
    path: Annotated[str, typer.Argument(metavar="[PATH]", help="A repository or a workflow file.")] = ".",
    local: Annotated[
        bool, typer.Option("--local", help="On branches of this checkout, with the pull request as a file.")
    ] = False,
    objective: ObjectiveOption = None,
    *,
    followed: Followed,
    recorded: Recorded,
    terms: Terms,
    version: Version = False,
) -> None:
    """Propose the changes as the bot does: a branch for each workflow, a commit per change, a pull request to read."""

    def work() -> int:
        from needful.app.proposing_here import propose_here
        from needful.app.publish import Nothing
        from needful.report.terminal import clean, disarmed, hang

        if not local:
            hint = "with --local it is done on branches of this checkout; on GitHub the Action does it, see the README"
            raise UserError("`needful propose` speaks to no service by itself", hint=hint)
        wishes, figures = requested(followed, objective=objective), figured(recorded, terms)
        done = propose_here(path, wishes, figures, time.time, datetime.now(UTC), dict(os.environ))
        width = look(sys.stdout)
        idle = [one.path for one in done if one.ending == Nothing(None)]
        for one in done:
            if one.path in idle:
                continue
            say(width.paint(disarmed(clean(f"{one.path}: {one.ending}")), "heading") + "\n")
            for number, line in enumerate(_lines(one)):
                say(f"  {'  ' if number else ''}{disarmed(clean(line))}\n")
        if idle:
            names = ", ".join(PurePosixPath(path).name for path in idle)
            say("\n".join(hang(width, "", clean(f"Nothing to propose for {names}."))) + "\n")
        return _code(done)

    run(work)


def _lines(one: Proposed) -> list[str]:
    from needful.app.publish import Published

    if not isinstance(one.ending, Published) or one.draft is None:
        return []
    subjects = [patch.message.partition("\n")[0] for patch in one.draft.publication.patches]
    return [f"on the branch {one.ending.pull.branch}:", *subjects]


def _code(done: tuple[Proposed, ...]) -> int:
    from needful.app.proposing import Trouble

    troubles = [one.ending for one in done if isinstance(one.ending, Trouble)]
    return BROKEN if any(one.ours for one in troubles) else MISTAKE if troubles else DONE
