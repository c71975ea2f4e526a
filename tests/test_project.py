"""The rules of the house, for this repository itself."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import needful
import rule_docs
import settings_docs
from judges import JUDGES, Judge, findings, why_absent
from needful import action
from needful.commands.grammar import VERBS
from needful.rules import RULES

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGE = CHECKOUT / "bot" / "needful"
EXAMPLE = CHECKOUT / "fixtures" / "example" / ".github" / "workflows" / "needful.yml"
MODULES = sorted(PACKAGE.rglob("*.py"))
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}
MAX_LINES = 350
MAX_FUNCTION_LINES = 60


def project() -> dict[str, Any]:
    return tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))


def functions(module: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def name(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


def test_names_say_something() -> None:
    assert [name(module) for module in MODULES if EMPTY_NAMES & set(Path(name(module)).with_suffix("").parts)] == []


def test_files_are_short() -> None:
    lines = {name(module): len(module.read_text("utf-8").splitlines()) for module in MODULES}
    assert {module: count for module, count in lines.items() if count > MAX_LINES} == {}


def test_functions_are_short() -> None:
    lengths = {
        f"{name(module)}:{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for module in MODULES
        for function in functions(module)
    }
    assert {function: count for function, count in lengths.items() if count > MAX_FUNCTION_LINES} == {}


def test_a_broad_except_stands_only_at_the_rim() -> None:
    broad = [
        f"{name(module)}:{node.lineno}"
        for module in MODULES
        if name(module) not in {"cli/rim.py", "action.py"}
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler) and _catches_all(node) and not isinstance(node.body[-1], ast.Raise)
    ]
    assert broad == []


def _catches_all(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or bool(
        {"Exception", "BaseException"} & set(re.findall(r"\w+", ast.unparse(handler.type)))
    )


def test_the_import_check_sees_every_folder() -> None:
    blind = {module.parent for module in MODULES if not (module.parent / "__init__.py").is_file()}
    assert blind == set()


def test_the_layers_are_those_of_the_documentation() -> None:
    contracts = project()["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    architecture = (CHECKOUT / "docs" / "architecture.md").read_text("utf-8")
    documented = re.findall(r"^\| `([a-z]+)(?:\.py|/)`", architecture, re.MULTILINE)
    assert [layer for layer in documented if layer != "action"] == layers[1:]


def test_every_rule_module_is_registered() -> None:
    written = {path.stem for path in (PACKAGE / "rules").glob("*.py")} - {"__init__", "api", "edges"}
    assert {rule.id.replace("-", "_") for rule in RULES} == written


def test_the_pages_of_the_rules_are_what_would_be_generated() -> None:
    assert list(rule_docs.differences(CHECKOUT)) == []


def test_what_is_declared_is_what_is_imported() -> None:
    imported = {name for module in MODULES for name in _imported(module)}
    owners = packages_distributions()
    used = {owner for name in imported - sys.stdlib_module_names - {"needful"} for owner in owners[name]}
    declared = {re.split(r"[<>=]", requirement)[0] for requirement in project()["project"]["dependencies"]}
    assert used | {"ruamel.yaml.clib"} == declared


def _imported(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def test_the_lock_pins_exactly_and_names_no_host() -> None:
    lines = (CHECKOUT / "requirements-dev.lock").read_text("utf-8").splitlines()
    loose = [line for line in lines if not re.fullmatch(r"#.*|[\w.-]+==[\w.]+", line)]
    assert loose == []
    judges = (CHECKOUT / "tests" / "oracles" / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in judges


def test_the_lock_holds_what_is_declared() -> None:
    lines = (CHECKOUT / "requirements-dev.lock").read_text("utf-8").splitlines()
    locked = {line.split("==")[0].lower() for line in lines if "==" in line}
    metadata = project()["project"]
    declared = [*metadata["dependencies"], *metadata["optional-dependencies"]["dev"]]
    assert {re.split(r"[<>=]", requirement)[0].lower() for requirement in declared} <= locked


def test_the_changelog_is_open() -> None:
    changelog = (CHECKOUT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"^## \[(?:Unreleased|{re.escape(needful.__version__)})\]", changelog, re.MULTILINE)


def test_the_inputs_of_the_action_are_those_it_reads() -> None:
    described = YAML(typ="safe", pure=True).load((CHECKOUT / "action.yml").read_text("utf-8"))
    defaults = {name.upper(): entry["default"] for name, entry in described["inputs"].items()}
    assert defaults == {**action.DEFAULTS, "TOKEN": "${{ github.token }}"}
    assert tuple(described["outputs"]) == action.OUTPUTS


def test_the_readme_tells_every_input_output_setting_and_command() -> None:
    described = YAML(typ="safe", pure=True).load((CHECKOUT / "action.yml").read_text("utf-8"))
    text = (CHECKOUT / "README.md").read_text("utf-8")
    told = set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))
    assert {*described["inputs"], *described["outputs"]} <= told
    assert set(settings_docs.keys()) <= told
    assert {f"/needful {verb.usage}" for verb in VERBS.values()} <= {name.replace("\\|", "|") for name in told}


def test_the_example_workflow_gives_no_more_than_it_needs() -> None:
    text = EXAMPLE.read_text("utf-8")
    workflow = YAML(typ="safe", pure=True).load(text)
    job = workflow["jobs"]["needful"]
    assert workflow["permissions"] == {}
    needed = {"actions": "read", "contents": "read", "issues": "write", "pull-requests": "write"}
    assert job["permissions"] == needed
    assert workflow["concurrency"]["queue"] == "max"  # a pending run is never replaced, so no command is lost
    # no step gets text of other people: the comment is looked at in one condition, everything else is in the event file
    assert "${{ github.event" not in text
    assert text.count("github.event.comment.body") == 1
    assert all("run" not in step for step in job["steps"])
    described = YAML(typ="safe", pure=True).load((CHECKOUT / "action.yml").read_text("utf-8"))
    assert set(job["steps"][-1]["with"]) <= set(described["inputs"])
    assert list(workflow["on"]) == ["schedule", "workflow_dispatch", "issue_comment", "pull_request"]


@pytest.mark.judged
@pytest.mark.slow
@pytest.mark.parametrize("judge", JUDGES)
def test_our_own_workflows_please(judge: Judge) -> None:
    if reason := why_absent(judge):
        pytest.skip(reason)
    files = [*sorted((CHECKOUT / ".github" / "workflows").glob("*.yml")), EXAMPLE]
    assert findings(judge, files) == {file: [] for file in files}


@pytest.mark.slow
def test_our_image_pleases_hadolint() -> None:
    command = [str(Path(sys.executable).with_name("hadolint")), str(CHECKOUT / "Dockerfile")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (0, "")
