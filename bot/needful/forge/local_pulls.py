"""A pull request as a file of Markdown: a hidden line about its branch, its title as a heading, its body."""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from needful.errors import UserError
from needful.forge.model import State

_FIRST = re.compile(r"<!-- needful:local (\{[^\n]*\}) -->")


class LocalPull(NamedTuple):
    """What the file says. `head` is the commit that the branch was at when it was written; `OPEN`: not known to end."""

    base: str
    head: str
    title: str
    body: str
    state: State = State.OPEN


def read_pull(file: Path) -> LocalPull | None:
    """The pull request in a file, None where there is no such file or it is no pull request of ours any more."""
    try:
        text = file.read_text("utf-8", "surrogateescape")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror or error}", path=str(file)) from None
    first, _, rest = text.partition("\n")
    found = _FIRST.fullmatch(first.strip())
    if found is None:
        return None
    try:
        about = json.loads(found[1])
        base, head, state = str(about["base"]), str(about["head"]), State(about["state"])
    except (ValueError, LookupError):
        return None
    heading, _, body = rest.lstrip("\n").partition("\n")
    return LocalPull(base, head, heading.removeprefix("# ").strip(), body.strip(), state)


def written(file: Path, pull: LocalPull) -> None:
    """Write it so that a reader finds the old or the new, never a part."""
    about = json.dumps({"base": pull.base, "head": pull.head, "state": pull.state.value})
    title = " ".join(pull.title.split())
    text = f"<!-- needful:local {about} -->\n# {title}\n\n{pull.body.strip()}\n"
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, "utf-8", "surrogateescape", newline="\n")
        temporary.replace(file)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise UserError(f"cannot be written: {error.strerror or error}", path=str(file)) from None
