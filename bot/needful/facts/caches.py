"""Which folders hold no more than downloads, so that a job without the cache only fetches them again."""

from __future__ import annotations

import re
from functools import cache

from needful.facts import table
from needful.facts.actions import catalogued


def holds_downloads(folder: str) -> bool:
    """Whether a path that is cached is one where a package manager keeps what it downloaded."""
    return bool(_folders().fullmatch(folder.strip().replace("\\", "/").rstrip("/")))


def asks_for_downloads(expression: str) -> bool:
    """Whether an expression is named for such a folder: `steps.yarn-cache-dir.outputs.dir`, `env.PNPM_STORE`."""
    return bool(_questions().search(expression))


@cache
def _folders() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{folder})" for folder in table("caches.json")["downloads"]), re.IGNORECASE)


@cache
def _questions() -> re.Pattern[str]:
    tools = "|".join(table("caches.json")["questions"])
    return re.compile(rf"\b(?:[a-z]+[-_])*(?:{tools})[-_.\w]*(?:cache|store)", re.IGNORECASE)


def is_cache_step(action: str) -> bool:
    """Whether an action (its name in lower case) does nothing but keep a cache."""
    facts = catalogued(action)
    return facts is not None and (bool(facts.cache) or action in table("caches.json")["actions"])


def is_cache_input(action: str, name: str) -> bool:
    """Whether an input (in lower case) of an action says what is cached and how, and nothing else."""
    if is_cache_step(action):
        return True
    return name in table("caches.json")["inputs"].get(action, ())


def is_cache_line(action: str, name: str, line: str) -> bool:
    """Whether a line of an input (in lower case) says what is cached, where the other lines may say other things."""
    lines = table("caches.json")["lines"].get(action, {})
    return name in lines and re.fullmatch(lines[name], line.strip()) is not None
