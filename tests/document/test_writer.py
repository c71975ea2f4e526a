"""Each operation in each style: small files before and after, and what is refused with which reason."""

# ruff: noqa: E501  # one case, one line

from __future__ import annotations

import pytest

from needful.document.operations import (
    AddComment,
    AddKey,
    AddName,
    CopyItem,
    CopyKey,
    DropName,
    InsertItem,
    MoveItem,
    Noted,
    Operation,
    RemoveItem,
    RemoveKey,
    ReplaceValue,
    WrapItems,
)
from needful.document.parse import parse
from needful.document.writer import lower, write
from needful.errors import Refusal
from needful.source import Source, splice

S = ("s",)


def rewritten(before: str, *operations: Operation) -> str:
    return write(parse(Source("a.yml", before)), operations).source.text


CASES = {
    # --- comments ----------------------------------------------------------------------------------------------------
    "comment beside a value": ("k: a\nm: 1\n", AddComment(("k",), "c"), "k: a  # c\nm: 1\n"),
    "comment beside a value, as the file parts them": ("k: a\nm: 1 # b\n", AddComment(("k",), "c"), "k: a # c\nm: 1 # b\n"),
    "comment beside nothing": ("k:\nm: 1\n", AddComment(("k",), "c"), "k:  # c\nm: 1\n"),
    "comment beside an item, no final newline": ("k:\n- a\n- b", AddComment(("k", 1), "c"), "k:\n- a\n- b  # c"),
    "comment beside a list in brackets": ("k: [a,\n  b]\n", AddComment(("k",), "c"), "k: [a,\n  b]  # c\n"),
    "comment above where one is": ("k:\n  # d\n  - a # b\n", AddComment(("k", 0), "c"), "k:\n  # d\n  # c\n  - a # b\n"),
    "comment above a block": ("m: 1\r\nk:\r\n  a: 1\r\n", AddComment(("k",), "c"), "m: 1\r\n# c\r\nk:\r\n  a: 1\r\n"),
    "comment above a text": ("a:\n  m: |\n    x\n  k: |\n    x\n", AddComment(("a", "k"), "c"), "a:\n  m: |\n    x\n  # c\n  k: |\n    x\n"),
    "comment beside a key behind a dash": ("s:\n  - a: 1\n    b: 2\n", AddComment((*S, 0, "a"), "c"), "s:\n  - a: 1  # c\n    b: 2\n"),
    # --- names -------------------------------------------------------------------------------------------------------
    "name to one name, flow by default": ("k: a # c\n", AddName(("k",), "b"), "k: [a, b] # c\n"),
    "name to one name, quotes stay": ("k: 'a'\n", AddName(("k",), "b"), "k: ['a', b]\n"),
    "name to one name, as the file writes them": (
        "x:\n  k:\n    - q\ny:\n  k: a # c\n",
        AddName(("y", "k"), "b"),
        "x:\n  k:\n    - q\ny:\n  k: # c\n    - a\n    - b\n",
    ),
    "name to a number": ("k: 1.10\n", AddName(("k",), "b"), "k: [1.10, b]\n"),
    "name to nothing": ("k:\nm: x\n", AddName(("k",), "b"), "k: b\nm: x\n"),
    "name to nothing, with spaces and comment": ("k:   # c\nm: x\n", AddName(("k",), "b"), "k: b   # c\nm: x\n"),
    "name to nothing, with spaces": ("k: \nm: x\n", AddName(("k",), "b"), "k: b\nm: x\n"),
    "name to a missing key": ("a: 1\nm: x\n", AddName(("k",), "b", ("a",)), "a: 1\nk: b\nm: x\n"),
    "name to a flow list": ("k: [ a,b ]\n", AddName(("k",), "c"), "k: [ a,b,c ]\n"),
    "name to a flow list with a comma at its end": ("k: [a, b,]\n", AddName(("k",), "c"), "k: [a, b, c,]\n"),
    "name to an empty list": ("k: []\n", AddName(("k",), "c"), "k: [c]\n"),
    "name to an empty list, spaced": ("m: [ x ]\nk: []\n", AddName(("k",), "c"), "m: [ x ]\nk: [ c ]\n"),
    "name to an indentless list": ("k:\n- a # c\nm: 1\n", AddName(("k",), "b"), "k:\n- a # c\n- b\nm: 1\n"),
    "name to a wide list": ("k:\n  -   a\n", AddName(("k",), "b"), "k:\n  -   a\n  -   b\n"),
    "name to a list, no final newline": ("k:\n  - a", AddName(("k",), "b"), "k:\n  - a\n  - b"),
    "name to a list, CRLF": ("k:\r\n  - a\r\n", AddName(("k",), "b"), "k:\r\n  - a\r\n  - b\r\n"),
    "name to a list, CR": ("k:\r  - a\r", AddName(("k",), "b"), "k:\r  - a\r  - b\r"),
    "name that is there, other case": ("k: [A]\n", AddName(("k",), "a"), "k: [A]\n"),
    "name that is the one": ("k: A\n", AddName(("k",), "a"), "k: A\n"),
    "name to lines in brackets": (
        "k: [\n  a,  # c\n  b   # d\n]\n",
        AddName(("k",), "c"),
        "k: [\n  a,  # c\n  b,   # d\n  c\n]\n",
    ),
    "name to lines in brackets with a comma at the end": (
        "k: [\n  a,\n  b,  # d\n]\n",
        AddName(("k",), "c"),
        "k: [\n  a,\n  b,  # d\n  c,\n]\n",
    ),
    "name to lines in brackets that close on the last": (
        "k: [\n  a,\n  b]\n",
        AddName(("k",), "c"),
        "k: [\n  a,\n  b,\n  c]\n",
    ),
    "name to brackets that break": ("k: [a,\n  b, c]\n", AddName(("k",), "d"), "k: [a,\n  b, c, d]\n"),
    "drop behind a comma on its own line": (
        "k: [\n  a # c\n  ,\n  b\n]\n",
        DropName(("k",), "b"),
        "k: [\n  a # c\n  ,\n]\n",
    ),
    "drop the one name": ("k: a # c\nm: 1\n", DropName(("k",), "A"), "m: 1\n"),
    "drop another name": ("k: a # c\nm: 1\n", DropName(("k",), "b"), "k: a # c\nm: 1\n"),
    "drop where there is nothing": ("m: 1\n", DropName(("k",), "b"), "m: 1\n"),
    "drop the only one of a list": ("k: [a]\nm: 1\n", DropName(("k",), "a"), "m: 1\n"),
    "drop a name that stands twice": ("k: [a, b, A]\n", DropName(("k",), "a"), "k: [b]\n"),
    "drop the first": ("k: [a, b]\n", DropName(("k",), "a"), "k: [b]\n"),
    "drop the last": ("k: [ a, b, ]\n", DropName(("k",), "b"), "k: [ a, ]\n"),
    "drop in lines in brackets": (
        "k: [\n  # x\n  a,\n  # y\n  b, # c\n  d\n]\n",
        DropName(("k",), "b"),
        "k: [\n  # x\n  a,\n  d\n]\n",
    ),
    "drop the last of lines in brackets": (
        "k: [\n  a, # c\n  d # e\n]\n",
        DropName(("k",), "d"),
        "k: [\n  a # c\n]\n",
    ),
    "drop the first of lines in brackets": (
        "k: [\n  # x\n  a,\n\n  b,\n]\n",
        DropName(("k",), "a"),
        "k: [\n  # x\n  b,\n]\n",
    ),
    "drop in brackets that break after a comma": ("k: [a,\n  b]\n", DropName(("k",), "a"), "k: [b]\n"),
    "drop the last in brackets that break": ("k: [a,\n  b]\n", DropName(("k",), "b"), "k: [a]\n"),
    "drop the last of its line": ("k: [a, b,\n  c]\n", DropName(("k",), "b"), "k: [a,\n  c]\n"),
    # --- keys --------------------------------------------------------------------------------------------------------
    "key at the end": ("a: 1\nb: # c\n  d: 1 # e\n  # in\n# out\n", AddKey((), "k", True), "a: 1\nb: # c\n  d: 1 # e\n  # in\nk: true\n# out\n"),
    "key in front": ("# h\n\n# a\na: 1\n", AddKey((), "k", "yes", ("",)), "# h\n\nk: 'yes'\n# a\na: 1\n"),
    "key in front behind a dash": ("s:\n  - a: 1\n", AddKey(("s", 0), "k", {"x": 1}, ("",)), "s:\n  - k:\n      x: 1\n    a: 1\n"),
    "key where its siblings have it": (
        "jobs:\n  a:\n    x: 1\n    k: 2\n    y: 3\n  b:\n    x: 1\n    y: 3\n",
        AddKey(("jobs", "b"), "k", 4, ("y",)),
        "jobs:\n  a:\n    x: 1\n    k: 2\n    y: 3\n  b:\n    x: 1\n    k: 4\n    y: 3\n",
    ),
    "key with comments": (
        "a: 1\nb: 2 # x\n",
        AddKey((), "k", Noted("v", "beside", ("one", "")), ("a",)),
        "a: 1\n# one\n#\nk: v # beside\nb: 2 # x\n",
    ),
    "key in braces": ("a: { b: 1 }\n", AddKey(("a",), "k", [1, None]), "a: { b: 1, k: [1, null] }\n"),
    "key in front in braces": ("a: {b: 1}\n", AddKey(("a",), "k", {"c": "x:y"}, ("",)), "a: {k: {c: 'x:y'}, b: 1}\n"),
    "key in empty braces": ("a: {}\n", AddKey(("a",), "k", "x"), "a: {k: x}\n"),
    "key in lines in braces": ("a: {\n  # c\n  b: 1\n}\n", AddKey(("a",), "k", 1, ("",)), "a: {\n  k: 1,\n  # c\n  b: 1\n}\n"),
    "key without a value": ("a: 1\n", AddKey((), "k", None), "a: 1\nk:\n"),
    "a job, blank lines as between the others": (
        "jobs:\n  a:\n    x: 1\n\n  b:\n    x: 1\n",
        AddKey(("jobs",), "c", {"steps": [{"run": "a\nb"}]}),
        "jobs:\n  a:\n    x: 1\n\n  b:\n    x: 1\n\n  c:\n    steps:\n      - run: |-\n          a\n          b\n",
    ),
    "a second job, blank lines as at the top": (
        "on: x\n\njobs:\n  a:\n    x: 1\n",
        AddKey(("jobs",), "c", {"w": "z"}),
        "on: x\n\njobs:\n  a:\n    x: 1\n\n  c:\n    w: z\n",
    ),
    "a key, where one blank line sets off what follows": (
        "a: 1\n\njobs:\n  a:\n    r: 1\n\n    s: 2\n",
        AddKey(("jobs", "a"), "new", 3, ("r",)),
        "a: 1\n\njobs:\n  a:\n    r: 1\n    new: 3\n\n    s: 2\n",
    ),
    "a key at the top, where blank lines part them": ("a: 1\n\nb: 2\n", AddKey((), "new", 3, ("a",)), "a: 1\n\nnew: 3\n\nb: 2\n"),
    "a text at the end of a file without a line break": ("a: 1", AddKey((), "b", "x\ny\n"), "a: 1\nb: |\n  x\n  y\n"),
    "remove a key": ("a: 1\n\n# b\nb:\n  - x\n  # in\n\n# c\nc: 3\n", RemoveKey(("b",)), "a: 1\n\n# c\nc: 3\n"),
    "remove the first key, its comment may head all": ("# h\na: 1\nb: 2\n", RemoveKey(("a",)), "# h\nb: 2\n"),
    "remove the first key, others have comments": ("# h\na: 1\n# b\nb: 2\n", RemoveKey(("a",)), "# b\nb: 2\n"),
    "remove the last key": ("a: 1\n\nb: 2\n", RemoveKey(("b",)), "a: 1\n"),
    "remove the last key, no final newline": ("a: 1\nb: 2", RemoveKey(("b",)), "a: 1"),
    "remove behind a text, no final newline": ("a: |\n  x\nb: 2", RemoveKey(("b",)), "a: |\n  x\n"),
    "remove behind a text that keeps blank lines": ("a: |+\n  x\n\nb: 2\n\nc: 1\n", RemoveKey(("b",)), "a: |+\n  x\n\nc: 1\n"),
    "remove the key behind a dash": ("s:\n  - a: 1 # c\n    b: 2\n", RemoveKey(("s", 0, "a")), "s:\n  - b: 2\n"),
    "remove the key behind a dash, comments below": (
        "s:\n  - a: 1\n    # b\n    b: 2\n",
        RemoveKey(("s", 0, "a")),
        "s:\n  # b\n  - b: 2\n",
    ),
    "remove a key in braces": ("a: {b: 1, c: 2}\n", RemoveKey(("a", "c")), "a: {b: 1}\n"),
    "remove a key whose value is an alias": ("a: &x 1\nb: *x\n", RemoveKey(("b",)), "a: &x 1\n"),
    # --- values ------------------------------------------------------------------------------------------------------
    "value keeps double quotes": ('a: "b" # c\n', ReplaceValue(("a",), 'x"\\'), 'a: "x\\"\\\\" # c\n'),
    "value keeps single quotes": ("a: 'b'\n", ReplaceValue(("a",), "it's"), "a: 'it''s'\n"),
    "value gives up single quotes": ("a: 'b'\n", ReplaceValue(("a",), "x\t\u2028\U0001f600\x07"), 'a: "x\\t\\u2028\U0001f600\\x07"\n'),
    "value that needs quotes gets the file's": ('a: b\nc: "d"\n', ReplaceValue(("a",), "on"), 'a: "on"\nc: "d"\n'),
    "value of another type loses quotes": ("a: 'b'\n", ReplaceValue(("a",), 3), "a: 3\n"),
    "value with an anchor nobody uses": ("a: &x b\n", ReplaceValue(("a",), "c"), "a: &x c\n"),
    "value in brackets": ("a: ['b', c]\n", ReplaceValue(("a", 0), "x, y"), "a: ['x, y', c]\n"),
    "value in braces": ("a: {b: 1, c: }\n", ReplaceValue(("a", "b"), {"d": [1]}), "a: {b: {d: [1]}, c: }\n"),
    "nothing in braces": ("a: {b: 1, c: }\n", ReplaceValue(("a", "c"), "x"), "a: {b: 1, c: x }\n"),
    "value to a mapping": ("a: b # c\n", ReplaceValue(("a",), {"x": 1, "z": [True]}), "a: # c\n  x: 1\n  z: [true]\n"),
    "value on its own line to a mapping": ("a:\n  b\nc: 1\n", ReplaceValue(("a",), {"x": 1}), "a:\n  x: 1\nc: 1\n"),
    "nothing to a mapping": ("a: # c\nb: 1\n", ReplaceValue(("a",), {"x": 1}), "a: # c\n  x: 1\nb: 1\n"),
    "mapping to a value": ("a: # c\n  x: 1\n  # d\nb: 1\n", ReplaceValue(("a",), "z"), "a: z # c\nb: 1\n"),
    "mapping with an anchor to a value": ("a: &x # c\n  x: 1\nb: 1\n", ReplaceValue(("a",), "z"), "a: &x z # c\nb: 1\n"),
    "list to a list keeps its place": ("a:\n- x\n- y\n", ReplaceValue(("a",), ["z"]), "a:\n- z\n"),
    "flow list to a list": ("a: [x]\nb:\n  a:\n    - 1\n", ReplaceValue(("a",), ["z", {}]), "a:\n  - z\n  - {}\n" + "b:\n  a:\n    - 1\n"),
    "item to a mapping": ("s:\n  - x # c\n  - y\n", ReplaceValue((*S, 0), {"a": 1, "b": 2}), "s:\n  - a: 1 # c\n    b: 2\n  - y\n"),
    "item from a mapping": ("s:\n  - a: 1\n    b: 2\n  - y\n", ReplaceValue((*S, 0), "x"), "s:\n  - x\n  - y\n"),
    "item from a mapping below its dash": ("s:\n  - # c\n    a: 1\n  - y\n", ReplaceValue((*S, 0), "x"), "s:\n  - x # c\n  - y\n"),
    "item to a list of lists": ("s:\n  - x\n", ReplaceValue((*S, 0), [["a"], {"b": 1}]), "s:\n  - - [a]\n    - b: 1\n"),
    "item to a flow list": ("s:\n  - x\n", ReplaceValue((*S, 0), ["a"]), "s:\n  - [a]\n"),
    "text to a text": ("a: |\n    x\n    y\nb: 1\n", ReplaceValue(("a",), "z\n w\n"), "a: |\n    z\n     w\nb: 1\n"),
    "text of blank lines to a text": ("a: |+\n\n\nb: 1\n", ReplaceValue(("a",), "z\nw"), "a: |-\n  z\n  w\nb: 1\n"),
    "value to a text": ("a: x # c\n", ReplaceValue(("a",), "z\nw\n"), "a: | # c\n  z\n  w\n"),
    "value to a text no block can hold": ("a: x\n", ReplaceValue(("a",), " z\nw\n"), 'a: " z\\nw\\n"\n'),
    "text to a value": ("a: >-\n  z\n  w\n\nb: 1\n", ReplaceValue(("a",), "x"), "a: x\n\nb: 1\n"),
    "alias to a value": ("a: &x 1\nb: *x\n", ReplaceValue(("b",), 2), "a: &x 1\nb: 2\n"),
    # --- items -------------------------------------------------------------------------------------------------------
    "insert in front of a comment": ("s:\n  # a\n  - a\n", InsertItem(S, 0, "x"), "s:\n  - x\n  # a\n  - a\n"),
    "insert a mapping with comments": (
        "s:\n  - a\n",
        InsertItem(S, 1, Noted({"uses": "a@1", "with": {"b": 1}}, "v1", ("why",))),
        "s:\n  - a\n  # why\n  - uses: a@1  # v1\n    with:\n      b: 1\n",
    ),
    "insert a text": ("s:\n  - a\n", InsertItem(S, 1, "x\ny\n"), "s:\n  - a\n  - |\n    x\n    y\n"),
    "insert where dashes stand alone": (
        "s:\n  -\n    a: 1\n",
        InsertItem(S, 0, Noted({"b": 1}, "c")),
        "s:\n  -\n    b: 1  # c\n  -\n    a: 1\n",
    ),
    "insert among items with blank lines": ("s:\n  - a\n\n  - b\n", InsertItem(S, 1, "x"), "s:\n  - a\n\n  - x\n\n  - b\n"),
    "insert behind a text that keeps blank lines": (
        "s:\n  - |+\n    a\n\n  - b\n\n  - c\n",
        InsertItem(S, 1, "x"),
        "s:\n  - |+\n    a\n\n  - x\n  - b\n\n  - c\n",
    ),
    "insert with blank lines as in lists of that key": (
        "a:\n  s:\n    - a\n\n    - b\nb:\n  s:\n    - c\n",
        InsertItem(("b", "s"), 1, "x"),
        "a:\n  s:\n    - a\n\n    - b\nb:\n  s:\n    - c\n\n    - x\n",
    ),
    "insert in brackets": ("s: [a, b]\n", InsertItem(S, 1, {"x": 1}), "s: [a, {x: 1}, b]\n"),
    "insert in lines in brackets": ("s: [\n  a,\n  # b\n  b\n]\n", InsertItem(S, 1, "x"), "s: [\n  a,\n  x,\n  # b\n  b\n]\n"),
    "insert in front in a list behind a dash": ("s:\n  - - a\n", InsertItem((*S, 0), 0, "x"), "s:\n  - - x\n    - a\n"),
    "insert where an anchor stands": ("s: &s\n  - a\n", InsertItem(S, 1, "b"), "s: &s\n  - a\n  - b\n"),
    "insert where items have anchors": ("s:\n  - &a\n    b: 1\n", InsertItem(S, 1, "b"), "s:\n  - &a\n    b: 1\n  - b\n"),
    "remove an item": ("s:\n  - a\n\n  # b\n  - b # c\n\n  - c\n", RemoveItem((*S, 1)), "s:\n  - a\n\n  - c\n"),
    "remove the first, its comment may head all": ("s:\n  # h\n  - a\n\n  - c\n", RemoveItem((*S, 0)), "s:\n  # h\n  - c\n"),
    "remove an item, the comment below may be the next one's": (
        "s:\n  - a: 1\n    # b?\n  - b\n",
        RemoveItem((*S, 0)),
        "s:\n    # b?\n  - b\n",
    ),
    "remove the last takes its key": ("s:\n  - a\nt: 1\n", RemoveItem((*S, 0)), "t: 1\n"),
    "remove the last of a list in a list": ("s:\n  - - a\n  - b\n", RemoveItem((*S, 0, 0)), "s:\n  - b\n"),
    "remove the first of a list in a list": ("s:\n  - - a\n    - b\n", RemoveItem((*S, 0, 0)), "s:\n  - - b\n"),
    "remove the first of a list in a list, comments below": (
        "s:\n  - - a\n    # b\n    - b\n",
        RemoveItem((*S, 0, 0)),
        "s:\n  # b\n  - - b\n",
    ),
    "move down": ("s:\n  # a\n  - a\n\n  - b: |\n      x\n\n  - c\n", MoveItem((*S, 0), 1), "s:\n  - b: |\n      x\n\n  # a\n  - a\n\n  - c\n"),
    "move up": ("s:\n  - a\n  # h\n\n  # c\n  - c # d\n", MoveItem((*S, 1), 0), "s:\n  # c\n  - c # d\n\n  - a\n  # h\n"),
    "move the last of a file without a line break": ("s:\n  - a\n  - b", MoveItem((*S, 1), 0), "s:\n  - b\n  - a"),
    "move to where it is": ("s: [a, b]\n", MoveItem((*S, 1), 1), "s: [a, b]\n"),
    "move in brackets": ("s: [a, b,  c]\n", MoveItem((*S, 2), 0), "s: [c, a,  b]\n"),
    "wrap": (
        "s:\n  # a\n  - a\n\n# zero\n  - r: |\n      x\n     \n\n        y\n  # c\n  - c\n",
        WrapItems(S, 0, 2, "p"),
        "s:\n  - p:\n      # a\n      - a\n\n# zero\n      - r: |\n          x\n         \n\n            y\n  # c\n  - c\n",
    ),
    "wrap an indentless list": ("s:\n- a\n- b: 1\n  c: 2\n", WrapItems(S, 1, 2, "p"), "s:\n- a\n- p:\n  - b: 1\n    c: 2\n"),
    "wrap where dashes stand alone": ("s:\n-\n  a: 1\n", WrapItems(S, 0, 1, "p"), "s:\n-\n  p:\n  -\n    a: 1\n"),
    "copy": (
        "jobs:\n  # one\n  a: # the first\n    x: 1 # in\n    # deep\n\n  # two\n  b: 1\n",
        CopyKey(("jobs", "a"), "m"),
        "jobs:\n  # one\n  a: # the first\n    x: 1 # in\n    # deep\n\n  m: # the first\n    x: 1 # in\n    # deep\n\n  # two\n  b: 1\n",
    ),
    "copy of the last, in lists without indentation": (
        "jobs:\r\n  a:\r\n    s:\r\n    - |\r\n      x\r\n",
        CopyKey(("jobs", "a"), "n-m"),
        "jobs:\r\n  a:\r\n    s:\r\n    - |\r\n      x\r\n  n-m:\r\n    s:\r\n    - |\r\n      x\r\n",
    ),
    "copy where a mapping begins behind a dash": ("s:\n  - a: 'x'\n    b: 1\n", CopyKey((*S, 0, "a"), "m"), "s:\n  - a: 'x'\n    m: 'x'\n    b: 1\n"),
    "copy of an alias": ("a: &x [p]\nb: *x\n", CopyKey(("b",), "c"), "a: &x [p]\nb: *x\nc: *x\n"),
    "copy of nothing, without a line break": ("a:", CopyKey(("a",), "b"), "a:\nb:"),
    "copy under a key with quotes": ("'a b': 1\n", CopyKey(("a b",), "no"), "'a b': 1\n'no': 1\n"),
    "copy of an item into another list": (
        "a:\n  s:\n    # 1\n    - x: 1 # in\n\n    # 2\n    - y\n  z: 1\nb:\n  s:\n    - v # w\n",
        CopyItem(("b", "s"), ("a", "s", 1)),
        "a:\n  s:\n    # 1\n    - x: 1 # in\n\n    # 2\n    - y\n  z: 1\nb:\n  s:\n    - v # w\n    # 2\n    - y\n",
    ),
    "copy of an item into a list with blank lines": (
        "s:\r\n- a: |\r\n    x\r\n\r\nt:\r\n- b\r\n\r\n- c\r\nu: 1\r\n",
        CopyItem(("t",), (*S, 0)),
        "s:\r\n- a: |\r\n    x\r\n\r\nt:\r\n- b\r\n\r\n- c\r\n\r\n- a: |\r\n    x\r\nu: 1\r\n",
    ),
    "copy of an item into its own list": ("s:\n  - a\n  - b", CopyItem(S, (*S, 0)), "s:\n  - a\n  - b\n  - a"),
    "wrap in brackets": ("s: [ a, b ]\n", WrapItems(S, 0, 1, "p"), "s: [ {p: [ a ]}, b ]\n"),
    "wrap a text with an explicit indentation": ("s:\n  - |1\n     a\n", WrapItems(S, 0, 1, "p"), "s:\n  - p:\n      - |1\n         a\n"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "operation", "after"), CASES.values(), ids=CASES)
def test_one_operation(before: str, operation: Operation, after: str) -> None:
    assert rewritten(before, operation) == after


@pytest.mark.parametrize(("before", "operation", "after"), CASES.values(), ids=CASES)
def test_one_operation_with_a_byte_order_mark(before: str, operation: Operation, after: str) -> None:
    document = parse(Source("a.yml", before, bom=True))
    assert write(document, [operation]).source.to_bytes() == b"\xef\xbb\xbf" + after.encode()


REFUSED = {
    "comment at nothing": ("a: 1\n", AddComment(("b",), "c"), "there is no b"),
    "comment on the whole": ("a: 1\n", AddComment((), "c"), "no place for a comment"),
    "comment in brackets": ("s: [a]\n", AddComment((*S, 0), "c"), "a comment inside brackets"),
    "comment of two lines": ("a: 1\n", AddComment(("a",), "c\nd"), "a comment of several lines"),
    "comment of a hidden break": ("a: 1\n", AddComment(("a",), "c\u2028d"), "a comment of several lines"),
    "comment of nothing": ("a: 1\n", AddComment(("a",), " "), "a comment of several lines, of none"),
    "comment with spaces around it": ("a: 1\n", AddComment(("a",), " c"), "about something else"),
    "comment behind a dash": ("s:\n  - a: # b\n      c: 1\n", AddComment((*S, 0, "a"), "c"), "no room"),
    "comment on what is shared": ("a: &x {k: 1}\nb: *x\n", AddComment(("b", "k"), "c"), "shares"),
    "nothing there": ("a: 1\n", RemoveKey(("b",)), "there is no b"),
    "key is there": ("a: 1\n", AddKey((), "a", 1), "a is there already"),
    "no mapping": ("a: 1\n", AddKey(("a",), "b", 1), "a is not a mapping"),
    "no list": ("a: 1\n", InsertItem(("a",), 0, 1), "a is not a list"),
    "only key": ("a: 1\n", RemoveKey(("a",)), "only key"),
    "name in a mapping": ("a: {b: 1}\n", AddName(("a",), "x"), "not a name"),
    "drop from a mapping": ("a: {b: 1}\n", DropName(("a",), "x"), "not a name"),
    "copy to a key that is there": ("a: 1\nb: 1\n", CopyKey(("a",), "b"), "b is there already"),
    "copy of what is not there": ("a: 1\n", CopyKey(("b",), "c"), "there is no b"),
    "copy of an item": ("s: [a]\n", CopyKey((*S, 0), "c"), "s is not a mapping"),
    "copy in braces": ("a: {b: 1}\n", CopyKey(("a", "b"), "c"), "in braces"),
    "copy of an anchor": ("a:\n  b: &x 1\nc: *x\n", CopyKey(("a",), "d"), "an anchor, which would be there twice"),
    "copy of a text without a line break": ("a: |\n  x", CopyKey(("a",), "b"), "ends in a text without a line break"),
    "copy of an item in brackets": ("s: [a]\nt:\n  - b\n", CopyItem(("t",), (*S, 0)), "an item in brackets"),
    "copy of an item into brackets": ("s: [a]\nt:\n  - b\n", CopyItem(S, ("t", 0)), "an item in brackets"),
    "copy of an item that is not there": ("s:\n  - a\n", CopyItem(S, (*S, 1)), r"there is no s\[1\]"),
    "copy of a value as an item": ("s:\n  - a: 1\n", CopyItem(S, (*S, 0, "a")), r"s\[0\] is not a list"),
    "copy of an item to another column": ("s:\n- a\nt:\n  - b\n", CopyItem(S, ("t", 0)), "not indented alike"),
    "copy of an item with an anchor": ("s:\n  - a\nt:\n  - &x b\nu: *x\n", CopyItem(S, ("t", 0)), "holds an anchor"),
    "copy of an item behind a dash": ("s:\n  - a\nt:\n  - - b\n", CopyItem(S, ("t", 0, 0)), "not indented alike"),
    "whole document": ("a: 1\n", ReplaceValue((), 1), "as a whole"),
    "whole document removed": ("- a\n", RemoveItem((0,)), "the whole document"),
    "comment inside brackets": ("s: [a]\n", InsertItem(S, 0, Noted("b", "c")), "a comment inside brackets"),
    "comment of several lines": ("a: 1\n", AddKey((), "b", Noted(1, "c\nd")), "several lines"),
    "comments in empty brackets": ("s: [ # c\n]\n", InsertItem(S, 0, "b"), "empty brackets"),
    "comments between flow items": ("s: [a, # c\n  b]\n", RemoveItem((*S, 0)), "a comment inside"),
    "comments between moved flow items": ("s: [a, # c\n  b]\n", MoveItem((*S, 0), 1), "a comment inside"),
    "mapping without braces": ("s: [a: b, c]\n", AddKey((*S, 0), "x", 1), "without braces"),
    "move in a list behind a dash": ("s:\n  - - a\n    - b\n", MoveItem((*S, 0, 0), 1), "another list's dash"),
    "wrap in a list behind a dash": ("s:\n  - - a\n    - b\n", WrapItems((*S, 0), 0, 1, "p"), "another list's dash"),
    "comments in a mapping in lists": ("s:\n  - - a: 1\n      # b\n      b: 1\n", RemoveKey((*S, 0, 0, "a")), "comments between"),
    "text without a line break": ("a: |\n  x", AddKey((), "b", 1), "ends in a text without a line break"),
    "text that swallows a comment": ("a: x\n  # c\nb: 1\n", ReplaceValue(("a",), "x\ny\n"), "does not allow"),
    "key without a colon": ("a: {b, c}\n", ReplaceValue(("a", "b"), 1), "no colon"),
    "anchor used elsewhere": ("a: &x 1\nb: *x\n", RemoveKey(("a",)), "a holds an anchor that b uses"),
    "shared through an anchor": ("a: &x [p]\nb: *x\n", AddName(("b",), "q"), "shares a with b|shares a with a"),
    "alias before its anchor": ("s:\n  - &x a\n  - *x\n", MoveItem((*S, 0), 1), "not be readable"),
    "surrogate": ("a: 1\n", AddKey((), "b", "\ud800"), "not be readable"),
    "place of an item that is none": ("s: [a]\n", MoveItem((*S, 0), 3), "there is no"),
    "place beyond the end": ("s: [a]\n", InsertItem(S, 3, 1), "there is no"),
    "items that are not there": ("s: [a]\n", WrapItems(S, 0, 3, "p"), "there are no items"),
    "item by name": ("s: [a]\n", RemoveItem((*S, "x")), "there is no"),
    "parent that is not there": ("s: [a]\n", DropName(("t", "x"), "y"), "there is no t"),
    "part of a text": ("s: a\n", DropName(("s", "x"), "y"), "there is no"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "operation", "reason"), REFUSED.values(), ids=REFUSED)
def test_refused(before: str, operation: Operation, reason: str) -> None:
    document = parse(Source("a.yml", before))
    with pytest.raises(Refusal, match=reason):
        write(document, [operation])
    assert document.source.text == before


def test_a_shared_list_changes_once_where_all_its_uses_ask_for_it() -> None:
    before = "a:\n  k: &x [p]\nb:\n  k: *x\n"
    operations = [AddName((job, "k"), "q") for job in "ab"]
    assert rewritten(before, *operations) == "a:\n  k: &x [p, q]\nb:\n  k: *x\n"
    with pytest.raises(Refusal, match=r"shares a\.k with b\.k"):
        rewritten(before, operations[0])


def test_what_is_shared_by_too_many_places_is_refused() -> None:
    before = "a: &a {b: &b {c: 1}}\n" + "".join(f"x{k}: *a\n" for k in range(1001))
    with pytest.raises(Refusal, match="more than 1000 places"):
        rewritten(before, AddKey(("a", "b"), "d", 1))


def test_aliases_inside_anchored_values_lead_to_the_same_place() -> None:
    before = "a: &a {k: 1}\nb: &b\n  c: *a\nd: *b\n"
    operations = [AddKey(path, "new", 2) for path in (("a",), ("b", "c"), ("d", "c"))]
    assert rewritten(before, *operations) == "a: &a {k: 1, new: 2}\nb: &b\n  c: *a\nd: *b\n"


def test_later_operations_follow_earlier_ones() -> None:
    before = "s: [a, b, c]\nt: 1\n"
    assert rewritten(before, RemoveItem((*S, 0)), RemoveItem((*S, 1)), AddName(S, "d")) == "s: [c, d]\nt: 1\n"
    with pytest.raises(Refusal, match="was removed"):
        rewritten(before, RemoveItem((*S, 0)), RemoveItem((*S, 0)))
    assert rewritten(before, RemoveKey(S), AddName(S, "d")) == "t: 1\ns: d\n"


def test_edits_are_those_that_were_made() -> None:
    document = parse(Source("a.yml", "k: [a, b]\n"))
    assert splice(document.source.text, lower(document, DropName(("k",), "a"))) == "k: [b]\n"
    assert lower(document, DropName(("k",), "x")) == []
    with pytest.raises(Refusal, match="several steps"):
        lower(parse(Source("a.yml", "k: [a, A, b]\n")), DropName(("k",), "a"))
