"""A workflow as typed values. Built once by `reader`; nothing above this folder sees raw YAML.

Unknown keys are kept (`extra`), never an error. Every value knows its span in the document it came from. Texts may
hold `${{ }}`; `Text.template` parses them when asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from needful.document.nodes import Entry, Path
from needful.document.parse import Document
from needful.expressions import Template, parse_condition, parse_template
from needful.source import Span


class Text(NamedTuple):
    """A scalar; `condition` marks an `if:`, an expression without `${{ }}`.

    `value` is what GitHub makes of it: without quotes, `True` is `true`, `3.10` is `3.1` and null is empty.
    """

    value: str
    span: Span
    condition: bool = False

    @property
    def template(self) -> Template:
        """The text split into literal parts and expressions. Cached by the parser."""
        return parse_condition(self.value) if self.condition else parse_template(self.value)


class Variable(NamedTuple):
    """A named text: an entry of `env`, `with`, `outputs`, `secrets` or of a matrix row."""

    name: str
    value: Text


class Permissions(NamedTuple):
    """What `permissions:` says: `everything` is `read-all`, `write-all` or `""`; `scopes` lists `(scope, level)`."""

    span: Span
    everything: str
    scopes: tuple[tuple[str, str], ...]


class Concurrency(NamedTuple):
    """A concurrency group; `cancel` is the text of `cancel-in-progress`, `queue` that of `queue`."""

    span: Span
    group: Text
    cancel: Text | None = None
    queue: Text | None = None


class Environment(NamedTuple):
    """A deployment environment. `deployment` is False only where `deployment: false` is written."""

    span: Span
    name: Text
    url: Text | None = None
    deployment: bool = True


class Defaults(NamedTuple):
    """What `defaults.run` sets for steps with `run`."""

    span: Span
    shell: Text | None = None
    working_directory: Text | None = None


class Container(NamedTuple):
    """A job's container or one of its services (`name` is the service's key, `""` for the container).

    `texts` holds every scalar of it that has an expression.
    """

    span: Span
    name: str
    image: Text | None
    texts: tuple[Text, ...]


class Need(NamedTuple):
    """One entry of `needs`. `on` is the job id as written there; ids compare without case."""

    on: str
    span: Span


class UsesKind(Enum):
    """What a `uses:` names."""

    REPOSITORY = "repository"  # owner/name[/path]@ref
    LOCAL = "local"  # ./path, or $/path: same repository, same commit
    DOCKER = "docker"  # docker://image
    OPAQUE = "opaque"  # an expression, or nothing that can be read


class Uses(NamedTuple):
    """An action or a reusable workflow. `name` is `owner/name[/path]` in lower case, or the local path without `./`."""

    text: Text
    kind: UsesKind
    name: str
    ref: str


class StepKind(Enum):
    RUN = "run"
    USES = "uses"
    PARALLEL = "parallel"
    WAIT = "wait"
    WAIT_ALL = "wait-all"
    CANCEL = "cancel"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Step:
    """One step. `path` leads to it in the document; `steps` holds the members of a `parallel` group."""

    kind: StepKind
    span: Span
    path: Path
    id: str = ""
    name: Text | None = None
    condition: Text | None = None
    run: Text | None = None
    uses: Uses | None = None
    inputs: tuple[Variable, ...] = ()
    env: tuple[Variable, ...] = ()
    shell: Text | None = None
    working_directory: Text | None = None
    continue_on_error: Text | None = None
    timeout: Text | None = None
    background: bool = False
    targets: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    texts: tuple[Text, ...] = field(default=(), repr=False)
    extra: tuple[Entry, ...] = field(default=(), repr=False)

    def input(self, name: str) -> Text | None:
        """The value of an input; input names compare without case."""
        return next((v.value for v in self.inputs if v.name.lower() == name.lower()), None)


@dataclass(frozen=True)
class Matrix:
    """`strategy.matrix`. `legs` are its combinations where static, each as `(key, text)` pairs, else None.

    Values that are lists or mappings stand in a leg as `key.sub` pairs or, where that is impossible, not at all. Where
    the combinations are not known, `values` says by key (in lower case) what each can be, for the keys where that is.
    `shown` has for each leg what GitHub puts in brackets behind the name of its job: all that is no list or mapping,
    without what `include` added to a combination.
    """

    span: Span
    legs: tuple[tuple[tuple[str, str], ...], ...] | None
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    shown: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Strategy:
    span: Span
    matrix: Matrix | None
    fail_fast: Text | None = None
    max_parallel: Text | None = None


@dataclass(frozen=True)
class Job:
    """One job. `steps` are in the order of the text; `all_steps()` also yields the members of parallel groups.

    `uses` is set for a call of a reusable workflow; `inputs` are then its `with`, `secrets` what is passed (and
    `inherits_secrets` for `secrets: inherit`). `texts` holds every scalar of the job that has an expression.
    """

    id: str
    span: Span
    path: Path
    key_span: Span
    name: Text | None = None
    needs: tuple[Need, ...] = ()
    condition: Text | None = None
    runs_on: tuple[Text, ...] = ()
    runner_group: Text | None = None
    permissions: Permissions | None = None
    environment: Environment | None = None
    concurrency: Concurrency | None = None
    outputs: tuple[Variable, ...] = ()
    env: tuple[Variable, ...] = ()
    strategy: Strategy | None = None
    continue_on_error: Text | None = None
    timeout: Text | None = None
    container: Container | None = None
    services: tuple[Container, ...] = ()
    steps: tuple[Step, ...] = ()
    uses: Uses | None = None
    inputs: tuple[Variable, ...] = ()
    secrets: tuple[Variable, ...] = ()
    inherits_secrets: bool = False
    cache_mode: Text | None = None
    defaults: Defaults | None = None
    texts: tuple[Text, ...] = field(default=(), repr=False)
    extra: tuple[Entry, ...] = field(default=(), repr=False)

    def all_steps(self) -> Iterator[Step]:
        for step in self.steps:
            yield step
            yield from step.steps


class Trigger(NamedTuple):
    """An event of `on:`. `filters` are its texts by key, e.g. `("branches", (Text, …))`."""

    event: str
    span: Span
    filters: tuple[tuple[str, tuple[Text, ...]], ...] = ()


class Port(NamedTuple):
    """An input or output of a reusable workflow or a composite action.

    `value` is an input's default or an output; `type` what an input of a workflow declares, `""` for nothing.
    """

    name: str
    span: Span
    value: Text | None = None
    required: bool = False
    type: str = ""


@dataclass(frozen=True)
class Workflow:
    """A workflow file. `path` is relative to the repository, with `/`. `jobs` keeps the order of the file.

    `inputs`, `secrets` and `outputs` are those of `workflow_call`, `dispatch_inputs` those of `workflow_dispatch`.
    `texts` holds every scalar outside the jobs that has an expression.
    """

    path: str
    document: Document = field(repr=False)
    name: Text | None = None
    triggers: tuple[Trigger, ...] = ()
    jobs: tuple[Job, ...] = ()
    permissions: Permissions | None = None
    env: tuple[Variable, ...] = ()
    concurrency: Concurrency | None = None
    cache_mode: Text | None = None
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    secrets: tuple[Port, ...] = ()
    dispatch_inputs: tuple[Port, ...] = ()
    run_name: Text | None = None
    defaults: Defaults | None = None
    texts: tuple[Text, ...] = field(default=(), repr=False)
    extra: tuple[Entry, ...] = field(default=(), repr=False)

    def job(self, job_id: str) -> Job | None:
        """The job of that id; ids compare without case, as on GitHub."""
        wanted = job_id.lower()
        return next((job for job in self.jobs if job.id.lower() == wanted), None)

    def on(self, event: str) -> Trigger | None:
        return next((trigger for trigger in self.triggers if trigger.event == event), None)

    def line(self, span: Span) -> int:
        """The line (from 1) on which a span begins."""
        return self.document.source.line(span.start)


@dataclass(frozen=True)
class Action:
    """A local action. Only composite actions have `steps`; others are opaque (`kind` is their `runs.using`)."""

    path: str
    document: Document = field(repr=False)
    kind: str = ""
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    steps: tuple[Step, ...] = ()
