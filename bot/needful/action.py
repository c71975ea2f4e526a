"""As a GitHub Action: the inputs become arguments of the command line, and its exit code that of the step.

Actions hands inputs over as environment variables `INPUT_<NAME>`; none of them goes through a shell.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from needful.errors import UserError

DEFAULTS = {"COMMAND": "check", "PATHS": ".", "INCLUDE": ""}
"""The inputs of `action.yml`, in capitals, as they are where the workflow says nothing."""

_OPTIONS = {"check": ("--format", "github"), "plan": (), "graph": ()}
_TIERS = ("safe", "trade", "review")


def arguments(environment: Mapping[str, str]) -> list[str]:
    """What to call the command line with. Raises `UserError` for an input that means nothing."""
    inputs = {name: environment.get(f"INPUT_{name}", "").strip() or default for name, default in DEFAULTS.items()}
    command = _one_of("command", inputs["COMMAND"], tuple(_OPTIONS))
    include = ("--include", _one_of("include", inputs["INCLUDE"], _TIERS)) if inputs["INCLUDE"] else ()
    paths = [line.strip() for line in inputs["PATHS"].splitlines() if line.strip()]
    return [command, *_OPTIONS[command], *include, "--", *paths]


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise UserError(f"the input `{name}` is {value!r}", hint=f"it can be {', '.join(allowed)}")
    return value


def main() -> None:
    """The entry point of the image."""
    from needful import cli

    try:
        sys.argv[1:] = arguments(os.environ)
    except UserError as error:
        # a workflow command ends with its line: https://docs.github.com/actions/reference/workflow-commands
        print("::error title=Needful::" + str(error).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))
        sys.exit(cli.MISTAKE)
    cli.main()


if __name__ == "__main__":
    main()
