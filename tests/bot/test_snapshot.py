"""The files of a commit are read as those of a checkout would be, links included."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stage import CI, UNIT, Stage
from needful.app.files import lister, reader
from needful.app.snapshot import Snapshot, snapshot
from needful.errors import UserError
from needful.forge.model import Commit, File, blob_id
from needful.source import MAX_BYTES

parts = st.sampled_from(["a", "b", "c.yml"])
GOALS = ("a", "b", "a/b", "./a", "../out", "nowhere", "link")
paths = st.lists(parts, min_size=1, max_size=3).map("/".join)


def made(files: dict[str, bytes], links: dict[str, str]) -> Snapshot:
    blobs = files | {path: goal.encode() for path, goal in links.items()}
    listed = {path: File(path, "120000" if path in links else "100644", blob_id(data)) for path, data in blobs.items()}
    return Snapshot(Commit("0" * 40, "0" * 40, (), ""), listed, lambda file: blobs[file.path])


@given(st.dictionaries(paths, st.binary(max_size=8), max_size=6), st.sampled_from(["", *GOALS]))
def test_it_reads_what_a_checkout_reads(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes], goal: str
) -> None:
    root = tmp_path_factory.mktemp("checkout")
    kept = {path: data for path, data in files.items() if not any(other.startswith(f"{path}/") for other in files)}
    for path, data in kept.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    links = {"link": goal} if goal else {}
    if goal:
        (root / "link").symlink_to(goal)
    found, read, listed = made(kept, links), reader(str(root)), lister(str(root))
    for path in (*kept, "a", "link", "link/a", "link/b", "link/c.yml", "../a", "nowhere"):
        try:
            expected = read(path)
        except UserError:  # a folder, or what leads out of the repository
            expected = None
        assert found.read(path) == expected, path
    for folder in ("", "a", "a/b", "link", "nowhere"):
        assert found.listed(folder) == listed(folder), folder


def test_the_checkout_is_believed_only_where_it_holds_the_same(tmp_path: Path, stage: Stage) -> None:
    for path, content in {CI: b"on: push # other\n", "README.md": b"# Tide"}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    service = stage.bot().service
    files = snapshot(service, service.facts().head, reader(str(tmp_path)))
    assert files.read(CI) == stage.server.state.file("main", CI)
    (tmp_path / CI).write_bytes(stage.server.state.file("main", CI))
    stage.server.forget()
    assert files.read(CI) == stage.server.state.file("main", CI)
    assert stage.server.asked == []
    assert files.workflows == (CI,)


def test_changed_files_stand_in_place_of_others() -> None:
    files = made({"a": b"1"}, {"link": "a"}).with_files({"a": b"2", "b/c": b"3"})
    assert (files.read("a"), files.read("link"), files.read("b/c")) == (b"2", b"2", b"3")
    assert files.listed("") == ("a", "b/", "link")


def test_links_in_a_circle_lead_nowhere() -> None:
    files = made({}, {"one": "two", "two": "one"})
    assert files.read("one") is None
    assert files.listed("one") == ()


def test_what_is_too_large_is_not_read() -> None:
    with pytest.raises(UserError, match="are not read"):
        made({"a": b"x" * (MAX_BYTES + 1)}, {}).read("a")


def test_the_folders_of_a_very_large_repository_are_listed_one_by_one(stage: Stage) -> None:
    stage.server.state.push("main", {f"src/part{one}/{two}.py": b"" for one in range(4) for two in range(4)})
    forge = stage.bot().service
    commit = forge.commit(forge.facts().head)
    whole = forge.every_file(commit)
    stage.server.state.listed_at_once = 3
    stage.server.forget()
    assert stage.bot().service.every_file(commit) == whole
    assert len(stage.server.asked) < 30
    stage.schedule()
    assert stage.subjects
    assert stage.comment("/needful drop " + UNIT).code == 0


def test_a_repository_with_too_many_folders_is_said(stage: Stage) -> None:
    stage.server.state.push("main", {f"f{one}/{two}": b"" for one in range(200) for two in range(3)})
    stage.server.state.listed_at_once = 2
    with pytest.raises(UserError, match="more files than can be listed"):
        stage.schedule()
    assert len(stage.server.asked) < 400
