"""PowerShell scripts as commands, as far as they are plain: programs with words, pipes, blocks of such statements.

What calls methods or types of .NET that do more than handle texts, and everything that is not understood, is a gap.
PowerShell knows no difference between cases, so variables are looked up in lower case.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from needful.effects.names import Name, is_literal, literal
from needful.effects.shell.marks import MAX_LENGTH, Marked, hole, marked, unread
from needful.effects.shell.model import Assignment, Command, Redirect, Script
from needful.effects.shell.powershell_words import BLANKS, LINES, MAX_DEPTH, UnreadError, WordReader
from needful.effects.shell.state import Roots, State, moved

_MAX_COMMANDS = 2000
_REDIRECT = re.compile(r"[1-6*]?(>>?)(&[12])?")
_NEXT_PIPE = re.compile(r"[ \t\n]*\|(?!\|)")
_ASSIGNED = re.compile(
    r"(?:\[[\w.\[\]]{1,60}\][ \t]*)?\$(env:|global:|script:|local:)?(\w+)[ \t]*([-+*/]?=)(?!=)[ \t]*", re.IGNORECASE
)
_COUNTED = re.compile(r"\$(\w+)(?:\+\+|--)|(?:\+\+|--)\$(\w+)|foreach\s{0,9}\(\s{0,9}\$(\w+)", re.IGNORECASE)
_BY_NAME = re.compile(r"(?i)(?:set|new|clear)-variable|(?:out|error)variable|\[ref\]|\biex\b|invoke-expression")
_KEYWORD = re.compile(r"[A-Za-z]+(?=[\s({;})]|\Z)")
_OPERATOR = re.compile(r"(?:[-+*/%!=.,:\d?\[\]]++[A-Za-z]*)?[-!,+.]*\Z")
_NUMBER = re.compile(r"\d[\d.]*(?:[kmgt]b)?(?=[\s;|)},+*/%-]|\Z)", re.IGNORECASE)
_ASSIGNS = re.compile(r"[-+*/]?=\Z")
_MOVING = re.compile(r"(?i)(?<![\w-])(?:cd|chdir|sl|pushd|popd|(?:set|push|pop)-location)(?![\w-])")
_FUNCTION = re.compile(r"[\w:-]+")
_EACH = re.compile(r"\s*\$\w+\s+in\s+", re.IGNORECASE)
_BLOCKS = frozenset({"else", "try", "finally", "do", "begin", "process", "end", "catch"})
_ENDS = frozenset({"return", "throw", "exit", "break", "continue"})
_KEYWORDS = frozenset(
    {"if", "elseif", "while", "until", "for", "foreach", "function", "filter", "param", *_BLOCKS, *_ENDS}
)
_UNREAD = frozenset({"switch", "class", "enum", "using", "trap", "data", "workflow", "configuration"})
_CHANGES = {
    **dict.fromkeys(("cd", "chdir", "set-location", "sl"), "cd"),
    **dict.fromkeys(("pushd", "push-location"), "pushd"),
    **dict.fromkeys(("popd", "pop-location"), "popd"),
}


def read_powershell(source: Name, variables: Mapping[str, Name] = {}, *, workspace: str | None = "") -> Script:
    """The commands of a PowerShell script. `variables` are those of its environment (`$env:X`)."""
    script = marked(source)
    if len(script.text) > MAX_LENGTH or "\0" in script.text:
        return unread("a script that is too long to be read")
    if any(isinstance(part, str) and part.endswith("`") for part in source[:-1]):
        return unread("an escape before an expression")
    reader = _Reader(script, variables, workspace)
    reader.block("")
    commands = sorted(reader.commands, key=lambda found: found[0])
    return Script(
        tuple(command for _, command in commands),
        tuple(reader.assignments),
        frozenset(reader.functions),
        tuple(reader.gaps),
    )


class _Reader(WordReader):
    """Reads the statements of one script. `certain`: what stands here runs whenever the script does."""

    def __init__(self, script: Marked, variables: Mapping[str, Name], workspace: str | None) -> None:
        self._times = Counter((where + name).lower() for where, name, _ in _ASSIGNED.findall(script.text))
        self._times.update(name.lower() for found in _COUNTED.findall(script.text) for name in found * 2 if name)
        self._sets_by_name = _BY_NAME.search(script.text) is not None
        given = {f"env:{name.lower()}": value for name, value in variables.items()}
        super().__init__(script, {name: value for name, value in given.items() if name not in self._times})
        self.commands: list[tuple[int, Command]] = []
        self.assignments: list[Assignment] = []
        self.functions: set[str] = set()
        self._certain = True
        self._state = State({})
        self._roots = Roots(workspace, None)
        self._moving = _MOVING.search(self.text) is not None

    def block(self, end: str) -> None:
        """Statements up to a closing mark, or to the end of the script. Those in braces run perhaps, or often."""
        outside = self._certain
        self.depth += 1
        if end == "}":
            self._certain = False
            if self._moving:
                self._state = self._state.lost()
        while True:
            self.skip(LINES)
            if self.at >= len(self.text):
                if end:
                    self.gap(self.at, f"`{end}` is missing")
                break
            if end and self.text.startswith(end, self.at):
                self.at += 1
                break
            start, depth, certain = self.at, self.depth, self._certain
            try:
                self._statement()
            except UnreadError:
                self.depth = depth
                self.gap(start, self.text[start : self.at + 60].split("\n")[0])
                self.at = self.text.find("\n", max(self.at, start)) + 1 or len(self.text)
            self._certain = certain
        self.depth -= 1
        self._certain = outside

    def _statement(self) -> None:
        if self.depth > MAX_DEPTH:
            raise UnreadError
        keyword = _KEYWORD.match(self.text, self.at)
        word = keyword[0].lower() if keyword else ""
        if keyword and word in _KEYWORDS:
            self.at = keyword.end()
            self.skip(BLANKS)
            self._compound(word)
            return
        if word in _UNREAD:
            raise UnreadError
        assigned = _ASSIGNED.match(self.text, self.at)
        if assigned is None:
            self.pipeline()
            return
        start, self.at = self.at, assigned.end()
        self.skip(BLANKS)
        value = self.pipeline()
        name = ((assigned[1] or "") + assigned[2]).lower()
        known = value if assigned[3] == "=" and value is not None else hole(self.shown(start, self.at))
        self.assignments.append(Assignment(assigned[2], known, name.startswith("env:"), self.line(start)))
        if value is not None and self._certain and self._times[name] == 1 and not self._sets_by_name:
            self.variables[name] = known

    def _compound(self, word: str) -> None:
        if word in _ENDS:
            if self.text[self.at : self.at + 1] not in ("", "\n", ";", "}", ")"):
                self.pipeline()
            return
        if word in ("function", "filter") and (name := _FUNCTION.match(self.text, self.at)) is not None:
            self.functions.add(name[0])
            self.at = name.end()
            self.skip(BLANKS)
        if word == "catch":
            while self.text.startswith("[", self.at):
                self.word()
                self.skip(BLANKS)
        if self.text.startswith("(", self.at):
            self._condition(word)
        if word == "param" or (word in ("while", "until") and not self.text.startswith("{", self.at)):
            return  # the end of `do { … } while (…)`
        if not self.text.startswith("{", self.at):
            raise UnreadError
        self.at += 1
        self.block("}")

    def _condition(self, word: str) -> None:
        """The parentheses behind a keyword. Of several branches, only the first condition runs for certain."""
        if word in _BLOCKS:
            raise UnreadError
        self.at += 1
        each = _EACH.match(self.text, self.at) if word == "foreach" else None
        self.at = each.end() if each else self.at
        certain, self._certain = self._certain, self._certain and word in ("if", "while", "until", "foreach", "for")
        self.block(")")
        self._certain = certain
        self.skip(LINES)

    def pipeline(self) -> Name | None:
        """Commands with pipes between them; the value of a lone text or number, None for anything else."""
        value = self._element(piped=False)
        while True:
            self.skip(BLANKS)
            operator = self.text[self.at : self.at + 2]
            piped = False
            if operator in ("&&", "||"):
                self.at += 2
                self._certain = False
            elif (pipe := _NEXT_PIPE.match(self.text, self.at)) is not None:
                self.at = pipe.end()
                piped = True
            elif operator[:1] == "&":
                self.at += 1
                return None
            else:
                return value
            self.skip(LINES)
            self._element(piped=piped)
            value = None

    def _element(self, *, piped: bool) -> Name | None:
        start = self.at
        first = self.text[start : start + 1]
        if first in ("&", ".") and self.text[start + 1 : start + 2] in (" ", '"', "'", "$"):
            self.at += 1
            self.skip(BLANKS)
            if self.text.startswith("{", self.at):
                self.word()
                return None
            self._command(start, [(".",)] if first == "." else [], piped=piped)
            return None
        if not first or first in "\"'$(@{[!+,-" or _NUMBER.match(self.text, start):
            return self._expression(piped=piped)
        self._command(start, [], piped=piped)
        return None

    def _command(self, start: int, words: list[Name], *, piped: bool) -> None:
        redirects: list[Redirect] = []
        while not self.is_end():
            redirect = _REDIRECT.match(self.text, self.at)
            if redirect is not None and words:
                self.at = redirect.end()
                self.skip(BLANKS)
                if not redirect[2]:
                    redirects.append(Redirect(redirect[1], self.word()))
            elif self.text.startswith("--%", self.at):
                raise UnreadError
            else:
                words.append(self.word())
            self.skip(BLANKS)
        if not words or not words[0] or len(self.commands) >= _MAX_COMMANDS:
            raise UnreadError
        folder = self._state.folder
        command = Command(
            tuple(words),
            self.line(start),
            self.shown(start, self.at),
            redirects=tuple(redirects),
            piped=piped,
            folder=None if folder is None else literal(folder),
            certain=self._certain,
        )
        self.commands.append((start, command))
        self._change(words)

    def _change(self, words: list[Name]) -> None:
        """What a command changes for those behind it."""
        program = "".join(map(str, words[0])).lower() if is_literal(words[0]) else ""
        if program in _CHANGES:
            places = [word for word in words[1:] if word not in (("-Path",), ("-LiteralPath",))]
            slashes = [tuple(part.replace("\\", "/") if isinstance(part, str) else part for part in p) for p in places]
            self._state = moved(self._state, [(_CHANGES[program],), *slashes], self._roots)
            if not self._certain:
                self._state = self._state.lost()
        elif program == ".":
            self._state = self._state.lost()
            self.variables.clear()

    def _assigned(self) -> None:
        """What is given to a part of a value (`$a.b = …`), which may be an assignment again."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnreadError
        self.skip(BLANKS)
        self.pipeline()
        self.depth -= 1

    def _expression(self, *, piped: bool) -> Name | None:
        """Values and operators; its value if it is a lone text or number.

        Where it is written to a file or handed on, that is what `Write-Output` does.
        """
        begin = self.at
        values: list[Name] = []
        plain = True
        while not self.is_end() and not _REDIRECT.match(self.text, self.at):
            start = self.at
            value = self.word()
            text = self.text[start : self.at]
            if _ASSIGNS.match(text):
                self._assigned()
                return None
            if text[:1] not in "\"'$(@{[!," and not _OPERATOR.match(text):
                raise UnreadError
            plain = plain and (text[:1] in "\"'0123456789" or text[:2] in ("@'", '@"'))
            values.append(value)
            self.skip(BLANKS)
        written = values[0] if len(values) == 1 else hole(self.shown(begin, self.at))
        if _REDIRECT.match(self.text, self.at) or (plain and _NEXT_PIPE.match(self.text, self.at)):
            self._command(begin, [("Write-Output",), written], piped=piped)
            return None
        return written if plain and len(values) == 1 else None
