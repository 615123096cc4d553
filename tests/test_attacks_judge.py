"""Whatever a worker sends, if it can be decoded at all, the judge has words for it, and it is no pass."""

from __future__ import annotations

import math

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.expectations import oracle_for
from grader.facts import (
    Absent,
    Fact,
    Frame,
    Many,
    NotStarted,
    Numbers,
    Observed,
    Outcome,
    Raised,
    Unlike,
)
from grader.grading.made import check_record
from grader.judge import judge
from grader.options import PUBLISHED_SEED
from grader.worker.protocol import Answer
from grader.worker.wire import decode_reply

ORACLE = oracle_for("ex05_autograd", PUBLISHED_SEED)
LARGEST = 2**63 - 1
VALUES = [math.nan, math.inf, -math.inf, -0.0, 1e300]
SHAPES = [(), (1,), (0,), (3,), (2, 2), (1,) * 20, (0, 10**18), (LARGEST, 0)]

texts = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.sampled_from(["", " ", "\n" * 50, "x" * 3_900, "\x1b[2J", "=1+1", "{0} %s", "none"]),
)


@st.composite
def numbers(draw: st.DrawFn) -> Numbers:
    """Numbers that fit their shape, and of which nothing else need be true."""
    shape = draw(st.sampled_from(SHAPES))
    size = math.prod(shape)
    values = draw(st.lists(st.sampled_from(VALUES) | st.floats(), min_size=size, max_size=size))
    dtype = draw(st.sampled_from(["float32", "float64", "int64", "bool", "uint8", "", "no dtype"]))
    return Numbers.of(values, shape, dtype, draw(st.sampled_from([1, 10**6])))


facts = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-LARGEST, LARGEST),
        texts,
        numbers(),
        st.builds(Unlike, texts, texts).filter(lambda u: len(u.expected + u.saw) < 4_000),
    ),
    lambda inner: st.lists(inner, max_size=4).map(lambda items: Many(tuple(items))),
    max_leaves=10,
)
frames = st.builds(Frame, st.integers(-LARGEST, LARGEST), texts, texts)
outcomes = st.one_of(
    st.dictionaries(texts, facts, max_size=3),
    st.builds(Raised, texts, texts, st.lists(frames, max_size=5).map(tuple)),
    st.builds(Absent, st.none() | texts),
    st.just(NotStarted()),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(outcomes, min_size=len(ORACLE.checks), max_size=len(ORACLE.checks)), st.booleans())
def test_nothing_that_a_worker_sends_is_the_graders_fault_or_a_pass(
    sent: list[Outcome | dict[str, Fact]], beside: bool
) -> None:
    arrived: dict[str, Outcome] = {}
    for check, outcome in zip(ORACLE.checks, sent, strict=True):
        if isinstance(outcome, dict):
            right = ORACLE.expected(check.id) if beside else {}
            outcome = Observed({**right, **outcome, "one more": True})
        reply = decode_reply(msgspec.msgpack.encode(Answer(b"nonce", outcome)))
        assert isinstance(reply, Answer)
        arrived[check.id] = reply.outcome
    for verdict in judge(ORACLE, arrived):
        record = check_record(verdict)
        assert record.status != "passed"
        assert record.message
