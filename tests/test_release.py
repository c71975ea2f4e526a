"""What a release does to action.yml, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import release
from needful import __version__
from needful.document.parse import parse
from needful.source import Source
from needful.workflow.reader import read_workflow

CHECKOUT = Path(__file__).resolve().parent.parent
ACTION = (CHECKOUT / "action.yml").read_text("utf-8")
DIGEST = "sha256:" + "0123456789abcdef" * 4
IMAGE = "ghcr.io/acme/needful"
CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-10-01\n\n- It is faster.\n\n## [1.2.2]\n\n- Older.\n"
CODE = '"""Needful."""\n\n__version__ = "1.2.3"\n'


def test_only_the_image_of_the_action_changes() -> None:
    text = release.pointed(ACTION, IMAGE, DIGEST)
    assert text.replace(f"docker://{IMAGE}@{DIGEST}", "Dockerfile") == ACTION
    read = YAML(typ="safe", pure=True).load
    before, after = read(ACTION), read(text)
    assert after["runs"] == {"using": "docker", "image": f"docker://{IMAGE}@{DIGEST}"}
    assert {**after, "runs": 0} == {**before, "runs": 0}
    # a release is made from a branch, but the next one may start from a tag
    assert release.pointed(text, IMAGE, DIGEST) == text


@pytest.mark.parametrize(
    ("action", "image", "digest", "words"),
    [
        (ACTION, "ghcr.io/Acme/needful", DIGEST, "in lower case"),
        (ACTION, f"{IMAGE}:1.2.3", DIGEST, "without a tag"),
        (ACTION, "needful", DIGEST, "host and path"),
        (ACTION, IMAGE, "sha256:12", "is no digest"),
        (ACTION, IMAGE, f"{DIGEST}\n", "is no digest"),
        ("name: x\n", IMAGE, DIGEST, "0 times"),
        (f"{ACTION}other:\n  image: x\n", IMAGE, DIGEST, "2 times"),
    ],
)
def test_what_does_not_fit_is_refused(action: str, image: str, digest: str, words: str) -> None:
    with pytest.raises(release.Wrong, match=words):
        release.pointed(action, image, digest)


def test_the_digest_is_that_of_the_manifest() -> None:
    manifest = {"schemaVersion": 2, "digest": DIGEST, "manifests": [{"digest": "sha256:" + "1" * 64}]}
    assert release.digest_in(json.dumps(manifest)) == DIGEST
    for wrong in ("", "[]", '{"digest": 3}'):
        with pytest.raises(release.Wrong, match="manifest"):
            release.digest_in(wrong)


def test_what_is_released_is_what_the_checkout_says() -> None:
    release.checked("1.2.3", CODE, CHANGELOG)
    for version, code, changelog, words in (
        ("v1.2.3", CODE, CHANGELOG, "three numbers"),
        ("1.2.2", CODE, CHANGELOG, "another version"),
        ("1.2.3", CODE, "# Changelog\n", "says nothing"),
        ("1.2.3", CODE, "## [1.2.3]\n\n## [1.2.2]\n\n- Older.\n", "says nothing"),
    ):
        with pytest.raises(release.Wrong, match=words):
            release.checked(version, code, changelog)


def test_the_notes_have_the_line_to_copy() -> None:
    text = release.notes(CHANGELOG, "1.2.3", "acme/needful", "a" * 40)
    assert text == f"```yaml\n- uses: acme/needful@{'a' * 40} # v1.2.3\n```\n\n- It is faster.\n"
    with pytest.raises(release.Wrong, match="is no commit"):
        release.notes(CHANGELOG, "1.2.3", "acme/needful", "main")


def test_it_needs_nothing_but_python(tmp_path: Path) -> None:
    """As the workflow starts it: another version than that of the checkout is refused, with the reason."""
    tool = str(CHECKOUT / "tools" / "release.py")
    done = subprocess.run(
        [sys.executable, "-I", "-S", tool, "check", "9.9.9"], check=False, cwd=tmp_path, capture_output=True
    )
    assert done.returncode == 2
    assert done.stderr.decode() == "bot/needful/__init__.py has another version than 9.9.9\n"
    assert __version__ != "9.9.9"


def test_each_job_of_the_release_may_do_no_more_than_it_does() -> None:
    path = ".github/workflows/release.yml"
    workflow = read_workflow(parse(Source.from_bytes(path, (CHECKOUT / path).read_bytes())), path)
    granted = YAML(typ="safe", pure=True).load(CHECKOUT / path)
    assert granted["permissions"] == {}
    assert {job: body["permissions"] for job, body in granted["jobs"].items()} == {
        "image": {"contents": "read", "packages": "write"},
        "release": {"contents": "write", "packages": "write"},
    }
    # what somebody types in reaches shells through the environment alone
    scripts = [step.run.value for job in workflow.jobs for step in job.all_steps() if step.run is not None]
    assert scripts
    assert not any("${{" in script for script in scripts)
