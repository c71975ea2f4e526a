"""What a script of `actions/github-script` does on GitHub, read off the methods of the REST client that it calls.

The script is no shell's, and no parser of JavaScript reads it. So it counts as seen only if it consists of what is
harmless by its words: nothing that loads code, starts programs or opens connections, and no use of the client but calls
that are written out (`github.rest.issues.createComment`).
"""

from __future__ import annotations

import re

from needful.effects.channels import Channel, Touch, Way
from needful.effects.names import UNKNOWN, Name
from needful.facts.octokit import rest_method

_MODULES = re.compile(
    r"\brequire\(\s*(['\"])(?:(?:node:)?(?:assert|crypto|events|fs|fs/promises|os|path|querystring|readline|url|util)|"
    r"@actions/(?:core|glob|io))\1\s*\)"
)
_HIDING = re.compile(
    r"\brequire\b(?! +[a-z])|\b(?:import|eval|Function|fetch|getIDToken)\s*\(|(?<![.\w])exec\b|"
    r"\b(?:constructor|globalThis|Reflect|XMLHttpRequest|WebSocket|child_process|getOctokit|__original_require__|"
    r"getBuiltinModule|createRequire|mainModule|dlopen)\b"
)
# in texts, the name of the site and of its robot are no client
_HARMLESS = re.compile(
    r"(?<=[/@.])github\.com\b|\.github/|\bgithub-actions\b|\bgithub\.(?:com|io)/|\bgithub\.paginate(?:\.iterator)?\b"
)
_CLIENT = re.compile(r"\b(?:github|octokit)\b")
_CALL = re.compile(r"\b(?:github|octokit)(?:\.rest)?\.([A-Za-z]\w*)\.([A-Za-z]\w*)")
_EXPORTS = re.compile(r"\bcore\.(exportVariable|addPath)\b")
_MAX_SCRIPT = 1 << 16


def octokit_touches(script: Name) -> tuple[Touch, ...] | None:
    """What a script does on GitHub and in the job; None where that cannot be seen.

    An expression in the script counts as data.
    """
    text = "".join(part if isinstance(part, str) else " " for part in script)
    if len(text) > _MAX_SCRIPT:
        return None
    text = _HARMLESS.sub(" ", _MODULES.sub(" ", text))
    calls = list(_CALL.finditer(text))
    if _HIDING.search(text) or len(calls) != len(_CLIENT.findall(text)):
        return None
    found: list[Touch] = []
    for call in calls:
        method = rest_method(call[1], call[2])
        if method is None:
            return None
        reads, channels = method
        way = Way.READS if reads else Way.WRITES
        found += (
            Touch(Channel[name.upper()], way, UNKNOWN, f"calls {call[1]}.{call[2]} of GitHub") for name in channels
        )
    for export in _EXPORTS.finditer(text):
        channel = Channel.ENV if export[1] == "exportVariable" else Channel.PATH
        found.append(Touch(channel, Way.WRITES, UNKNOWN, "sets variables"))
    return tuple(dict.fromkeys(found))
