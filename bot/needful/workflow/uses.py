"""How the workflows of a repository name an action: which tag or SHA, and with which comment beside it."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from needful.document.comments import comments
from needful.workflow.model import UsesKind
from needful.workflow.repository import Repository


class Named(NamedTuple):
    """What stands behind `uses:`, and the comment beside it without `#`, `""` for none."""

    uses: str
    comment: str = ""


_SHA = re.compile(r"[0-9a-f]{40}\Z")


def pinned(repository: Repository, action: str) -> Named | None:
    """The SHA by which most steps of a repository's workflows name an action (given in lower case), None if none does.

    A tag is none: it may be another action tomorrow. Of several that are as frequent, the last in alphabetical order.
    """
    found: Counter[Named] = Counter()
    for workflow in repository.readable:
        for job in workflow.jobs:
            for step in job.all_steps():
                uses = step.uses
                if (
                    uses is not None
                    and uses.kind is UsesKind.REPOSITORY
                    and uses.name == action
                    and _SHA.match(uses.ref)
                ):
                    said = comments(workflow.document, (*step.path, "uses"))
                    found[Named(uses.text.value, said[-1] if said else "")] += 1
    return max(found, key=lambda one: (found[one], one)) if found else None
