"""What a person reads, tested as text."""

from __future__ import annotations

import pytest

from grader import messages
from grader.check import CheckInfo
from grader.compare import differences
from grader.facts import LEFT, Absent, Frame, Many, Numbers, Raised, Stopped, Unlike

CHECK = CheckInfo(
    "ex05_autograd",
    "train",
    "uses_its_own_gradient",
    "gradient",
    1.0,
    claim="Each update uses the gradient of its own epoch",
    why="backward() adds to what is already in .grad",
    look="Tensor.grad",
)


def floats(*values: float, shape: tuple[int, ...] | None = None, dtype: str = "float32") -> Numbers:
    return Numbers.of(values, (len(values),) if shape is None else shape, dtype)


def failed(expected, saw, why: str = "", look: str = "") -> str:
    return messages.failed(CHECK, differences({"a.grad": expected}, {"a.grad": saw}), why, look)


def test_the_four_parts_of_a_failing_check():
    assert failed(floats(2.0, 2.0), floats(2.0, 4.0), "nothing cleared it", "zero_grad") == (
        "Expected  Each update uses the gradient of its own epoch; a.grad: [2.0, 2.0]\n"
        "Saw       a.grad: [2.0, 4.0]\n"
        "Why       nothing cleared it\n"
        "Look at   train; zero_grad"
    )


def test_without_a_known_mistake_the_checks_own_rule_is_told():
    told = failed(True, False)
    assert "Saw       a.grad: no\n" in told
    assert "Why       backward() adds to what is already in .grad\n" in told
    assert told.endswith("Look at   train; Tensor.grad")


def test_what_was_left_changed_has_a_rule_of_its_own():
    found = differences({LEFT: "nothing"}, {LEFT: "grad mode switched"})
    told = messages.failed(CHECK, found, "", "")
    assert "Saw       left behind: grad mode switched\n" in told
    assert "Why       A function leaves settings and random generators as it found them" in told
    assert "Why       no_grad" in messages.failed(CHECK, found, "no_grad ends by itself", "")


@pytest.mark.parametrize(
    ("expected", "saw", "words"),
    [
        (floats(1.0, shape=()), floats(1.00005, shape=()), "1.00005 (off by 5e-05, allowed 1e-05)"),
        (floats(1.0, 2.0), floats(1.0, 2.0, shape=(2, 1)), "shape (2, 1)"),
        (floats(1.0), floats(1.0, dtype="float64"), "float64"),
        (floats(1.0, shape=()), Unlike("a float", "None"), "None"),
        (Many(("a", "b")), Many(("a",)), "[a]"),
        (Many((1,) * 9), Many((*(1,) * 7, 2, 1)), "item 7: 2"),
        (Many((1,) * 9), Many((1,) * 8), "8 items"),
        (Many((1, floats(1.0))), Many((1, floats(1.0, dtype="float64"))), "item 1: float64"),
        (floats(1.0), floats(float("nan")), "[nan]"),
        (floats(1.0), floats(float("inf")), "[inf]"),
        (floats(*range(9)), floats(*range(8), 9.0), "… from number 7: 7.0, 9.0]"),
        ("the device handed in", "the cpu", "the cpu"),
    ],
)
def test_what_was_seen_is_told_in_words_or_digits(expected, saw, words):
    line = next(part for part in failed(expected, saw).split("\n") if part.startswith("Saw"))
    assert words in line


def test_no_line_is_wider_than_a_terminal():
    told = failed(floats(*(1 / 3,) * 9), floats(*(2 / 3,) * 9), "a rule " * 40, "name " * 30)
    assert max(map(len, told.split("\n"))) <= 79


def test_an_exception_is_told_with_the_students_own_lines():
    error = Raised("AttributeError", "no zero_", (Frame(12, "train", "a.grad.zero_()"),))
    assert messages.raised(CHECK, error, "None has no zero_()", "Tensor.grad") == (
        "Expected  Each update uses the gradient of its own epoch\n"
        "Saw       AttributeError: no zero_\n"
        "            line 12, in train: a.grad.zero_()\n"
        "Why       None has no zero_()\n"
        "Look at   train; Tensor.grad"
    )


def test_an_import_error_names_file_line_and_reason():
    error = Raised("SyntaxError", "'(' was never closed", (Frame(3, "", "def f("),))
    assert messages.import_failed("ex05_autograd.py", error) == (
        "ex05_autograd.py cannot be imported: SyntaxError: '(' was never closed at line 3: def f("
    )


@pytest.mark.parametrize(
    "words",
    [
        "unknown encoding: x",
        "(unicode error) 'utf-8' codec can't decode byte 0xe9 in position 2",
        "the file contains null bytes",
    ],
)
def test_a_file_in_another_encoding_is_told_what_to_do(words: str):
    assert messages.import_failed("ex05_autograd.py", Raised("SyntaxError", words)) == (
        f"ex05_autograd.py cannot be imported: SyntaxError: {words}; save the file as UTF-8 in your editor"
    )


def test_other_things_that_can_be_met():
    assert messages.absent(CHECK, Absent()) == "The file has no train. Was it renamed or deleted?"
    assert messages.absent(CHECK, Absent("3 (an int)")).endswith("here it is 3 (an int).")
    told = messages.stopped(Stopped("timeout", "no answer within 10 s"))
    assert told == (
        "The code did not come to an end: no answer within 10 s. "
        "Is there a loop that never ends, or one far too slow?"
    )
    told = messages.stopped(Stopped("crashed", "exit status 3"))
    assert told == "The code took its process down: exit status 3."


def test_a_library_that_says_much_is_cut_after_a_few_lines():
    told = messages.raised(
        CHECK, Raised("TypeError", "expected one of: " + "a form * " * 99), "", ""
    )
    saw = told.partition("Saw ")[2].partition("Look at")[0]
    assert 3 <= len(saw.strip().split("\n")) <= 5
    assert saw.strip().endswith("…")


def test_a_message_is_cut_at_its_limit():
    assert len(messages.raised(CHECK, Raised("E", "x" * 9000), "", "")) <= messages.MAX_MESSAGE
