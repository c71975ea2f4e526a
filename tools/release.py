"""What a release needs beside the programs that build and push its image; only Python itself is needed.

    python tools/release.py check VERSION                  # the checkout is what is to be released
    python tools/release.py point IMAGE MANIFEST           # action.yml: this image, by the digest in MANIFEST (JSON)
    python tools/release.py notes VERSION OWNER/NAME COMMIT  # what is new, and how the Action is used by this commit

`.github/workflows/release.yml` runs them, see CONTRIBUTING.md.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_DIGEST = re.compile("sha256:[0-9a-f]{64}")
_COMMIT = re.compile("[0-9a-f]{40}")
_IMAGE = re.compile(r"[a-z0-9.-]+(?::[0-9]+)?(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+")
"""A name without tag (https://distribution.github.io/distribution/spec/api/#overview)."""
_RUNS = re.compile(r"(?<=^  image: )\S+$", re.MULTILINE)


class Wrong(Exception):
    """Something does not fit; the text says what."""


def pointed(action: str, image: str, digest: str) -> str:
    """The text of `action.yml` with this image in place of the one that it has; every other character stays."""
    if not _IMAGE.fullmatch(image):
        raise Wrong(f"{image!r} is no name of an image: host and path in lower case, without a tag")
    if not _DIGEST.fullmatch(digest):
        raise Wrong(f"{digest!r} is no digest")
    found = _RUNS.findall(action)
    if len(found) != 1:
        raise Wrong(f"action.yml names an image {len(found)} times, not once")
    return _RUNS.sub(f"docker://{image}@{digest}", action)


def digest_in(manifest: str) -> str:
    """The digest that `docker buildx imagetools inspect --format '{{json .Manifest}}'` prints."""
    try:
        found = json.loads(manifest)
    except ValueError:
        raise Wrong("the manifest is no JSON") from None
    digest = found.get("digest") if isinstance(found, dict) else None
    if not isinstance(digest, str):
        raise Wrong("the manifest has no digest")
    return digest


def news(changelog: str, version: str) -> str:
    """What the changelog says of a version."""
    parts = re.split(r"^## \[(.+?)\].*$", changelog, flags=re.MULTILINE)
    found = dict(zip(parts[1::2], parts[2::2], strict=True)).get(version, "").strip()
    if not found:
        raise Wrong(f"CHANGELOG.md says nothing under [{version}]")
    return found


def checked(version: str, code: str, changelog: str) -> None:
    """Raises `Wrong` where a checkout is not the one that is to be released under this version."""
    if not _VERSION.fullmatch(version):
        raise Wrong(f"{version!r} is no version: three numbers, as in 1.2.3")
    if f'__version__ = "{version}"' not in code.splitlines():
        raise Wrong(f"bot/needful/__init__.py has another version than {version}")
    news(changelog, version)


def notes(changelog: str, version: str, repository: str, commit: str) -> str:
    """The text of a release, with the line that a workflow is to have."""
    if not _COMMIT.fullmatch(commit):
        raise Wrong(f"{commit!r} is no commit")
    return f"```yaml\n- uses: {repository}@{commit} # v{version}\n```\n\n{news(changelog, version)}\n"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check").add_argument("version")
    point = commands.add_parser("point")
    point.add_argument("image")
    point.add_argument("manifest", type=Path)
    told = commands.add_parser("notes")
    for name in ("version", "repository", "commit"):
        told.add_argument(name)
    given = parser.parse_args(arguments)
    changelog = (CHECKOUT / "CHANGELOG.md").read_text("utf-8")
    try:
        match given.command:
            case "check":
                checked(given.version, (CHECKOUT / "bot/needful/__init__.py").read_text("utf-8"), changelog)
            case "point":
                action = CHECKOUT / "action.yml"
                text = pointed(action.read_text("utf-8"), given.image, digest_in(given.manifest.read_text("utf-8")))
                action.write_text(text, "utf-8")
            case _:
                sys.stdout.write(notes(changelog, given.version, given.repository, given.commit))
    except Wrong as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
