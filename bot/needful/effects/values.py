"""Values of the action catalogue at a step: its inputs filled in, as names; and whether a condition on inputs holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product

from needful.effects.artifacts import given
from needful.effects.images import image_name
from needful.effects.names import UNKNOWN, Hole, Name, is_literal, joined, literal, variants
from needful.effects.walk import Site
from needful.facts.actions import Condition, Value
from needful.workflow.model import Text

_PLACE = re.compile(r"\{([a-z0-9_.|-]+)(?:=([^{}]*))?\}")
_SEPARATORS = {"lines": re.compile(r"\n"), "list": re.compile(r"[\n,]"), "words": re.compile(r"[\s,]")}
_COMMA = re.compile(",")
_MAX_FORMS = 64
"""Combinations of the forms that inputs have in the legs of a matrix; past it, what differs between legs is unknown."""


def values(value: Value, site: Site) -> tuple[Name, ...]:
    """Every name that a value stands for; none where an input is missing that has no value of its own."""
    found: list[Name] = []
    for name in _forms(value, site):
        pieces = split_name(name, _SEPARATORS[value.split]) if value.split else iter((name,))
        found += (part for piece in pieces for part in _attribute(piece, value.attribute))
    if value.image:
        found = [image_name(name) for name in found]
    if value.split or value.image:
        found = [name for name in found if name] or _default(value, site)
    return tuple(dict.fromkeys(found))


def _default(value: Value, site: Site) -> list[Name]:
    return list(variants(Text(value.default, site.step.span), site.scope)) if value.default else []


def script_of(value: Value, site: Site) -> tuple[Name, ...]:
    """The forms of a script. What stands inside a command line is on one line, as the actions read it."""
    whole = _PLACE.fullmatch(value.text) is not None
    return tuple(dict.fromkeys(_forms(value, site, _as_is if whole else _on_one_line)))


def _as_is(name: Name) -> Name:
    return name


def _on_one_line(name: Name) -> Name:
    return tuple(re.sub(r"\s*\n\s*", " ", part) if isinstance(part, str) else part for part in name)


def _forms(value: Value, site: Site, change: Callable[[Name], Name] = _as_is) -> list[Name]:
    parts: list[tuple[Name, ...]] = []
    end = 0
    for place in _PLACE.finditer(value.text):
        parts.append((literal(value.text[end : place.start()]),))
        text = next(filter(None, (given(site.step, key) for key in place[1].split("|"))), None)
        if text is None and place[2] is None:
            return _default(value, site)
        parts.append(variants(text, site.scope) if text is not None else (literal(place[2]),))
        end = place.end()
    parts.append((literal(value.text[end:]),))
    count = 1
    for part in parts:
        count *= len(part)
    if count > _MAX_FORMS:
        return [UNKNOWN]
    return [joined(map(change, form)) for form in product(*parts)]


def split_name(name: Name, separator: re.Pattern[str]) -> Iterator[Name]:
    """The pieces of a name between separators in its literal parts, without blanks around; empty ones left out."""
    piece: list[str | Hole] = []
    for part in name:
        ends = separator.split(part) if isinstance(part, str) else [part]
        for index, end in enumerate(ends):
            if index:
                yield from _trimmed(piece)
                piece = []
            piece.append(end)
    yield from _trimmed(piece)


def _trimmed(parts: list[str | Hole]) -> Iterator[Name]:
    found = list(parts)
    if found and isinstance(found[0], str):
        found[0] = found[0].lstrip()
    if found and isinstance(found[-1], str):
        found[-1] = found[-1].rstrip()
    if name := tuple(part for part in found if part):
        yield name


def _attribute(name: Name, key: str) -> Iterator[Name]:
    """Of `type=image,name=x`, what `key` is; of a list without `=`, all. What quotes hide is a hole."""
    if not key:
        yield name
        return
    if any(isinstance(part, str) and '"' in part for part in name):
        yield UNKNOWN
        return
    for piece in split_name(name, _COMMA):
        first = piece[0]
        if isinstance(first, str) and first.startswith(f"{key}="):
            yield from _trimmed([first[len(key) + 1 :], *piece[1:]])
        elif not isinstance(first, str) or "=" not in first:
            yield piece


def holds(condition: Condition | None, site: Site) -> bool | None:
    """Whether a condition holds; None where that cannot be seen."""
    if condition is None:
        return True
    others = [_verdicts(text, site, _is_set) for key in condition.also if (text := given(site.step, key))]
    text = given(site.step, condition.input)
    found = [{condition.default}] if text is None else [_verdicts(text, site, lambda name: _fits(condition, name))]
    verdicts = [_agreed(each) for each in (*found, *others)]
    if True in verdicts:
        return True
    return None if None in verdicts else False


def _verdicts(text: Text, site: Site, judge: Callable[[Name], bool | None]) -> set[bool | None]:
    return {judge(name) for name in variants(text, site.scope)}


def _agreed(verdicts: set[bool | None]) -> bool | None:
    return next(iter(verdicts)) if len(verdicts) == 1 else None


def _is_set(name: Name) -> bool | None:
    return any(isinstance(part, str) and part.strip() for part in name) or (None if name else False)


_WORDS = re.compile(r"[\s,;\"']+")


def _fits(condition: Condition, name: Name) -> bool | None:
    text = " ".join(part if isinstance(part, str) else "\0" for part in name).strip().lower()
    if condition.words or condition.no_words:
        wanted = condition.words or condition.no_words
        found = any(word == want or word.endswith("=" + want) for word in _WORDS.split(text) for want in wanted)
        sure = found or is_literal(name)
        return (found if condition.words else not found) if sure else None
    if not is_literal(name):
        return None
    if not text:
        return condition.default
    if condition.one_of or condition.none_of:
        return text in condition.one_of if condition.one_of else text not in condition.none_of
    return text != "false"
