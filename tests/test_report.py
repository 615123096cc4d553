"""The report: what is written, what is counted, and that a student's text stays text."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.oracle import ROOT
from grader.records import RecordsError, SubmissionRecord
from grader.report import write
from grader.report.histogram import distribution, draw
from grader.report.markdown import block, inline
from grader.report.tally import count

from .class_records import (
    a_class,
    a_run,
    exercise_record,
    functions,
    put_class,
    submission_record,
    troubled_record,
)

HOSTILE = "<img src=x onerror=alert(1)>"
UPDATE = {"update_params": "rebinds"}


def one(name: str = "alice", **answers: str) -> SubmissionRecord:
    """A submission of one exercise, with some mistakes."""
    return submission_record(name, [exercise_record("ex05_autograd", answers)])


def with_message(record: SubmissionRecord, message: str) -> SubmissionRecord:
    """The same, but that whatever is said about a check is this."""
    exercises = [
        msgspec.structs.replace(
            exercise,
            checks=[
                msgspec.structs.replace(check, message=message if check.message else None)
                for check in exercise.checks
            ],
        )
        for exercise in record.exercises
    ]
    return msgspec.structs.replace(record, exercises=exercises)


class Page(HTMLParser):
    """The tags and texts of a page, as a browser would take them apart."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def gradkit(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


# What is written


def test_every_submission_gets_a_page_and_a_markdown_file(tmp_path):
    written = write(put_class(tmp_path, a_class(3)))
    assert written.page == tmp_path / "index.html"
    assert len(written.feedback) == 6
    assert {path.suffix for path in written.feedback} == {".html", ".md"}
    assert all(path.is_file() and path.parent == tmp_path / "feedback" for path in written.feedback)
    assert not list(tmp_path.rglob("*.part"))


def test_the_same_records_give_the_same_files(tmp_path):
    first = write(put_class(tmp_path / "a" / "run", a_class(4)))
    second = write(put_class(tmp_path / "b" / "run", a_class(4)))
    for one_path, other in zip(
        [first.page, *first.feedback], [second.page, *second.feedback], strict=True
    ):
        assert one_path.read_bytes() == other.read_bytes()


def test_names_that_differ_by_case_or_end_the_same_do_not_share_a_file(tmp_path):
    names = ["Alice", "alice", "../alice", "alice.html", "a/b", "a_b", "con", "#1?x=%2e"]
    written = write(put_class(tmp_path, [one(name) for name in names]))
    assert len({path.name.casefold() for path in written.feedback}) == 2 * len(names)
    titles = [Page(path).text for path in written.feedback if path.suffix == ".html"]
    assert all(any(f"Feedback for {n.replace('_', '_ ')}" in t for t in titles) for n in names), (
        titles
    )


def test_every_link_of_the_page_leads_to_a_file(tmp_path):
    from urllib.parse import unquote

    write(put_class(tmp_path, [one(name) for name in ["a b", "#1?x=%2e", "ünï", "..", "a+b,(c)"]]))
    links = [
        attributes["href"] or ""
        for tag, attributes in Page(tmp_path / "index.html").tags
        if tag == "a" and not (attributes["href"] or "").startswith("#")
    ]
    assert len(links) == 5
    assert all((tmp_path / unquote(link)).is_file() for link in links)


def test_feedback_to_submissions_that_are_gone_is_removed_and_nothing_else(tmp_path):
    write(put_class(tmp_path, [one("alice"), one("bob")]))
    (tmp_path / "feedback" / "notes.html").write_text("my own")
    (tmp_path / "feedback" / "old.md").mkdir()
    put_class(tmp_path, [one("alice")])
    result = gradkit("report", str(tmp_path))
    assert result.output.splitlines() == [
        f"wrote {tmp_path / 'index.html'} and 2 files of feedback",
        "removed 2 files of feedback to submissions that are gone from the results",
    ]
    left = {path.name for path in (tmp_path / "feedback").iterdir()}
    assert left == {"alice.html", "alice.md", "notes.html", "old.md"}


def test_a_class_of_a_thousand_is_a_small_page_soon_written(tmp_path):
    put_class(tmp_path, a_class(1000))
    start = time.process_time()
    written = write(tmp_path)
    assert time.process_time() - start < 10
    assert written.page.stat().st_size < 5_000_000
    assert len(written.feedback) == 2000


def test_who_has_no_home_reads_nothing_of_it(tmp_path):
    words = [sys.executable, "-m", "grader", "report", str(put_class(tmp_path, [one()]))]
    homeless = {**os.environ, "HOME": "/dev/null/home"}
    homeless = {name: homeless[name] for name in homeless if not name.startswith(("XDG", "MPL"))}
    done = subprocess.run(words, cwd=ROOT, env=homeless, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_report_needs_no_torch():
    program = "import grader.report, grader.report.index, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# Bad input


def test_a_folder_that_is_not_there_is_one_line(tmp_path):
    result = gradkit("report", str(tmp_path / "nowhere"))
    assert result.exit_code == 2
    assert result.stderr == (
        f"{tmp_path / 'nowhere'}: no such folder; give the one that `gradkit grade` wrote\n"
    )


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (
            lambda d: (d / "results.jsonl").unlink(),
            " holds no results.jsonl: give the folder that `gradkit grade` wrote",
        ),
        (lambda d: (d / "run.json").write_text("{}"), "run.json is not a run of this kit: "),
        (
            lambda d: (d / "results.jsonl").write_text("{}\n"),
            "results.jsonl, line 1, is not a record",
        ),
        (lambda d: (d / "feedback").write_text(""), "feedback cannot be written: "),
        (lambda d: (d / "index.html").mkdir(), "index.html"),
    ],
)
def test_what_cannot_be_read_or_written_is_one_line_and_exit_code_2(tmp_path, spoil, words):
    spoil(put_class(tmp_path, [one()]))
    result = gradkit("report", str(tmp_path))
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert words in result.stderr


def test_what_is_damaged_leaves_the_old_report_as_it_was(tmp_path):
    page = write(put_class(tmp_path, [one()])).page
    before = page.read_bytes()
    (tmp_path / "results.jsonl").write_text("{}\n")
    with pytest.raises(RecordsError):
        write(tmp_path)
    assert page.read_bytes() == before


# What the page says


def test_the_headline_is_the_most_frequent_mistake_with_its_rule(tmp_path):
    records = [one("a", **UPDATE), one("b", **UPDATE), one("c", freeze="stub"), one("d")]
    text = Page(write(put_class(tmp_path, records)).page).text
    assert "The most frequent mistakes, and how many of 4 submissions made each." in text
    assert (
        "2 of 4 An assignment p = p - ... makes a new tensor and gives it the old name; the parameter itself never moves "
        "ex05_autograd.update_params · look at torch.no_grad" in text
    )


def test_a_mistake_counts_once_a_submission_however_many_checks_it_costs():
    record = one("a", **UPDATE)
    assert sum(check.mistake == "rebinds" for check in record.exercises[0].checks) > 1
    (lesson,) = count([record, one("b", **UPDATE)]).mistakes
    assert (lesson.name, lesson.made_by) == ("rebinds", [0, 1])


def test_a_mistake_that_only_another_version_knows_is_called_by_its_name(tmp_path):
    record = one("a", **UPDATE)
    line = msgspec.json.encode(record).replace(b'"rebinds"', b'"an-unheard-of-one"')
    put_class(tmp_path, [msgspec.json.decode(line, type=SubmissionRecord)])
    assert "an unheard of one ex05_autograd.update_params" in Page(write(tmp_path).page).text


def test_failures_without_a_known_mistake_are_listed_apart(tmp_path):
    records = [one("a", freeze="loop"), one("b", freeze="loop")]
    text = Page(write(put_class(tmp_path, records)).page).text
    assert "No submission made a mistake that the kit knows." in text
    assert "Checks that failed most often in ways that match no known mistake 2 of 2" in text


def test_a_check_is_counted_as_passed_wrong_or_not_reached_and_not_at_all_where_not_graded():
    ways = [
        one("a"),
        one("b", **UPDATE),
        one("c", update_params="stub"),
        *(
            submission_record(status, [troubled_record("ex05_autograd", status)])
            for status in ("missing", "unreadable", "import_error", "timeout", "not_graded")
        ),
    ]
    tally = count(ways).checks["ex05_autograd"]["update_params.takes_one_step_downhill"]
    assert (tally.passed, tally.wrong, tally.unreached, tally.total) == (1, 1, 5, 7)


def test_what_is_not_graded_stands_out_and_is_left_out_of_the_figures(tmp_path):
    owed = submission_record("bob", [troubled_record("ex05_autograd", "not_graded")])
    written = write(put_class(tmp_path, [one("alice"), owed]))
    text = Page(written.page).text
    assert "1 submission not graded to the end This is the grader’s own fault" in text
    assert "Grade again with --resume" in text
    assert "Submissions by score; 1 whose score is not final left out." in text
    assert "Median 15 of 15" in text
    page, markdown = (path for path in written.feedback if path.stem == "bob")
    for words in (Page(page).text, markdown.read_text()):
        assert "This score is not final" in words
        assert "That is the grader's fault, not yours; it will be graded again." in words


def test_a_class_of_which_nothing_could_be_graded_has_a_page(tmp_path):
    owed = submission_record("bob", [troubled_record("ex05_autograd", "not_graded")])
    text = Page(write(put_class(tmp_path, [owed])).page).text
    assert "1 submission not graded to the end" in text
    assert "Median" not in text


def test_an_empty_class_has_a_page_that_says_so(tmp_path):
    page = Page(write(put_class(tmp_path, [])).page)
    assert "No submission has been graded yet." in page.text
    assert not [tag for tag, _ in page.tags if tag == "script"]


def test_every_status_is_told_in_words(tmp_path):
    statuses = {
        "missing": "missing: ex05",
        "unreadable": "unreadable: ex05",
        "import_error": "import error: ex05",
        "timeout": "timeout: ex05",
        "out_of_memory": "out of memory: ex05",
        "crashed": "crashed: ex05",
        "not_graded": "not graded: ex05",
    }
    records = [
        submission_record(
            status, [troubled_record("ex05_autograd", status), exercise_record("ex01_data", {})]
        )
        for status in statuses
    ]
    text = Page(write(put_class(tmp_path, records)).page).text
    for words in statuses.values():
        assert words in text


def test_whoever_has_not_begun_is_told_apart(tmp_path):
    record = submission_record(
        "a", [exercise_record("ex06_graph", dict.fromkeys(functions("ex06_graph"), "stub"))]
    )
    written = write(put_class(tmp_path, [record]))
    assert "a 0 ○ not started not started: all" in Page(written.page).text
    assert "ex06_ graph 0 of 8 not started" in Page(written.feedback[0]).text


def test_submissions_with_other_exercises_share_the_table(tmp_path):
    other = submission_record("b", [exercise_record("ex01_data", {})])
    text = Page(write(put_class(tmp_path, [one("a"), other])).page).text
    assert "Score ex05 ex01 Status" in text


def test_the_page_tells_how_the_run_was_made(tmp_path):
    run = a_run(
        isolation=["limits"],
        isolation_missing=["Landlock"],
        options={"exercises": ["ex05_autograd", "ex06_graph"], "jobs": None},
    )
    text = Page(write(put_class(tmp_path, [one()], run)).page).text
    for words in (
        "Started 2 March 2026, 09:30:00 UTC",
        "Seed 7",
        "Versions gradkit 0.1.0, torch 2.13.0",
        "Isolation in force limits",
        "Isolation missing Landlock",
        "start 4.1 s, grading 92.6 s, total 96.9 s, median of a submission 2.40 s",
        "exercises ex05_autograd, ex06_graph; jobs not given",
    ):
        assert words in text


def test_results_are_enough_for_a_page_which_says_what_they_do_not_tell(tmp_path):
    (put_class(tmp_path, [one()]) / "run.json").unlink()
    result = gradkit("report", str(tmp_path))
    assert result.output == f"wrote {tmp_path / 'index.html'} and 2 files of feedback\n"
    text = Page(tmp_path / "index.html").text
    assert "Seed 7, with gradkit 0.1.0 Isolation not known: run.json is missing" in text
    assert "graded" not in text.partition("Teach again")[0]


def test_flags_are_shown_up_to_a_point_and_never_to_the_student(tmp_path):
    flagged = msgspec.structs.replace(one(), flags=[f"flag {n} {'x' * 300}" for n in range(9)])
    written = write(put_class(tmp_path, [flagged]))
    page = written.page.read_text()
    assert "flag 2" in page
    assert "flag 3" not in page
    assert "x" * 200 not in page
    assert "and 6 more in results.jsonl" in page
    assert not any("flag" in path.read_text() for path in written.feedback)


# What the student reads


def test_feedback_has_score_failures_in_four_parts_and_what_passed(tmp_path):
    written = write(put_class(tmp_path, [one("alice", **UPDATE, freeze="stub")]))
    text = Page(written.feedback[0]).text
    assert "Feedback for alice 11 of 15 points" in text
    assert "ex05_ autograd 11 of 15 begun" in text
    assert "update_params takes one step downhill not yet · 1 point to earn Expected" in text
    for title in ("Expected Subtracts lr times", "Saw parameter", "Why An assignment", "Look at"):
        assert title in text
    assert "checks passed backward_pass Returns the mean squared error" in text
    assert "Not started freeze" in text


@pytest.mark.parametrize(
    "status", ["missing", "unreadable", "import_error", "timeout", "out_of_memory", "crashed"]
)
def test_feedback_says_once_why_nothing_could_be_checked(tmp_path, status):
    record = submission_record("alice", [troubled_record("ex05_autograd", status)])
    page, markdown = write(put_class(tmp_path, [record])).feedback
    message = record.exercises[0].message or ""
    for words in (Page(page).text, markdown.read_text()):
        assert words.count(message) == 1
        assert ("None of its checks could run." in words) == (status != "missing")


def test_checks_that_say_the_same_are_told_together(tmp_path):
    page, markdown = write(put_class(tmp_path, [one(freeze="loop", replace_head="loop")])).feedback
    assert Page(page).text.count("The code did not come to an end") == 2
    assert markdown.read_text().count("The code did not come to an end") == 2
    assert "took too long · 3 points to earn" in Page(page).text
    assert "Took too long, 3 points to earn." in markdown.read_text()


def test_feedback_gives_away_neither_seed_nor_names_of_mistakes(tmp_path):
    record = msgspec.structs.replace(one("alice", **UPDATE), seed=424242)
    for path in write(put_class(tmp_path, [record], a_run(seed=424242))).feedback:
        assert "424242" not in path.read_text()
        assert "rebinds" not in path.read_text()


# A student's text stays text


@pytest.mark.parametrize(
    "hostile",
    [
        HOSTILE,
        "</style><script>alert(1)</script>",
        '" onmouseover="alert(1)',
        "{{ 7 * 7 }}{% raw %}",
        "javascript:alert(1)",
        "<!-- --><base href=//x>",
    ],
)
def test_markup_in_names_messages_and_flags_makes_no_tag(tmp_path, hostile):
    harmless = write(put_class(tmp_path / "harmless", [one("x", **UPDATE)]))
    record = with_message(one(hostile, **UPDATE), f"Expected  {hostile}\nSaw       {hostile}")
    record = msgspec.structs.replace(record, flags=[hostile])
    written = write(put_class(tmp_path / "hostile", [record]))
    for path in (written.page, written.feedback[0]):
        page = Page(path)
        assert hostile in "".join(page.words)
        assert not [t for t, a in page.tags if t in ("img", "base") or "onmouseover" in a]
    scripts = [tag for tag, _ in Page(written.page).tags].count("script")
    assert scripts == [tag for tag, _ in Page(harmless.page).tags].count("script") == 1


def test_characters_that_are_not_seen_are_made_visible(tmp_path):
    name = "ali\u202ece\x1b[31m\x00"
    written = write(put_class(tmp_path, [with_message(one(name, **UPDATE), "a\u2066b\nc")]))
    for path in (written.page, *written.feedback):
        text = path.read_text()
        assert "ali\\u202ece\\x1b[31m\\x00" in text
        assert not set(text) & set("\u202e\u2066\x1b\x00")


@pytest.mark.parametrize(
    "text", ["```\n# Title", "`" * 7 + "\n<b>", "~~~", "a\n````\nb", "<script>"]
)
def test_a_block_of_code_ends_where_it_should(text):
    fence, *inside, end = block(text).split("\n")
    assert fence == f"{end}text"
    assert set(end) == {"`"}
    assert "\n".join(inside) == text
    assert not any(line.strip().startswith(end) for line in inside)


@pytest.mark.parametrize(
    "text", ["a", "`", "``", "a`b``c", "<b>", "[x](javascript:y)", " ", "a\nb"]
)
def test_code_within_a_line_ends_where_it_should(text):
    code = inline(text)
    fence = re.match("`+", code)
    assert fence is not None
    assert re.fullmatch(r"(`+)(?!`).*(?<!`)\1", code)
    assert fence[0] not in re.findall("`+", code[len(fence[0]) : -len(fence[0])])
    assert "\n" not in code


def test_in_markdown_all_that_a_student_wrote_is_code(tmp_path):
    hostile = "![x](http://evil) <b> | # y"
    record = with_message(one(hostile, **UPDATE), hostile)
    markdown = write(put_class(tmp_path, [record])).feedback[1].read_text()
    outside = re.sub(r"^(`{3,})text\n.*?\n\1$", "", markdown, flags=re.DOTALL | re.MULTILINE)
    outside = re.sub(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", "", outside)
    assert hostile in markdown
    assert "evil" not in outside
    assert "<b>" not in outside


# The drawing, and the policy


def test_scores_fall_into_the_bin_they_belong_to():
    bins = distribution([0, 9.99, 10, 55, 100, 100], 100)
    assert [(b.label, b.count) for b in bins if b.count] == [
        ("0–10", 2),
        ("10–20", 1),
        ("50–60", 1),
        ("90–100", 2),
    ]


def test_the_drawing_takes_its_looks_from_the_page():
    svg = str(draw(distribution([1, 50, 99], 100), 100))
    root = ET.fromstring(svg)
    assert not re.search(r"style|font-|#[0-9a-f]{3}|url\(|href|<!|metadata|\bid=", svg)
    assert [e.get("class") for e in root.iter()].count("bar") == 10
    assert {"currentColor"} == {e.get("stroke") for e in root.iter()} - {None}
    assert svg == str(draw(distribution([1, 50, 99], 100), 100))


def test_pages_allow_nothing_but_their_own_style_and_script(tmp_path):
    written = write(put_class(tmp_path, [one()]))
    for path, script in ((written.page, "'sha256-"), (written.feedback[0], "'none'")):
        (policy,) = (
            attributes["content"]
            for tag, attributes in Page(path).tags
            if attributes.get("http-equiv") == "Content-Security-Policy"
        )
        assert policy is not None
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert f"script-src {script}" in policy
        assert "unsafe" not in policy
        assert not re.search(r"https?://(?!www\.w3\.org)", path.read_text())
        assert not [attributes for _, attributes in Page(path).tags if "style" in attributes]
