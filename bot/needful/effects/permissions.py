"""What the token of a job may do."""

from __future__ import annotations

from needful.workflow.model import Permissions

_READING = frozenset({"read", "none"})
# writing there changes nothing that a job of the run could see, and a token for other services is asked for by itself
_APART = frozenset({"security-events", "id-token"})


def may_write(permissions: Permissions | None, *scopes: str) -> bool:
    """Whether a token may write, in one of these scopes or (without any) wherever another job could see it.

    None means that no file says: the repository's default, which may be to write, though never `id-token`.
    """
    if permissions is None:
        return scopes != ("id-token",)
    if permissions.everything:
        return permissions.everything != "read-all"
    written = {scope for scope, level in permissions.scopes if level not in _READING}
    return bool(written & set(scopes) if scopes else written - _APART)


def written(permissions: Permissions) -> tuple[str, ...]:
    """The scopes that `permissions:` asks to write in, as written there."""
    found = tuple(scope for scope, level in permissions.scopes if level not in _READING and scope not in _APART)
    return (*found, "everything") if permissions.everything == "write-all" else found
