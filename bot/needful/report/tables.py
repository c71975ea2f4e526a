"""Rows in columns, for people. The last column is left as it is, so that names may be of any length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from needful.report.terminal import Look, clean, disarmed


def table(look: Look, head: Sequence[str], rows: Sequence[Sequence[str]], indent: int = 2) -> Iterator[str]:
    """Lines of a table: numbers to the right under their heads, the last column to the left."""
    cells = [[clean(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(head) - 1)]
    for number, row in enumerate(cells):
        left = "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=False))
        line = disarmed(f"{left}  {row[-1]}".rstrip())
        yield " " * indent + (look.paint(line, "label") if number == 0 else line)
