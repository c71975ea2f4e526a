"""Machines that are new for every job, and those whose disk outlives it."""

from __future__ import annotations

import pytest

from dependence.made import effects

OS = "strategy: {matrix: {os: [ubuntu-24.04, macos-15], "


@pytest.mark.parametrize(
    ("job", "lasting"),
    [
        ("runs-on: ubuntu-latest", False),
        ("runs-on: windows-2025", False),
        ("runs-on: macos-15-xlarge", False),
        ("runs-on: depot-ubuntu-24.04-8", False),
        ("runs-on: self-hosted", True),
        ("runs-on: [self-hosted, linux]", True),
        ("runs-on: {group: large}", True),
        ("runs-on: gpu-box", True),
        ("runs-on: ${{ inputs.runner }}", True),
        ("runs-on: ${{ vars.FAST && 'depot-ubuntu-24.04' || 'ubuntu-latest' }}", False),
        ("runs-on: ${{ vars.FAST && 'gpu-box' || 'ubuntu-latest' }}", True),
        ("runs-on: ${{ inputs.runner || 'ubuntu-latest' }}", True),
        ("runs-on: ubuntu-${{ inputs.release }}", True),
        (OS + "}}\nruns-on: ${{ matrix.os }}", False),
        (OS + "node: '${{ fromJSON(inputs.nodes) }}'}}\nruns-on: ${{ matrix.os }}", False),
        (OS + "exclude: '${{ fromJSON(inputs.not) }}'}}\nruns-on: ${{ matrix.os }}", False),
        (OS + "include: '${{ fromJSON(inputs.more) }}'}}\nruns-on: ${{ matrix.os }}", True),
        (OS + "x: ['${{ inputs.x }}'], include: [{os: gpu-box}]}}\nruns-on: ${{ matrix.os }}", True),
        (OS + "x: ['${{ inputs.x }}'], include: [{os: ubuntu-latest}]}}\nruns-on: ${{ matrix.os }}", False),
        (OS + "x: ['${{ inputs.x }}'], include: [{os: '${{ inputs.os }}'}]}}\nruns-on: ${{ matrix.os }}", True),
        (OS + "x: ['${{ inputs.x }}'], include: ['${{ fromJSON(inputs.y) }}']}}\nruns-on: ${{ matrix.os }}", True),
        ("strategy: {matrix: {os: '${{ fromJSON(inputs.os) }}'}}\nruns-on: ${{ matrix.os }}", True),
        ("strategy: {matrix: '${{ fromJSON(inputs.os) }}'}\nruns-on: ${{ matrix.os }}", True),
        ("strategy: {matrix: {x: ['${{ inputs.x }}'], os: [{at: ubuntu-latest}]}}\nruns-on: ${{ matrix.os.at }}", True),
    ],
)
def test_what_outlives_a_job(job: str, lasting: bool) -> None:
    assert bool(effects("", job=job).disk) is lasting


def test_a_call_runs_where_its_workflow_says() -> None:
    assert not effects(
        "",
        job="uses: ./.github/workflows/called.yml",
        files={".github/workflows/called.yml": "on: workflow_call\njobs: {a: {runs-on: ubuntu-latest, steps: []}}\n"},
    ).disk
