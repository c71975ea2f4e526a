"""The command line: commands and their arguments → `app` calls → exit code.

Exit codes: 0 done, 1 findings (`check`), 2 the user's mistake or unreadable input, 3 our defect.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from io import TextIOWrapper
from typing import TYPE_CHECKING, Annotated, NoReturn, TextIO, TypeAlias

import typer

from needful import __version__
from needful.errors import UserError

if TYPE_CHECKING:
    from needful.app import Target
    from needful.planning.plan import Plan
    from needful.planning.planner import Choice
    from needful.report.explanation import Explained
    from needful.report.graph import Graphs
    from needful.report.terminal import Look, Role

DONE, FINDINGS, MISTAKE, BROKEN = 0, 1, 2, 3
INTERRUPTED, CLOSED = 130, 141  # as a shell says it of a process that SIGINT or SIGPIPE ended

cli = typer.Typer(
    help="Exactly the needs: that are needed. Rewrites GitHub Actions workflows to run as parallel as they can.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Include(StrEnum):
    """The tiers, each including those before it."""

    safe = "safe"
    trade = "trade"
    review = "review"


TextFormat = StrEnum("TextFormat", ["text", "json"])
CheckFormat = StrEnum("CheckFormat", ["text", "github"])
GraphFormat = StrEnum("GraphFormat", ["mermaid", "dot", "json"])


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"needful {__version__}")
        raise typer.Exit


Paths: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PATH]...", help="Repositories or workflow files; the current folder if none."),
]
Tiers: TypeAlias = Annotated[
    Include,
    typer.Option(
        "--include",
        help="safe: proved, no trade-off; trade: proved, with a cost that is named; review: not proved in every point.",
    ),
]
Only: TypeAlias = Annotated[
    list[str] | None, typer.Option("--only", metavar="RULE", help="Use this rule alone; repeatable.")
]
Skip: TypeAlias = Annotated[
    list[str] | None, typer.Option("--skip", metavar="RULE", help="Leave this rule out; repeatable.")
]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="Only a line per change or finding, and errors.")]
Version: TypeAlias = Annotated[
    bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and leave.")
]


@cli.callback()
def _top(version: Version = False) -> None:
    pass


@cli.command()
def plan(
    paths: Paths = None,
    form: Annotated[TextFormat, typer.Option("--format", help="For people or for programs.")] = TextFormat.text,
    include: Tiers = Include.trade,
    only: Only = None,
    skip: Skip = None,
    quiet: Quiet = False,
    version: Version = False,
) -> None:
    """Show what would change, why, and what was seen where. Writes nothing."""

    def work() -> int:
        from needful.report import text

        targets, choice = _requested(paths, include, only, skip)
        plans = _plans(targets, choice)
        if form is TextFormat.json:
            from needful.report.structured import plan_json

            _say(plan_json(plans))
        elif quiet:
            _say(text.brief_text(plans, _look(sys.stdout)))
        else:
            _say(text.plan_text(plans, _look(sys.stdout), choice.include))
        code = _complain(plans)
        if form is TextFormat.text and not quiet:
            _say(text.summary_text(plans, _look(sys.stdout)))
        return code

    _run(work)


@cli.command()
def apply(
    paths: Paths = None,
    diff: Annotated[bool, typer.Option("--diff", help="Print a unified diff instead; write nothing.")] = False,
    output: Annotated[
        str | None,
        typer.Option("--output", metavar="DIR", help="Write only the changed files, below DIR instead of in place."),
    ] = None,
    include: Tiers = Include.trade,
    only: Only = None,
    skip: Skip = None,
    quiet: Quiet = False,
    version: Version = False,
) -> None:
    """Change the workflows. Every byte that a change does not mean stays as it is."""

    def work() -> int:
        from needful import app
        from needful.report import text

        if diff and output is not None:
            raise UserError("--diff writes nothing, so --output has nothing to do", hint="leave one of them out")
        targets, choice = _requested(paths, include, only, skip)
        names = app.folder_names([target.root for target in targets]) if diff or output is not None else ()
        plans = [app.verified(plan) for plan in _plans(targets, choice)]
        if diff:
            _print_diff(plans, names)
            return _complain(plans)
        problems = app.write_in_place(plans) if output is None else app.write_below(plans, output)
        if not quiet:
            _say(text.brief_text(plans, _look(sys.stdout)))
        code = _complain(plans, problems)
        if not quiet:
            _say(text.summary_text(plans, _look(sys.stdout), done=True))
        return code

    _run(work)


@cli.command()
def check(
    paths: Paths = None,
    form: Annotated[
        CheckFormat, typer.Option("--format", help="For people, or annotations on GitHub.")
    ] = CheckFormat.text,
    include: Tiers = Include.trade,
    only: Only = None,
    skip: Skip = None,
    quiet: Quiet = False,
    version: Version = False,
) -> None:
    """Find missing needs. Exit code 1 if there are any, or if a workflow cannot be read."""

    def work() -> int:
        from needful import app
        from needful.report import github, text

        targets, choice = _requested(paths, include, only, skip)
        plans = _plans(targets, app.only_defects(choice))
        if form is CheckFormat.github:
            _say(github.github_annotations(plans, choice.include))
        elif quiet:
            _say(text.brief_text(plans, _look(sys.stdout), held=True))
        else:
            _say(text.findings_text(plans, _look(sys.stdout), choice.include))
        code = _complain(plans)
        if not quiet:
            _say(text.check_summary_text(plans, _look(sys.stdout)))
        found = any(file.changes or file.held for plan in plans for file in plan.files)
        return BROKEN if code == BROKEN else FINDINGS if found or code == MISTAKE else DONE

    _run(work)


@cli.command()
def graph(
    paths: Paths = None,
    form: Annotated[GraphFormat, typer.Option("--format", help="Which language.")] = GraphFormat.mermaid,
    include: Annotated[Include, typer.Option("--include", hidden=True)] = Include.trade,
    only: Annotated[list[str] | None, typer.Option("--only", hidden=True)] = None,
    skip: Annotated[list[str] | None, typer.Option("--skip", hidden=True)] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", hidden=True)] = False,
    version: Version = False,
) -> None:
    """Draw the jobs and what each waits for, with the reason."""

    def work() -> int:
        from needful import app
        from needful.report import dot, mermaid, structured

        targets, _ = _requested(paths, include, only, skip)
        graphs = [app.graph_target(target) for target in targets]
        draw = {"mermaid": mermaid.graph_mermaid, "dot": dot.graph_dot, "json": structured.graph_json}[form.value]
        _say(draw(graphs))
        return _complain(graphs)

    _run(work)


@cli.command()
def explain(
    path: Annotated[str, typer.Argument(metavar="[PATH]", help="A repository or a workflow file.")] = ".",
    about: Annotated[
        str, typer.Argument(metavar="[JOB | 'JOB->JOB' | CHANGE-ID]", help="What to explain; every edge if left out.")
    ] = "",
    form: Annotated[TextFormat, typer.Option("--format", help="For people or for programs.")] = TextFormat.text,
    version: Version = False,
) -> None:
    """Say why jobs wait for each other, what a job may do, or why a change is offered. Writes nothing."""

    def work() -> int:
        from needful import app
        from needful.report import explain, explain_json

        found = app.explain_target(path, about.strip())
        text = form is TextFormat.text
        _say(explain.explain_text(found, _look(sys.stdout)) if text else explain_json.explain_json(found))
        return _complain([found], found.unanswered)

    _run(work)


def _requested(
    paths: list[str] | None, include: Include, only: list[str] | None, skip: list[str] | None
) -> tuple[tuple[Target, ...], Choice]:
    from needful import app

    choice = app.choose(include.value, only or (), skip or ())
    return app.find_targets(paths or ()), choice


def _plans(targets: Sequence[Target], choice: Choice) -> list[Plan]:
    from needful import app

    return [app.plan_target(target, choice) for target in targets]


def _print_diff(plans: Sequence[Plan], names: Sequence[str]) -> None:
    from needful.report.diff import painted_diff, plan_diff

    text = "".join(plan_diff(one, f"{name}/" if name else "") for one, name in zip(plans, names, strict=True))
    if sys.stdout.isatty():
        _say(painted_diff(text, _look(sys.stdout)))
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))


def _complain(results: Sequence[Plan | Graphs | Explained], problems: Sequence[UserError] = ()) -> int:
    """Say on stderr what went wrong, and return the exit code for it."""
    from needful.report.text import error_text, failure_text

    look = _look(sys.stderr)
    for result in results:
        for error in result.unreadable:
            _warn(error_text(error, look))
        for failure in result.failures:
            _warn(failure_text(result.root, failure, look))
    for error in problems:
        _warn(error_text(error, look))
    if any(result.failures for result in results):
        from needful.report.crash import PLEASE_REPORT

        _warn(PLEASE_REPORT)
        return BROKEN
    return MISTAKE if problems or any(result.unreadable for result in results) else DONE


def _look(stream: TextIO) -> Look:
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


def _say(text: str) -> None:
    sys.stdout.write(text)


def _warn(text: str) -> None:
    sys.stdout.flush()  # the two streams meet on a terminal and in logs; keep their order
    sys.stderr.write(text)


def _run(work: Callable[[], int]) -> NoReturn:
    """The rim: whatever goes wrong below becomes a message and an exit code here, and nowhere else."""
    try:
        code = work()
        sys.stdout.flush()
    except UserError as error:
        code = _complain((), (error,))
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = CLOSED
    except Exception as error:
        from needful.report.crash import PLEASE_REPORT, crash_text

        _warn(crash_text(error) + PLEASE_REPORT)
        code = BROKEN
    raise typer.Exit(code)


def main() -> None:
    """The command `needful`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # what a terminal cannot show is no reason to stop
            stream.reconfigure(errors="backslashreplace")
    cli(prog_name="needful")
