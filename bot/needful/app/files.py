"""Files of a checkout: read without leaving it, written whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from pathlib import Path

from needful.errors import UserError
from needful.report.terminal import shown_path
from needful.source import MAX_BYTES


def reader(folder: str) -> Callable[[str], bytes | None]:
    """What reads the files of a repository: nothing outside it, nothing endless, nothing too large."""
    root = real_path(Path(folder))

    def read(path: str) -> bytes | None:
        try:
            return _read(root, path, shown_path(folder, path))
        except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: no file can have such a name
            return None
        except OSError as error:
            raise failed("cannot be read", shown_path(folder, path), error) from None

    return read


_MAX_LISTED = 10_000
"""Names of one folder; what has more is no folder that people wrote."""


def lister(folder: str) -> Callable[[str], tuple[str, ...]]:
    """What lists the folders of a repository: nothing outside it."""
    root = real_path(Path(folder))

    def listed(path: str) -> tuple[str, ...]:
        inner = real_path(root / path)
        if not inner.is_relative_to(root):
            return ()
        try:
            with os.scandir(inner) as entries:
                found = [_listed(entry) for entry in islice(entries, _MAX_LISTED)]
        except OSError:
            return ()
        return tuple(sorted(found))

    return listed


def _listed(entry: os.DirEntry[str]) -> str:
    try:
        return f"{entry.name}/" if entry.is_dir() else entry.name
    except OSError:  # a link that leads in a circle, or through a file
        return entry.name


def _read(root: Path, path: str, shown: str) -> bytes:
    file = real_path(root / path)
    if not file.is_relative_to(root):
        raise UserError("a link that leads out of the repository is not followed", path=shown)
    with open(file, "rb", opener=_open_without_waiting) as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise UserError("not a regular file", path=shown)
        if status.st_size > MAX_BYTES:
            size = f"the file has {status.st_size:,} bytes; files over {MAX_BYTES:,} bytes are not read"
            raise UserError(size, path=shown, hint="is this really a workflow?")
        return stream.read(MAX_BYTES + 1)


def _open_without_waiting(path: str, flags: int) -> int:
    """Opening a pipe would wait for its writer."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def real_path(path: Path) -> Path:
    """The path without links. Unlike `Path.resolve`, it leaves a loop of links to whoever opens the file."""
    return Path(os.path.realpath(path))


def write_whole(goal: Path, data: bytes, like: os.stat_result | None) -> None:
    """Write a file so that a reader, or a power cut, finds the old or the new, never a part. `like`: whose file."""
    import tempfile

    handle, name = tempfile.mkstemp(prefix=".needful-", dir=goal.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        _take_after(temporary, like)
        temporary.replace(goal)
    finally:
        temporary.unlink(missing_ok=True)


def _take_after(file: Path, like: os.stat_result | None) -> None:
    if like is None:
        mask = os.umask(0)
        os.umask(mask)
        file.chmod(0o666 & ~mask)
        return
    if sys.platform != "win32":
        with suppress(OSError):  # only root can give files away, as in a container; the owner matters less
            os.chown(file, like.st_uid, like.st_gid)
    file.chmod(stat.S_IMODE(like.st_mode))


def failed(what: str, path: str, error: OSError) -> UserError:
    """What the user is told of an error of the system: `what` went wrong with which path."""
    if isinstance(error, FileNotFoundError) and what == "cannot be read":
        return UserError("there is no such file or folder", path=path)
    return UserError(f"{what}: {error.strerror or error}", path=path)
