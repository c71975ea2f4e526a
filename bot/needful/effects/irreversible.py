"""Work that cannot be taken back, or that people and other systems see: publishing, deploying, pushing, commenting.

Steps do it by what their actions and commands write outside the run; jobs by their environment. What a job is called
and what it asks permission for are *signs* of such work: they count where the job cannot be seen through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from needful.effects.model import Evidence
from needful.effects.permissions import written
from needful.expressions.tree import accesses_of
from needful.workflow.model import Job, Text, Workflow

_NAMES = re.compile(
    r"(?:^|[^a-z])(?:publish|deploy|release|upload|push|promote|rollout|ship|notify|announce|tag|merge|bump|sign)"
    r"(?:$|[^a-z]|e?[ds]$|ing|ment|er$)",
    re.IGNORECASE,
)


def of_job(workflow: Workflow, job: Job) -> Iterator[Evidence]:
    """What a job's own keys do: a deployment to its environment, an image of its machine."""
    if job.environment is not None and job.environment.deployment:
        yield Evidence(workflow.path, workflow.line(job.environment.span), f"`{job.id}` deploys to an environment")
    yield from snapshots(workflow, job)


def snapshots(workflow: Workflow, job: Job) -> Iterator[Evidence]:
    """Where a job makes an image of its machine on which others run, in this run and in later ones."""
    for entry in job.extra:
        if entry.key.text == "snapshot":
            line = workflow.line(entry.key.span)
            yield Evidence(workflow.path, line, f"`{job.id}` makes a new image of its machine")


_GUARDS = re.compile(
    r"(?:^|[^a-z])(?:dco|cla|sign-?_?off|permissions?|authori[sz]\w*|approv\w*|guards?|gate(?:keeper)?s?|member(?:ship)?s?|"
    r"maintainers?|trusted|labels?)(?:$|[^a-z])",
    re.IGNORECASE,
)


_BY_HAND = frozenset({"workflow_dispatch", "repository_dispatch"})
_TYPED = (("github", "event", "inputs"), ("github", "event", "client_payload"))
_REFUSES = re.compile(r"\bexit\s+[1-9]|\bcore\.setFailed\b")


def guards(workflow: Workflow, job: Job) -> Iterator[Evidence]:
    """What makes a job one that lets others pass: who may run something, and with what, not whether code is right."""
    if _GUARDS.search(job.id) or (job.name is not None and _GUARDS.search(job.name.value)):
        yield Evidence(workflow.path, workflow.line(job.key_span), f"`{job.id}` is named for a guard: a rule to keep")
    if any(trigger.event in _BY_HAND for trigger in workflow.triggers):
        yield from _checks_of_inputs(workflow, job)


def _checks_of_inputs(workflow: Workflow, job: Job) -> Iterator[Evidence]:
    """Steps that end the job where somebody started the workflow with a wrong input: jobs behind it may trust them."""
    typed = {one.name for one in (*workflow.env, *job.env) if _is_typed(one.value)}
    for step in job.all_steps():
        script = step.run or step.input("script")
        if script is None or not _REFUSES.search(script.value):
            continue
        words = typed.intersection(re.findall(r"\w+", script.value)) if typed else ()
        if words or any(map(_is_typed, step.texts)):
            yield Evidence(workflow.path, workflow.line(script.span), f"`{job.id}` refuses inputs that are wrong")


def _is_typed(text: Text) -> bool:
    """Whether an expression reads what the workflow was started with."""
    if "inputs" not in text.value and "client_payload" not in text.value:
        return False
    read = (access for part in text.template.expressions for access in accesses_of(part.tree))
    return any(access[0] == "inputs" or access[:3] in _TYPED for access in read)


# what people write where something is pushed: beside publishing, the work that ends in a commit
_PUSHES = re.compile(
    r"(?:^|[^a-z])(?:auto-?(?:fix|format|merge|update)|back-?ports?|\w*bots?|branch(?:es)?|change-?logs?|cherry-?picks?|"
    r"(?:gh-?)?pages|git|mirrors?|prs?|pull-?requests?|roll|sites?|sync(?:hroni[sz]e)?|versions?|write-?back|"
    r"(?:commit|delete|rebase|remove|save|store)\w*|(?:refresh|renew|updat|upgrad)(?:e|es|s|ing)?)(?:$|[^a-z])",
    re.IGNORECASE,
)


def speaks_of_publishing(*texts: str) -> bool:
    """Whether words make one expect work that cannot be taken back."""
    return any(map(_NAMES.search, texts))


def speaks_of_pushing(*texts: str) -> bool:
    """Whether words make one expect that something is pushed."""
    return speaks_of_publishing(*texts) or any(map(_PUSHES.search, texts))


_RESULTS = re.compile(
    r"(?:^|[^a-z])(?:all-?(?:green|passed)|aggregat\w*|collect\w*|complet\w*|conclu\w*|dashboards?|done|final\w*|finish\w*|"
    r"gates?|metrics?|outcomes?|reports?|results?|slack|stat(?:s|us(?:es)?)|summar(?:y|i[sz]e)\w*|verdicts?)(?:$|[^a-z])",
    re.IGNORECASE,
)


def speaks_of_results(*texts: str) -> bool:
    """Whether words make one expect that somebody looks at what became of jobs, or tells of it."""
    return speaks_of_publishing(*texts) or any(map(_RESULTS.search, texts))


def signs(workflow: Workflow, job: Job) -> Iterator[Evidence]:
    """What makes one expect such work of a job: the permissions that it asks for, and its name."""
    if job.permissions is not None and (scopes := written(job.permissions)):
        text = f"`{job.id}` asks for write permission: {', '.join(scopes)}"
        yield Evidence(workflow.path, workflow.line(job.permissions.span), text)
    if _NAMES.search(job.id) or (job.name is not None and _NAMES.search(job.name.value)):
        yield Evidence(workflow.path, workflow.line(job.key_span), f"`{job.id}` is named for publishing or deploying")
