"""Functions stand alone: what one of them does, or never finishes, costs no other function its points."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pytest

from grader.examine import Examination
from grader.expectations import PUBLISHED_SEED, oracle_for
from grader.oracle import ROOT
from grader.worker import Limits, Server, Source, open_server

EXERCISE = "ex02_gradient_descent"
SOLUTION = (ROOT / "solutions" / f"{EXERCISE}.py").read_text(encoding="utf-8")
POINTS = {"predict": 1, "mse": 1, "gradients": 1, "update": 2, "updates_per_epoch": 1}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with open_server(preload="lazy") as opened:
        yield opened


def examined(server: Server, addition: str, *, patience: float = 10, budget: float = 60):
    """The examination of the solution with something added at its end, and its findings by check."""
    text = SOLUTION + textwrap.dedent(addition)
    examination = Examination(
        server,
        Source(EXERCISE, text.encode(), f"{EXERCISE}.py"),
        oracle_for(EXERCISE, PUBLISHED_SEED),
        PUBLISHED_SEED,
        limits=Limits(),
        budget=budget,
        patience=patience,
        watchful=True,
    )
    return examination, {f.verdict.check.id: f.verdict for f in examination.findings()}


def points(verdicts) -> dict[str, float]:
    earned = dict.fromkeys(POINTS, 0.0)
    for verdict in verdicts.values():
        earned[verdict.check.function] += verdict.score
    return earned


@pytest.mark.parametrize(
    "deed",
    [
        "np.ndarray.mean  # nothing",
        "import builtins; builtins.len = builtins.float = builtins.int = None",
        "np.mean = np.asarray = np.sum = np.square = lambda *a, **k: 0.0",
        "import sys; sys.setrecursionlimit(40)",
        "import warnings; warnings.simplefilter('error')",
        "import threading, os; threading.Timer(0.01, os._exit, [0]).start(); import time; time.sleep(0.05)",
        "import gc, sys; sys.settrace(lambda *a: 1 / 0)",
    ],
)
def test_what_one_function_breaks_costs_no_other_its_points(server, deed):
    _, verdicts = examined(
        server,
        f"""
        _predict = predict
        def predict(a, b, x):
            {deed}
            return None
        """,
    )
    assert points(verdicts) == {**POINTS, "predict": 0}


def test_a_function_that_never_ends_costs_its_own_points_and_says_so(server):
    _, verdicts = examined(
        server,
        """
        def update(param, grad, lr):
            while True:
                pass
        """,
        patience=1,
    )
    assert points(verdicts) == {**POINTS, "update": 0}
    own = [v for v in verdicts.values() if v.check.function == "update"]
    assert [v.status for v in own] == ["timeout", "timeout"]
    assert [v.message for v in own] == [
        "The code did not come to an end: no answer within 1 s.",
        "The code did not come to an end: no answer within 0.2 s.",
    ]


def test_slow_code_that_is_right_gets_all_the_patience(server):
    _, verdicts = examined(
        server,
        """
        import time
        _mse = mse
        def mse(y, yhat):
            time.sleep(0.6)
            return _mse(y, yhat)
        """,
        patience=2,
    )
    assert points(verdicts) == POINTS


def test_a_budget_that_is_used_up_is_told_by_its_own_name(server):
    _, verdicts = examined(
        server,
        """
        def update(param, grad, lr):
            while True:
                pass
        """,
        patience=10,
        budget=3,
    )
    assert points(verdicts) == {**POINTS, "update": 0}
    words = {v.message for v in verdicts.values() if v.check.function == "update"}
    assert words == {"The code did not come to an end: the 3 s for the exercise were used up."}


def test_a_failure_that_is_the_functions_own_stays_one(server):
    _, verdicts = examined(server, "def mse(y, yhat): return 1.5")
    assert points(verdicts) == {**POINTS, "mse": 0}


def test_suspicious_acts_are_flagged_once_and_in_order(server):
    examination, verdicts = examined(
        server,
        """
        import gc, os
        def predict(a, b, x):
            gc.get_objects()
            np.allclose = lambda *a: True
            gc.get_objects()
        """,
    )
    assert points(verdicts)["predict"] == 0
    assert "called gc.get_objects" in examination.flags
    assert "replaced numpy.allclose" in examination.flags
    assert examination.flags == sorted(set(examination.flags))
