"""File names made of submissions' names."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submissions import (
    file_names,
)


def as_one(name: str) -> str:
    return unicodedata.normalize("NFD", name).casefold()


@pytest.mark.parametrize(
    "name",
    ["alice", "Jane Doe_123456", "o@x.org", "Zoë", "日本", "a.b-c+d (1)", "x" * 100],
)
def test_a_harmless_name_stays(name: str) -> None:
    assert file_names([name, "someone else"])[name] == name


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("../../etc/passwd", "_._.._etc_passwd-"),
        ("a/b", "a_b-"),
        ("con", "_con-"),
        ("NUL.txt", "_NUL.txt-"),
        ("-rf", "_rf-"),
        (".hidden", "_hidden-"),
        ("dot.", "dot_-"),
        ("", "_-"),
        ("<b>&\x00\n\x1b", "_b_____-"),
        ("alice-0123456789ab", "alice-0123456789ab-"),
    ],
)
def test_a_dangerous_name_is_made_safe(name: str, begins: str) -> None:
    assert re.fullmatch(re.escape(begins) + "[0-9a-f]{12}", file_names([name])[name])


@pytest.mark.parametrize(
    "alike",
    [
        ["Alice", "alice", "ALICE"],
        ["a/b", "a:b", "a_b"],
        ["Zoe\u0308", "Zo\u00eb"],
        ["straße", "STRASSE"],
        ["x" * 200, "x" * 201, "x" * 100],
        ["con", "_con", "CON"],
        ["\udcff", "\udcfe", "_"],
    ],
)
def test_names_that_end_the_same_get_different_files(alike: list[str]) -> None:
    made = file_names(alike)
    assert len({as_one(stem) for stem in made.values()}) == len(alike)
    assert file_names(reversed(alike)) == made


NAMES = st.lists(
    st.text(max_size=8) | st.sampled_from(["con", "A", "a", "a-" + "0" * 12]), unique=True
)


@given(NAMES)
def test_file_names_are_safe_and_never_the_same(many: list[str]) -> None:
    made = file_names(many)
    assert list(made) == many
    assert len({as_one(stem) for stem in made.values()}) == len(many)
    for stem in made.values():
        assert 0 < len(stem.encode()) <= 100
        assert not re.search(r'[/\\:*?"<>|\x00-\x1f\x7f]|^[ .-]|[ .]$', stem)
        assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", stem)
