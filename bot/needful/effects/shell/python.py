"""Python scripts as the commands that they run.

What Python does by itself (files, texts, numbers) is no command. A script is understood where it imports only modules
that cannot reach the network and starts programs only by `subprocess` and `os`, with their words in the text;
everything else is a gap that says what stands in the way.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping
from typing import NamedTuple

from needful.effects.names import Name, joined, literal
from needful.effects.shell.bash import read_bash
from needful.effects.shell.folders import normal
from needful.effects.shell.marks import MAX_LENGTH, Marked, hole, marked, unread
from needful.effects.shell.model import Command, Gap, Redirect, Script
from needful.effects.shell.python_modules import IN_A_SHELL, READS_CODE, RUNNER_FILES, is_harmless, starts_programs

_MAX_GAPS = 20
_MAX_DEPTH = 20
_MAX_TEXT = 2000
_MODULES = frozenset({"os", "subprocess"})
_INSIDES = frozenset({"__builtins__", "__globals__", "__subclasses__"})
_FORMAT = re.compile(r"%[sdr]")


def read_python(source: Name, variables: Mapping[str, Name] = {}, *, workspace: str | None = "") -> Script:
    """The commands of a Python script. `variables` are those of its environment, for the shells that it starts."""
    script = marked(source)
    if len(script.text) > MAX_LENGTH:
        return unread("a script that is too long to be read")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # those about escapes in the script's own texts
            tree = ast.parse(script.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return unread("a script that is not understood as Python")
    return _Reader(script, tree, variables, workspace).read()


class _Options(NamedTuple):
    """How `subprocess` is asked to start a program. `shell` is None where that is not known."""

    shell: bool | None
    folder: Name | None
    stdin: Name | None
    piped: bool


class _Reader:
    """Reads one script. `names` are what modules and functions are called in it."""

    def __init__(self, script: Marked, tree: ast.Module, variables: Mapping[str, Name], workspace: str | None) -> None:
        self.script, self.variables, self.workspace = script, variables, workspace
        self.nodes = list(ast.walk(tree))
        self.lines = [line.encode("utf-8", "replace") for line in script.text.split("\n")]
        self.names: dict[str, str] = {}
        self.commands: list[Command] = []
        self.gaps: set[Gap] = set()
        self.certain = {id(statement.value) for statement in tree.body if isinstance(statement, ast.Expr | ast.Assign)}
        self.moves = False

    def read(self) -> Script:
        for node in self.nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._import(node)
        plain = {id(node.func) for node in self.nodes if isinstance(node, ast.Call)}
        plain |= {id(node.value) for node in self.nodes if isinstance(node, ast.Attribute)}
        self.moves = any(self._path(node) == "os.chdir" for node in self.nodes)
        for node in self.nodes:
            if isinstance(node, ast.Call):
                self._call(node)
            elif isinstance(node, ast.Name | ast.Attribute):
                self._mention(node, is_value=id(node) not in plain)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in RUNNER_FILES:
                redirect = Redirect(">>", hole("$" + node.value))
                text = f"writes to {node.value}"
                self.commands.append(Command(((":",),), node.lineno - 1, text, redirects=(redirect,), certain=False))
        return Script(
            tuple(sorted(self.commands, key=lambda command: command.line)), gaps=tuple(sorted(self.gaps))[:_MAX_GAPS]
        )

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if isinstance(node, ast.Import):
                self.names[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
                module = alias.name
            else:
                module = "." * node.level + (node.module or "")
                path = f"{module}.{alias.name}"
                self.names[alias.asname or alias.name] = path
                if not is_harmless(module) and is_harmless(path):
                    module = path  # of `from urllib import parse`
            if not is_harmless(module) or not is_harmless(self._path_of(alias, node)):
                self._gap(node, f"imports {module}")
            elif alias.name == "*" and module in _MODULES:
                self._gap(node, f"imports everything of {module}")

    def _path_of(self, alias: ast.alias, node: ast.Import | ast.ImportFrom) -> str:
        return alias.name if isinstance(node, ast.Import) else f"{node.module}.{alias.name}"

    def _mention(self, node: ast.Name | ast.Attribute, *, is_value: bool) -> None:
        """What is named without being called: a function that is handed on may be called anywhere."""
        path = self._path(node)
        if path in READS_CODE or path.rpartition(".")[2] in _INSIDES:
            self._gap(node, f"uses {path}")
        elif is_value and (path in _MODULES or starts_programs(path)):
            self._gap(node, f"hands on {path}")
        elif isinstance(node, ast.Name) and id(node) in self.certain and self._is_hole(node.id):
            self._gap(node, f"runs {self.script.shown(node.id)}")

    def _is_hole(self, text: str) -> bool:
        return self.script.pattern is not None and self.script.pattern.search(text) is not None

    def _call(self, node: ast.Call) -> None:
        path = self._path(node.func)
        if not starts_programs(path):
            return
        named = next((keyword.value for keyword in node.keywords if keyword.arg in ("args", "cmd", "command")), None)
        first = node.args[0] if node.args else named
        options = self._options(node)
        if first is None or options.shell is None or (path not in IN_A_SHELL and not path.startswith("subprocess.")):
            self._gap(node, f"starts a program by {path}")
        elif path in IN_A_SHELL or options.shell:
            self._shell(node, first, options)
        else:
            self._program(node, first, options)

    def _options(self, node: ast.Call) -> _Options:
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        shell, known = given.get("shell"), None not in given
        folder: Name | None = None if self.moves or not known else ()
        if "cwd" in given:
            place = self._text(given["cwd"])
            path = place[0] if place is not None and len(place) == 1 else None
            inside = isinstance(path, str) and not path.startswith(("/", "~"))
            folder = literal(normal(path)) if isinstance(path, str) and inside and folder is not None else None
        stdin = self._text(given["input"]) if "input" in given else None
        return _Options(
            bool(shell.value) if isinstance(shell, ast.Constant) else None if shell is not None else False,
            folder,
            stdin,
            "stdin" in given or ("input" in given and stdin is None),
        )

    def _shell(self, node: ast.Call, first: ast.expr, options: _Options) -> None:
        text = self._text(first)
        if text is None:
            self._gap(node, "starts a command that is not known")
            return
        script = read_bash(text, self.variables, workspace=self.workspace)
        for command in script.commands:
            self._add(node, command.words, command, options)
        self.gaps |= {Gap(node.lineno - 1, gap.text) for gap in script.gaps}

    def _program(self, node: ast.Call, first: ast.expr, options: _Options) -> None:
        words = self._words(first, 0)
        if not words or not words[0]:
            self._gap(node, "starts a program that is not known")
            return
        self._add(node, tuple(words), Command(tuple(words), 0, self._source(node)), options)

    def _add(self, node: ast.Call, words: tuple[Name, ...], command: Command, options: _Options) -> None:
        inner, outer = command.folder, options.folder
        below = None if inner is None or outer is None else normal("/".join(str(part) for part in outer + inner))
        self.commands.append(
            Command(
                words,
                node.lineno - 1,
                command.text,
                command.variables,
                command.redirects,
                options.stdin if command.stdin is None else command.stdin,
                command.piped or (options.piped and command.stdin is None),
                None if below is None else literal(below),
                command.certain and id(node) in self.certain,
                command.background,
            )
        )

    def _words(self, node: ast.expr, depth: int) -> list[Name]:
        """A program and its arguments; nothing where the program is not known."""
        if isinstance(node, ast.List | ast.Tuple):
            return [self._word(element) for element in node.elts]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and depth < _MAX_DEPTH:
            left = self._words(node.left, depth + 1)
            return [*left, *(self._words(node.right, depth + 1) or [hole(self._source(node.right))])] if left else []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "split":
            shell = self._path(node.func) == "shlex.split" and len(node.args) == 1
            text = self._text(node.args[0] if shell else node.func.value)
            if text is None or len(text) != 1 or (shell and re.search(r"[\\'\"]", str(text[0]))):
                return []
            return [literal(word) for word in str(text[0]).split()] if shell or not node.args else []
        text = self._text(node)
        blank = text is None or any(isinstance(part, str) and re.search(r"\s", part) for part in text)
        return [] if text is None or blank else [text]

    def _word(self, node: ast.expr) -> Name:
        if self._path(node) == "sys.executable":
            return literal("python")
        text = self._text(node)
        return hole(self._source(node)) if text is None else text

    def _text(self, node: ast.expr, depth: int = 0) -> Name | None:
        """A text with holes, None where it is not written down as one."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return self.script.name(node.value)
        if isinstance(node, ast.Name) and self._is_hole(node.id):
            return self.script.name(node.id)
        if isinstance(node, ast.JoinedStr):
            return joined(
                self.script.name(str(part.value)) if isinstance(part, ast.Constant) else hole(self._inner(part))
                for part in node.values
            )
        if isinstance(node, ast.BinOp) and depth < _MAX_DEPTH:
            left = self._text(node.left, depth + 1)
            if isinstance(node.op, ast.Add) and left is not None:
                right = self._text(node.right, depth + 1)
                return joined((left, hole(self._source(node.right)) if right is None else right))
            if isinstance(node.op, ast.Mod) and left is not None and len(left) == 1 and isinstance(left[0], str):
                first, *rest = _FORMAT.split(left[0])
                value = hole(self._source(node.right))
                return joined((literal(first), *(part for text in rest for part in (value, literal(text)))))
        return None

    def _inner(self, node: ast.expr) -> str:
        """What stands in the braces of a text, as far as it is a plain name; places in there are not to be trusted."""
        value = node.value if isinstance(node, ast.FormattedValue) else node
        return "{" + (self._path(value) or "…") + "}"

    def _path(self, node: ast.AST) -> str:
        """The full name of a module or function, `""` for what is no chain of names."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute) and len(parts) < _MAX_DEPTH:
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return "." + parts[0] if parts else ""
        parts.append(self.names.get(node.id, node.id))
        return ".".join(reversed(parts))

    def _source(self, node: ast.expr) -> str:
        """The text of a node, on one line and shortened."""
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        lines = self.lines[first : min(last, first + 20) + 1]
        if last == first:
            lines = [lines[0][: node.end_col_offset]]
        text = b"\n".join((lines[0][node.col_offset :][:_MAX_TEXT], *lines[1:]))
        return self.script.shown(text.decode("utf-8", "replace"))

    def _gap(self, node: ast.stmt | ast.expr, text: str) -> None:
        self.gaps.add(Gap(node.lineno - 1, self.script.shown(text)))
