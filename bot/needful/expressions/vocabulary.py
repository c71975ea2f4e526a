"""The names that an expression may use. GitHub refuses a whole workflow for one name it does not know.

Which context is available at which key is not checked here; functions that GitHub offers only at some keys
(`hashFiles`, the status functions) are accepted everywhere.
"""

from __future__ import annotations

from typing import Final, NamedTuple

CONTEXTS: Final = frozenset(
    ("env", "github", "inputs", "job", "jobs", "matrix", "needs", "runner", "secrets", "steps", "strategy", "vars")
)

STATUS_FUNCTIONS: Final = frozenset(("always", "cancelled", "failure", "success"))
"""Functions that judge the outcome of earlier jobs or steps. An `if:` without one means `success() && (…)`."""


class Arity(NamedTuple):
    """How many arguments a function takes; `most` is None where there is no limit."""

    least: int
    most: int | None


FUNCTIONS: Final = {
    "always": Arity(0, 0),
    "cancelled": Arity(0, 0),
    "case": Arity(3, None),
    "contains": Arity(2, 2),
    "endswith": Arity(2, 2),
    "failure": Arity(0, None),
    "format": Arity(1, 255),
    "fromjson": Arity(1, 1),
    "hashfiles": Arity(1, 255),
    "join": Arity(1, 2),
    "startswith": Arity(2, 2),
    "success": Arity(0, None),
    "tojson": Arity(1, 1),
}
"""By name in lower case. `case` takes pairs of condition and value, then the value for otherwise: an odd number."""
