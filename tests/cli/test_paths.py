"""What a PATH may be, and what is said about one that cannot be used."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.samples import BROKEN, CALM, PARALLEL, SERIAL, Make, Run, workflow
from needful import app
from needful.errors import UserError
from needful.planning.planner import Choice
from needful.source import MAX_BYTES


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (".", ".github/workflows/ci.yml"),
        ("../shop", ".github/workflows/ci.yml"),
        (".github/workflows", ".github/workflows/ci.yml"),
        (".github/workflows/ci.yml", ".github/workflows/ci.yml"),
        (".github/../.github/workflows/ci.yml", ".github/workflows/ci.yml"),
    ],
)
def test_paths_inside_the_repository(run: Run, repository: Make, path: str, shown: str) -> None:
    done = run("plan", "-q", path, cwd=repository(ci=SERIAL))
    assert (done.code, done.out.split(":")[0]) == (0, shown)


def test_paths_from_elsewhere_stay_as_typed(run: Run, repository: Make) -> None:
    root = repository(ci=SERIAL, docs=CALM)
    assert run("plan", "-q", "shop").out.startswith("shop/.github/workflows/ci.yml:9:")
    assert run("plan", "-q", root).out.startswith(f"{root}/.github/workflows/ci.yml:9:")
    assert run("plan", "-q", "ci.yml", cwd=workflow(root).parent).out.startswith("../../.github/workflows/ci.yml:9:")


def test_a_file_is_looked_at_once_and_alone(run: Run, repository: Make) -> None:
    root = repository(ci=SERIAL, other=SERIAL)
    done = run("plan", workflow(root), "shop/.github/workflows/ci.yml")
    assert "1 change to make in 1 of 1 workflow." in done.out
    assert "in 2 of 2 workflows." in run("plan", workflow(root), "shop").out


def test_a_file_outside_any_repository_is_its_own(run: Run, tmp_path: Path) -> None:
    (tmp_path / "draft.yaml").write_bytes(SERIAL)
    assert run("apply", "draft.yaml").code == 0
    assert (tmp_path / "draft.yaml").read_bytes() == PARALLEL


def test_a_local_action_of_the_repository_is_seen(run: Run, repository: Make) -> None:
    calls = SERIAL.replace(b"{run: make lint}", b"{uses: ./setup}")
    root = repository(ci=calls)
    (root / "setup").mkdir()
    (root / "setup" / "action.yml").write_bytes(
        b"runs:\n  using: composite\n  steps: [{run: make lint, shell: bash}]\n"
    )
    assert run("plan", "-q", workflow(root)).out.count("drop-false-needs") == 1


def test_no_such_path(run: Run) -> None:
    assert run("plan", "nowhere") == (2, "", "error: nowhere: there is no such file or folder\n")


def test_a_folder_without_workflows_says_where_they_may_be(run: Run, repository: Make) -> None:
    root = repository(ci=SERIAL)
    (root / "src").mkdir()
    done = run("plan", cwd=root / "src")
    assert done == (2, "", "error: .: no folder .github/workflows here\n  did you mean ..?\n")
    assert "name a repository or a workflow file" in run("plan", "/proc").err


def test_a_repository_without_a_workflow(run: Run, repository: Make) -> None:
    root = repository()
    (root / ".github" / "workflows" / "README.md").write_text("nothing here")
    assert run("check", root).err == f"error: {root}: no workflow (*.yml, *.yaml) in .github/workflows\n"


def test_a_mistake_in_one_path_stops_all(run: Run, repository: Make) -> None:
    root = repository(ci=SERIAL)
    assert run("apply", root, "nowhere").code == 2
    assert workflow(root).read_bytes() == SERIAL


def test_a_device_is_no_workflow(run: Run) -> None:
    assert run("plan", "/dev/null").err == "error: /dev/null: neither a folder nor a regular file\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (BROKEN, ":4: not valid YAML"),
        (b"just text\n", ":1: "),
        (b"name: no jobs\non: push\n", ":1: "),
        (b"a\0b", ":1: a binary file"),
        (b"on: \xff\n", ":1: not UTF-8 text"),
        (b"#" * (MAX_BYTES + 1), f": the file has {MAX_BYTES + 1:,} bytes"),
        (b"- " * 5000, "nested deeper"),
        (b"a: 1\na: 2\n", "stands twice"),
    ],
)
def test_unreadable_content_is_one_clear_error(run: Run, repository: Make, content: bytes, says: str) -> None:
    root = repository(bad=content)
    for command in ("plan", "apply", "graph"):
        done = run(command, root)
        assert done.code == 2
        assert done.err.startswith(f"error: {workflow(root, 'bad')}:")
        assert says in done.err
        assert done.err.count("error:") == 1
    assert workflow(root, "bad").read_bytes() == content


def test_links_are_followed_inside_the_repository_only(run: Run, repository: Make, tmp_path: Path) -> None:
    root = repository(ci=SERIAL)
    (tmp_path / "outside.yml").write_bytes(SERIAL)
    workflow(root, "escape").symlink_to(tmp_path / "outside.yml")
    workflow(root, "inside").symlink_to("ci.yml")
    workflow(root, "loop").symlink_to("loop.yml")
    workflow(root, "dangling").symlink_to("gone.yml")
    done = run("apply", root)
    assert done.code == 2
    assert "escape.yml: a link that leads out of the repository is not followed" in done.err
    assert "loop.yml: cannot be read" in done.err
    assert "dangling.yml: there is no such workflow" in done.err
    assert workflow(root).read_bytes() == PARALLEL
    assert workflow(root, "inside").is_symlink()
    assert (tmp_path / "outside.yml").read_bytes() == SERIAL
    graph = run("graph", root)
    assert graph.code == 2
    assert "dangling.yml: the file is gone" in graph.err


def test_what_is_no_file_is_not_waited_for(run: Run, repository: Make) -> None:
    root = repository(ci=CALM)
    os.mkfifo(workflow(root, "pipe"))
    workflow(root, "folder").mkdir()
    done = run("plan", root)
    assert done.code == 2
    assert "folder.yml: cannot be read: Is a directory" in done.err
    assert "pipe.yml: not a regular file" in done.err


@pytest.mark.parametrize("name", [r"\0", "../../outside", "/etc", "ci", "x" * 300])
def test_odd_names_of_local_actions_do_no_harm(run: Run, repository: Make, name: str) -> None:
    calls = SERIAL.replace(b"{run: make lint}", f'{{uses: "./{name}"}}'.encode())
    assert run("plan", repository(ci=calls)).code == 0


def test_a_file_that_changed_meanwhile_is_left_alone(repository: Make) -> None:
    root = repository(ci=SERIAL, other=SERIAL)
    (target,) = app.find_targets([str(root)])
    plan = app.plan_target(target, Choice())
    workflow(root).write_bytes(SERIAL + b"# mine\n")
    (problem,) = app.write_in_place([plan])
    assert str(problem).startswith(f"{workflow(root)}: changed by someone else meanwhile")
    assert workflow(root).read_bytes() == SERIAL + b"# mine\n"
    assert workflow(root, "other").read_bytes() == PARALLEL


def test_a_file_that_is_gone_is_not_made_again(repository: Make) -> None:
    root = repository(ci=SERIAL)
    (target,) = app.find_targets([str(root)])
    plan = app.plan_target(target, Choice())
    workflow(root).unlink()
    (problem,) = app.write_in_place([plan])
    assert "cannot be written: No such file" in problem.message
    assert not workflow(root).exists()


def test_output_where_nothing_can_be_written(run: Run, repository: Make, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    done = run("apply", "--output", "taken", repository(ci=SERIAL))
    assert done.code == 2
    assert done.err == "error: taken/.github/workflows/ci.yml: cannot be written: Not a directory\n"


def test_unknown_rules_are_answered_with_the_known(run: Run, repository: Make) -> None:
    root = repository(ci=SERIAL)
    for option in ("--only", "--skip"):
        done = run("plan", option, "drop-it", root)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("error: there is no rule 'drop-it'\n  the rules are add-missing-needs, drop-false")


def test_find_targets_of_nothing_is_here(repository: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository(ci=CALM))
    assert app.find_targets([]) == (app.Target(".", (".github/workflows/ci.yml",)),)
    with pytest.raises(UserError):
        app.find_targets([""])


# Rights mean nothing to root, who may run the tests; nobody may not read root's Python, so load it all first.
AS_NOBODY = """
import os, sys
from needful.cli import main
_, warm, folder = sys.argv
sys.argv[1:] = ["apply", "--quiet", warm]
try: main()
except SystemExit: pass
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
sys.argv[1:] = ["apply", folder]
main()
"""


@pytest.fixture
def anyones() -> Iterator[Path]:
    """A folder that users without rights can reach, unlike those that pytest makes."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_without_permission_nothing_breaks(anyones: Path) -> None:
    folder = anyones / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "ci.yml").write_bytes(SERIAL)
    (folder / "ci.yml").chmod(0o444)
    (folder / "secret.yml").write_bytes(SERIAL)
    (folder / "secret.yml").chmod(0)
    folder.chmod(0o555)
    warm = anyones / "warm.yml"
    warm.write_bytes(SERIAL)
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(warm), str(anyones)], capture_output=True, text=True, check=False, cwd="/"
    )
    folder.chmod(0o755)
    assert done.returncode == 2
    assert f"error: {folder / 'secret.yml'}: cannot be read: Permission denied\n" in done.stderr
    assert f"error: {folder / 'ci.yml'}: cannot be written: it is read-only\n" in done.stderr
    assert (folder / "ci.yml").read_bytes() == SERIAL
