"""What is answered to a comment: which commands there are, and which line was not understood."""

from __future__ import annotations

from needful.commands.grammar import VERBS
from needful.commands.model import Malformed
from needful.report.markdown import code, plain, table

_MAX_SHOWN = 200


def commands_markdown() -> str:
    """All commands, and how they are written."""
    rows = [(code(f"/needful {verb.usage}"), plain(verb.does)) for verb in VERBS.values()]
    how = (
        "A comment starts with a command; several stand on a line each. ID is that of a change, as the plan and the "
        "pull request print it; JOB->JOB is an edge, the job that is waited for first."
    )
    return f"{table(('command', 'what it does'), rows)}\n\n{plain(how)}"


def malformed_markdown(malformed: Malformed) -> str:
    """Why nothing of a comment was done. What the person wrote is shown in a code span, where nothing of it is live."""
    shown = malformed.text if len(malformed.text) <= _MAX_SHOWN else f"{malformed.text[:_MAX_SHOWN]}…"
    line = f" {code(shown)}:" if shown else ""
    return f"Nothing was done.{line} {plain(malformed.problem)}.\n\n{commands_markdown()}"
