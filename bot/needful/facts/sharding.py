"""How test runners run a part of their tests: `sharding.json`, typed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from needful.facts import table


@dataclass(frozen=True)
class Sharding:
    """One runner. `by` are the options by which it runs a part already.

    `needs`: what has to be installed first; `merge`: how reports of the parts become one; `instead`: the command of one
    part, where an option does not do. `""` for nothing. `packages`: what a package.json asks for that has the runner,
    by `least` major version at least; `has_it`: it always knows the option.
    """

    options: str
    by: tuple[str, ...]
    needs: str = ""
    merge: str = ""
    instead: str = ""
    packages: tuple[str, ...] = ()
    least: int = 0
    has_it: bool = False

    def part(self, number: str, of: int) -> str:
        """The options, or else the command, that run one part of so many."""
        return (self.instead or self.options).replace("{n}", number).replace("{of}", str(of))


def sharding(words: tuple[str, ...]) -> Sharding | None:
    """How a command can run a part of its tests, by the words that lead to it; None if that is not known."""
    return _runners().get(" ".join(words))


@cache
def _runners() -> dict[str, Sharding]:
    return {
        name: Sharding(
            row["options"],
            tuple(row["by"]),
            row.get("needs", ""),
            row.get("merge", ""),
            row.get("instead", ""),
            tuple(row.get("packages", ())),
            row.get("least", 0),
            row.get("has_it", False),
        )
        for row in table("sharding.json")["runners"]
        for name in row["names"]
    }
