"""The rim: whatever goes wrong below becomes a message and an exit code here, and nowhere else.

Exit codes: 0 done, 1 findings (`check`), 2 the user's mistake or unreadable input, 3 our defect.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn, TextIO

import typer

from needful.errors import UserError

if TYPE_CHECKING:
    from needful.planning.plan import Plan
    from needful.report.explanation import Explained
    from needful.report.graph import Graphs
    from needful.report.terminal import Look, Role

DONE, FINDINGS, MISTAKE, BROKEN = 0, 1, 2, 3
INTERRUPTED, CLOSED = 130, 141  # as a shell says it of a process that SIGINT or SIGPIPE ended


def run(work: Callable[[], int]) -> NoReturn:
    """The rim: whatever goes wrong below becomes a message and an exit code here, and nowhere else."""
    try:
        code = work()
        sys.stdout.flush()
    except UserError as error:
        code = complain((), (error,))
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = CLOSED
    except Exception as error:
        from needful.report.crash import PLEASE_REPORT, crash_text

        warn(crash_text(error) + PLEASE_REPORT)
        code = BROKEN
    raise typer.Exit(code)


def complain(results: Sequence[Plan | Graphs | Explained], problems: Sequence[UserError] = ()) -> int:
    """Say on stderr what went wrong, and return the exit code for it."""
    from needful.report.text import error_text, failure_text

    stderr = look(sys.stderr)
    for result in results:
        for error in result.unreadable:
            warn(error_text(error, stderr))
        for failure in result.failures:
            warn(failure_text(result.root, failure, stderr))
    for error in problems:
        warn(error_text(error, stderr))
    if any(result.failures for result in results):
        from needful.report.crash import PLEASE_REPORT

        warn(PLEASE_REPORT)
        return BROKEN
    return MISTAKE if problems or any(result.unreadable for result in results) else DONE


def look(stream: TextIO) -> Look:
    """As wide as the terminal and in colour, if it is one that wants colour (https://no-color.org)."""
    from needful.report.terminal import Look

    if not stream.isatty():
        return Look()
    width = min(shutil.get_terminal_size().columns, 120)
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return Look(width)
    from rich.color import ColorSystem
    from rich.style import Style

    styles = {role: Style.parse(style) for role, style in _STYLES.items()}
    return Look(width, lambda text, role: styles[role].render(text, color_system=ColorSystem.STANDARD))


_STYLES: dict[Role, str] = {
    "heading": "bold",
    "title": "bold",
    "label": "cyan",
    "good": "green",
    "bad": "red",
    "dim": "dim",
}


def say(text: str) -> None:
    sys.stdout.write(text)


def warn(text: str) -> None:
    sys.stdout.flush()  # the two streams meet on a terminal and in logs; keep their order
    sys.stderr.write(text)
