"""What a step seems to be for by the words of people, where what it really does cannot be seen.

Never more than a guess: what stands on it is for people to look at.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from needful.workflow.model import Step

_KINDS = {
    "format": r"fmt|format(?:ting|ter)?|prettier|spotless",
    "lint": r"(?:\w*lint\w*)|clippy|check-?styles?|code[- ]?style|static[- ]analysis|checks?|verify",
    "types": r"type-?check(?:s|ing|er)?|types|typetests?|tsc|mypy|pyright|phpstan|psalm",
    "test": r"tests?|testing|specs?|e2e|\w*check-?world|\w*installcheck|pytest|jest|vitest|rspec|phpunit",
    "build": r"build(?:s|ing)?|compil(?:e|es|ing)|docs?|documentation|javadoc|dokka|typedoc|storybook",
    "scan": r"audit|scan(?:s|ning|ner)?|vulnerabilit(?:y|ies)",
}
_SPLIT = re.compile(r"[^\w-]+|[_:/.]|(?<=[a-z])(?=[A-Z])")
_KIND = {kind: re.compile(rf"(?:{words})\Z", re.IGNORECASE) for kind, words in _KINDS.items()}
# what changes something for those behind it, or goes out of the job
_OTHERWISE = re.compile(
    r"deploy\w*|auto-?fix\w*|publish\w*|releases?|push\w*|upload\w*|download\w*|install\w*|set-?up|bootstrap|prepare|init\w*|clean\w*|"
    r"generat\w*|gen|codegen|updat\w*|upgrade|bump|migrat\w*|seed|reset|fix|write|start|serve|server|up|down|daemon|commit|"
    r"tag|sign|login|config\w*|create|restore|cache|merge|report|coverage|codecov|send|notify|comment|wait|sleep|sync|"
    r"checkout|clone|mkdir|cp|mv|rm|apply|add|patch|save|archive|artifacts?|zip|tar|tidy|vendor|alembic|db|databases?|psql|"
    r"mysql|redis|postgres\w*|mongo\w*",
    re.IGNORECASE,
)
_LOOKS = re.compile(r"check|diff|dry-?run|verify|lint|list|test|l|d|n", re.IGNORECASE)
# those that lock what they build into, or keep a process of their own for all that they do
_ALONE = re.compile(
    r"(?<![\w-])(?:\./)?(gradlew?|mvnw?|sbt|mill|cargo|dotnet|msbuild|bazel|bazelisk|buck2?|pants|xcodebuild|swift|cmake|"
    r"ctest|ninja|meson|mix|stack|cabal|zig|flutter|dart|lein|nx|turbo|docker|podman|go|tox|pre-commit)(?![\w-])"
)
_RUNNERS = re.compile(r"(?<![\w-])(make|gmake|nmake|nox|just|task|rake|invoke|inv|mage)(?![\w-])")
_COMPARES = re.compile(r"\bgit\s+(?:-\S+\s+)*(?:diff|status)\b")
_MEASURES = re.compile(
    r"bench(?:es|marks?|marking)?|(?:code|cod)speed|profil(?:e|er|ing)|perf|stress|fuzz(?:ing)?", re.IGNORECASE
)
_MOST = 4000
"""Characters of a script that are looked at: who reads more than that guesses nothing."""


class Likely(NamedTuple):
    """What a step seems to check, and which programs it names of which only one can be at work at a time.

    `runners` are programs that run what is written down in the repository, each in its own order.
    """

    kinds: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()
    runners: frozenset[str] = frozenset()


def likely(step: Step) -> Likely:
    """What a step that runs commands seems to be for, by its name and its commands; of no kind if that is mixed."""
    if step.run is None:
        return Likely()
    text = step.run.value
    alone, runners = frozenset(_ALONE.findall(text)), frozenset(_RUNNERS.findall(text))
    return Likely(_kinds(step, text) if len(text) <= _MOST else frozenset(), alone, runners)


def _kinds(step: Step, text: str) -> frozenset[str]:
    lines = [line.strip() for line in text.splitlines()]
    commands = [line for line in lines if line and not line.startswith(("#", "cd ", "set -", "echo "))]
    # who compares the checkout with what was committed sees what everybody writes
    if not commands or len(commands) > 3 or _COMPARES.search(text):
        return frozenset()
    texts = [step.name.value] if step.name is not None else []
    whole = [word.strip("-") for each in (*texts, *commands) for word in _SPLIT.split(each)]
    words = [part for word in whole for part in {word, *word.split("-")}]
    kinds = frozenset(kind for kind, known in _KIND.items() if any(known.match(word) for word in words))
    if any(_OTHERWISE.fullmatch(word) for word in words):
        return frozenset()
    # a formatter may well put into form what it finds
    forms = "format" in kinds and not any(_LOOKS.fullmatch(word) for word in words)
    return frozenset() if forms else kinds


def measures(step: Step) -> bool:
    """Whether a step seems to measure how fast something is, which others at work would spoil."""
    run = step.run.value if step.run is not None and len(step.run.value) <= _MOST else ""
    texts = (run, step.name.value if step.name is not None else "")
    words = (word for text in texts for word in _SPLIT.split(text))
    return any(_MEASURES.fullmatch(part) for word in words for part in word.split("-"))
