"""Where what is kept between runs lies."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from needful.errors import UserError


def store_file(given: str | None) -> Path:
    """The file of the store: the user's, or `needful/history.sqlite` in the folder that the system has for caches."""
    if given is not None:
        if not given:
            raise UserError("the name of the store is empty", hint="leave --store out for the usual one")
        return Path(given)
    return _cache_folder() / "needful" / "history.sqlite"


def _cache_folder() -> Path:
    """As https://specifications.freedesktop.org/basedir-spec/latest/ has it, and the usual ones of other systems."""
    if (named := os.environ.get("XDG_CACHE_HOME")) and Path(named).is_absolute():
        return Path(named)
    if sys.platform == "win32" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path.home() / ".cache"
