"""Shapes that GitHub refuses, and what is said of them."""

from __future__ import annotations

JOBS = (
    ("[]", 4, "the job `a` must be a mapping, not a list"),
    ("text", 4, "the job `a` must be a mapping, not a text"),
    ("", 3, "the job `a` must be a mapping, not empty"),
    ("needs: {b: c}", 4, "`needs` must be a text, not a mapping"),
    ("needs:\n  - b\n  - [c]", 6, "an item of `needs` must be a text, not a list"),
    ("needs: ${{ inputs.needs }}", 4, "`needs` cannot be an expression"),
    ("name: x\nruns-on: [{}]", 5, "an item of `runs-on` must be a text, not a mapping"),
    ("permissions:", 4, "`permissions` must be a mapping, not empty"),
    ("permissions: write", 4, "`permissions` must be a mapping, not a text"),
    ("permissions: {contents: {}}", 4, "`contents` must be a text, not a mapping"),
    ("environment: {url: x}", 4, "`environment` has no `name`"),
    ("environment: [x]", 4, "`environment` must be a mapping, not a list"),
    ("concurrency: {cancel-in-progress: true}", 4, "`concurrency` has no `group`"),
    ("strategy: [x]", 4, "`strategy` must be a mapping, not a list"),
    ("container: [x]", 4, "`container` must be a mapping, not a list"),
    ("services: {x: [y]}", 4, "the service `x` must be a mapping, not a list"),
    ("services: x", 4, "`services` must be a mapping, not a text"),
    ("env: [x]", 4, "`env` must be a mapping, not a list"),
    ("env:\n  A: [x]", 5, "`A` in `env` must be a text, not a list"),
    ("outputs: x", 4, "`outputs` must be a mapping, not a text"),
    ("defaults: x", 4, "`defaults` must be a mapping, not a text"),
    ("defaults: {run: x}", 4, "`defaults.run` must be a mapping, not a text"),
    ("if: [x]", 4, "`if` must be a text, not a list"),
    ("if: github.", 4, "broken expression: the expression ends too early"),
    ("name: x\nif: foo", 5, "broken expression: unknown name `foo`: no context is called that"),
    ("secrets: all", 4, "`secrets` must be a mapping, not a text"),
    ("uses: [x]", 4, "`uses` must be a text, not a list"),
    ("steps: {}", 4, "`steps` must be a list, not a mapping"),
    ("steps:", 4, "`steps` must be a list, not empty"),
    ("snapshot: {if: x}", 4, "broken expression: unknown name `x`: no context is called that"),
    ("unknown: ${{ github.ref }", 4, "broken expression: `${{` without its `}}`"),
)
"""Body of a job (its first line is line 4), line, message."""

STEPS = (
    ("- text", "a step must be a mapping, not a text"),
    ("-", "a step must be a mapping, not empty"),
    ("- [run]", "a step must be a mapping, not a list"),
    ("- {run: a, uses: b/c@v1}", "a step with both `run` and `uses`"),
    ("- {run: a, wait-all: true}", "a step with both `run` and `wait-all`"),
    ("- run: [a]", "`run` must be a text, not a list"),
    ("- {uses: a/b@v1, with: [x]}", "`with` must be a mapping, not a list"),
    ("- {uses: a/b@v1, with: {x: [y]}}", "`x` in `with` must be a text, not a list"),
    ("- {run: a, background: '${{ env.x }}'}", "`background` must be true or false"),
    ("- {run: a, background: }", "`background` must be true or false"),
    ("- {run: a, background: [true]}", "`background` must be true or false"),
    ("- parallel: {run: a}", "`parallel` must be a list, not a mapping"),
    ("- parallel: [{parallel: [{run: a}]}]", "a step of a `parallel` group must have `run` or `uses`"),
    ("- parallel: [{wait-all: }]", "a step of a `parallel` group must have `run` or `uses`"),
    ("- parallel: [{run: a, background: true}]", "a step of a `parallel` group is in the background already"),
    ("- wait: {a: b}", "`wait` must be a text, not a mapping"),
    ("- cancel: [a, b]", "`cancel` must be a text, not a list"),
    ("- {run: a, if: '${{ ! }}'}", "broken expression: the expression ends too early"),
    ("- run: ${{ secret.x }}", "broken expression: unknown name `secret`: no context is called that"),
)
"""A step in the list (line 6), message."""

TRIGGERS = (
    ("on:", "`on` is empty"),
    ("on: [push, {pull_request: {}}]", "an event in `on` must be a text, not a mapping"),
    ("on: {push: main}", "`push` must be a mapping, not a text"),
    ("on: {push: [main]}", "`push` must be a mapping, not a list"),
    ("on: {push: {branches: {main: x}}}", "`branches` must be a text, not a mapping"),
    ("on: {push: {branches: [[main]]}}", "an item of `branches` must be a text, not a list"),
    ("on: {schedule: {cron: x}}", "`schedule` must be a list, not a mapping"),
    ("on: {schedule: [x]}", "an entry of `schedule` must be a mapping, not a text"),
    ("on: {workflow_call: {inputs: [x]}}", "`inputs` must be a mapping, not a list"),
    ("on: {workflow_call: {inputs: {x: y}}}", "`x` in `inputs` must be a mapping, not a text"),
    ("on: {workflow_call: {outputs: {x: {value: '${{ jobs. }}'}}}}", "broken expression: the expression ends"),
)
"""The first line of a workflow, message."""
