"""A message's parts as text, and back: what the page, a narrow window and colours rely on."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.parts import TITLES, Part, parts_of, text_of

WORD = st.text(st.characters(codec="ascii", exclude_categories=["C", "Z"]), min_size=1)
WORDS = st.lists(WORD, min_size=1, max_size=20).map(" ".join)
PARTS = st.lists(st.builds(Part, st.sampled_from(TITLES), WORDS, st.lists(WORDS, max_size=3)))


@given(PARTS)
@example([Part("Saw", "x" * 200, ["line 3, in f: " + "y" * 200])])
@example([Part("Saw", "TypeError: " + "word " * 14 + "line 3, in a text", ["line 3, in f: g()"])])
def test_parts_come_back_from_their_text_as_they_were(parts: list[Part]) -> None:
    assert parts_of(text_of(parts)) == parts


@pytest.mark.parametrize("message", ["", "Not started", "The file has no train.", "ExpectedX  y"])
def test_what_is_not_in_parts_has_none(message: str) -> None:
    assert parts_of(message) == []


def test_a_part_that_says_nothing_is_left_out() -> None:
    assert text_of([Part("Expected", "1"), Part("Why", " ")]) == "Expected  1"
