"""The catalogue of actions: valid, in order, and read as its schema says."""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from needful import facts
from needful.effects.channels import Channel, Way
from needful.facts import table
from needful.facts.actions import ActionFacts, action_facts, catalogued, image_facts
from needful.facts.octokit import rest_method

ACTIONS = table("actions.json")
ROWS: dict[str, dict[str, Any]] = ACTIONS["actions"]
REAL = {name: row for name, row in ROWS.items() if "same_as" not in row}


def facts_of(name: str, ref: str = "") -> ActionFacts:
    found = catalogued(name, ref)
    assert found is not None, name
    return found


def test_the_catalogue_is_as_its_schema_says() -> None:
    schema = table("actions.schema.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    assert [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(ACTIONS)] == []


@pytest.mark.parametrize("part", ["actions", "images"])
def test_every_name_is_there_once_and_in_order(part: str) -> None:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
        assert not twice
        return dict(pairs)

    names = list(json.loads(files(facts).joinpath("actions.json").read_text("utf-8"), object_pairs_hook=once)[part])
    assert names == sorted(names)
    assert all(name == name.lower() for name in names)


def test_every_row_is_typed() -> None:
    for name in ROWS:
        assert facts_of(name) is not None
    for name in ACTIONS["images"]:
        assert image_facts(name) is not None


def test_other_names_lead_to_rows_of_their_own() -> None:
    for name, row in ROWS.items():
        if "same_as" in row:
            assert row["same_as"] in REAL, name
            assert facts_of(name) == facts_of(row["same_as"])


def test_every_kind_is_there_and_used() -> None:
    used = {row["kind"] for row in (*REAL.values(), *ACTIONS["images"].values()) if "kind" in row}
    assert used == set(ACTIONS["kinds"])
    assert not any("kind" in row or "versions" in row for row in ACTIONS["kinds"].values())


def test_channels_are_those_that_effects_know() -> None:
    properties = table("actions.schema.json")["$defs"]["touch"]["properties"]
    assert properties["channel"]["enum"] == [channel.name.lower() for channel in Channel]
    assert properties["way"]["enum"] == [way.value for way in Way]


def test_every_row_says_which_files_and_programs_it_works_with() -> None:
    for name, row in (*REAL.items(), *ACTIONS["images"].items()):
        said = {**ACTIONS["kinds"].get(row.get("kind"), {}), **row}
        assert {"files", "uses"} <= set(said), name


def _inputs(value: object) -> set[str]:
    """Every input that a row speaks of."""
    found: set[str] = set()
    if isinstance(value, str):
        found |= {key for place in re.findall(r"\{([^{}=]*)", value) for key in place.split("|")}
    elif isinstance(value, list):
        found = found.union(*map(_inputs, value))
    elif isinstance(value, dict):
        for key, part in value.items():
            named = key in ("input", "suffix", "archive", "pattern", "ids", "run", "shared", "unless")
            if key != "default":  # what stands for an input is none
                found |= {part} if named and isinstance(part, str) else _inputs(part)
    return found


def test_inputs_are_written_in_small_letters() -> None:
    for name, row in REAL.items():
        assert all(re.fullmatch(r"[a-z0-9_.-]+", key) for key in _inputs(row)), name


def test_nothing_is_said_twice() -> None:
    for name, row in REAL.items():
        for part in ("touches", "runs", "opens"):
            said = [json.dumps(one, sort_keys=True) for one in row.get(part, ())]
            assert len(said) == len(set(said)), f"{name}: {part}"


def test_what_an_action_does_outside_is_said_in_the_same_words_everywhere() -> None:
    """One thing has one name, so that people recognise it."""
    said = Counter(
        touch["text"] for row in (*REAL.values(), *ACTIONS["kinds"].values()) for touch in row.get("touches", ())
    )
    folded = Counter(re.sub(r"\b(?:a|an|the)\b ", "", text.lower()) for text in said)
    assert [text for text, count in folded.items() if count > 1] == []


# --- versions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ref", "caches"),
    [
        ("v3", False),
        ("v3.5.1", False),
        ("3", False),
        ("v4", True),
        ("v5.0.0", True),
        ("main", True),
        ("0123456789012345678901234567890123456789", True),
        ("", True),
        ("v99999999999999999999", True),
    ],
)
def test_a_version_that_is_not_known_counts_as_the_newest(ref: str, caches: bool) -> None:
    cache = facts_of("actions/setup-go", ref).tool_cache
    assert cache is not None
    assert cache.default is caches


def test_the_oldest_version_that_fits_says_it_last() -> None:
    assert facts_of("actions/checkout", "v1").post == ()
    assert facts_of("actions/checkout", "v1").files == facts_of("actions/checkout", "v5").files
    assert facts_of("actions/checkout", "v5").files != facts_of("actions/checkout", "v6").files


@pytest.mark.parametrize(("ref", "folders"), [("v4", "each"), ("v5", "several"), ("v8", "several")])
def test_folders_of_downloaded_artifacts(ref: str, folders: str) -> None:
    downloads = facts_of("actions/download-artifact", ref).downloads
    assert downloads is not None
    assert downloads.folders == folders


@pytest.mark.parametrize(("ref", "archive"), [("v6", ""), ("v7", "archive")])
def test_artifacts_that_are_no_archive(ref: str, archive: str) -> None:
    uploads = facts_of("actions/upload-artifact", ref).uploads
    assert uploads is not None
    assert uploads.archive == archive


# --- for readers that do not look into scripts -----------------------------------------------------------------------


def test_an_action_whose_scripts_hold_the_runners_token_is_not_taken_for_a_plain_one() -> None:
    for name in ("actions/github-script", "nick-fields/retry", "crazy-max/ghaction-github-runtime"):
        assert facts_of(name).runtime
        assert action_facts(name) is None
    assert action_facts("actions/cache") == facts_of("actions/cache")
    assert action_facts("me/mine") is None


# --- GitHub's client -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("issues.createComment", (False, ("conversation",))),
        ("issues.listForRepo", (True, ("conversation",))),
        ("pulls.merge", (False, ("conversation", "ref"))),
        ("repos.createRelease", (False, ("release", "ref"))),
        ("repos.createReleaseAsset", (False, ("release", "ref"))),
        ("repos.getReleaseByTag", (True, ("release",))),
        ("repos.update", (False, ("service",))),
        ("actions.createWorkflowDispatch", (False, ("run",))),
        ("actions.listWorkflowRunArtifacts", (True, ("artifact",))),
        ("actions.createRepoVariable", (False, ("variable",))),
        ("actions.listRepoSecrets", (True, ("variable",))),
        ("rateLimit.get", (True, ())),
        ("git.getRef", (True, ("ref",))),
        ("issues.getter", (False, ("conversation",))),
        ("nobody.knows", None),
    ],
)
def test_methods_of_the_client(method: str, expected: tuple[bool, tuple[str, ...]] | None) -> None:
    namespace, _, name = method.partition(".")
    assert rest_method(namespace, name) == expected


def test_channels_of_the_client_are_those_that_effects_know() -> None:
    rows = table("octokit.json")
    assert {channel for channels in rows["channels"].values() for channel in channels} <= {
        c.name.lower() for c in Channel
    }
    assert list(rows["channels"]) == sorted(rows["channels"], key=str.lower)
    assert rows["source"]
