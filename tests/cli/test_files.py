"""Which files of a repository are looked at: what its commands name, and nothing outside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.samples import CALM, Make
from needful import app
from needful.app.files import lister


def listed(root: Path, folder: str) -> tuple[str, ...]:
    (target,) = app.find_targets([str(root)])
    return lister(target.root)(folder)


def test_a_folder_is_listed_in_order(repository: Make) -> None:
    root = repository(ci=CALM)
    (root / "tasks").mkdir()
    (root / "tasks" / "b.py").touch()
    (root / "tasks" / "a").mkdir()
    assert listed(root, "tasks") == ("a/", "b.py")
    assert ".github/" in listed(root, "")
    assert listed(root, "gone") == ()
    assert listed(root, "tasks/b.py") == ()


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_what_lies_outside_is_not_listed(repository: Make, tmp_path: Path) -> None:
    root = repository(ci=CALM)
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key").touch()
    (root / "link").symlink_to(tmp_path / "secret")
    assert listed(root, "link") == ()
    assert listed(root, "../secret") == ()


def test_only_so_many_names(repository: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(ci=CALM)
    monkeypatch.setattr("needful.app.files._MAX_LISTED", 3)
    (root / "many").mkdir()
    for number in range(5):
        (root / "many" / str(number)).touch()
    assert len(listed(root, "many")) == 3
