"""Options that several commands share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from needful import __version__
from needful.errors import UserError

if TYPE_CHECKING:
    from needful.app import Wishes
    from needful.app.figures import Figures
    from needful.config.settings import Objective


class Include(StrEnum):
    """The tiers, each including those before it."""

    safe = "safe"
    trade = "trade"
    review = "review"


class Aimed(StrEnum):
    """What is to be improved."""

    latency = "latency"
    balanced = "balanced"
    cost = "cost"


TextFormat = StrEnum("TextFormat", ["text", "json"])
PlanFormat = StrEnum("PlanFormat", ["text", "json", "html"])
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
    Include | None,
    typer.Option(
        "--include",
        help="safe: proved, no trade-off; trade: proved, with a cost that is named; review: not proved in every point. "
        "[default: as the settings say, else trade]",
    ),
]
ObjectiveOption: TypeAlias = Annotated[
    Aimed | None,
    typer.Option(
        "--objective",
        help="latency: the time to the end of a run; cost: runner minutes; balanced: time that is worth its minutes. "
        "[default: as the settings say, else latency]",
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
Config: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--config", metavar="FILE", help="Settings to follow instead of the repository's .github/needful.yml."
    ),
]
NoConfig: TypeAlias = Annotated[bool, typer.Option("--no-config", help="Follow no settings.")]
History: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--history", metavar="PATH", help="Recorded runs to calculate with: files or folders of them; repeatable."
    ),
]
StoreOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--store", metavar="FILE", help="Where runs are kept; a file in the user's cache folder if none."),
]
NoHistory: TypeAlias = Annotated[bool, typer.Option("--no-history", help="Calculate with no recorded runs.")]
RepositoryOption: TypeAlias = Annotated[
    str, typer.Option("--repository", metavar="OWNER/NAME", help="Whose runs are meant, where that is not clear.")
]
Required: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--required", metavar="CHECK", help="A check that a pull request waits for; repeatable."),
]
Assume: TypeAlias = Annotated[
    bool, typer.Option("--assume", help="Calculate with published durations where no run was recorded.")
]
Private: TypeAlias = Annotated[
    bool, typer.Option("--private", help="Standard runners cost money and have two processors: a private repository.")
]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="Only a line per change or finding, and errors.")]
Version: TypeAlias = Annotated[
    bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and leave.")
]


@dataclass(frozen=True)
class Followed:
    """Which settings are followed, and up to which tier."""

    include: Tiers = None
    config: Config = None
    no_config: NoConfig = False


@dataclass(frozen=True)
class Rules:
    """Which rules are used."""

    only: Only = None
    skip: Skip = None


@dataclass(frozen=True)
class Changes:
    """Which changes are made whatever their tier, and which are not."""

    wanted: With = None
    refused: Without = None


@dataclass(frozen=True)
class Recorded:
    """Where recorded runs are."""

    history: History = None
    store: StoreOption = None
    no_history: NoHistory = False
    repository: RepositoryOption = ""


@dataclass(frozen=True)
class Terms:
    """What no file says about numbers."""

    required: Required = None
    assume: Assume = False
    private: Private = False


def requested(
    followed: Followed,
    rules: Rules | None = None,
    changes: Changes | None = None,
    objective: Aimed | None = None,
    *,
    defects: bool = False,
) -> Wishes:
    """What the user wants done, by settings, rules and changes."""
    from needful import app

    if followed.config is not None and followed.no_config:
        raise UserError("--config and --no-config contradict each other", hint="leave one of them out")
    rules, changes = rules or Rules(), changes or Changes()
    aimed: Objective | None = objective.value if objective else None
    return app.Wishes(
        followed.include.value if followed.include else "",
        tuple(rules.only or ()),
        tuple(rules.skip or ()),
        tuple(changes.wanted or ()),
        tuple(changes.refused or ()),
        followed.config,
        followed.no_config,
        defects,
        aimed,
    )


def figured(recorded: Recorded, terms: Terms | None = None) -> Figures:
    """What the user says about numbers."""
    from needful.app.figures import Figures

    if recorded.no_history and (recorded.history or recorded.store):
        raise UserError("--no-history contradicts --history and --store", hint="leave one of them out")
    if recorded.history and recorded.store:
        raise UserError("--history and --store both say which runs are meant", hint="leave one of them out")
    terms = terms or Terms()
    return Figures(
        tuple(recorded.history or ()),
        recorded.store,
        recorded.no_history,
        recorded.repository,
        tuple(terms.required or ()),
        terms.assume,
        terms.private,
    )
