"""How test runners run a part of their tests: `sharding.json`, typed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from needful.facts import table


@dataclass(frozen=True)
class Sharding:
    """One runner. `by` are the options by which it runs a part already.

    `needs`: what has to be installed first; `merge`: how reports of the parts become one. `""` for nothing.
    """

    options: str
    by: tuple[str, ...]
    needs: str = ""
    merge: str = ""

    def part(self, number: str, of: int) -> str:
        """The options that run one part of so many."""
        return self.options.replace("{n}", number).replace("{of}", str(of))


def sharding(words: tuple[str, ...]) -> Sharding | None:
    """How a command can run a part of its tests, by the words that lead to it; None if that is not known."""
    return _runners().get(" ".join(words))


@cache
def _runners() -> dict[str, Sharding]:
    return {
        name: Sharding(row["options"], tuple(row["by"]), row.get("needs", ""), row.get("merge", ""))
        for row in table("sharding.json")["runners"]
        for name in row["names"]
    }
