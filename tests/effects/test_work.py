"""What a step really runs, through scripts, targets and files of the repository."""

from __future__ import annotations

import pytest

from dependence.made import files_of
from needful.effects.job import job_scope
from needful.effects.names import Scope
from needful.effects.walk import sites
from needful.effects.work import MAX_DEPTH, Work, work

CHECKOUT = "{uses: actions/checkout@v7}"
PACKAGE = """\
{
 "scripts": {
  "lint": "eslint .",
  "all": "npm run lint && npm run test",
  "test": "./ci/test.sh"
 }
}
"""


def worked(steps: str, files: dict[str, str] | None = None, job: str = "") -> Work:
    """The work of all steps of a job together."""
    keys = "".join(f"    {line}\n" for line in job.splitlines())
    runner = "" if "runs-on" in job else "    runs-on: ubuntu-latest\n"
    workflow, repository = files_of(f"  job:\n{runner}{keys}    steps: [{steps}]\n", files)
    found = workflow.job("job")
    assert found is not None
    done = [
        work(site, repository) for site in sites(workflow, found, job_scope(workflow, found, Scope("job")), repository)
    ]
    return Work(
        tuple(deed for part in done for deed in part.deeds),
        tuple(gap for part in done for gap in part.gaps),
        tuple(own for part in done for own in part.own),
    )


def ran(done: Work) -> list[str]:
    """What was run in the end, with the way to it."""
    leads_on = [bool(deed.meaning.opens or deed.meaning.runs or deed.meaning.scripts) for deed in done.deeds]
    return [
        " → ".join((*map(str, deed.spot.way), f"`{deed.command.text}`"))
        for deed, leads in zip(done.deeds, leads_on, strict=True)
        if not leads
    ]


def gaps(done: Work) -> list[str]:
    return [gap.text for gap in done.gaps]


@pytest.mark.parametrize(
    ("shell", "matrix", "read"),
    [
        ("${{ matrix.shell || 'bash' }}", "'${{ fromJSON(vars.LEGS) }}'", ["`cargo test`"]),
        (
            "${{ matrix.os == 'windows-2025' && 'pwsh' || 'bash' }}",
            "{os: [ubuntu-24.04, windows-2025]}",
            ["`cargo test`"],
        ),
        ("${{ matrix.on.shell }}", "{on: [{shell: bash}, {shell: cmd}]}", ["`cargo test`"]),
        ("${{ matrix.shell }}", "'${{ fromJSON(vars.LEGS) }}'", []),
        ("${{ vars.SHELL }}", "{os: [ubuntu-24.04]}", []),
        ("${{ matrix.shell || 'perl {0}' }}", "'${{ fromJSON(vars.LEGS) }}'", []),
    ],
)
def test_shells_by_expression(shell: str, matrix: str, read: list[str]) -> None:
    job = f'strategy: {{matrix: {matrix}}}\ndefaults: {{run: {{shell: "{shell}"}}}}'
    done = worked("{run: cargo test}", job=job)
    assert sorted(set(ran(done))) == read
    assert bool([gap for gap in gaps(done) if "a script for" in gap]) is not bool(read)


def test_commands_of_the_step_itself() -> None:
    done = worked("{run: 'ruff check .'}, {run: 'sudo apt-get install -y jq'}")
    assert ran(done) == ["`ruff check .`", "`sudo apt-get install -y jq`"]
    assert done.gaps == ()


def test_the_way_to_a_command_is_told() -> None:
    files = {"package.json": PACKAGE, "ci/test.sh": "#!/bin/sh\nset -e\npytest -q\n"}
    done = worked(f"{CHECKOUT}, {{run: npm run all}}", files)
    assert done.gaps == ()
    assert ran(done)[0] == 'package.json:4 "all" → package.json:3 "lint" → `eslint .`'
    assert ran(done)[-1].startswith('package.json:4 "all" → package.json:5 "test" → ci/test.sh:3 ')
    assert ran(done)[-1].endswith("`pytest -q`")


@pytest.mark.parametrize(
    ("steps", "job"),
    [
        ("{run: ./ci/test.sh}", ""),
        (CHECKOUT + ", {run: ./missing.sh}", ""),
        ("{uses: actions/checkout@v7, with: {repository: other/one}}, {run: ./ci/test.sh}", ""),
        ("{uses: actions/checkout@v7, with: {ref: old}}, {run: ./ci/test.sh}", ""),
        ("{uses: actions/checkout@v7, with: {path: here}}, {run: ./ci/test.sh}", ""),
        ("{uses: actions/checkout@v7, with: {path: '${{ inputs.x }}'}}, {run: ./ci/test.sh}", ""),
        (CHECKOUT + ", {run: 'cd \"$X\" && ./ci/test.sh'}", ""),
        (CHECKOUT + ", {run: './test.sh', working-directory: '${{ inputs.x }}'}", ""),
        (CHECKOUT + ", {run: './${{ inputs.x }}.sh'}", ""),
    ],
)
def test_what_cannot_be_looked_into_is_a_gap(steps: str, job: str) -> None:
    assert worked(steps, {"ci/test.sh": "pytest\n"}, job).gaps


@pytest.mark.parametrize(
    ("steps", "job"),
    [
        (CHECKOUT + ", {run: ./ci/test.sh}", ""),
        (CHECKOUT + ", {run: bash ci/test.sh}", ""),
        (CHECKOUT + ", {run: ./test.sh, working-directory: ci}", ""),
        (CHECKOUT + ", {run: ./test.sh}", "defaults: {run: {working-directory: ci}}"),
        (CHECKOUT + ", {run: cd ci && ./test.sh}", ""),
        ("{uses: actions/checkout@v7, with: {ref: '${{ github.sha }}'}}, {run: ./ci/test.sh}", ""),
        ("{uses: actions/checkout@v7, with: {path: here}}, {run: ./here/ci/test.sh}", ""),
        ("{uses: actions/checkout@v7, with: {path: here}}, {run: ./test.sh, working-directory: here/ci}", ""),
        (CHECKOUT + ", {uses: actions/checkout@v7, with: {repository: a/b, path: b}}, {run: ./ci/test.sh}", ""),
        (CHECKOUT + ", {run: './ci/${{ matrix.what }}.sh'}", "strategy: {matrix: {what: [test]}}"),
        (CHECKOUT + ", {run: './ci/$WHAT.sh'}", "env: {WHAT: test}"),
    ],
)
def test_scripts_are_found_where_the_checkout_lies(steps: str, job: str) -> None:
    done = worked(steps, {"ci/test.sh": "pytest\n"}, job)
    assert done.gaps == ()
    assert any("test.sh:1" in text and text.endswith("`pytest`") for text in ran(done))


def test_a_script_of_an_action_is_found_beside_it() -> None:
    action = "runs:\n  using: composite\n  steps:\n  - run: ${{ github.action_path }}/go.sh\n    shell: bash\n"
    for run in ("${{ github.action_path }}/go.sh", "$GITHUB_ACTION_PATH/go.sh"):
        files = {
            "tools/it/action.yml": action.replace("${{ github.action_path }}/go.sh", run),
            "tools/it/go.sh": "pytest\n",
        }
        done = worked(f"{CHECKOUT}, {{uses: ./tools/it}}", files)
        assert (gaps(done), ran(done)) == ([], ["tools/it/go.sh:1 → `pytest`"])


def test_what_runs_itself_comes_to_an_end() -> None:
    files = {"a.sh": "./b.sh\npytest\n", "b.sh": "./a.sh\n"}
    done = worked(f"{CHECKOUT}, {{run: ./a.sh}}", files)
    assert done.gaps == ()
    assert [text for text in ran(done) if text.endswith("`pytest`")] == ["a.sh:2 → `pytest`"]


def test_what_leads_too_far_is_a_gap() -> None:
    files = {f"s{number}.sh": f"./s{number + 1}.sh\n" for number in range(MAX_DEPTH + 2)}
    assert worked(f"{CHECKOUT}, {{run: ./s0.sh}}", files).gaps
    assert "leads too far" in gaps(worked("{run: '" + "sudo " * (MAX_DEPTH + 1) + "true'}"))[0]
    (gap,) = worked("{run: '" + "eval " * (MAX_DEPTH + 1) + "true'}").gaps
    assert "leads too far" in gap.text


def test_what_runs_more_than_is_followed_is_a_gap() -> None:
    files = {f"s{number}.sh": "true\n" * 500 for number in range(9)}
    run = "; ".join(f"./{name}" for name in files)
    found = gaps(worked(f"{CHECKOUT}, {{run: '{run}'}}", files))
    assert any("more commands than are followed" in text for text in found)


def test_an_image_that_is_built_has_nothing_in_hand() -> None:
    files = {"Dockerfile": "FROM debian:13\nRUN ./configure && strange-tool\nRUN pip install acme==1\n"}
    done = worked(f"{CHECKOUT}, {{run: docker build -t x .}}", files)
    assert done.gaps == ()
    assert any(text.startswith("Dockerfile:3") and "pip install acme==1" in text for text in ran(done))
    assert worked(f"{CHECKOUT}, {{run: docker build -t x nowhere}}", files).gaps == ()


@pytest.mark.parametrize(
    ("path", "text", "quiet"),
    [
        ("t.js", "const fs = require('fs')\nfs.writeFileSync('a', 'b')\n", True),
        ("t.js", "require('child_process').execSync('x')\n", False),
        ("t.js", "require('./beside')\n", False),
        ("t.mjs", "import { x } from './quiet.mjs'\nimport data from './data.json'\nimport y from 'chalk'\n", True),
        ("t.php", "<?php file_put_contents('a', 'b');\n", True),
        ("t.php", "<?php echo `ls`;\n", False),
        ("t.rb", "require_relative 'quiet'\nputs 1\n", True),
        ("t.py", "import numpy\nfrom near import x\nprint(x)\n", True),
        ("t.py", "import requests\n", False),
        ("t.py", "from .. import far\nimport numpy\n", True),
        ("t.js", "require('@actions/github').getOctokit(x)\n", False),
        ("t.js", "require('gh-pages').publish('dist')\n", False),
        ("t.js", "const AWS = require('aws-sdk')\n", False),
        ("t.js", "import { S3Client } from '@aws-sdk/client-s3'\n", False),
        ("t.js", "require('simple-git')().add('.')\n", False),
        ("t.js", "require('./not-there')\n", False),
        ("t.js", "require('.')\n", False),
        ("t.js", "import x from '@/lib/publish'\n", False),
        ("t.js", "const x = await import(`./${name}`)\n", False),
        ("t.js", "import { $ } from 'x'\nawait $`ls`\n", False),
        ("t.mjs", "import { x } from './typed.js'\n", True),
        ("t.mjs", "import { x } from './outward.js'\n", False),
        ("t.py", "import os, outward\n", False),
        ("t.py", "from . import outward\n", False),
        ("t.py", "from pack import outward\n", False),
        ("t.py", "from pack import (  # these, those\n    quiet,  # this\n    outward,\n)\n", False),
        ("t.py", "from pack import quiet, \\\n    outward\n", False),
        ("t.py", "try: import outward\nexcept ImportError: pass\n", False),
        ("t.py", "from pack import quiet, missing as gone\n", True),
        ("t.py", "from os import system\nsystem('x')\n", False),
        ("t.py", "import sys\nsys.path.insert(0, 'tools')\nimport helper\n", False),
        ("t.php", "<?php require 'vendor/autoload.php'; App\\Site::send();\n", False),
        ("t.php", "<?php include 'not-there.php';\n", False),
        ("t.rb", "require './outward'\n", False),
        ("t.rb", "$LOAD_PATH.unshift 'lib'\nrequire 'mine'\n", False),
        ("t.pl", "open(my $out, '|-', 'mail me');\n", False),
        ("t.pl", 'open(P, "| mail me");\n', False),
        ("t.pl", "use lib 'lib'; use Mine;\n", False),
    ],
)
def test_programs_that_stay_inside_the_job(path: str, text: str, quiet: bool) -> None:
    files = {
        path: text,
        "beside.js": "fetch('x')\n",
        "quiet.mjs": "export const x = 1\n",
        "data.json": "{}",
        "quiet.rb": "puts 2\n",
        "near.py": "x = 1\n",
        "typed.ts": "export const x: number = 1\n",
        "outward.ts": "await fetch('x')\n",
        "outward.py": "import requests\n",
        "outward.rb": "system 'x'\n",
        "pack/quiet.py": "x = 1\n",
        "pack/outward.py": "import subprocess\n",
    }
    program = {"js": "node", "mjs": "node", "php": "php", "rb": "ruby", "py": "python", "pl": "perl"}[
        path.partition(".")[2]
    ]
    done = worked(f"{CHECKOUT}, {{run: {program} {path}}}", files)
    assert bool(done.own) is quiet
    assert bool(done.gaps) is not quiet


def test_a_program_of_many_files_is_not_looked_through() -> None:
    files = {f"f{number}.js": f"require('./f{number + 1}')\n" for number in range(60)}
    assert worked(f"{CHECKOUT}, {{run: node f0.js}}", files).gaps
    cycle = {"a.js": "require('./b')", "b.js": "require('./a')"}
    assert worked(f"{CHECKOUT}, {{run: node a.js}}", cycle).own
    assert worked(f"{CHECKOUT}, {{run: lua a.lua}}", {"a.lua": "print(1)"}).gaps


def test_a_program_that_an_image_is_built_with_is_sealed_in_it() -> None:
    files = {"Dockerfile": "FROM node\nCOPY . .\nRUN node build.js\n", "build.js": "console.log(1)\n"}
    done = worked(f"{CHECKOUT}, {{run: docker build .}}", files)
    assert (done.gaps, done.own) == ((), ())
    assert any(deed.command.text == "node build.js" and deed.sealed for deed in done.deeds)


def test_what_nobody_knows_has_nothing_in_hand_while_an_image_is_built() -> None:
    files = {"Dockerfile": "FROM acme/base\nRUN no-such-program --now\n"}
    done = worked(f"{CHECKOUT}, {{run: docker build .}}", files)
    assert done.gaps == ()
    assert [deed.command.text for deed in done.deeds if deed.sealed][-1] == "no-such-program --now"


def test_a_script_of_many_expressions_is_not_read() -> None:
    script = " ".join(f"${{{{ inputs.x{number} }}}}" for number in range(101))
    assert gaps(worked(f"{{run: 'echo {script}'}}"))
    assert not gaps(worked("{run: 'echo ${{ inputs.x }}'}"))


@pytest.mark.parametrize(("legs", "forms"), [(24, 24), (25, 1)])
def test_a_script_has_a_form_for_each_leg_up_to_a_bound(legs: int, forms: int) -> None:
    matrix = ", ".join(f"t{number}" for number in range(legs))
    done = worked("{run: 'cargo test ${{ matrix.x }}'}", job=f"strategy: {{matrix: {{x: [{matrix}]}}}}")
    assert len(done.deeds) == forms
