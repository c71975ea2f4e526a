"""`on:` in all its forms."""

from __future__ import annotations

import pytest

from needful.errors import UserError
from needful.workflow.model import Port, Trigger, Workflow
from workflow import refused
from workflow.reading import workflow


def read(on: str) -> Workflow:
    return workflow(on.strip("\n") + "\njobs: {a: {runs-on: x}}\n")


def filters(trigger: Trigger) -> dict[str, list[str]]:
    return {key: [text.value for text in texts] for key, texts in trigger.filters}


@pytest.mark.parametrize(
    ("on", "events"),
    [
        ("on: push", ["push"]),
        ("on: [push, pull_request]", ["push", "pull_request"]),
        ("on:\n- push\n- pull_request", ["push", "pull_request"]),
        ("on:\n  push:\n  pull_request:\n", ["push", "pull_request"]),
        ('"on": {push: {}, pull_request: ~}', ["push", "pull_request"]),
        ("x: &on [push]\non: *on", ["push"]),
    ],
)
def test_events(on: str, events: list[str]) -> None:
    assert [trigger.event for trigger in read(on).triggers] == events


def test_filters() -> None:
    push, pull_request = read("""
on:
  push:
    branches: [main, 'release/**']
    tags-ignore: v0
    paths:
  pull_request:
    types:
      - opened
""").triggers
    assert filters(push) == {"branches": ["main", "release/**"], "tags-ignore": ["v0"], "paths": []}
    assert filters(pull_request) == {"types": ["opened"]}


def test_schedule() -> None:
    (schedule,) = read("""
on:
  schedule:
    - cron: '0 5 * * 1'
      timezone: Europe/Berlin
    - cron: '0 6 * * 2'
""").triggers
    assert filters(schedule) == {"cron": ["0 5 * * 1", "0 6 * * 2"], "timezone": ["Europe/Berlin"]}


def ports(ports: tuple[Port, ...]) -> list[tuple[str, str | None, bool]]:
    return [(port.name, port.value.value if port.value else None, port.required) for port in ports]


def test_what_a_reusable_workflow_declares() -> None:
    called = read("""
on:
  workflow_call:
    inputs:
      ref: {type: string, default: '${{ github.ref }}'}
      level: {type: number, required: true}
    secrets:
      token: {required: true}
      other:
    outputs:
      image: {description: 'the ${{ image }}', value: '${{ jobs.a.outputs.image }}'}
  workflow_dispatch:
    inputs:
      dry-run: {type: boolean, default: false}
""")
    assert ports(called.inputs) == [("ref", "${{ github.ref }}", False), ("level", None, True)]
    assert ports(called.secrets) == [("token", None, True), ("other", None, False)]
    assert ports(called.outputs) == [("image", "${{ jobs.a.outputs.image }}", False)]
    assert ports(called.dispatch_inputs) == [("dry-run", "false", False)]
    assert [text.value for text in called.texts] == ["${{ github.ref }}", "${{ jobs.a.outputs.image }}"]
    assert [filters(trigger) for trigger in called.triggers] == [{}, {}]


def test_nothing_is_declared() -> None:
    called = read("on:\n  workflow_call:\n    inputs:\n")
    assert (called.inputs, called.outputs, called.secrets, called.dispatch_inputs) == ((), (), (), ())


@pytest.mark.parametrize(("on", "message"), refused.TRIGGERS)
def test_shapes_that_github_refuses(on: str, message: str) -> None:
    with pytest.raises(UserError) as raised:
        read(on)
    assert f"ci.yml:1: {message}" in str(raised.value)
