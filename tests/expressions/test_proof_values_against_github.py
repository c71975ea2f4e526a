"""What the proof takes expressions to be worth is what GitHub's own evaluator makes of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dependence.test_proof_values import Seen
from expressions.github import Ask
from expressions.made import text_of
from needful.dependence.proof_values import is_true, value_of
from needful.expressions import Binary, Call, Context, Literal, Logical, Node, Not, Property, Star
from needful.expressions.parser import parse_expression

pytestmark = pytest.mark.judged

_NEEDS = Context("needs")
_TEXTS = ("", "success", "FAILURE", "skipped", "cancelled", "0", " 1 ", "true", "x")
_literals = st.builds(Literal, st.none() | st.booleans() | st.sampled_from((0.0, 1.0, -1.0)) | st.sampled_from(_TEXTS))
_results = st.sampled_from("abcd").map(lambda job: Property(Property(_NEEDS, job), "result"))
_absent = st.sampled_from("cd").map(lambda job: Property(Property(Property(_NEEDS, job), "outputs"), "x"))
_all = st.just(Property(Star(_NEEDS), "result"))
_leaves: st.SearchStrategy[Node] = _literals | _results | _absent


def _larger(below: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    contained = st.tuples(
        _all | st.builds(Literal, st.sampled_from(_TEXTS)), st.builds(Literal, st.sampled_from(_TEXTS))
    )
    return st.one_of(
        st.builds(Not, below),
        st.builds(Binary, st.sampled_from(("==", "!=")), below, below),
        st.builds(Logical, st.sampled_from(("&&", "||")), st.lists(below, min_size=2, max_size=3).map(tuple)),
        st.builds(Call, st.just("contains"), contained),
    )


@given(st.recursive(_leaves, _larger, max_leaves=8))
def test_what_is_settled_is_as_github_evaluates_it(ask_github: Ask, tree: Node) -> None:
    text, seen = text_of(tree), Seen()
    ours = is_true(value_of(parse_expression(text), seen), seen)
    assert not seen.asked, text
    assert ask_github("truth", text) == {"truth": ours}
