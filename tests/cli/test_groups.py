"""Options that several commands share arrive as one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer
from typer.testing import CliRunner

from needful.cli.groups import grouped

Loud = Annotated[bool, typer.Option("--loud", help="Cry.")]
Twice = Annotated[bool, typer.Option("--twice")]
Names = Annotated[list[str] | None, typer.Option("--name", help="Whom; repeatable.")]


@dataclass(frozen=True)
class Manner:
    loud: Loud = False
    names: Names = None


@grouped
def greet(word: Annotated[str, typer.Argument()] = "hello", *, manner: Manner, twice: Twice = False) -> None:
    """Greet."""
    typer.echo(f"{word} {manner} {twice}")


def invoke(*arguments: str) -> str:
    app = typer.Typer(add_completion=False)
    app.command()(greet)
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    return done.output


def test_what_is_given_is_in_the_group() -> None:
    assert invoke("hi", "--name", "a", "--name", "b") == "hi Manner(loud=False, names=['a', 'b']) False\n"
    assert invoke() == "hello Manner(loud=False, names=None) False\n"


def test_the_help_lists_every_option() -> None:
    text = invoke("--help")
    assert "Greet." in text
    assert "Whom; repeatable." in text
    assert "manner" not in text
