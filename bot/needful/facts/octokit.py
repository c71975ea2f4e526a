"""What methods of GitHub's REST client touch: `octokit.json`, typed.

A method is written `issues.createComment`. It reads if its name begins with one of the words of `reading`; its channels
are those of the longest entry that it begins with.
"""

from __future__ import annotations

import re
from functools import cache

from needful.facts import table

_SETTINGS = re.compile(r"(?:Variable|Secret)s?(?:[A-Z]|\Z)")


@cache
def _channels() -> dict[str, tuple[str, ...]]:
    return {prefix: tuple(channels) for prefix, channels in table("octokit.json")["channels"].items()}


@cache
def _reading() -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(map(re.escape, table("octokit.json")["reading"])) + r")(?:[A-Z]|\Z)")


def rest_method(namespace: str, method: str) -> tuple[bool, tuple[str, ...]] | None:
    """Whether a method only reads, and the channels that it touches; None where the namespace is none of GitHub's."""
    channels = _channels().get(namespace)
    if channels is None:
        return None
    if namespace in ("actions", "dependabot") and _SETTINGS.search(method):
        channels = ("variable",)
    else:
        whole = f"{namespace}.{method}"
        longest = max(
            (prefix for prefix in _channels() if whole.startswith(prefix) and "." in prefix), default="", key=len
        )
        channels = _channels()[longest] if longest else channels
    return _reading().match(method) is not None, channels
