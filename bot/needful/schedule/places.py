"""The account's places for jobs that run at once, and who waits for one."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from needful.schedule.load import Limits

NOBODY = -1


class Places:
    """Places in all and of single pools. A place remembers which leg had it last; the one empty longest is taken first.

    Taking that one leaves the most room between one leg and the next in the same place, and so the most slack.
    """

    def __init__(self, limits: Limits) -> None:
        self._all = deque([NOBODY] * limits.total) if limits.total is not None else None
        self._pools = {pool: deque([NOBODY] * count) for pool, count in limits.pools}
        self._waiting: dict[str, deque[tuple[float, int]]] = {}

    def free(self, pool: str) -> bool:
        """Whether a leg of that pool could start."""
        return (self._all is None or bool(self._all)) and (pool not in self._pools or bool(self._pools[pool]))

    def take(self, pool: str) -> list[int]:
        """Take a place; who had it last (`NOBODY` for a new one), once for each limit."""
        rows = (self._all, self._pools.get(pool))
        return [row.popleft() for row in rows if row is not None]

    def give_back(self, leg: int, pool: str) -> None:
        """Empty a leg's place."""
        for row in (self._all, self._pools.get(pool)):
            if row is not None:
                row.append(leg)

    def wait(self, leg: int, pool: str, time: float) -> None:
        """Stand behind all that have asked before."""
        self._waiting.setdefault(pool, deque()).append((time, leg))

    def next(self, closed: Sequence[bool]) -> int:
        """Who has waited longest among those that could start now, `NOBODY` for none. `closed` legs wait no longer."""
        heads: list[tuple[float, int, str]] = []
        for pool, waiting in self._waiting.items():
            while waiting and closed[waiting[0][1]]:
                waiting.popleft()
            if waiting and self.free(pool):
                heads.append((*waiting[0], pool))
        if not heads:
            return NOBODY
        _, leg, pool = min(heads)
        self._waiting[pool].popleft()
        return leg
