"""Files of a repository, read once each."""

from __future__ import annotations

import pytest

from needful.errors import UserError
from needful.source import Span
from needful.workflow.model import Text, Uses
from needful.workflow.repository import Repository, normalise
from needful.workflow.steps import read_uses

FILES = {
    ".github/workflows/ci.yml": b"on: push\njobs: {a: {uses: ./.github/workflows/build.yml}}\n",
    ".github/workflows/build.yml": b"on: workflow_call\njobs: {b: {runs-on: x}}\n",
    ".github/workflows/broken.yml": b"on: push\njobs: []\n",
    ".github/actions/install/action.yml": b"runs: {using: composite, steps: [{run: x, shell: bash}]}\n",
    ".github/actions/other/action.yaml": b"runs: {using: node24, main: x.js}\n",
    ".github/actions/broken/action.yml": b"runs: []\n",
    ".github/actions/binary/action.yml": b"\0\n",
    "action.yml": b"runs: {using: docker, image: Dockerfile}\n",
    "elsewhere/build.yml": b"on: workflow_call\njobs: {b: {runs-on: x}}\n",
}


class Files:
    """A folder that counts how often it is read."""

    def __init__(self) -> None:
        self.reads: list[str] = []

    def __call__(self, path: str) -> bytes | None:
        self.reads.append(path)
        return FILES.get(path)


@pytest.fixture
def files() -> Files:
    return Files()


@pytest.fixture
def repository(files: Files) -> Repository:
    return Repository("some/checkout", files)


def uses(text: str) -> Uses:
    return read_uses(Text(text, Span(0, 0)))


def test_a_workflow_is_read_once(repository: Repository, files: Files) -> None:
    first = repository.workflow(".github/workflows/ci.yml")
    assert first is not None
    assert first is repository.workflow("./.github/workflows/../workflows/ci.yml")
    assert files.reads == [".github/workflows/ci.yml"]


def test_paths_are_below_the_root_and_named_as_people_name_them(repository: Repository) -> None:
    read = repository.workflow(".github/workflows/ci.yml")
    assert read is not None
    assert read.path == ".github/workflows/ci.yml"
    assert read.document.source.path == "some/checkout/.github/workflows/ci.yml"
    here = Repository(".", FILES.get).workflow(".github/workflows/ci.yml")
    assert here is not None
    assert here.document.source.path == ".github/workflows/ci.yml"


def test_no_such_workflow(repository: Repository, files: Files) -> None:
    assert repository.workflow(".github/workflows/none.yml") is None
    assert repository.workflow("../ci.yml") is None
    assert files.reads == [".github/workflows/none.yml"]


def test_an_unreadable_workflow_is_an_error_each_time(repository: Repository, files: Files) -> None:
    for _ in range(2):
        with pytest.raises(UserError, match="`jobs` must be a mapping"):
            repository.workflow(".github/workflows/broken.yml")
    assert len(files.reads) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("./.github/workflows/build.yml", True),
        ("$/.github/workflows/build.yml", True),
        ("./.github/workflows/none.yml", False),
        ("./.github/workflows/broken.yml", False),
        ("./.github/workflows/../../elsewhere/build.yml", False),
        ("./elsewhere/build.yml", False),
        ("o/r/.github/workflows/build.yml@v1", False),
        ("${{ inputs.workflow }}", False),
    ],
)
def test_called_workflows(repository: Repository, text: str, found: bool) -> None:
    assert (repository.called_workflow(uses(text)) is not None) is found


def test_no_call(repository: Repository) -> None:
    assert repository.called_workflow(None) is None


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("./.github/actions/install", "composite"),
        ("$/.github/actions/install/", "composite"),
        (".github/actions/install", "composite"),
        ("./.github/actions/other", "node24"),
        ("./", "docker"),
        ("", "docker"),
        ("./.github/actions/none", None),
        ("./.github/actions/broken", None),
        ("./../other", None),
        ("/etc", None),
    ],
)
def test_actions(repository: Repository, path: str, kind: str | None) -> None:
    action = repository.action(path)
    assert (action.kind if action else None) == kind


def test_an_action_is_read_once(repository: Repository, files: Files) -> None:
    assert repository.action("./.github/actions/other") is repository.action("$/.github/actions/other/")
    assert files.reads == [".github/actions/other/action.yml", ".github/actions/other/action.yaml"]


def test_what_could_not_be_read_is_named(repository: Repository) -> None:
    repository.action("./.github/actions/broken")
    repository.action("./.github/actions/binary")
    repository.action("./.github/actions/install")
    repository.called_workflow(uses("./.github/workflows/broken.yml"))
    assert [(problem.path, problem.line) for problem in repository.problems] == [
        ("some/checkout/.github/workflows/broken.yml", 2),
        ("some/checkout/.github/actions/broken/action.yml", 1),
        ("some/checkout/.github/actions/binary/action.yml", 1),
    ]


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("a/b", "a/b"),
        ("./a//b/", "a/b"),
        ("a/../b", "b"),
        ("", ""),
        (".", ""),
        ("a/..", ""),
        ("..", None),
        ("../a", None),
        ("a/../../b", None),
        ("/a", None),
        ("..a", "..a"),
        ("...", "..."),
    ],
)
def test_paths_stay_below_the_root(path: str, inside: str | None) -> None:
    assert normalise(path) == inside


def test_workflows_that_start_when_another_ends() -> None:
    def after(*names: str) -> bytes:
        run = f"{{workflow_run: {{workflows: [{', '.join(names)}]}}}}"
        return f"name: Z\non: {run}\njobs: {{a: {{runs-on: x}}}}\n".encode()

    files = {
        "ci.yml": b"name: CI\non: push\njobs: {a: {runs-on: x}}\n",
        "nameless.yml": b"on: push\njobs: {a: {runs-on: x}}\n",
        "report.yml": after("CI", "Other"),
        "deploy.yml": after("nameless.yml"),
        "broken.yml": b"on: []\n",
    }
    repository = Repository(".", files.get, [*files, "missing.yml"])

    def listeners(path: str) -> list[str]:
        workflow = repository.workflow(path)
        assert workflow is not None
        return [listener.path for listener in repository.listeners(workflow)]

    assert listeners("ci.yml") == ["report.yml"]
    assert listeners("nameless.yml") == ["deploy.yml"]
    assert listeners("report.yml") == []


def test_a_repository_of_which_single_files_are_known_lists_nothing(repository: Repository) -> None:
    assert repository.listing("") == ()


def test_folders_are_listed_below_the_root() -> None:
    asked: list[str] = []

    def listed(folder: str) -> tuple[str, ...]:
        asked.append(folder)
        return ("ci/", "setup.py")

    whole = Repository(".", FILES.get, (), listed)
    assert whole.listing("./src/../tools") == ("ci/", "setup.py")
    assert whole.listing("..") == ()
    assert asked == ["tools"]


def test_a_text_is_read_once_and_only_as_text(repository: Repository, files: Files) -> None:
    assert repository.text("action.yml") == "runs: {using: docker, image: Dockerfile}\n"
    assert repository.text("./action.yml") == repository.text("action.yml")
    assert files.reads == ["action.yml"]
    assert repository.text("gone") is None
    assert repository.text("") is None
    assert repository.text("../action.yml") is None
    assert Repository(".", {"x": b"\xff\xfe\xfa"}.get).text("x") is None


def test_a_text_that_cannot_be_read_is_none() -> None:
    def refused(path: str) -> bytes | None:
        raise UserError("not a regular file", path=path)

    assert Repository(".", refused).text("pipe") is None
