"""Batch scripts of Windows (`cmd`) as commands, line by line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from needful.effects.names import Name, joined, literal
from needful.effects.shell.marks import MAX_LENGTH, Marked, hole, marked, unread
from needful.effects.shell.model import Assignment, Command, Gap, Redirect, Script
from needful.effects.shell.state import Roots, State, moved

_MAX_GAPS = 20
_MAX_COMMANDS = 2000
_COMMENT = re.compile(r"@?[ \t]*(?:rem(?![\w.-])|:)", re.IGNORECASE)
# control flow and blocks: what runs there depends on other lines
_UNREAD = re.compile(r"[ \t]*(?:(?:if|for|else|goto|shift)(?![\w.-])|[()])|.*\([ \t]*\Z", re.IGNORECASE)
_SETS = re.compile(r"\bset[ \t]+(?:/[ap][ \t]+)?\"?([^=\"\s]+)[ \t]*[-+*/]?=", re.IGNORECASE)
_SET = re.compile(r"set[ \t]+(/[ap][ \t]+)?\"?([^=\"\s]+)=([^\"]*)\"?[ \t]*\Z", re.IGNORECASE)
_NOTHING = re.compile(
    r"(?:echo[ \t]+(?:on|off)|(?:setlocal|endlocal)(?:[ \t].*)?|call[ \t]+:.*|set)[ \t]*\Z", re.IGNORECASE
)
_VARIABLE = re.compile(r"%(\w[\w()]*)%|%\w[\w()]*:[^%\n]*%|%%?~?\w+|%\*|!\w+!")
_PART = re.compile(r"\"[^\"]*\"?|\^.?|>&\d|&&|\|\||[&|]|[^\"^&|>]+|>|\Z")
_TOKEN = re.compile(r"[ \t]+|\d?>>?(?:&\d)?|\d?<|(?:\"[^\"]*\"?|\^.?|(?!\d[<>])[^ \t\"<>^])+")
_REDIRECT = re.compile(r"\d?(>>?|<)(&\d)?\Z")
_SPLITS = re.compile(r"[\s\"&|<>^%]")
_FOLDERS = {"cd": "cd", "chdir": "cd", "pushd": "pushd", "popd": "popd"}


def read_cmd(source: Name, variables: Mapping[str, Name] = {}, *, workspace: str | None = "") -> Script:
    """The commands of a batch script. `variables` are those of its environment; their names have no case."""
    script = marked(source)
    if len(script.text) > MAX_LENGTH or "\0" in script.text:
        return unread("a script that is too long to be read")
    return _Reader(script, variables, Roots(workspace, None)).read()


class _Reader:
    """Reads one script. `sure`: nothing stood before that may have led elsewhere."""

    def __init__(self, script: Marked, variables: Mapping[str, Name], roots: Roots) -> None:
        self.script, self.roots, self.state, self.sure = script, roots, State({}), True
        self.times = Counter(name.lower() for name in _SETS.findall(script.text))
        self.variables = {n.lower(): value for n, value in variables.items() if n.lower() not in self.times}
        self.commands: list[Command] = []
        self.assignments: list[Assignment] = []
        self.gaps: list[Gap] = []

    def read(self) -> Script:
        number = 0
        for line in re.split(r"(?<!\^)\n", self.script.text):
            text = line.replace("^\n", "  ").strip()
            if text and not _COMMENT.match(text):
                self._line(text.lstrip("@ \t"), number)
            number += line.count("\n") + 1
        return Script(tuple(self.commands), tuple(self.assignments), frozenset(), tuple(self.gaps))

    def _line(self, text: str, number: int) -> None:
        if _UNREAD.match(text):
            self._unread(text, number)
            return
        certain, piped, part = True, False, ""
        for match in _PART.finditer(text):
            if match[0] and match[0][0] not in "&|":
                part += match[0]
                continue
            self._command(part.strip(), number, certain=certain and self.sure, piped=piped)
            certain, piped, part = certain and match[0] not in ("&&", "||"), match[0] == "|", ""

    def _command(self, text: str, number: int, *, certain: bool, piped: bool) -> None:
        assigned = _SET.match(text)
        if assigned is not None:
            name, value = assigned[2], self._value(assigned[3])
            if assigned[1]:
                value = hole(self.script.shown(text))
            self.assignments.append(Assignment(name, value, True, number))
            if certain and self.times[name.lower()] == 1 and not assigned[1]:
                self.variables[name.lower()] = value
            return
        if not text or _NOTHING.match(text):
            return
        if _UNREAD.match(text) or len(self.commands) >= _MAX_COMMANDS:
            self._unread(text, number)
            return
        words, redirects = self._words(text)
        if words and len(words[0]) == 1 and str(words[0][0]).lower() == "call":
            words = words[1:]
        if not words or not words[0]:
            return
        folder = self.state.folder
        command = Command(
            tuple(words),
            number,
            self.script.shown(text),
            redirects=tuple(redirects),
            piped=piped,
            folder=None if folder is None else literal(folder),
            certain=certain,
        )
        self.commands.append(command)
        program = str(words[0][0]).lower()
        if program in _FOLDERS:
            self._move(_FOLDERS[program], words[1:], certain=certain)

    def _unread(self, text: str, number: int) -> None:
        """Behind what is not understood, nothing is certain."""
        if len(self.gaps) < _MAX_GAPS:
            self.gaps.append(Gap(number, self.script.shown(text)))
        self.sure, self.state = False, self.state.lost()

    def _words(self, text: str) -> tuple[list[Name], list[Redirect]]:
        words: list[Name] = []
        redirects: list[Redirect] = []
        operator = ""
        for token in _TOKEN.findall(text):
            if token.isspace():
                continue
            redirect = _REDIRECT.match(token)
            if redirect is not None:
                operator = "" if redirect[2] else redirect[1]
            elif operator:
                redirects.append(Redirect(operator, self._value(token)))
                operator = ""
            else:
                words.append(self._value(token))
        return words, redirects

    def _move(self, program: str, words: list[Name], *, certain: bool) -> None:
        places = [tuple(p.replace("\\", "/") if isinstance(p, str) else p for p in word) for word in words]
        places = [place for place in places if place not in (("/d",), ("/D",))]
        self.state = moved(self.state, [(program,), *places], self.roots)
        if not certain:
            self.state = self.state.lost()

    def _value(self, text: str) -> Name:
        """A text without quotes and escapes, its variables filled in where they are known."""
        pieces: list[Name] = []
        last = 0
        for match in _VARIABLE.finditer(text):
            pieces.append(self._plain(text[last : match.start()]))
            known = self.variables.get(match[1].lower()) if match[1] else None
            simple = known is not None and not any(isinstance(part, str) and _SPLITS.search(part) for part in known)
            pieces.append(known if known is not None and simple else hole(self.script.shown(match[0])))
            last = match.end()
        pieces.append(self._plain(text[last:]))
        return joined(pieces)

    def _plain(self, text: str) -> Name:
        return self.script.name(re.sub(r"\^(.)", r"\1", text.replace('"', "")))
