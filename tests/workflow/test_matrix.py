"""Matrices expand as GitHub expands them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needful.document.parse import parse
from needful.errors import UserError
from needful.source import Source
from needful.workflow.matrix import read_matrix


def legs(written: str) -> list[str] | None:
    """Each combination as `key=value …`."""
    document = parse(Source("ci.yml", written))
    matrix = read_matrix(document, document.root)
    assert matrix is not None
    if matrix.legs is None:
        return None
    return [" ".join(f"{key}={value}" for key, value in leg) for leg in matrix.legs]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("{os: [a, b]}", ["os=a", "os=b"], id="one list"),
        pytest.param("{os: [a, b], v: [1, 2]}", ["os=a v=1", "os=a v=2", "os=b v=1", "os=b v=2"], id="product"),
        pytest.param(
            "{v: [3.10, '3.10', 010, 0x10, 1e3]}", ["v=3.1", "v=3.10", "v=10", "v=16", "v=1000"], id="numbers"
        ),
        pytest.param("{v: [True, null, '', ~]}", ["v=true", "v=", "v=", "v="], id="words"),
        pytest.param("{os: [{name: a, bits: 64}]}", ["os.name=a os.bits=64"], id="mappings"),
        pytest.param("{os: [a], flags: [[x, y]]}", ["os=a"], id="lists are left out"),
        pytest.param("{os: [{name: a, flags: [x]}]}", ["os.name=a"], id="lists in mappings, too"),
        pytest.param("{include: [{a: 1}, {a: 2, b: 3}]}", ["a=1", "a=2 b=3"], id="only include"),
    ],
)
def test_product(written: str, expected: list[str]) -> None:
    assert legs(written) == expected


FRUIT = "fruit: [apple, pear], animal: [cat, dog]"


@pytest.mark.parametrize(
    ("include", "expected"),
    [
        pytest.param(
            "{color: green}",
            [
                *("fruit=apple animal=cat color=green", "fruit=apple animal=dog color=green"),
                *("fruit=pear animal=cat color=green", "fruit=pear animal=dog color=green"),
            ],
            id="added to all",
        ),
        pytest.param(
            "{color: green}, {color: pink, animal: cat}",
            [
                *("fruit=apple animal=cat color=pink", "fruit=apple animal=dog color=green"),
                *("fruit=pear animal=cat color=pink", "fruit=pear animal=dog color=green"),
            ],
            id="a later one overwrites what was added",
        ),
        pytest.param(
            "{fruit: apple, shape: circle}",
            [
                *("fruit=apple animal=cat shape=circle", "fruit=apple animal=dog shape=circle"),
                *("fruit=pear animal=cat", "fruit=pear animal=dog"),
            ],
            id="added where it matches",
        ),
        pytest.param(
            "{fruit: banana}",
            [
                *("fruit=apple animal=cat", "fruit=apple animal=dog"),
                *("fruit=pear animal=cat", "fruit=pear animal=dog", "fruit=banana"),
            ],
            id="never overwrites the product: a combination by itself",
        ),
        pytest.param(
            "{fruit: banana}, {fruit: banana, animal: cat}, {size: 1}",
            [
                *("fruit=apple animal=cat size=1", "fruit=apple animal=dog size=1"),
                *("fruit=pear animal=cat size=1", "fruit=pear animal=dog size=1"),
                *("fruit=banana", "fruit=banana animal=cat"),
            ],
            id="combinations by themselves are not added to",
        ),
        pytest.param(
            "{FRUIT: Apple, animal: CAT, n: 1}",
            [
                *("fruit=apple animal=cat n=1", "fruit=apple animal=dog"),
                *("fruit=pear animal=cat", "fruit=pear animal=dog"),
            ],
            id="without case",
        ),
        pytest.param(
            "{x: 1, fruit: kiwi}",
            [
                *("fruit=apple animal=cat", "fruit=apple animal=dog"),
                *("fruit=pear animal=cat", "fruit=pear animal=dog", "fruit=kiwi x=1"),
            ],
            id="keys of the product come first",
        ),
    ],
)
def test_include(include: str, expected: list[str]) -> None:
    assert legs(f"{{{FRUIT}, include: [{include}]}}") == expected


@pytest.mark.parametrize(
    ("exclude", "expected"),
    [
        pytest.param("{fruit: apple}", ["fruit=pear animal=cat", "fruit=pear animal=dog"], id="a part is enough"),
        pytest.param(
            "{fruit: apple, animal: dog}",
            ["fruit=apple animal=cat", "fruit=pear animal=cat", "fruit=pear animal=dog"],
            id="all of it must match",
        ),
        pytest.param("{fruit: apple}, {animal: DOG}", ["fruit=pear animal=cat"], id="several"),
        pytest.param("{fruit: apple}, {Fruit: pear}", [], id="all of them"),
        pytest.param("{size: 1}", None, id="GitHub refuses a key that is not in the product"),
    ],
)
def test_exclude(exclude: str, expected: list[str] | None) -> None:
    assert legs(f"{{{FRUIT}, exclude: [{exclude}]}}") == expected


def test_include_comes_after_exclude() -> None:
    written = "{os: [a, b], exclude: [{os: a}], include: [{os: a, x: 1}, {os: b, y: 2}]}"
    assert legs(written) == ["os=b y=2", "os=a x=1"]


@pytest.mark.parametrize(
    ("value", "wanted", "equal"),
    [
        ("1", "'1'", True),
        ("1.0", "1", True),
        ("'a'", "'A'", True),
        ("true", "1", True),
        ("null", "''", True),
        ("null", "0", True),
        ("'abc'", "0", False),
        ("'0x10'", "16", True),
        ("1" + "0" * 400, "-1" + "0" * 400, False),
        ("1" + "0" * 400, "'Infinity'", True),
        ("' 1 '", "1", True),
        ("{n: a, b: 1}", "{n: a}", True),
        ("{n: a, b: 1}", "{N: A, b: 1}", True),
        ("{n: a}", "{n: a, b: 1}", False),
        ("{n: a}", "a", False),
        ("a", "{n: a}", False),
        ("[a]", "[a]", False),
    ],
)
def test_filters_compare_as_expressions_do(value: str, wanted: str, equal: bool) -> None:
    assert legs(f"{{x: [{value}], y: [0], exclude: [{{x: {wanted}}}]}}") == (
        [] if equal else legs(f"{{x: [{value}], y: [0]}}")
    )


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("'${{ fromJSON(inputs.m) }}'", id="the whole"),
        pytest.param("{os: '${{ fromJSON(inputs.m) }}'}", id="a list"),
        pytest.param("{os: [a, '${{ inputs.m }}']}", id="a value"),
        pytest.param("{os: [a], include: '${{ fromJSON(inputs.m) }}'}", id="include"),
        pytest.param("{os: [a], include: [{os: a, x: '${{ inputs.m }}'}]}", id="a value of include"),
        pytest.param("{os: [a], exclude: ['${{ fromJSON(inputs.m) }}']}", id="an entry of exclude"),
        pytest.param("{os: [a], v: []}", id="a list without values"),
        pytest.param("{include: []}", id="nothing at all"),
        pytest.param("{a: [" + "1, " * 16 + "1], b: [" + "1, " * 16 + "1]}", id="too many"),
        pytest.param("{a: [1], include: [" + "{a: 2}, " * 256 + "]}", id="too many with include"),
    ],
)
def test_what_cannot_be_told(written: str) -> None:
    assert legs(written) is None


def test_as_many_as_github_runs() -> None:
    found = legs("{a: [" + "1, " * 16 + "], b: [" + "1, " * 16 + "]}")
    assert found is not None
    assert len(found) == 256


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("[a]", "`matrix` must be a mapping, not a list"),
        ("{os: a}", "`matrix.os` must be a list, not a text"),
        ("{include: {a: 1}}", "`matrix.include` must be a list, not a mapping"),
        ("{include: [a]}", "an entry of `matrix.include` must be a mapping, not a text"),
        ("{os: [a], exclude: [{}]}", "an entry of `matrix.exclude` is empty"),
        ("{os: ['${{ x }}']}", "broken expression: unknown name `x`: no context is called that"),
    ],
)
def test_shapes_that_github_refuses(written: str, message: str) -> None:
    with pytest.raises(UserError) as raised:
        legs(written)
    assert raised.value.message == message


def test_no_matrix() -> None:
    document = parse(Source("ci.yml", "~"))
    assert read_matrix(document, document.root) is None


values = st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True)


@given(
    first=values, second=values, gone=st.sampled_from("abcd"), more=st.sampled_from("abcd"), key=st.sampled_from("xyz")
)
def test_every_combination_is_explained(first: list[str], second: list[str], gone: str, more: str, key: str) -> None:
    written = f"{{x: {first}, y: {second}, exclude: [{{x: {gone}}}], include: [{{{key}: {more}, extra: 1}}]}}"
    found = legs(written)
    product = [f"x={a} y={b}" for a in first for b in second if a != gone]
    assert found is not None
    if key == "z":
        assert found == ([f"{leg} z={more} extra=1" for leg in product] or [f"z={more} extra=1"])
    else:
        matched = [f"{leg} extra=1" if f"{key}={more}" in leg.split() else leg for leg in product]
        assert found == (matched if matched != product else [*product, f"{key}={more} extra=1"])
