"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from needful import __version__

if TYPE_CHECKING:
    from needful.app import Target
    from needful.planning.planner import Choice


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
With: TypeAlias = Annotated[
    list[str] | None, typer.Option("--with", metavar="ID", help="Apply this change whatever its tier; repeatable.")
]
Without: TypeAlias = Annotated[
    list[str] | None, typer.Option("--without", metavar="ID", help="Leave this change out; repeatable.")
]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="Only a line per change or finding, and errors.")]
Version: TypeAlias = Annotated[
    bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and leave.")
]


def requested(
    paths: list[str] | None,
    include: Include,
    only: list[str] | None,
    skip: list[str] | None,
    wanted: list[str] | None = None,
    refused: list[str] | None = None,
) -> tuple[tuple[Target, ...], Choice]:
    """What the user names by paths, rules and changes."""
    from needful import app

    choice = app.choose(include.value, only or (), skip or (), wanted or (), refused or ())
    return app.find_targets(paths or ()), choice
