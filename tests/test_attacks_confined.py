"""The attacks that need walls, where namespaces are refused, as in most containers: Landlock and seccomp alone must do."""

from __future__ import annotations

import sys

import pytest

from grader.worker.sandbox import landlock

from .attacks import Attack, forging, leaving, lingering, reaching, searching
from .attacks.harness import HONEST, Class, grade, hand_in
from .test_attacks import TIMEOUT, assert_earned, assert_told, named

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or landlock.version() == 0, reason="takes Landlock"
)

ATTACKS = [a for kind in (leaving, searching, forging, lingering, reaching) for a in kind.ATTACKS]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Class:
    """The whole class, graded once."""
    folder = tmp_path_factory.mktemp("confined")
    exercises = hand_in(folder / "class", ATTACKS)
    options = ("--timeout", str(TIMEOUT), "--exercises", exercises)
    return grade(folder, *options, confined=True)


@named(ATTACKS)
def test_an_attack_earns_what_its_honest_part_earns(graded: Class, attack: Attack) -> None:
    assert_earned(graded, attack)


@named(reaching.ATTACKS)
def test_nothing_outside_is_reached(graded: Class, attack: Attack) -> None:
    assert_told(graded, attack)


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_submission_among_attackers_gets_all_its_points(graded: Class, name: str) -> None:
    record = graded.records[name]
    assert (record.score, record.flags) == (record.max_score, [])


def test_nothing_is_left_behind(graded: Class) -> None:
    assert graded.survivors == []
    assert graded.left == []
    assert "namespaces" not in graded.run.isolation
