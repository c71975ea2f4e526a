"""The command line: commands and their arguments → `app` calls → exit code."""

from __future__ import annotations

import sys
from io import TextIOWrapper

import typer

from needful.cli import asking, proposing, rewriting
from needful.cli.history import history
from needful.cli.options import Version
from needful.cli.rim import BROKEN, DONE, FINDINGS, MISTAKE

__all__ = ["BROKEN", "DONE", "FINDINGS", "MISTAKE", "cli", "main"]

cli = typer.Typer(
    help="Exactly the needs: that are needed. Rewrites GitHub Actions workflows to run as parallel as they can.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@cli.callback()
def _top(version: Version = False) -> None:
    pass


_commands = (rewriting.plan, rewriting.apply, rewriting.check, proposing.propose, asking.graph, asking.explain)
for _command in _commands:
    cli.command()(_command)
cli.add_typer(history, name="history")


def main() -> None:
    """The command `needful`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # what a terminal cannot show is no reason to stop
            stream.reconfigure(errors="backslashreplace")
    cli(prog_name="needful")
