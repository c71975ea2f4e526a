"""The commands about recorded runs: history import, history show."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from needful.cli.options import RepositoryOption, StoreOption, TextFormat
from needful.cli.rim import DONE, MISTAKE, complain, look, run, say, warn

history = typer.Typer(
    help="Recorded runs of workflows: what they took, how often they failed.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@history.command("import")
def import_(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Files, or folders of files, of what GitHub's API returned.")
    ],
    store: StoreOption = None,
    repository: RepositoryOption = "",
) -> None:
    """Keep what GitHub's API returned for runs and jobs (JSON, or JSON lines, either with gzip)."""

    def work() -> int:
        from needful.app.history import import_runs
        from needful.report.history import imported_text

        done = import_runs(paths, store, repository)
        _warn(done.warnings)
        code = complain((), done.reading.problems)
        say(imported_text(done.reading, done.added, done.store, look(sys.stdout)))
        return code

    run(work)


@history.command()
def show(
    path: Annotated[
        str | None, typer.Argument(metavar="[PATH]", help="A repository or a workflow file; all that is kept if none.")
    ] = None,
    store: StoreOption = None,
    repository: RepositoryOption = "",
    form: Annotated[TextFormat, typer.Option("--format", help="For people or for programs.")] = TextFormat.text,
) -> None:
    """Show runs, times, failures and waiting per workflow and job; beside a checkout, which jobs are not in it."""

    def work() -> int:
        from needful.app.history import show_runs
        from needful.report.history import history_json, history_text

        found = show_runs(path, store, repository)
        _warn(found.warnings)
        workflows = [(one.stored, one.statistics, one.missed) for one in found.workflows]
        text = form is TextFormat.text
        say(
            history_text(workflows, found.without, look(sys.stdout)) if text else history_json(workflows, found.without)
        )
        return MISTAKE if complain((), found.unreadable) == MISTAKE else DONE

    run(work)


def _warn(warnings: tuple[str, ...]) -> None:
    from needful.report.terminal import clean

    for warning in warnings:
        warn(f"warning: {clean(warning)}\n")
