"""What a learner reads, tested as text: the map, the numbers side by side, their own lines, what comes next."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from grader.check import CheckInfo
from grader.compare import differences
from grader.examine import Finding
from grader.facts import Frame, Numbers, Unlike
from grader.judge import Verdict
from grader.learner.chart import SHORT_CHART_WIDTH, chart, plain_line, short_chart
from grader.learner.lines import around, line_of
from grader.learner.names import UnknownName, select
from grader.learner.progress import news_of, place_after, place_beyond
from grader.learner.safe import safe
from grader.learner.sidebyside import table
from grader.learner.standing import Place, Standing, first_to_mend, next_place
from grader.learner.telling import next_step, not_started, told
from grader.learner.view import KEYS, View, Waiting, filled
from grader.oracle import exercises
from grader.selfcheck import Examined


def info(function: str, name: str = "works", exercise: str = "ex05_autograd") -> CheckInfo:
    return CheckInfo(exercise, function, name, "numbers", 2.0, "It works", "why", "look")


def standing(exercise: str = "ex05_autograd", status: str = "graded", **functions: str) -> Standing:
    """An exercise with one check a function; `train="failed"` is its status."""
    checks = tuple(info(function, exercise=exercise) for function in functions)
    findings = tuple(
        Finding(Verdict(check, word, None, f"{check.function} {word}"))
        for check, word in zip(checks, functions.values(), strict=True)
    )
    return Standing(exercise, checks, Examined(exercise, status, findings))


DONE = standing("ex01_data", generate_data="passed")
BEGUN = standing(update_params="passed", train="failed", freeze="not_attempted")
UNTOUCHED = standing("ex06_graph", draw_graph="not_attempted")
GONE = standing("ex07_optimizer", "missing", make_sgd="missing")


def test_the_map_says_in_words_and_shapes_what_is_done_begun_and_untouched():
    assert chart([DONE, BEGUN, UNTOUCHED, GONE], here="ex05_autograd").plain.split("\n") == [
        "  ex01_data              ●              done         2 /  2",
        "> ex05_autograd          ● ◐ ○          begun        2 /  6",
        "  ex06_graph             ○              untouched    0 /  2",
        "  ex07_optimizer         ·              missing      0 /  2",
        "",
        "  ● done   ◐ begun   ○ untouched   (one mark a function)",
        "  4 of 12 points",
    ]


def test_of_a_single_exercise_the_map_shows_the_functions():
    assert chart([BEGUN]).plain.split("\n")[:4] == [
        "  ex05_autograd",
        "  ●  update_params  done       1 of 1 checks    2 /  2",
        "  ◐  train          begun      0 of 1 checks    0 /  2",
        "  ○  freeze         untouched  0 of 1 checks    0 /  2",
    ]


def test_a_terminal_without_round_marks_gets_others():
    told = chart([BEGUN, DONE], encoding="cp1252").plain
    assert "ex05_autograd          # + ." in told
    told.encode("ascii")


def test_the_maps_fit_the_narrowest_terminal_they_are_made_for():
    everything = [standing(name, **dict.fromkeys("abcdefg", "failed")) for name in exercises()]
    assert max(map(len, chart(everything).plain.split("\n"))) < 80
    assert max(map(len, short_chart(everything).plain.split("\n"))) <= SHORT_CHART_WIDTH


def test_what_is_being_checked_says_so():
    checking = Standing("ex05_autograd", BEGUN.checks, checking=True)
    assert plain_line(checking) == "ex05_autograd          checking     0 / 6"
    assert "checking" in chart([checking, DONE]).plain
    assert "0/6…" in short_chart([checking, DONE]).plain


def test_a_file_that_is_missing_is_nothing_to_mend_but_a_missing_function_is():
    assert first_to_mend([GONE]) is None
    lost = standing(train="missing")
    assert lost.state == "begun"
    assert first_to_mend([GONE, lost]).verdict.check.function == "train"


def test_the_last_lines_say_what_comes_next():
    assert next_step([DONE, BEGUN]).plain == (
        "Next: ex05_autograd.train\nHint: gradkit hint ex05_autograd.train"
    )
    assert next_step([GONE, UNTOUCHED]).plain == (
        "Next: ex06_graph.draw_graph, not started\nHint: gradkit hint ex06_graph.draw_graph"
    )
    assert next_step([DONE]).plain == "Done: 2 of 2 points."
    assert next_step([DONE, GONE]).plain == "Done: 2 of 4 points. Missing: ex07_optimizer.py."
    assert next_step([GONE]).plain == "Missing: ex07_optimizer.py."
    assert next_step([GONE, GONE]).plain == "Missing: ex07_optimizer.py and 1 more file."
    assert next_step([GONE, GONE, GONE]).plain.endswith(" and 2 more files.")
    unchecked = standing(status="not_graded", train="not_graded")
    assert unchecked.state == "unchecked"
    assert next_step([unchecked]).plain == (
        "Next: gradkit doctor, which says what this machine offers"
    )
    broken = standing(status="import_error", train="import_error")
    assert next_step([broken]).plain == (
        "Next: ex05_autograd.py, whose checks wait until it can be read"
    )


def numbers(*values: float, shape: tuple[int, ...] | None = None) -> Numbers:
    return Numbers.of(values, (len(values),) if shape is None else shape, "float32")


def side_by_side(expected: dict, saw: dict) -> list[str]:
    return table(differences(expected, saw))


def test_numbers_stand_side_by_side():
    assert side_by_side(
        {"losses": numbers(1.0, 2.0, 3.0), "b": numbers(0.5), "a is a leaf": True},
        {"losses": numbers(1.0, 2.5, 2.0), "b": numbers(0.25), "a is a leaf": False},
    ) == [
        "             expected  yours  difference",
        "losses[0]         1.0    1.0        same",
        "losses[1]         2.0    2.5        +0.5",
        "losses[2]         3.0    2.0          -1",
        "b                 0.5   0.25       -0.25",
        "a is a leaf       yes     no",
    ]


def test_of_many_numbers_those_that_differ_are_shown():
    many = [float(n) for n in range(40)]
    off = [*many[:20], *(n + 1 for n in many[20:])]
    lines = side_by_side({"w": numbers(*many, shape=(10, 4))}, {"w": numbers(*off, shape=(10, 4))})
    assert lines[1].startswith("w[5, 0]      20.0   21.0")
    assert lines[-1] == "and 12 more that differ"
    assert len(lines) == 10


def test_there_is_no_table_where_it_would_repeat_the_message():
    assert side_by_side({"a": numbers(1.0)}, {"a": numbers(2.0)}) == []
    assert side_by_side({"a": numbers(1.0, 2.0)}, {"a": numbers(1.0)}) == []


def test_a_long_answer_is_cut_in_the_table():
    lines = side_by_side(
        {"a": True, "b": numbers(1.0)}, {"a": Unlike("a bool", "x" * 500), "b": numbers(2.0)}
    )
    assert max(map(len, lines)) == 77
    assert lines[1].endswith("xxx…")
    assert lines[2].split() == ["b", "1.0", "2.0", "+1"]


def test_a_column_that_would_be_empty_is_left_out():
    found = side_by_side(
        {"x": numbers(1.0), "y": numbers(1.0)}, {"x": numbers(1.0, 2.0), "y": numbers(1.0, 2.0)}
    )
    assert found[0] == "     expected       yours"
    assert found[1] == "x  shape (1,)  shape (2,)"


def test_numbers_that_agree_are_not_told_with_more_digits_than_their_neighbours():
    found = side_by_side({"w": numbers(1 / 3, 2.0)}, {"w": numbers(1 / 3, 2.5)})
    assert found[1] == "w[0]    0.3333  0.3333        same"


def test_names_are_whole_where_there_is_room():
    found = side_by_side(
        {"a batch larger than the data": 1, "with points left over": 5},
        {"a batch larger than the data": 0, "with points left over": 4},
    )
    assert found[1].startswith("a batch larger than the data ")


SOURCE = "import torch\n\n\ndef train(x):\n    a = 1\n    b = a.oops\n    return b\n"


@pytest.fixture
def module(tmp_path: Path) -> Path:
    path = tmp_path / "ex05_autograd.py"
    path.write_text(SOURCE)
    return path


def test_the_line_that_raised_stands_among_its_neighbours(module: Path):
    assert around(module, Frame(6, "train", "b = a.oops")) == [
        "     4 | def train(x):",
        "     5 |     a = 1",
        ">    6 |     b = a.oops",
        "     7 |     return b",
    ]


@pytest.mark.parametrize("text", ["", "other = 1\n" * 9, "\0", "# coding: nonsense\n"])
def test_a_file_that_has_changed_meanwhile_does_not_mislead(module: Path, text: str):
    module.write_text(text)
    assert around(module, Frame(6, "train", "b = a.oops")) == [">    6 | b = a.oops"]


def test_a_function_is_found_by_its_line(module: Path):
    assert line_of(module, "train") == 4
    assert line_of(module, "tra") is None
    assert line_of(module.with_name("nothing.py"), "train") is None


def error(message: str = "AttributeError: oops", output: str = "", **more) -> Finding:
    return Finding(Verdict(info("train"), "error", None, message, **more), output)


def test_what_is_to_mend_names_file_and_line_so_that_one_can_click(module: Path):
    frames = (Frame(6, "train", "b = a.oops"),)
    text = told(error("Saw       AttributeError", "step 1\n", frames=frames), module.parent).plain
    assert text.split("\n") == [
        f"{module}:4  train.works",
        "Saw       AttributeError",
        "",
        f"{module}:6, in train",
        "       4 | def train(x):",
        "       5 |     a = 1",
        "  >    6 |     b = a.oops",
        "       7 |     return b",
        "",
        "Printed while your code ran",
        "  step 1",
    ]


def test_a_file_that_cannot_be_imported_is_not_blamed_on_a_function(module: Path):
    finding = Finding(Verdict(info("train"), "import_error", None, "It cannot be imported"))
    assert told(finding, module.parent).plain == "It cannot be imported"


@pytest.mark.parametrize(
    "evil",
    ["\x1b[31mred", "\x9b2J", "a\rb", "\x07", "\u202eabc", "\x1b]8;;http://x\x1b\\", "\ud800"],
)
def test_what_code_says_obeys_nobody_on_the_terminal(module: Path, evil: str):
    frames = (Frame(6, evil, f"b = {evil}"),)
    text = told(error(evil, evil, frames=frames), module.parent)
    assert all(c.isprintable() or c == "\n" for c in text.plain)
    text.plain.encode("utf-8")


def test_markup_stays_text(module: Path):
    text = told(error("[red]not red[/red] [link=http://x]y[/link]"), module.parent)
    console = Console(record=True, width=80, markup=True)
    console.print(text)
    assert "[red]not red[/red] [link=http://x]y[/link]" in console.export_text()


def test_tabs_become_spaces_and_letters_of_all_languages_stay():
    assert safe("\tÄ 漢字 …") == "    Ä 漢字 …"


def test_a_function_that_is_not_started_says_what_is_asked(module: Path):
    text = not_started(Place("ex05_autograd", "train"), BEGUN, module.parent).plain
    assert text == f"{module}:4  train\nNot started. What is asked of it:\n  - It works"


FOUR_PARTS = (
    "Expected  Subtracts lr times its gradient from each parameter, in place;\n"
    "          parameter 0: [1.034]\n"
    "Saw       RuntimeError: a leaf Variable\n"
    "            line 79, in train: p -= lr * p.grad\n"
    "Look at   train; torch.no_grad"
)


def test_in_a_narrow_window_each_part_of_a_message_stays_in_its_column(module: Path):
    text = told(error(FOUR_PARTS), module.parent, 50).plain
    assert text.split("\n")[1:] == [
        "Expected  Subtracts lr times its gradient from",
        "          each parameter, in place; parameter 0:",
        "          [1.034]",
        "Saw       RuntimeError: a leaf Variable",
        "            line 79, in train: p -= lr * p.grad",
        "Look at   train; torch.no_grad",
    ]
    assert FOUR_PARTS in told(error(FOUR_PARTS), module.parent, 120).plain


def test_in_a_narrow_window_what_is_asked_stays_in_its_column(module: Path):
    check = msgspec.structs.replace(info("train"), claim="Updates a and b in place, at once")
    begun = msgspec.structs.replace(BEGUN, checks=(check,))
    text = not_started(Place("ex05_autograd", "train"), begun, module.parent, 30).plain
    assert text.endswith("  - Updates a and b in place,\n    at once")


def test_several_functions_of_one_exercise_can_be_selected():
    assert select(["ex05.train", "ex05_autograd.freeze", "ex01"]) == {
        "ex01_data": (),
        "ex05_autograd": ("train", "freeze"),
    }
    assert select(["ex05.train", "ex05", "ex05.freeze"]) == {"ex05_autograd": ()}
    assert list(select([])) == list(exercises())
    assert select(["exercises/ex05_autograd.py"]) == {"ex05_autograd": ()}
    with pytest.raises(UnknownName, match="no such function"):
        select(["ex05.nothing"])


def test_what_a_save_changed_is_said_and_an_exercise_that_is_complete_is_celebrated():
    better = standing(update_params="passed", train="passed", freeze="not_attempted")
    whole = standing(update_params="passed", train="passed", freeze="passed")
    assert news_of(BEGUN, better, 0.31) == ("train done; ex05_autograd checked in 0.3 s", True)
    assert news_of(better, whole, 0.3) == ("ex05_autograd is complete: 6 of 6 points", True)
    assert news_of(whole, whole, 0.3) == ("ex05_autograd checked in 0.3 s", False)
    assert news_of(whole, GONE, 0.3) == ("ex07_optimizer.py is gone", False)


def test_after_a_save_one_looks_where_one_worked_until_it_is_done():
    train, freeze = Place("ex05_autograd", "train"), Place("ex05_autograd", "freeze")
    two = standing(update_params="failed", train="failed")
    assert place_after(train, two, [two]) == train
    assert place_after(None, two, [two]) == Place("ex05_autograd", "update_params")
    fixed = standing(update_params="passed", train="passed", freeze="not_attempted")
    assert place_after(train, fixed, [fixed, UNTOUCHED]) == freeze
    assert place_after(train, DONE, [DONE]) is None


def test_next_goes_round_all_that_is_not_done():
    everything = [DONE, BEGUN, GONE, UNTOUCHED]
    first = next_place(everything)
    second = place_beyond(first, everything)
    third = place_beyond(second, everything)
    assert [str(p) for p in (first, second, third)] == [
        "ex05_autograd.train",
        "ex05_autograd.freeze",
        "ex06_graph.draw_graph",
    ]
    assert place_beyond(third, everything) == first
    assert place_beyond(None, [DONE]) is None


def screen(height: int, width: int = 80, **more) -> list[str]:
    everything = [
        BEGUN if name == "ex05_autograd" else standing(name, **dict.fromkeys("abc", "passed"))
        for name in exercises()
    ]
    view = View(Path("exercises"), tuple(everything), Place("ex05_autograd", "train"), **more)
    return filled(view, Console(width=width, height=height)).plain.split("\n")


@pytest.mark.parametrize("height", [50, 24, 12, 6])
@pytest.mark.parametrize("width", [100, 80, 40, 24])
def test_a_screen_is_filled_and_never_overfull(height: int, width: int):
    lines = screen(height, width, note="a note", hint="a hint", good=True)
    assert len(lines) == height
    assert lines[-1] == KEYS[:width]
    assert max(map(len, lines)) <= width


def test_a_low_window_shows_the_short_map_and_all_that_was_asked_for():
    assert "● done   ◐ begun" in "\n".join(screen(30))
    low = screen(16, hint="Hint 1 of 3: which order?")
    assert low[0].startswith("  ex01_data             ●●●")
    assert "Hint 1 of 3: which order?" in low
    assert "train failed" in low
    assert "… (a higher window shows more)" in screen(5)


def test_what_takes_its_time_is_told_with_the_function_that_is_waited_for():
    waiting = Waiting("ex05_autograd", ("train",), 4)
    assert str(waiting) == (
        "ex05_autograd has been running for 4 s, waiting for train."
        " An endless loop? Saving the file begins anew."
    )
    assert "waiting for train" in " ".join(screen(40, waiting=(waiting,)))
    assert "checked in" not in " ".join(screen(40, waiting=(waiting,), note="ex01 checked in 0 s"))
