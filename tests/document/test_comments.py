"""Which comments belong to a key or an item."""

from __future__ import annotations

import pytest

from needful.document.comments import comments
from needful.document.nodes import Path
from needful.document.parse import parse
from needful.source import Source

TEXT = """\
# of a
#  two lines
#
a: 1 # beside a

# of nobody

b:
  # of x
  - x  #beside x
  - k: 1
    l: [p, q] # beside the list
  - r #
c: &c {d: 1}
e: *c
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("a",), ("of a", "two lines", "beside a")),
        (("b",), ()),
        (("b", 0), ("of x", "beside x")),
        (("b", 1, "k"), ()),
        (("b", 1, "l", 0), ("beside the list",)),
        (("b", 2), ()),
        (("e", "d"), ()),
        (("b", 7), ()),
        (("z",), ()),
        (("z", "y"), ()),
        (("a", "y"), ()),
    ],
)
def test_comments(path: Path, expected: tuple[str, ...]) -> None:
    assert comments(parse(Source("a.yml", TEXT)), path) == expected
