"""Files of a repository by globs."""

from __future__ import annotations

import pytest

from dependence.made import listed
from needful.effects.project.found import found

PATHS = ("a.txt", "web/a.txt", "web/deep/er/a.txt", "web/b.toml", "node_modules/x/a.txt", ".git/a.txt")


class Files:
    """A repository of empty files."""

    def text(self, path: str) -> str | None:
        return "" if path in PATHS else None

    def listing(self, folder: str) -> tuple[str, ...]:
        return listed(PATHS, folder)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("a.txt", ["a.txt"]),
        ("./web/a.txt", ["web/a.txt"]),
        ("*/a.txt", ["web/a.txt"]),
        ("**/a.txt", ["a.txt", "web/a.txt", "web/deep/er/a.txt"]),
        ("web/**/a.*", ["web/a.txt", "web/deep/er/a.txt"]),
        ("web/**/**/?.toml", ["web/b.toml"]),
        ("web", []),
        ("**", []),
        ("gone/*", []),
    ],
)
def test_files_by_their_globs(pattern: str, expected: list[str]) -> None:
    assert list(found(Files(), pattern)) == expected


def test_a_repository_without_end_is_not_gone_through_to_its_end() -> None:
    class Endless(Files):
        """Every folder has two more."""

        def listing(self, folder: str) -> tuple[str, ...]:
            return ("a/", "b/")

    assert found(Endless(), "**/x") == ()
