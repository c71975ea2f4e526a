"""Where a script is: folders relative to where it started, as texts with `/` (`""` there, None where not known)."""

from __future__ import annotations

import posixpath
import re

from needful.effects.names import Hole, Name, is_literal

# where the files of the repository lie: variables and contexts of the runner, and git's own word for it
_WORKSPACE = re.compile(
    r"\$?GITHUB_WORKSPACE\Z|github\.workspace\Z|\$env:GITHUB_WORKSPACE\Z|%GITHUB_WORKSPACE%\Z"
    r"|\$\(git rev-parse --show-toplevel\)\Z|`git rev-parse --show-toplevel`\Z",
    re.IGNORECASE,
)
_HERE = re.compile(r"\$PWD\Z|\$\(pwd(?: -[LP])?\)\Z|`pwd`\Z")
_OWN = r"\"?(?:\$0|\$\{0\}|\$BASH_SOURCE|\$\{BASH_SOURCE(?:\[0\])?(?::-\$0)?\})\"?"
_DIRNAME = rf"\"?\$\((?:\\)?dirname (?:-- )?{_OWN}\)\"?"
_SCRIPT = re.compile(
    rf"\$\{{(?:0|BASH_SOURCE(?:\[0\])?)%/\*\}}\Z|{_DIRNAME}\Z"
    rf"|\$\(\s*(?:unset CDPATH\s*;\s*|CDPATH=(?:''|\"\")?\s+)?cd (?:-P )?(?:-- )?{_DIRNAME}"
    r"(?:\s+(?:&?>|1>)\s*/dev/null(?: 2>&1)?)?\s*(?:&&|;)\s*pwd(?: -P)?\s*\)\Z"
)


def located(target: Name, folder: str | None, workspace: str | None, script: str | None) -> str | None:
    """Where a path leads, seen from where the script started; None where that is not known.

    `folder` is where the script is now, `workspace` where the repository's files lie and `script` the script's own
    path, all seen from where it started.
    """
    base = folder
    if target and isinstance(target[0], Hole):
        base, target = _place_of(target[0].key, folder, workspace, script), target[1:]
        if target and not (isinstance(target[0], str) and target[0].startswith("/")):
            return None
        rest = "".join(part for part in target if isinstance(part, str)).lstrip("/")
    else:
        rest = "".join(part for part in target if isinstance(part, str))
        if rest.startswith(("/", "~")) or ":" in rest[:2]:
            return None
    if base is None or not is_literal(target):
        return None
    return normal(f"{base}/{rest}" if base else rest)


def normal(path: str) -> str:
    """A relative path without `.`, and without `..` but in front."""
    found = posixpath.normpath(path) if path else ""
    return "" if found == "." else found


def _place_of(key: str, folder: str | None, workspace: str | None, script: str | None) -> str | None:
    if _WORKSPACE.match(key):
        return workspace
    if _HERE.match(key):
        return folder
    if _SCRIPT.match(key) and script is not None:
        return None if script.startswith(("/", "~")) else posixpath.dirname(normal(script))
    return None
