"""Work through the workflows of a repository, so that one bad file does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from needful.errors import BUGS, Defect, UserError, blame
from needful.memory import no_collection
from needful.planning.plan import Failure

_Found = TypeVar("_Found")


def sweep(
    paths: Iterable[str], look: Callable[[str], _Found]
) -> tuple[tuple[_Found, ...], tuple[UserError, ...], tuple[Failure, ...]]:
    """What `look` finds in each workflow; those that cannot be read, and those on which we break, go by themselves."""
    found: list[_Found] = []
    unreadable: list[UserError] = []
    failures: list[Failure] = []
    with no_collection():
        for path in paths:
            try:
                found.append(look(path))
            except UserError as error:
                unreadable.append(error)
            except (Defect, *BUGS) as defect:
                failures.append(Failure(path, blame(defect)))
    return tuple(found), tuple(unreadable), tuple(failures)
