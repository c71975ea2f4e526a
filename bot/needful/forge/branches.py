"""Which branch belongs to which workflow, and which commits on it are ours.

A branch is ours by its name only as long as every commit on it is ours by its seal: the last line of its message, which
says what the commit was meant to be and that its tree and message are still those. Whoever changes anything in such a
commit, its message too, breaks the seal: from then on it is a person's work.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath

from needful.forge.model import WORKFLOWS, Ahead, Commit

PREFIX = "needful/"
_PLAIN = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_SEAL = re.compile(r"\n+Needful-Seal: ([0-9a-f]{20})-([0-9a-f]{20})\Z")
_TRAILER = re.compile(r"[A-Za-z][A-Za-z-]*: .*")


def branch_of(path: str) -> str:
    """The branch for the changes of a workflow: `needful/ci.yml`. Odd names become plain ones, no two the same.

    What git allows in a name: https://git-scm.com/docs/git-check-ref-format
    """
    name = path.removeprefix(f"{WORKFLOWS}/")
    if _PLAIN.fullmatch(name) and not name.endswith(".lock") and len(name) <= 100:
        return PREFIX + name
    plain = re.sub(r"[^A-Za-z0-9]+", "-", PurePosixPath(name).stem).strip("-")[:60]
    return f"{PREFIX}{plain}~".replace("~", f"-{digest(path)[:12]}")


def meaning(path: str, before: bytes, after: bytes, message: str) -> str:
    """What a commit is meant to be, in 20 digits: the same for the same change of the same bytes."""
    return digest(path, before, after, message.strip())


def sealed(message: str, meant: str, tree: str) -> str:
    """A message with its seal, in the paragraph of trailers if it ends with one."""
    text = message.strip()
    last = text.rpartition("\n\n")[2] if "\n\n" in text else ""
    trailers = bool(last) and all(_TRAILER.fullmatch(line) for line in last.split("\n"))
    return f"{text}{'' if trailers else chr(10)}\nNeedful-Seal: {meant}-{digest(meant, tree, text)}"


def meant_by(commit: Commit) -> str | None:
    """What a commit of ours was meant to be; None for one that we did not make, or not like this."""
    found = _SEAL.search(commit.message)
    if found is None or len(commit.parents) != 1:
        return None
    meant, seal = found.groups()
    return meant if seal == digest(meant, commit.tree, commit.message[: found.start()]) else None


def foreign(ahead: Ahead) -> tuple[Commit, ...]:
    """The commits of a branch that are not ours."""
    return tuple(commit for commit in ahead.commits if meant_by(commit) is None)


def digest(*parts: str | bytes) -> str:
    """20 digits for some texts; no two lists of texts that differ are likely to share them."""
    known = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        known.update(len(data).to_bytes(8, "big") + data)
    return known.hexdigest()[:20]
