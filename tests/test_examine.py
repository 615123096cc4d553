"""Examining one exercise: what a worker that is lost costs, and what one function may not cost another."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from grader.examine import Examination, Finding
from grader.expectations import oracle_for
from grader.judge import Verdict, judge
from grader.oracle import ROOT
from grader.worker import Limits, Server, Source, Worker, open_server
from grader.worker.handle import Line
from grader.worker.output import new
from grader.worker.protocol import Ended

EXERCISE = "ex02_gradient_descent"
SEED = 7


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with open_server(preload="lazy") as opened:
        yield opened


class LostLine(Line):
    """A worker whose supervisor went away before anything ran."""

    def send(self, data: bytes) -> None:
        pass

    def receive(self, deadline: float) -> bytes | None:
        return None

    def ended(self) -> Ended:
        return Ended("lost")

    def fault(self) -> str:
        return "the worker server failed: it said nothing"

    def close(self) -> None:
        pass


class Unlucky:
    """Loses the first workers that it starts."""

    def __init__(self, server: Server, losses: int) -> None:
        self._server, self._losses = server, losses

    def start(self, source: Source, limits: Limits) -> Worker:
        self._losses -= 1
        if self._losses >= 0:
            return Worker(LostLine(), source, limits, new())
        return self._server.start(source, limits)


def examined(server: Any, more: str = "", budget: float = 60) -> tuple[Examination, list[Finding]]:
    text = (ROOT / "solutions" / f"{EXERCISE}.py").read_text(encoding="utf-8") + more
    examination = Examination(
        server,
        Source(EXERCISE, text.encode(), f"{EXERCISE}.py"),
        oracle_for(EXERCISE, SEED),
        SEED,
        limits=Limits(),
        budget=budget,
        patience=10,
    )
    return examination, list(examination.findings())


def passed(findings: list[Finding]) -> set[str]:
    return {f.verdict.check.function for f in findings if f.verdict.status == "passed"}


def test_a_worker_that_is_lost_before_it_ran_costs_nothing(server: Server) -> None:
    examination, findings = examined(Unlucky(server, 1))
    assert examination.status == "graded"
    assert {f.verdict.status for f in findings} == {"passed"}


class Slow:
    """Takes its time to start a worker, as a server that is still importing torch does."""

    def __init__(self, server: Server, seconds: float) -> None:
        self._server, self._seconds = server, seconds

    def start(self, source: Source, limits: Limits) -> Worker:
        worker = self._server.start(source, limits)
        receive = worker._line.receive

        def slowly(deadline: float) -> bytes | None:
            worker._line.receive = receive  # type: ignore[method-assign]
            time.sleep(self._seconds)
            return receive(deadline)

        worker._line.receive = slowly  # type: ignore[method-assign]
        return worker


def test_waiting_for_the_grader_costs_no_time_of_the_students(server: Server) -> None:
    examination, findings = examined(Slow(server, 1.5), budget=1)
    assert examination.status == "graded"
    assert {f.verdict.status for f in findings} == {"passed"}


def test_time_that_ends_while_a_fresh_worker_imports_is_the_exercises(server: Server) -> None:
    """A broken number of seconds, what was left by chance, would tell nobody anything."""
    raising = """
import time
time.sleep(0.4)
def predict(*_):
    raise ValueError
mse = gradients = update = updates_per_epoch = predict
"""
    _, findings = examined(server, raising, budget=1)
    told = {f.verdict.message or "" for f in findings if f.verdict.status == "timeout"}
    assert told
    assert all("the 1 s for the exercise were used up" in message for message in told)


def test_judging_costs_no_time_of_the_students(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first submission of a run waits until the reference and the known mistakes have been observed."""

    def slowly(*given: Any) -> tuple[Verdict, ...]:
        time.sleep(1)
        return judge(*given)

    monkeypatch.setattr("grader.examine.judge", slowly)
    _, findings = examined(server, budget=2)
    assert {f.verdict.status for f in findings} == {"passed"}


def test_workers_that_are_lost_again_are_the_graders_fault(server: Server) -> None:
    examination, findings = examined(Unlucky(server, 2))
    assert examination.status == "not_graded"
    assert {f.verdict.status for f in findings} == {"not_graded"}
    assert examination.message is not None
    assert "the worker server failed: it said nothing" in examination.message


def test_a_function_that_takes_others_away_costs_itself(server: Server) -> None:
    taking = """
def predict(x, a, b):
    globals().update(mse=None, gradients=None, updates_per_epoch=None)
    del globals()["update"]
"""
    _, findings = examined(server, taking)
    assert passed(findings) == {"mse", "gradients", "update", "updates_per_epoch"}
