from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needful.forge.branches import branch_of, digest, foreign, meaning, meant_by, sealed
from needful.forge.model import Ahead, Commit

FOLDER = ".github/workflows/"
names = st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=120)


@pytest.mark.parametrize(
    ("name", "branch"),
    [
        ("ci.yml", "needful/ci.yml"),
        ("ci.yaml", "needful/ci.yaml"),
        ("build-and_test.v2.yml", "needful/build-and_test.v2.yml"),
    ],
)
def test_a_branch_is_called_like_its_workflow(name: str, branch: str) -> None:
    assert branch_of(FOLDER + name) == branch


@pytest.mark.parametrize(
    "name",
    [
        "..yml",
        ".yml",
        "a..b.yml",
        "a b.yml",
        "a@{1}.yml",
        "--force.lock",
        "x" * 300,
        "é.yml",
        "$(id).yml",
        "a\nb.yml",
        "~",
    ],
)
def test_odd_names_become_plain_ones(name: str) -> None:
    branch = branch_of(FOLDER + name)
    assert (
        subprocess.run(["git", "check-ref-format", "--branch", branch], capture_output=True, check=False).returncode
        == 0
    )
    assert branch.isascii()
    assert branch.startswith("needful/")
    assert len(branch) < 110


@given(names, names)
def test_no_two_workflows_share_a_branch(one: str, other: str) -> None:
    assert (branch_of(FOLDER + one) == branch_of(FOLDER + other)) == (one == other)


@given(st.lists(st.binary(max_size=8), max_size=3), st.lists(st.binary(max_size=8), max_size=3))
def test_digests_tell_lists_of_texts_apart(one: list[bytes], other: list[bytes]) -> None:
    assert (digest(*one) == digest(*other)) == (one == other)


def made(message: str, tree: str = "t" * 40, parents: tuple[str, ...] = ("p" * 40,)) -> Commit:
    return Commit("c" * 40, tree, parents, message.strip())


@given(st.text(max_size=200).map(str.strip).filter(bool))
def test_a_seal_says_what_the_commit_was_meant_to_be(message: str) -> None:
    meant = meaning("ci.yml", b"a", b"b", message)
    assert meant_by(made(sealed(message, meant, "t" * 40))) == meant


class TestABrokenSeal:
    meant = meaning("ci.yml", b"a", b"b", "Subject\n\nBody.\n\nNeedful-Change: x")
    ours = made(sealed("Subject\n\nBody.\n\nNeedful-Change: x", meant, "t" * 40))

    def test_it_joins_the_other_trailers(self) -> None:
        assert self.ours.message.splitlines()[-2] == "Needful-Change: x"
        assert made(sealed("Subject", self.meant, "t" * 40)).message.splitlines()[1] == ""

    @pytest.mark.parametrize(
        "changed",
        [
            pytest.param(replace(ours, tree="u" * 40), id="other files"),
            pytest.param(replace(ours, message="New " + ours.message), id="another subject"),
            pytest.param(replace(ours, message=ours.message + "\n\nSigned-off-by: me"), id="signed off"),
            pytest.param(replace(ours, parents=("p" * 40, "q" * 40)), id="a merge"),
            pytest.param(replace(ours, parents=()), id="a beginning"),
            pytest.param(made("Mine"), id="no seal"),
            pytest.param(made("Mine\n\nNeedful-Seal: 0123"), id="something like a seal"),
        ],
    )
    def test_whatever_a_person_changes_makes_it_theirs(self, changed: Commit) -> None:
        assert meant_by(changed) is None
        assert foreign(Ahead("f" * 40, (self.ours, changed))) == (changed,)
