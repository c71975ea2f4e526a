"""How values are kept in memory, where there are very many of them or where they cost much."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

_Item = TypeVar("_Item")


class Lazily(Generic[_Item]):
    """Values that are made when somebody gets to them, and then kept: who has seen enough may stop."""

    def __init__(self, source: Iterable[_Item]) -> None:
        self._source = iter(source)
        self._kept: list[_Item] = []
        self._whole = False

    def __iter__(self) -> Iterator[_Item]:
        return iter(self._kept) if self._whole else self._on()

    def _on(self) -> Iterator[_Item]:
        at = 0
        while at < len(self._kept) or self._made():
            yield self._kept[at]
            at += 1

    def _made(self) -> bool:
        """Whether there is another value, which is kept."""
        for one in self._source:
            self._kept.append(one)
            return True
        self._whole = True
        return False


@contextmanager
def no_collection() -> Iterator[None]:
    """No search for garbage while hundreds of thousands of values are made, most of which stay.

    It would take half the time of reading records, and a fifth of planning.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
