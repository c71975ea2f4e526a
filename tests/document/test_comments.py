"""Which comments belong to a key or an item."""

from __future__ import annotations

import pytest

from needful.document.comments import comments, every_comment
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


def test_every_comment_in_order() -> None:
    text = TEXT + "s: | # header\n  # text\n  x # text\nt: 'a # text'\nu: a#text\n--- # none\n"
    text = text.replace("--- # none\n", "v: &v # of v\n  [a, # in brackets\n   b]\n# last")
    found = [(text[slice(*one.span)], one.text, one.alone) for one in every_comment(parse(Source("a.yml", text)))]
    assert [words for _, words, _ in found] == [
        *(
            "of a",
            "of two lines".replace("of ", ""),
            "",
            "beside a",
            "of nobody",
            "of x",
            "beside x",
            "beside the list",
        ),
        *("", "header", "of v", "in brackets", "last"),
    ]
    assert all(raw.startswith("#") and raw.lstrip("#").strip() == words for raw, words, _ in found)
    assert [words for _, words, alone in found if alone] == ["of a", "two lines", "", "of nobody", "of x", "last"]
