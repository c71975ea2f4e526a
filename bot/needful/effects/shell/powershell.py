"""PowerShell scripts as commands, as far as they are plain: programs with words, pipes, blocks of such statements.

What calls methods or types of .NET that do more than handle texts, and everything that is not understood, is a gap.
PowerShell knows no difference between cases, so variables are looked up in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from needful.effects.names import Name, joined, literal
from needful.effects.shell.marks import MAX_LENGTH, Marked, hole, marked, unread
from needful.effects.shell.model import Assignment, Command, Gap, Redirect, Script
from needful.effects.shell.state import Roots, State, moved

_MAX_DEPTH = 20
_MAX_GAPS = 20
_BLANKS = re.compile(r"(?:[ \t]|`\n|<#(?:[^#]|#(?!>))*+#>|(?<![^\s;{}()|])#[^\n]*)+")
_LINES = re.compile(r"(?:[ \t\n;]|`\n|<#(?:[^#]|#(?!>))*+#>|(?<![^\s;{}()|])#[^\n]*)+")
_BARE = re.compile(r"[^\s`\"'$(){};|&@<>]+|@(?![\"'({])|\$(?![\w{(:?^$])|>(?=[=>]?[\w\"'])(?<=->)")
_VARIABLE = re.compile(r"\$(?:(?:(env|global|script|local|using):)?(\w+)|\{(?:(env):)?(\w+)\}|[?^$])", re.IGNORECASE)
_MEMBER = re.compile(r"(?:\.\w+|\[[\w$ -]{1,40}\]|::\w+)+")
_SINGLE = re.compile(r"'((?:[^']|'')*+)'")
_HERE = re.compile(r"@(['\"])[ \t]*\n(.*?)\n?^\1@", re.DOTALL | re.MULTILINE)
_REDIRECT = re.compile(r"(?:[1-6*])?(>>?)(&[12])?|<")
_ASSIGNED = re.compile(r"(\$(?:(?:env|global|script|local):)?\w+)[ \t]*([-+*/]?=)(?!=)[ \t]*", re.IGNORECASE)
_TYPED = re.compile(r"\[[\w.\[\]]{1,60}\][ \t]*(?=\$)")
_OPERATOR = re.compile(r"-\w+\Z|[-+*/%!=.,:\d?]+\Z|0x[0-9a-fA-F]+\Z|\d[\w.]*\Z")
_ENDS = re.compile(r"[\n;)}]|\Z")
# methods that work on texts, numbers, dates and lists; properties need no parentheses
_METHODS = frozenset(
    """add addrange append contains containskey endswith equals format gettype indexof insert isnullorempty
    isnullorwhitespace join lastindexof matches padleft padright remove replace round split startswith substring toarray
    tobytearray tolower toupper tostring totitlecase trim trimend trimstart parse tryparse max min floor ceiling
    changeextension combine getdirectoryname getextension getfilename getfilenamewithoutextension getfullpath
    getrandomfilename gettemppath getenvironmentvariable ismatch match newguid adddays addhours addminutes addseconds
    touniversaltime tolocaltime getvalue count getname new tochararray toint32 toint64""".split()  # noqa: SIM905
)
_CONDITIONS = frozenset({"if", "elseif", "while", "until", "foreach", "for"})
_BLOCKS = frozenset({"else", "try", "finally", "do", "begin", "process", "end", "catch"})
_FUNCTIONS = frozenset({"function", "filter"})
_MOVES = {"cd": "cd", "chdir": "cd", "set-location": "cd", "sl": "cd", "pushd": "pushd", "push-location": "pushd"}
_RETURNS = frozenset({"popd", "pop-location"})


class _UnreadError(Exception):
    """A statement that is not understood."""


def read_powershell(source: Name, variables: Mapping[str, Name] = {}, *, workspace: str | None = "") -> Script:
    """The commands of a PowerShell script. `variables` are those of its environment (`$env:X`)."""
    script = marked(source)
    if len(script.text) > MAX_LENGTH or "\0" in script.text:
        return unread("a script that is too long to be read")
    reader = _Reader(script, variables, workspace)
    reader.block("", 0, certain=True)
    return Script(
        tuple(sorted(reader.commands, key=lambda command: command.line)),
        tuple(reader.assignments),
        frozenset(reader.functions),
        tuple(reader.gaps),
    )
