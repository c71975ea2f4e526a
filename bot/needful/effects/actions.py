"""What a step does by the action that it uses, as far as the catalogue of actions says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product
from types import MappingProxyType

from needful.effects.artifacts import downloads, given, uploads
from needful.effects.caches import caches
from needful.effects.channels import Channel, Touch, Way
from needful.effects.images import image_name, is_local_registry
from needful.effects.names import UNKNOWN, Hole, Name, joined, literal, show
from needful.effects.octokit import octokit_touches
from needful.effects.project.model import Opening
from needful.effects.values import holds, script_of, values
from needful.effects.walk import Site
from needful.facts.actions import ActionFacts, Condition, Opens, TouchFacts, Value, catalogued, image_facts
from needful.workflow.model import UsesKind

NO_IMAGES: Mapping[str, tuple[Name, ...]] = MappingProxyType({})


def facts_of(site: Site) -> ActionFacts | None:
    """What the catalogue says of the action or image that a step uses, at its version; None where it says nothing."""
    uses = site.step.uses
    if uses is None:
        return None
    if uses.kind is UsesKind.DOCKER:
        return image_facts(show(image_name(literal(uses.name))))
    return catalogued(uses.name, uses.ref) if uses.kind is UsesKind.REPOSITORY else None


def action_touches(site: Site, images: Mapping[str, tuple[Name, ...]] = NO_IMAGES) -> tuple[Touch, ...]:
    """What the action of a step does on every channel; nothing for one that the catalogue does not know.

    `images` are those that earlier steps name (`metadata_images`), by the ids of these steps in lower case.
    """
    facts = facts_of(site)
    if facts is None:
        return ()
    found = (
        *(touch for stated in facts.touches for touch in _stated(stated, site, images)),
        *(touch for script in javascript(site, facts) for touch in octokit_touches(script) or ()),
        *_artifacts(site),
        *_cached(site, facts),
        *_provided(site, facts),
        *_files(site, facts),
        *_rest(site, facts),
    )
    return tuple(dict.fromkeys(found))


def metadata_images(site: Site) -> tuple[Name, ...]:
    """The images whose names and tags the outputs of a step hold (`docker/metadata-action`)."""
    facts = facts_of(site)
    return values(facts.images, site) if facts is not None and facts.images is not None else ()


# --- what is stated on a channel -------------------------------------------------------------------------------------


def _stated(stated: TouchFacts, site: Site, images: Mapping[str, tuple[Name, ...]]) -> Iterator[Touch]:
    verdict = holds(stated.when, site)
    if verdict is False:
        return
    found = values(stated.name, site) if stated.name is not None else ()
    if stated.name is not None and stated.name.image:
        found = tuple(dict.fromkeys(image for name in found for image in _named_before(name, images)))
    if not found and not stated.if_named:
        found = (UNKNOWN,)
    for name in found:
        channel = Channel[stated.channel.upper()]
        if channel is Channel.REF and stated.way == Way.READS.value and _is_commit(name):
            continue  # whatever happens to branches and tags, a commit stays what it is
        if channel is Channel.IMAGE and is_local_registry(name):
            channel = Channel.DOCKER  # it does not leave the runner
        # what an expression switches is done in some run
        yield Touch(channel, Way(stated.way), name, stated.text, stated.certain)


_COMMIT = re.compile(r"github\.(?:sha|event\.(?:after|before|[a-z_.]*sha))|[0-9a-f]{40}", re.IGNORECASE)


def _is_commit(name: Name) -> bool:
    part = name[0] if len(name) == 1 else ""
    return _COMMIT.fullmatch(part if isinstance(part, str) else part.key) is not None


_OUTPUT = re.compile(r"(?:steps\.([\w-]+)\.outputs\.tags|fromjson\(\s*steps\.([\w-]+)\.outputs\.json\s*\)\.tags\b.*)")


def _named_before(name: Name, images: Mapping[str, tuple[Name, ...]]) -> tuple[Name, ...]:
    """The images that the output of an earlier step stands for."""
    hole = name[0] if len(name) == 1 else ""
    match = _OUTPUT.fullmatch(hole.key.lower()) if isinstance(hole, Hole) else None
    return images.get(match[1] or match[2], (name,)) if match is not None else (name,)


# --- artifacts and caches --------------------------------------------------------------------------------------------


def _artifacts(site: Site) -> Iterator[Touch]:
    for upload in uploads(site):
        yield Touch(Channel.ARTIFACT, Way.WRITES, upload.name, "uploads an artifact")
    for download in downloads(site):
        name = download.name if download.name is not None else _any_of(download.pattern or ())
        yield Touch(Channel.ARTIFACT, Way.READS, name, "downloads artifacts", not download.optional)


_GLOB = re.compile(r"[*?\[{].*", re.DOTALL)


def _any_of(pattern: Name) -> Name:
    """A glob as a name: from its first sign on, nobody knows."""
    for index, part in enumerate(pattern):
        if isinstance(part, str) and (match := _GLOB.search(part)):
            return (*pattern[:index], *literal(part[: match.start()]), *UNKNOWN)
    return pattern


def _cached(site: Site, facts: ActionFacts) -> Iterator[Touch]:
    for use in caches(site):
        if use.restores:
            yield Touch(Channel.CACHE, Way.READS, use.keys[0], "restores a cache")
            for prefix in use.keys[1:]:
                yield Touch(Channel.CACHE, Way.READS, (*prefix, *UNKNOWN), "restores a cache")
        if use.saves:
            yield Touch(Channel.CACHE, Way.WRITES, use.keys[0], "saves a cache")
    yield from _own_cache(site, facts)


def _own_cache(site: Site, facts: ActionFacts) -> Iterator[Touch]:
    """A cache that an action keeps by itself. It is named by the action and what it caches, and by a key on purpose."""
    tool = facts.tool_cache
    if tool is None or site.step.uses is None:
        return
    verdict = holds(Condition(tool.input, tool.default), site)
    switch = given(site.step, tool.input)
    if switch is None and not tool.default and tool.unless and holds(Condition(tool.unless, True), site) is not False:
        verdict = None
    if verdict is False:
        return
    what = f" {switch.value.strip()}" if switch is not None and switch.value.lower() not in ("true", "auto") else ""
    kind = literal(site.step.uses.name + what)
    keys = values(Value(f"{{{tool.shared}}}"), site) if tool.shared else ()
    for name in [joined((kind, (" ",), key)) for key in keys] or [kind]:
        yield Touch(Channel.CACHE, Way.READS, name, "restores a cache of its own", verdict is True)
        yield Touch(Channel.CACHE, Way.WRITES, name, "saves a cache of its own", verdict is True)


# --- what it leaves in the job ---------------------------------------------------------------------------------------


def _provided(site: Site, facts: ActionFacts) -> Iterator[Touch]:
    for tool in facts.tools:
        what = f"installs {tool}" if tool != "*" else "installs programs"
        yield Touch(Channel.TOOL, Way.WRITES, _any_of(literal(tool)), what)
    for tool in facts.uses:
        if tool == "*":
            yield Touch(Channel.TOOL, Way.READS, UNKNOWN, "may run any program", certain=False)
        else:
            yield Touch(Channel.TOOL, Way.READS, literal(tool), f"runs {tool}")
    for variable in facts.env:
        certain = "*" not in variable
        yield Touch(Channel.ENV, Way.WRITES, _any_of(literal(variable)), "sets variables", certain)
    if facts.path:
        yield Touch(Channel.PATH, Way.WRITES, UNKNOWN, "adds to the search path")


def _files(site: Site, facts: ActionFacts) -> Iterator[Touch]:
    for name in _paths(facts.files.reads, site):
        if not (name and isinstance(name[0], str) and name[0].startswith(("/", "~"))):
            yield Touch(Channel.CHECKOUT, Way.READS, name, "reads the repository")
        yield Touch(Channel.FILES, Way.READS, name, "reads files")
    for name in _paths(facts.files.writes, site):
        yield Touch(Channel.FILES, Way.WRITES, name, "writes files")


def _paths(rows: tuple[Value, ...], site: Site) -> Iterator[Name]:
    """Paths as names. What is left out by `!` is not; a path in the workspace is relative."""
    for row in rows:
        for name in values(row, site):
            if not (isinstance(name[0], str) and name[0].startswith("!")):
                yield _any_of(_in_workspace(name))


def _in_workspace(path: Name) -> Name:
    """A path relative to the workspace, if it is written with the workspace in front."""
    if len(path) > 1 and isinstance(path[0], Hole) and path[0].key.lower() == "github.workspace":
        rest = path[1]
        return literal(rest.lstrip("/")) + path[2:] if isinstance(rest, str) else path
    return path


def _rest(site: Site, facts: ActionFacts) -> Iterator[Touch]:
    uses = site.step.uses
    action = literal(uses.name if uses is not None else "")
    for daemon in facts.daemons:
        yield Touch(Channel.DAEMON, Way.WRITES, literal(daemon), f"starts {daemon}")
    if facts.credential:
        yield Touch(Channel.CREDENTIAL, Way.WRITES, UNKNOWN, "signs in")
    if facts.reports:
        # what finishes the reports of other jobs says by which name they share them
        shared = (literal(t.name.text) for t in facts.touches if t.channel == "report" and t.name is not None)
        yield Touch(Channel.REPORT, Way.WRITES, next(shared, action), "reports results")
    for post in facts.post:
        yield Touch(Channel.POST, Way.WRITES, action, post)


# --- what it runs ----------------------------------------------------------------------------------------------------


def action_scripts(site: Site) -> tuple[tuple[str, Name], ...]:
    """The scripts that an action is given, each with its shell, in every form.

    Where an input says in which folder a script runs, the script begins with `cd`. Scripts for GitHub's client that
    could be read are left out: what they do is among the touches.
    """
    facts = facts_of(site)
    found = []
    for runs in facts.runs if facts is not None else ():
        if holds(runs.when, site) is False:
            continue
        for shell, folder, script in product(
            values(runs.shell, site), values(runs.folder, site) or ((),), script_of(runs.script, site)
        ):
            program = _program(shell, site)
            if program != _JAVASCRIPT or octokit_touches(script) is None:
                found.append((program, joined((_change_to(folder), script)) if program in _SHELLS else script))
    return tuple(dict.fromkeys(found))


def javascript(site: Site, facts: ActionFacts) -> Iterator[Name]:
    """The scripts for GitHub's client, which get the token and the client handed in."""
    for runs in facts.runs:
        if runs.shell.text == _JAVASCRIPT:
            yield from script_of(runs.script, site)


def _program(shell: Name, site: Site) -> str:
    """The shell of `/bin/bash -e {0}`; the runner's own where none is named."""
    words = show(shell).split()
    return words[0].rsplit("/", 1)[-1] if words else "pwsh" if site.scope.runner == "Windows" else "bash"


_JAVASCRIPT = "javascript"
_SHELLS = frozenset({"bash", "sh"})
_PLAIN = re.compile(r"[\w./@+-]*")


def _change_to(folder: Name) -> Name:
    if folder in ((), (".",), ("./",)):
        return ()
    plain = all(_PLAIN.fullmatch(part) for part in folder if isinstance(part, str))
    return ("cd ", *(folder if plain else UNKNOWN), "\n")


def action_openings(site: Site) -> tuple[Opening, ...]:
    """What an action runs that is written down in the repository. `folder` is None where it is not in the workspace."""
    facts = facts_of(site)
    found: list[Opening] = []
    for opens in facts.opens if facts is not None else ():
        targets = tuple(_in_workspace(target) for value in opens.targets for target in values(value, site))
        arguments = tuple(word for value in opens.arguments for word in values(value, site))
        for folder, options in product(values(opens.folder, site) or ((),), _options(opens, site)):
            found.append(Opening(opens.kind, targets, arguments, _folder(folder), options))
    return tuple(found)


def _options(opens: Opens, site: Site) -> Iterator[dict[str, Name]]:
    given_options = {key: values(value, site) or ((),) for key, value in opens.options.items()}
    for chosen in product(*([(key, _in_workspace(form)) for form in forms] for key, forms in given_options.items())):
        yield {key: form for key, form in chosen if form}


_DEFAULT_CONTEXT = re.compile(r"\{\{\s*defaultContext\s*\}\}:?")
_REMOTE = re.compile(r"[a-z+]+://|git@|/|~", re.IGNORECASE)


def _folder(folder: Name) -> Name | None:
    """A folder of the workspace; None for an address, and for a folder elsewhere."""
    inside = _in_workspace(folder)
    if inside and isinstance(inside[0], str):
        inside = (*literal(_DEFAULT_CONTEXT.sub("", inside[0], count=1)), *inside[1:])
        if inside and isinstance(inside[0], str) and _REMOTE.match(inside[0]):
            return None
    return inside
