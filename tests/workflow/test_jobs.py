"""Jobs: every key of theirs, and the shapes that GitHub refuses."""

from __future__ import annotations

import pytest

from needful.errors import UserError
from needful.workflow.model import Text, UsesKind
from workflow import refused
from workflow.reading import job, with_job, workflow


def values(texts: tuple[Text, ...]) -> list[str]:
    return [text.value for text in texts]


def value(text: Text | None) -> str | None:
    return text.value if text is not None else None


@pytest.mark.parametrize(
    ("written", "needs"),
    [
        ("needs: b", ["b"]),
        ("needs: 'b'", ["b"]),
        ("needs: [b]", ["b"]),
        ("needs: [b, 'c', \"d\"]", ["b", "c", "d"]),
        ("needs:\n- b\n- c", ["b", "c"]),
        ("needs:\n  - b # first\n  # then\n  - c", ["b", "c"]),
        ("needs: [b,\n  c,\n]", ["b", "c"]),
        ("x: &n [b, c]\nneeds: *n", ["b", "c"]),
        ("x: &n b\nneeds: [*n, c]", ["b", "c"]),
        ("needs:", []),
        ("needs: null", []),
        ("needs: []", []),
        ("needs: [1.0, true]", ["1", "true"]),
        ("runs-on: x", []),
    ],
)
def test_needs(written: str, needs: list[str]) -> None:
    assert [need.on for need in job(written).needs] == needs


def test_needs_know_where_they_stand() -> None:
    read = workflow(with_job("needs: [b, 'c d']"))
    text = read.document.source.text
    assert [text[slice(*need.span)] for need in read.jobs[0].needs] == ["b", "'c d'"]


def test_needs_that_lead_nowhere_or_round_show_in_the_model() -> None:
    read = workflow("on: push\njobs:\n  a: {needs: b}\n  b: {needs: [a, B, missing]}\n")
    assert [[need.on for need in job.needs] for job in read.jobs] == [["b"], ["a", "B", "missing"]]


@pytest.mark.parametrize(
    ("written", "labels", "group"),
    [
        ("runs-on: ubuntu-latest", ["ubuntu-latest"], None),
        ("runs-on: [self-hosted, linux]", ["self-hosted", "linux"], None),
        ("runs-on: ${{ matrix.os }}", ["${{ matrix.os }}"], None),
        ("runs-on: {group: big, labels: [x, y]}", ["x", "y"], "big"),
        ("runs-on: {group: big}", [], "big"),
        ("runs-on: {labels: x}", ["x"], None),
        ("name: x", [], None),
    ],
)
def test_runner(written: str, labels: list[str], group: str | None) -> None:
    read = job(written)
    assert (values(read.runs_on), value(read.runner_group)) == (labels, group)


@pytest.mark.parametrize(
    ("written", "everything", "scopes"),
    [
        ("permissions: read-all", "read-all", ()),
        ("permissions: write-all", "write-all", ()),
        ("permissions: {}", "", ()),
        ("permissions:\n  contents: read\n  id-token: write", "", (("contents", "read"), ("id-token", "write"))),
    ],
)
def test_permissions(written: str, everything: str, scopes: tuple[tuple[str, str], ...]) -> None:
    permissions = job(written).permissions
    assert permissions is not None
    assert (permissions.everything, permissions.scopes) == (everything, scopes)


def test_no_permissions() -> None:
    assert job("runs-on: x").permissions is None


@pytest.mark.parametrize(
    ("written", "name", "url", "deployment"),
    [
        ("environment: production", "production", None, True),
        ("environment: ${{ inputs.env }}", "${{ inputs.env }}", None, True),
        ("environment: {name: pages, url: '${{ steps.x.outputs.url }}'}", "pages", "${{ steps.x.outputs.url }}", True),
        ("environment: {name: pages, deployment: false}", "pages", None, False),
        ("environment: {name: pages, deployment: False}", "pages", None, False),
        ("environment: {name: pages, deployment: true}", "pages", None, True),
    ],
)
def test_environment(written: str, name: str, url: str | None, deployment: bool) -> None:
    environment = job(written).environment
    assert environment is not None
    assert (environment.name.value, value(environment.url), environment.deployment) == (name, url, deployment)


@pytest.mark.parametrize(
    ("written", "group", "cancel", "queue"),
    [
        ("concurrency: ci", "ci", None, None),
        ("concurrency: 'ci-${{ github.ref }}'", "ci-${{ github.ref }}", None, None),
        ("concurrency: {group: ci}", "ci", None, None),
        ("concurrency: {group: ci, cancel-in-progress: '${{ github.x }}'}", "ci", "${{ github.x }}", None),
        ("concurrency: {group: ci, queue: max}", "ci", None, "max"),
    ],
)
def test_concurrency(written: str, group: str, cancel: str | None, queue: str | None) -> None:
    concurrency = job(written).concurrency
    assert concurrency is not None
    assert (concurrency.group.value, value(concurrency.cancel), value(concurrency.queue)) == (group, cancel, queue)


def test_container_and_services() -> None:
    read = job("""
        container:
          image: node:${{ matrix.node }}
          env: {TOKEN: "${{ secrets.token }}", PLAIN: x}
        services:
          redis: redis:7
          postgres: {image: postgres, ports: [5432]}
          dynamic: ${{ matrix.service }}
          none:
        """)
    assert read.container is not None
    assert (read.container.name, value(read.container.image)) == ("", "node:${{ matrix.node }}")
    assert values(read.container.texts) == ["node:${{ matrix.node }}", "${{ secrets.token }}"]
    assert [(service.name, value(service.image)) for service in read.services] == [
        ("redis", "redis:7"),
        ("postgres", "postgres"),
        ("dynamic", "${{ matrix.service }}"),
    ]


def test_a_container_without_more() -> None:
    container = job("container: node:24").container
    assert container is not None
    assert value(container.image) == "node:24"


def test_strategy() -> None:
    read = job("strategy: {fail-fast: false, max-parallel: 2, matrix: {os: [a, b]}}").strategy
    assert read is not None
    assert (value(read.fail_fast), value(read.max_parallel)) == ("false", "2")
    assert read.matrix is not None
    assert read.matrix.legs == ((("os", "a"),), (("os", "b"),))


@pytest.mark.parametrize("written", ["strategy: ${{ fromJSON(inputs.s) }}", "strategy: {matrix: '${{ inputs.m }}'}"])
def test_a_strategy_that_is_computed(written: str) -> None:
    strategy = job(written).strategy
    assert strategy is not None
    assert strategy.matrix is not None
    assert strategy.matrix.legs is None


@pytest.mark.parametrize("written", ["strategy: {fail-fast: true}", "strategy: {matrix: }"])
def test_a_strategy_without_a_matrix(written: str) -> None:
    strategy = job(written).strategy
    assert strategy is not None
    assert strategy.matrix is None


def test_plain_keys() -> None:
    read = job("""
        name: Test ${{ matrix.x }}
        if: github.ref == 'refs/heads/main'
        continue-on-error: True
        timeout-minutes: 10
        cache-mode: none
        env: {A: null, B: 0x10, C: "0x10"}
        outputs: {x: "${{ steps.s.outputs.x }}"}
        defaults: {run: {shell: bash}}
        """)
    assert value(read.name) == "Test ${{ matrix.x }}"
    assert read.condition is not None
    assert read.condition.template.sole is not None
    assert (value(read.continue_on_error), value(read.timeout), value(read.cache_mode)) == ("true", "10", "none")
    assert [(v.name, v.value.value) for v in read.env] == [("A", ""), ("B", "16"), ("C", "0x10")]
    assert [(v.name, v.value.value) for v in read.outputs] == [("x", "${{ steps.s.outputs.x }}")]
    assert read.defaults is not None
    assert (value(read.defaults.shell), read.defaults.working_directory) == ("bash", None)
    assert read.path == ("jobs", "a")


def test_what_is_not_there_is_none() -> None:
    read = job("""
        environment:
        concurrency:
        container:
        services:
        defaults:
        strategy:
        env:
        """)
    keys = (read.environment, read.concurrency, read.container, read.defaults, read.strategy, read.condition, read.name)
    assert [key for key in keys if key is not None] == []
    assert [*read.env, *read.services, *read.steps, *read.texts] == []
    assert job("defaults: {run: }").defaults is None
    assert job("defaults: {run: '${{ inputs.run }}'}").defaults is None


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("if: ", 0),
        ("if: null", 0),
        ("if: ''", 0),
        ("if: True", 1),
        ("if: ${{ always() }}", 1),
        ("if: '!cancelled()'", 1),
        ("if: >-\n  always() &&\n  github.ref == 'x'", 1),
        ("if: ${{ always() }} && ${{ github.ref }}", 3),
    ],
)
def test_condition(written: str, parts: int) -> None:
    read = job(written)
    assert read.condition is not None
    assert len(read.condition.template.parts) == parts
    assert read.texts == (read.condition,)


def test_a_call_of_a_reusable_workflow() -> None:
    read = job("""
        uses: ./.github/workflows/build.yml
        with: {ref: "${{ github.ref }}", count: 2}
        secrets: {token: "${{ secrets.TOKEN }}"}
        """)
    assert read.uses is not None
    assert (read.uses.kind, read.uses.name) == (UsesKind.LOCAL, ".github/workflows/build.yml")
    assert [(v.name, v.value.value) for v in read.inputs] == [("ref", "${{ github.ref }}"), ("count", "2")]
    assert [(v.name, v.value.value) for v in read.secrets] == [("token", "${{ secrets.TOKEN }}")]
    assert not read.inherits_secrets


def test_inherited_secrets() -> None:
    read = job("uses: o/r/.github/workflows/x.yml@v1\nsecrets: inherit")
    assert read.inherits_secrets
    assert read.secrets == ()


def test_mappings_that_are_one_expression_are_kept_as_text() -> None:
    read = job("env: ${{ fromJSON(inputs.env) }}\nservices: ${{ inputs.services }}\nwith: ${{ inputs }}")
    assert [*read.env, *read.services, *read.inputs] == []
    assert values(read.texts) == ["${{ fromJSON(inputs.env) }}", "${{ inputs.services }}", "${{ inputs }}"]


def test_every_expression_of_a_job_is_collected_in_order() -> None:
    read = job("""
        name: ${{ env.a }}
        if: env.b
        runs-on: ["${{ env.c }}", x]
        unknown: {deep: [{er: "${{ env.d }}"}]}
        env:
          ${{ env.key }}: x
          ${{ insert }}: ${{ env.e }}
        snapshot: {image-name: "${{ env.f }}", if: env.g}
        steps:
          - run: echo ${{ env.h }} ${{ env.i }}
            if: env.j
          - parallel:
              - uses: a/b@v1
                with: {if: env.no, x: "${{ env.k }}"}
                if: env.l
        outputs: {x: "${{ env.m }}"}
        """)
    assert values(read.texts) == [
        *("${{ env.a }}", "env.b", "${{ env.c }}", "${{ env.d }}", "${{ env.key }}", "${{ env.e }}"),
        *("${{ env.f }}", "env.g", "echo ${{ env.h }} ${{ env.i }}", "env.j", "${{ env.k }}", "env.l", "${{ env.m }}"),
    ]
    assert [entry.key.text for entry in read.extra] == ["unknown", "snapshot"]


def test_a_snapshot_by_name() -> None:
    assert values(job("snapshot: image-${{ github.ref }}").texts) == ["image-${{ github.ref }}"]


@pytest.mark.parametrize(("written", "line", "message"), refused.JOBS)
def test_shapes_that_github_refuses(written: str, line: int, message: str) -> None:
    with pytest.raises(UserError) as raised:
        job(written)
    assert (raised.value.line, raised.value.message) == (line, message)


@pytest.mark.parametrize(
    ("written", "line"),
    [
        pytest.param("x: |\n  one ${{ github.ref }}\n  two\n  three ${{ x }}", 7, id="literal"),
        pytest.param("x: &y |2-\n    one\n    ${{ x }}", 6, id="literal with a header"),
        pytest.param("x: >\n  ${{ env.a }}\n  two\n\n  three ${{ x }}", 8, id="folded"),
        pytest.param("x: 'a\n  ${{ env.b }} ${{ x }}'", 5, id="single quotes"),
        pytest.param("x: ${{ x }}", 4, id="plain"),
        pytest.param("x: |\n  a\n  b ${{ github.ref", 6, id="not closed"),
        pytest.param("if: |\n  github.ref &&\n  x", 4, id="bare condition"),
        pytest.param("if: |\n  ${{\n  x }}", 5, id="condition"),
    ],
)
def test_a_broken_expression_is_found_in_a_long_text(written: str, line: int) -> None:
    with pytest.raises(UserError, match="broken expression") as raised:
        job(written)
    assert raised.value.line == line


def test_ids_of_jobs_compare_without_case() -> None:
    with pytest.raises(UserError, match=r"ci\.yml:4: the job `Build` is there twice"):
        workflow("on: push\njobs:\n  build: {runs-on: x}\n  Build: {runs-on: x}\n")
