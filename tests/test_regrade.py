"""What a regrade tells: whose points changed, from what to what, and why."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import regrade
from grader.records import RecordsError, SubmissionRecord

from .class_records import a_class, exercise_record, put_class, submission_record
from .test_records import check, exercise, submission

EX05 = "ex05_autograd"


def someone(name: str = "alice", answer: str = "right", **changes: object) -> SubmissionRecord:
    record = submission_record(name, [exercise_record(EX05, {"train": answer})])
    return msgspec.structs.replace(record, **changes)


def by_name(*records: SubmissionRecord) -> dict[str, SubmissionRecord]:
    return {record.submission: record for record in records}


def test_a_change_is_told_with_its_checks_and_its_reason() -> None:
    before, after = someone(answer="stub"), someone(digest="sha256:" + "1" * 64)
    found = regrade.compare(by_name(before), by_name(after))
    first, second, *checks = regrade.lines(found)
    assert first == "Since the earlier run: 1 changed, 0 the same, 0 new, 0 gone"
    assert second == f"alice: {before.score:g} of 15 -> 15 of 15 (content changed)"
    assert checks
    assert all(line.startswith("    ex05_autograd.train.") for line in checks)
    assert all(": not attempted -> passed, +" in line for line in checks)
    assert sum(check.points for check in found.changes[0].checks) == after.score - before.score


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"digest": "sha256:" + "1" * 64}, "content changed"),
        ({"kit": "0.2.0"}, "kit 0.1.0 -> 0.2.0"),
        ({"seed": 9}, "seed 7 -> 9"),
        ({}, "same content, kit and seed"),
        ({"kit": "0.2.0", "seed": 9}, "kit 0.1.0 -> 0.2.0, seed 7 -> 9"),
    ],
)
def test_every_reason_is_told(changes: dict[str, object], reason: str) -> None:
    found = regrade.compare(by_name(someone(answer="stub")), by_name(someone(**changes)))
    assert f"({reason})" in regrade.lines(found)[1]


def test_of_two_runs_with_other_exercises_those_of_both_are_compared() -> None:
    more = submission_record(
        "alice", [exercise_record(EX05, {}), exercise_record("ex06_graph", {})]
    )
    more = msgspec.structs.replace(more, digest="sha256:" + "1" * 64)
    same = regrade.compare(by_name(someone()), by_name(more))
    assert (same.changes, same.same) == ((), 1)
    before = someone(answer="stub")
    _, first, *checks = regrade.lines(regrade.compare(by_name(before), by_name(more)))
    why = "other exercises; those of both runs are compared"
    assert first == f"alice: {before.score:g} of 15 -> 15 of 15 ({why})"
    assert checks
    assert all(line.startswith("    ex05_autograd.train.") for line in checks)


def test_a_check_that_only_one_run_has_is_told() -> None:
    first, second = submission(exercise(check("f.a"))), submission(exercise(check("f.b")))
    assert regrade.lines(regrade.compare(by_name(first), by_name(second)))[2:] == [
        "    ex05_autograd.f.b: no such check -> passed, +2",
        "    ex05_autograd.f.a: passed -> no such check, -2",
    ]


def test_points_that_moved_from_check_to_check_are_a_change() -> None:
    first = submission(exercise(check("f.a"), check("f.b", "failed")))
    second = submission(exercise(check("f.a", "failed"), check("f.b")))
    assert regrade.lines(regrade.compare(by_name(first), by_name(second)))[1:] == [
        "alice: 2 of 4 -> 2 of 4 (same content, kit and seed)",
        "    ex05_autograd.f.a: passed -> failed, -2",
        "    ex05_autograd.f.b: failed -> passed, +2",
    ]


def test_another_status_without_other_points_is_the_same() -> None:
    before, after = someone(answer="stub"), someone(answer="loop")
    found = regrade.compare(by_name(before), by_name(after))
    assert (found.changes, found.same) == ((), 1)


def test_who_is_new_and_who_is_gone() -> None:
    found = regrade.compare(by_name(someone("bob")), by_name(someone("ann\x1b[2J")))
    assert regrade.lines(found) == [
        "Since the earlier run: 0 changed, 0 the same, 1 new, 1 gone",
        "ann\\x1b[2J: new, 15 of 15",
        "bob: gone, had 15 of 15",
    ]


def test_the_file_has_a_row_for_each(tmp_path: Path) -> None:
    before = by_name(someone("alice", "stub"), someone("=bob"), someone("same"))
    after = by_name(someone("alice"), someone("carol"), someone("same"))
    path = regrade.write(tmp_path, regrade.compare(before, after))
    assert path == tmp_path / "changes.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, changed, new, gone = csv.reader(file)
    assert header == ["submission", "before", "after", "why", "checks"]
    assert changed[:4] == [
        "alice",
        f"{before['alice'].score}",
        "15.0",
        "same content, kit and seed",
    ]
    assert "ex05_autograd.train." in changed[4]
    assert new == ["carol", "", "15.0", "new", ""]
    assert gone == ["'=bob", "15.0", "", "gone", ""]


def test_an_earlier_run_is_read_or_refused(tmp_path: Path) -> None:
    records = a_class(5)
    assert regrade.earlier(put_class(tmp_path / "run", records)) == by_name(*records)
    with pytest.raises(RecordsError) as refused:
        regrade.earlier(tmp_path / "nowhere")
    assert str(refused.value) == (
        f"{tmp_path / 'nowhere'}: no such folder; give the one that `gradkit grade` wrote"
    )
    with pytest.raises(RecordsError, match=r"holds no results\.jsonl: give the folder"):
        regrade.earlier(tmp_path)
    (tmp_path / "results.jsonl").write_text("{}\n")
    with pytest.raises(RecordsError, match=r"results\.jsonl, line 1, is not a record"):
        regrade.earlier(tmp_path)


@given(st.sets(st.integers(0, 11)), st.sets(st.integers(0, 11)))
def test_everybody_is_told_once(before: set[int], after: set[int]) -> None:
    records = a_class(12)
    found = regrade.compare(
        by_name(*(records[n] for n in before)), by_name(*(records[n] for n in after))
    )
    assert found.same == len(before & after)
    assert {record.submission for record in found.new} == {
        records[n].submission for n in after - before
    }
    assert {record.submission for record in found.gone} == {
        records[n].submission for n in before - after
    }
    assert len(regrade.lines(found)) == 1 + len(before ^ after)
