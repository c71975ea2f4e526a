"""JSON is for programs: its shape is published, and nothing in it depends on a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from needful.planning.plan import Plan
from needful.report.structured import VERSION, graph_json, plan_json
from report import samples


@pytest.fixture(scope="module")
def schema(checkout: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((checkout / "docs" / "plan.schema.json").read_text("utf-8"))
    return content


@pytest.mark.parametrize(
    "plans",
    [
        pytest.param([], id="nothing"),
        pytest.param([samples.QUIET], id="quiet"),
        pytest.param([samples.BUSY, samples.TROUBLED, samples.KEPT], id="everything"),
    ],
)
def test_plans_are_as_published(schema: dict[str, Any], plans: list[Plan]) -> None:
    Draft202012Validator.check_schema(schema)
    assert not list(Draft202012Validator(schema).iter_errors(json.loads(plan_json(plans))))


def test_the_published_shape_is_closed_and_explained(schema: dict[str, Any]) -> None:
    shapes = [schema, *schema["$defs"].values()]
    assert all(shape["additionalProperties"] is False and shape["description"] for shape in shapes)
    assert all("description" in key or "$ref" in key for shape in shapes for key in shape["properties"].values())
    assert schema["properties"]["version"]["const"] == VERSION


def test_a_change_carries_its_own_diff() -> None:
    content = json.loads(plan_json([samples.BUSY]))
    file = content["repositories"][0]["files"][0]
    assert file["changed"]
    assert file["changes"][0]["id"] == "drop-false-needs:ci.yml:test:lint"
    assert "\n-    needs: [lint]\n" in file["changes"][0]["diff"]
    assert file["held"][0]["reason"] == "not proved: tier review"


def test_paths_are_relative_to_the_root() -> None:
    repository = json.loads(plan_json([samples.TROUBLED]))["repositories"][0]
    assert repository["root"] == "../shop"
    assert repository["unreadable"][0]["path"] == ".github/workflows/bad.yml"
    assert repository["failures"] == [{"path": ".github/workflows/odd.yml", "message": "the rule x broke"}]


def test_hostile_text_is_kept_but_harmless() -> None:
    plan = Plan(".", (samples.file(changes=(samples.change(samples.proposal(title="\x1b[31m\x9b\u202e")),)),))
    text = plan_json([plan])
    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text)["repositories"][0]["files"][0]["changes"][0]["title"] == "\x1b[31m\x9b\u202e"


def test_graphs_have_lines_reasons_and_evidence() -> None:
    workflow = json.loads(graph_json([samples.LINKED]))["repositories"][0]["workflows"][0]
    assert workflow["jobs"] == [{"id": "lint", "name": "", "line": 3}, {"id": "test", "name": "", "line": 6}]
    assert workflow["edges"][0]["verdict"] == "economy"
    assert workflow["edges"][0]["evidence"] == [{"path": samples.CI, "line": 7, "text": "seen"}]
    assert workflow["missing"][0]["producer"] == "test"
