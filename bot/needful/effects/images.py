"""Names of container images, reduced to the repository that they stand for."""

from __future__ import annotations

import re

from needful.effects.names import Name

_SCHEME = re.compile(r"\s*(?:docker|docker-image|oci)://|\s*")
_HUB = re.compile(r"(?:(?:(?:index|registry-1)\.docker\.io|(?:registry\.hub\.)?docker\.com|docker\.io)/)?(?:library/)?")
_LOOPBACK = re.compile(r"localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|host\.docker\.internal", re.IGNORECASE)


def image_name(image: Name) -> Name:
    """An image without tag and digest; `docker.io/library/x:1`, `library/x@sha256:…` and `x` are the same `x`.

    A registry keeps its port. Holes stay: whether one holds a tag of its own cannot be seen.
    """
    name = _up_to(_bare(image), "@", (0, 0))
    name = _up_to(name, ":", _last_slash(name))  # a colon left of the last slash belongs to the registry
    if name and isinstance(name[0], str):
        name = (_HUB.sub("", name[0], count=1), *name[1:])
    if name and isinstance(name[-1], str):
        name = (*name[:-1], name[-1].rstrip())
    return tuple(part for part in name if part)


def is_local_registry(image: Name) -> bool:
    """Whether an image certainly lives in a registry on the runner itself, so that what is pushed there stays there.

    That is a loopback address, or a host without a dot but with a port (`registry:5000/x`, a service of the job).
    """
    image = _bare(image)
    host = _up_to(image, "/", (0, 0))
    if host == image or not host or not isinstance(host[0], str):
        return False
    name, colon, _ = host[0].partition(":")
    if not colon and len(host) > 1:
        return False  # a hole behind it may go on with it
    return bool(_LOOPBACK.fullmatch(name)) or bool(colon and "." not in name)


def _bare(image: Name) -> Name:
    """Without the scheme that some tools want in front, and without blanks around."""
    if not image or not isinstance(image[0], str):
        return image
    return (_SCHEME.sub("", image[0], count=1), *image[1:])


def _up_to(name: Name, character: str, start: tuple[int, int]) -> Name:
    """What stands before the first such character at or behind `start` (index of the part, offset in it)."""
    for index, part in enumerate(name[start[0] :], start[0]):
        at = part.find(character, start[1] if index == start[0] else 0) if isinstance(part, str) else -1
        if at >= 0:
            return tuple(piece for piece in (*name[:index], str(part)[:at]) if piece)
    return name


def _last_slash(name: Name) -> tuple[int, int]:
    found = (0, 0)
    for index, part in enumerate(name):
        if isinstance(part, str) and "/" in part:
            found = (index, part.rindex("/"))
    return found
