"""What stands behind an address on the web: a release, a ref, a conversation … of GitHub, a package of a registry."""

from __future__ import annotations

import fnmatch
import re

from needful.effects.channels import Channel, Touch, Way
from needful.effects.command_names import without
from needful.effects.meanings import Call, Meaning
from needful.effects.names import UNKNOWN, Hole, Name, is_literal, literal
from needful.effects.options import head_of, text_of
from needful.effects.program_words import variable_of
from needful.facts.commands import addresses

_SCHEME = re.compile(r"https?://")
_HOSTS = {
    "GITHUB_API_URL": "api.github.com",
    "github.api_url": "api.github.com",
    "GITHUB_SERVER_URL": "github.com",
    "github.server_url": "github.com",
}
_HOOK = re.compile(r"hook|deploy/|/deploy|trigger|sendmessage|notify|hc-ping|/dispatch|purge|restart|/publish\b")
_METHOD = ("-X", "--method")
_FIELDS = ("-f", "-F", "--field", "--raw-field", "--input")
_SAFE = frozenset({"GET", "HEAD"})


def web(call: Call, found: Meaning) -> Meaning:
    """`curl` and its like: beside the host, what is known to stand behind the address."""
    ways = {touch.way: touch for touch in found.touches if touch.channel is Channel.SERVICE}
    urls = call.arguments.words + call.arguments.values(("--url", "-uri"))
    more = [behind(url, touch.way, touch.certain) for url in urls for touch in ways.values()]
    found = found.touching(*(touch for touch in more if touch is not None))
    if Way.WRITES in ways or not any(map(_hooks, urls)):
        return found
    return found.touching(Touch(Channel.SERVICE, Way.WRITES, UNKNOWN, "may call a hook", False))


def _hooks(url: Name) -> bool:
    """Whether asking for an address may set something off: by its words, or because nobody knows any of them.

    Services that deploy or tell people often take a plain request, to an address that is a secret.
    """
    text = "".join(part for part in url if isinstance(part, str)).lower()
    if _HOOK.search(text):
        return True
    return not is_literal(url) and isinstance(url[0], Hole) and variable_of(url[0]) not in _HOSTS and "/" not in text


def github_api(call: Call, found: Meaning) -> Meaning:
    """`gh api`: reads, unless a method or fields say otherwise."""
    arguments = call.arguments
    methods = arguments.values(_METHOD)
    fields = arguments.values(_FIELDS)
    path = arguments.words[0] if arguments.words else UNKNOWN
    if path == ("graphql",):
        certain: bool | None = _mutates(fields)
    elif methods:
        certain = text_of(methods[-1]).upper() not in _SAFE if is_literal(methods[-1]) else None
    else:
        certain = bool(fields) or (None if arguments.loose else False)
    if not _SCHEME.match(head_of(path)):
        path = literal("api.github.com/") + without(path, "/")
    ways = [Way.READS] if certain is False else [Way.WRITES] if certain else [Way.READS, Way.WRITES]
    return found.touching(*(_known_or_service(path, way, certain is not None) for way in ways))


def _mutates(fields: tuple[Name, ...]) -> bool | None:
    """Whether a GraphQL query changes something; None if it is not written here."""
    queries = [without(field, "query=") for field in fields if head_of(field).startswith("query=")]
    if any(re.search(r"\bmutation\b", text_of(query)) for query in queries):
        return True
    if queries and all(head_of(query) and not head_of(query).startswith("@") for query in queries):
        return False
    return None


def _known_or_service(path: Name, way: Way, certain: bool) -> Touch:
    touch = behind(path, way, certain)
    return touch or Touch(Channel.SERVICE, way, literal("api.github.com"), "calls GitHub's API", certain)


def behind(url: Name, way: Way, certain: bool) -> Touch | None:
    """What is done to a channel by reading or writing an address; None if nothing is known of it."""
    name = without(url, (_SCHEME.match(head_of(url)) or [""])[0])
    if name and isinstance(name[0], Hole) and (host := _HOSTS.get(variable_of(name[0]))):
        name = literal(host) + name[1:]
    # a hole may stand for several parts of a path; no glob ends in one that would notice
    text = "".join(part if isinstance(part, str) else "\0" for part in name)
    for address in addresses():
        if fnmatch.fnmatchcase(text.partition("?")[0], address.glob):
            what = UNKNOWN if address.part is None else _part(name, address.part)
            verb = "changes" if way is Way.WRITES else "reads"
            return Touch(Channel[address.channel.upper()], way, what, f"{verb} {address.glob.rstrip('*')}", certain)
    return None


def _part(path: Name, index: int) -> Name:
    """One part of a path."""
    found: Name = ()
    for part in path:
        pieces: list[str | Hole] = [*part.split("/")] if isinstance(part, str) else [part]
        for number, piece in enumerate(pieces):
            index -= number > 0
            if index == 0 and piece:
                found += (piece,)
    return found or UNKNOWN
