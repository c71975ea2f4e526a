"""As a GitHub Action: environment, event file, clock and randomness are read here and handed down; results go out.

Actions hands inputs over as environment variables `INPUT_<NAME>`; none of them goes through a shell. What a comment
says is read from the event file alone. https://docs.github.com/en/actions/reference/workflows-and-actions/variables
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from needful.errors import UserError

if TYPE_CHECKING:
    from needful.app.acting import Acted, Mode
    from needful.app.choosing import Wishes
    from needful.forge.events import Event
    from needful.history.store import Store

DEFAULTS = {
    "TOKEN": "",
    "MODE": "auto",
    "PATHS": ".",
    "INCLUDE": "",
    "CONFIG": "",
    "HISTORY-RUNS": "100",
    "DRY-RUN": "false",
}
"""The inputs of `action.yml`, in capitals, as they are where the workflow says nothing."""
OUTPUTS = ("changes", "pull-requests", "patch", "summary")

_TIERS = ("", "safe", "trade", "review")
_MODES = ("auto", "propose", "check", "command", "measure")
_MOST_RUNS = 1000
_MAX_EVENT = 32 << 20
_MAX_SUMMARY, _MAX_OUTPUT = 1 << 20, 60_000
"""Bytes of a job summary, beyond which GitHub drops all of it; characters of the output, which then fits a comment."""


class Inputs:
    """The inputs, judged. Raises `UserError` for one that means nothing."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        given = {name: environment.get(f"INPUT_{name}", "").strip() or default for name, default in DEFAULTS.items()}
        self.token = given["TOKEN"]
        self.mode = _one_of("mode", given["MODE"], _MODES)
        self.include = _one_of("include", given["INCLUDE"], _TIERS)
        self.config = given["CONFIG"] or None
        self.paths = tuple(line.strip() for line in given["PATHS"].splitlines() if line.strip())
        self.dry_run = _one_of("dry-run", given["DRY-RUN"].lower(), ("true", "false")) == "true"
        runs = given["HISTORY-RUNS"]
        if not (runs.isascii() and runs.isdecimal() and int(runs) <= _MOST_RUNS):
            raise UserError(f"the input `history-runs` is {runs!r}", hint=f"it is a whole number up to {_MOST_RUNS}")
        self.runs = int(runs)


def run(environment: Mapping[str, str]) -> Acted:
    """Do what the event asks for. Raises `UserError` for what the user has to mend."""
    from needful.app.acting import Mode, check
    from needful.forge.events import Checking

    inputs = Inputs(environment)
    event, mode = _event(environment), Mode(inputs.mode)
    if not inputs.token:
        if mode is Mode.CHECK or (mode is Mode.AUTO and isinstance(event, Checking)):
            return check(_wishes(inputs), inputs.paths)
        raise UserError("the input `token` is empty", hint="leave it out to use the run's own, or hand over another")
    return _on_github(environment, inputs, event, mode)


def _on_github(environment: Mapping[str, str], inputs: Inputs, event: Event, mode: Mode) -> Acted:
    from needful.app.acting import act
    from needful.app.bot import Bot
    from needful.app.files import reader
    from needful.app.proposing import Proposer
    from needful.app.recording import Recording, keep_tags, tags
    from needful.forge.github.service import GitHub

    repository, server = _needed(environment, "GITHUB_REPOSITORY"), environment.get("GITHUB_SERVER_URL", "")
    store, why_not = _store()
    try:
        kept = tags(store, repository)
        api = _needed(environment, "GITHUB_API_URL")
        service = GitHub(repository, inputs.token, time.time, time.sleep, kept, api)
        recording = Recording(service, repository, inputs.runs, store, why_not)
        proposer = Proposer(
            forge=service,
            wishes=_wishes(inputs),
            now=datetime.now(UTC),
            at_hand=reader("."),
            runs_of=recording.of,
            requirements=service.required_checks,
            server=server,
            dry_run=inputs.dry_run,
            only=() if inputs.paths == (".",) else inputs.paths,
        )
        run_id = environment.get("GITHUB_RUN_ID", "")
        run_url = f"{server}/{repository}/actions/runs/{run_id}" if server and run_id.isdecimal() else ""
        acted = act(Bot(service, proposer, recording, run_url=run_url), event, mode, inputs.paths)
        keep_tags(store, repository, kept)
        return acted
    finally:
        if store is not None:
            store.close()


def _wishes(inputs: Inputs) -> Wishes:
    from needful.app.choosing import Wishes

    return Wishes(include=inputs.include, config=inputs.config)


def _event(environment: Mapping[str, str]) -> Event:
    from needful.forge.events import event_of
    from needful.history.fields import Place, fields_at

    file = Path(_needed(environment, "GITHUB_EVENT_PATH"))
    try:
        with file.open("rb") as stream:
            data = stream.read(_MAX_EVENT + 1)
        payload = json.loads(data) if len(data) <= _MAX_EVENT else None
    except OSError as error:
        raise UserError(f"the event cannot be read: {error.strerror}", path=str(file)) from None
    except (ValueError, RecursionError):
        raise UserError("the event is no JSON", path=str(file)) from None
    return event_of(_needed(environment, "GITHUB_EVENT_NAME"), fields_at(Place(str(file)), payload))


def _store() -> tuple[Store | None, str]:
    """Where runs are kept, or why they are not."""
    from needful.app.places import store_file
    from needful.history.store import Store

    file = store_file(None)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return Store(file), ""
    except OSError as error:
        return None, f"recorded runs are not kept: {error.strerror}"
    except UserError as error:
        return None, f"recorded runs are not kept: {error}"


def _needed(environment: Mapping[str, str], name: str) -> str:
    if not (value := environment.get(name, "")):
        raise UserError(f"{name} is not set", hint="this program is started by GitHub Actions; elsewhere use `needful`")
    return value


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        named = ", ".join(one for one in allowed if one)
        raise UserError(f"the input `{name}` is {value!r}", hint=f"it can be {named}")
    return value


# --- what goes out ---------------------------------------------------------------------------------------------------


def write(environment: Mapping[str, str], acted: Acted, token: str) -> None:
    """Log, job summary, outputs and patch. The token is in none of them, whatever GitHub or a file said."""
    _out(_hidden(acted.log, token))
    summary = _hidden(acted.summary, token)
    if file := environment.get("GITHUB_STEP_SUMMARY"):
        _append(file, _cut(summary, _MAX_SUMMARY - 1))
    else:
        _out(f"{summary}\n")
    patch = _patch(acted.patch)
    outputs = {**dict.fromkeys(OUTPUTS, ""), **acted.outputs, "patch": patch, "summary": summary[:_MAX_OUTPUT]}
    if file := environment.get("GITHUB_OUTPUT"):
        _append(file, "".join(_output(name, _hidden(value, token)) for name, value in outputs.items()))


def _output(name: str, value: str) -> str:
    """A value of any lines; no value can contain a delimiter that nobody can guess."""
    delimiter = f"needful-{secrets.token_hex(16)}"
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def _patch(text: str) -> str:
    """Write the patch into the checkout. Returns its path there, `""` where there is none."""
    from needful.app.instead import NAME

    if not text:
        return ""
    try:
        Path(NAME).write_bytes(text.encode("utf-8", "surrogateescape"))
    except OSError:
        return ""
    return NAME


def _append(file: str, text: str) -> None:
    try:
        with Path(file).open("ab") as stream:
            stream.write(f"{text}\n".encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror}", path=file) from None


def _cut(text: str, most: int) -> str:
    data = text.encode("utf-8", "backslashreplace")
    return text if len(data) <= most else data[: most - 40].decode("utf-8", "ignore") + "\n\n… (the rest does not fit)"


def _hidden(text: str, token: str) -> str:
    return text.replace(token, "***") if token else text


def _out(text: str) -> None:
    sys.stdout.write(text)


def main() -> NoReturn:
    """The entry point of the image."""
    environment = dict(os.environ)
    token = environment.get("INPUT_TOKEN", "").strip()
    try:
        acted = run(environment)
        write(environment, acted, token)
        code = acted.code
    except UserError as error:
        code = 2
        _fail(_hidden(str(error), token))
    except Exception as error:
        from needful.report.crash import PLEASE_REPORT, crash_text

        code = 3
        sys.stderr.write(_hidden(crash_text(error), token) + PLEASE_REPORT)
        _fail("an internal error; the log says more")
    sys.exit(code)


def _fail(text: str) -> None:
    """A workflow command, which ends with its line."""
    _out("::error title=Needful::" + text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A") + "\n")


if __name__ == "__main__":
    main()
