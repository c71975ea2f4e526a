r"""A unified diff that `git apply` takes: CRLF, byte order marks and a missing final newline survive.

Only the matching is `difflib`'s: its `unified_diff` cannot say `\ No newline at end of file`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, TypeAlias

from needful.planning.plan import Plan
from needful.report.terminal import Look, Role, visible

CONTEXT = 3

_Opcode: TypeAlias = tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]


def plan_diff(plan: Plan, prefix: str = "") -> str:
    """What a plan changes in all its files; `prefix` is put before their paths."""
    return "".join(
        unified_diff(prefix + file.path, file.before.to_bytes().decode(), file.after.to_bytes().decode())
        for file in plan.files
        if file.changed
    )


def unified_diff(path: str, before: str, after: str) -> str:
    r"""The diff of one file, empty if nothing changed. Lines end at `\n` only; all else is content, as for git."""
    if before == after:
        return ""
    old, new = _lines(before), _lines(after)
    parts = [f"diff --git {_name('a', path)} {_name('b', path)}\n"]
    parts += [f"--- {_name('a', path)}{_tab(path)}\n", f"+++ {_name('b', path)}{_tab(path)}\n"]
    for group in _Matcher(old, new).get_grouped_opcodes(CONTEXT):
        parts += _hunk(group, old, new)
    return "".join(parts)


_ROLES: dict[str, Role] = {"+": "good", "-": "bad", "@": "dim", "d": "heading", "\\": "dim"}


def painted_diff(diff: str, look: Look) -> str:
    """A diff to be looked at on a terminal, not applied: in colour, with control characters shown."""
    lines = (visible(line.expandtabs().removesuffix("\r")) for line in diff.split("\n"))
    return "\n".join(look.paint(line, _ROLES[line[0]]) if line and line[0] in _ROLES else line for line in lines)


def _lines(text: str) -> list[str]:
    lines = [line + "\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


class _Matcher(SequenceMatcher[str]):
    """Compares what lies between the lines that both ends share: changes are small, files may be large."""

    def __init__(self, old: list[str], new: list[str]) -> None:
        shorter = min(len(old), len(new))
        self.head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
        shorter -= self.head
        self.tail = next((i for i in range(shorter) if old[-1 - i] != new[-1 - i]), shorter)
        self.lengths = len(old), len(new)
        super().__init__(None, old[self.head : len(old) - self.tail], new[self.head : len(new) - self.tail])

    def get_opcodes(self) -> list[_Opcode]:
        head, (old, new) = self.head, self.lengths
        middle = ((tag, i1 + head, i2 + head, j1 + head, j2 + head) for tag, i1, i2, j1, j2 in super().get_opcodes())
        first: _Opcode = ("equal", 0, head, 0, head)
        last: _Opcode = ("equal", old - self.tail, old, new - self.tail, new)
        return [code for code in (first, *middle, last) if code[0] != "equal" or code[1] < code[2]]


def _hunk(group: Sequence[tuple[str, int, int, int, int]], old: list[str], new: list[str]) -> Iterator[str]:
    first, last = group[0], group[-1]
    yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@\n"
    for tag, i1, i2, j1, j2 in group:
        if tag == "equal":
            yield from _marked(" ", old[i1:i2])
        else:
            yield from _marked("-", old[i1:i2])
            yield from _marked("+", new[j1:j2])


def _marked(mark: str, lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield mark + line if line.endswith("\n") else f"{mark}{line}\n\\ No newline at end of file\n"


def _range(start: int, stop: int) -> str:
    length = stop - start
    first = start + 1 if length else start
    return f"{first}" if length == 1 else f"{first},{length}"


_ESCAPES = {ord("\a"): "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}


def _name(side: str, path: str) -> str:
    """A path as git writes it: quoted as in C where it holds anything but plain ASCII."""
    data = f"{side}/{path}".encode("utf-8", "surrogateescape")
    if all(0x20 <= byte < 0x7F and byte not in _ESCAPES for byte in data):
        return data.decode("ascii")
    return '"' + "".join(_quoted(byte) for byte in data) + '"'


def _quoted(byte: int) -> str:
    if byte in _ESCAPES:
        return "\\" + _ESCAPES[byte]
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}"


def _tab(path: str) -> str:
    """Git ends a name that holds a space with a tab, so that no reader takes the rest for a date."""
    return "\t" if " " in path and not _name("a", path).startswith('"') else ""
