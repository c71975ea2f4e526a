"""An answer before it goes over the wire."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

_NONE: Mapping[str, str] = MappingProxyType({})


class Reply(NamedTuple):
    status: int
    body: Any
    headers: Mapping[str, str] = _NONE


def failed(status: int, message: str, *errors: str) -> Reply:
    """An error as GitHub words it."""
    body: dict[str, Any] = {
        "message": message,
        "documentation_url": "https://docs.github.com/rest",
        "status": str(status),
    }
    if errors:
        body["errors"] = [{"resource": "PullRequest", "code": "custom", "message": error} for error in errors]
    return Reply(status, body)


NOT_FOUND = failed(404, "Not Found")
NO_ACCESS = failed(403, "Resource not accessible by integration")
