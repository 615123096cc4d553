"""Filling a column of the file that a teacher exported: the right cells, and not one byte besides."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from grader.cli import app
from grader.export.filling import Filled, fill
from grader.export.table import ExportError, read_table
from grader.records import ExerciseRecord, SubmissionRecord
from grader.submissions import stamp

from .class_records import exercise_record, put_class, submission_record, troubled_record

EX05, EX06 = "ex05_autograd", "ex06_graph"

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Notes,Gradkit (871),Quiz (872),Current Score,Final Score\r\n"
    ",,,,,,Manual Posting,,,\r\n"
    "    Points Possible,,,,,,23.00,10.00,(read only),(read only)\r\n"
    '"Doe, Jane",101,S-1,jdoe,"CS 1, Mon",,,8.00,80.00,40.00\r\n'
    '"Roe, Richard",102,S-2,rroe,CS 1,"says ""hi""",5.00,,,\r\n'
    '"Zoë, Ann",103,S-3,azoe,CS 1,,EX,,,\r\n'
    '"Student, Test",104,,abc123,CS 1,,,,,\r\n'
)

MOODLE = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    'Participant 7001,Jane Doe,jane@uni.example,Submitted,,23.00,Yes,"Monday, 2 March 2026, 9:00 AM",-,\n'
    "Participant 7002,Jane Doe,jane2@uni.example,Submitted,,23.00,Yes,-,-,\n"
    'Participant 7003,Richard Roe,richard@uni.example,Submitted,3.00,23.00,Yes,-,-,"two\nlines"\n'
)

GERMAN = (
    "ID;Vollständiger Name;ID-Nummer;E-Mail-Adresse;Status;Bewertung;Bestwertung;"
    "Bewertung kann geändert werden;Zuletzt geändert (Abgabe);Zuletzt geändert (Bewertung)\r\n"
    "Teilnehmer/in7001;Jörg Groß;k1;joerg@uni.example;Abgegeben;;23,00;Ja;-;-\r\n"
)


def graded(name: str, answer: str = "right") -> SubmissionRecord:
    """23 points at most; one function less if `answer` says so."""
    return submission_record(
        name, [exercise_record(EX05, {"train": answer}), exercise_record(EX06, {})]
    )


def waiting(name: str) -> SubmissionRecord:
    owed: ExerciseRecord = troubled_record(EX06, "not_graded")
    return submission_record(name, [exercise_record(EX05, {}), owed])


def filled(
    place: Path, text: str, *names: str, system: str = "canvas", **more: str | bool
) -> Filled:
    file = place / "from the teacher.csv"
    file.write_bytes(text.encode())
    return fill([graded(name) for name in names], file, system, **more)  # type: ignore[arg-type]


def test_canvas_changes_one_cell_and_no_other_byte(tmp_path: Path) -> None:
    done = filled(tmp_path, CANVAS, "doejane_101_5001_work", column="Gradkit (871)")
    assert done.content.decode() == CANVAS.replace('"CS 1, Mon",,,8', '"CS 1, Mon",,23,8')
    assert done.summary == "1 of 3 students in the column Gradkit (871)"
    assert done.notes == [
        "missing: Roe, Richard (line 5): no submission",
        "missing: Zoë, Ann (line 6): no submission",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "doejane_101_5001_work",
        "doejane_LATE_101_5001_ex05.py",
        "101",
        "jdoe",
        "S-1",
        "Doe, Jane",
        "Jane Doe",
        "Jane  Doe",
    ],
)
def test_a_canvas_row_is_found_by_number_login_and_name(tmp_path: Path, name: str) -> None:
    done = filled(tmp_path, CANVAS, name, column="Gradkit")
    assert done.content.decode() == CANVAS.replace('Mon",,,8', 'Mon",,23,8'), done.notes


def test_a_moodle_row_is_found_by_the_number_in_the_folders_name(tmp_path: Path) -> None:
    done = filled(tmp_path, MOODLE, "Jane Doe_7002_assignsubmission_file_", system="moodle")
    assert done.content.decode() == MOODLE.replace(
        "ane2@uni.example,Submitted,", "ane2@uni.example,Submitted,23"
    )
    assert done.notes == [
        "missing: Jane Doe (line 2): no submission",
        "missing: Richard Roe (line 4): no submission",
    ]


@pytest.mark.parametrize("name", ["jane2@uni.example", "Participant 7002"])
def test_a_moodle_row_is_found_by_address_and_identifier(tmp_path: Path, name: str) -> None:
    done = filled(tmp_path, MOODLE, name, system="moodle")
    assert b"jane2@uni.example,Submitted,23," in done.content


def test_moodles_semicolons_decimal_commas_and_byte_order_mark_stay(tmp_path: Path) -> None:
    record = submission_record(
        "k1", [exercise_record(EX05, {"train": "stub"}), exercise_record(EX06, {})]
    )
    file = tmp_path / "bewertungen.csv"
    file.write_bytes(("\ufeff" + GERMAN).encode())
    done = fill([record], file, "moodle", scale=True)
    points = f"{record.score:g}".replace(".", ",")
    assert done.content.decode() == "\ufeff" + GERMAN.replace("Abgegeben;;", f"Abgegeben;{points};")


def test_a_decimal_comma_in_a_file_with_commas_is_quoted(tmp_path: Path) -> None:
    text = GERMAN.replace("23,00", '"11,50"').replace(";", ",")
    done = filled(tmp_path, text, "k1", system="moodle", scale=True)
    assert done.content.decode() == text.replace("Abgegeben,,", 'Abgegeben,"11,5",')


def test_a_grade_export_of_moodle_is_filled_too(tmp_path: Path) -> None:
    text = (
        "First name,Last name,ID number,Email address,Assignment: Gradkit (Real),Course total (Real)\n"
        "Jane,Doe,k1,jane@uni.example,-,-\nJane,Roe,k2,roe@uni.example,-,-\n"
    )
    done = filled(
        tmp_path, text, "Jane Doe_7_assignsubmission_file_", "Jane", "Roe", system="moodle"
    )
    assert done.content.decode() == text.replace("jane@uni.example,-", "jane@uni.example,23")
    assert done.notes[:2] == [
        f"unknown: {name}: no row of {tmp_path / 'from the teacher.csv'} is theirs"
        for name in ("Jane", "Roe")
    ]


def test_a_number_that_is_somebodys_first_name_too_finds_the_row(tmp_path: Path) -> None:
    text = "First name,Last name,ID number,Assignment: Gradkit (Real)\njane,Doe,jane,-\n"
    done = filled(tmp_path, text, "jane", system="moodle")
    assert done.content.decode() == text.replace("jane,-", "jane,23")


def test_two_rows_of_one_name_are_told_and_left(tmp_path: Path) -> None:
    done = filled(tmp_path, MOODLE, "Jane Doe", "Richard Roe", system="moodle")
    assert done.notes == ["ambiguous: Jane Doe: 2 rows fit, lines 2 and 3"]
    assert done.content.decode() == MOODLE.replace("Submitted,3.00", "Submitted,23")


def test_two_submissions_of_one_person_are_told_and_left(tmp_path: Path) -> None:
    done = filled(tmp_path, CANVAS, "jdoe", "doejane_101_1_a", column="Gradkit")
    assert done.content.decode() == CANVAS
    assert "ambiguous: Doe, Jane (line 4): 2 submissions fit, jdoe, doejane_101_1_a" in done.notes


def test_unknown_submissions_and_another_classs_numbers_are_told(tmp_path: Path) -> None:
    done = filled(tmp_path, CANVAS, "eve", "doejane_999_1_a", "\x1b[31mred", column="Gradkit")
    assert done.content.decode() == CANVAS
    where = tmp_path / "from the teacher.csv"
    assert done.notes[:3] == [
        f"unknown: eve: no row of {where} is theirs",
        f"unknown: doejane_999_1_a: no row of {where} is theirs",
        f"unknown: \\x1b[31mred: no row of {where} is theirs",
    ]


def test_what_the_student_called_the_file_moves_no_grade_to_another(tmp_path: Path) -> None:
    """Without folders, Moodle puts its mark in front of a name that the student chose."""
    forged = "Richard Roe_7003_assignsubmission_file_Jane Doe_7001_assignsubmission_file_x"
    done = filled(tmp_path, MOODLE, forged, system="moodle")
    assert done.content.decode() == MOODLE.replace("Submitted,3.00", "Submitted,23")
    found = stamp(forged)
    assert found
    assert (found.person, found.user) == ("Richard Roe", "7003")


def test_excused_students_are_kept_and_told(tmp_path: Path) -> None:
    done = filled(tmp_path, CANVAS, "azoe", column="Gradkit")
    assert done.content.decode() == CANVAS
    assert "kept: Zoë, Ann (line 6) is excused in the file" in done.notes


def test_accents_are_the_same_however_they_are_encoded(tmp_path: Path) -> None:
    done = filled(tmp_path, CANVAS.replace(",EX,", ",,"), "Zoe\u0308, Ann", column="Gradkit")
    assert b",23," in done.content


def test_the_student_that_a_teacher_pretends_to_be_is_nobody(tmp_path: Path) -> None:
    done = filled(tmp_path, CANVAS, "abc123", column="Gradkit")
    assert done.content.decode() == CANVAS
    assert not any("Test" in note for note in done.notes)


def test_what_the_grader_owes_is_no_zero(tmp_path: Path) -> None:
    file = tmp_path / "canvas.csv"
    file.write_bytes(CANVAS.encode())
    done = fill([waiting("jdoe")], file, "canvas", column="Gradkit")
    assert done.content.decode() == CANVAS
    assert "not graded: jdoe: the grader failed on ex06_graph; no grade written" in done.notes


def test_another_maximum_is_told_and_converted_only_when_asked(tmp_path: Path) -> None:
    told = filled(tmp_path, CANVAS, "jdoe", column="Quiz (872)")
    assert (
        told.notes[0] == "maximum: the file has 10 points, these grades 23; --scale converts them"
    )
    assert b",23,80.00" in told.content
    scaled = filled(tmp_path, CANVAS, "jdoe", column="Quiz (872)", scale=True)
    assert b",10,80.00" in scaled.content


def test_formulas_of_the_file_are_kept_and_told(tmp_path: Path) -> None:
    text = CANVAS.replace('"Roe, Richard"', '=HYPERLINK("x")').replace('"Zoë, Ann"', '"=""=Ann"""')
    done = filled(tmp_path, text.replace('"x"', "x"), "jdoe", column="Gradkit")
    assert done.notes[0] == (
        "formulas: line 5 of the file; kept, so import the file without opening it in a spreadsheet"
    )
    assert b"=HYPERLINK(x)" in done.content


def test_first_and_last_names_in_columns_of_their_own(tmp_path: Path) -> None:
    text = "LastName,FirstName,ID,SIS Login ID,Section,A (1)\nDoe,Jane,101,jdoe,S,\n"
    assert filled(tmp_path, text, "Jane Doe").content.decode() == text[:-1] + "23\n"


@pytest.mark.parametrize(
    ("system", "text", "column", "words"),
    [
        (
            "canvas",
            MOODLE,
            None,
            "is no gradebook of Canvas: it lacks the columns Student, ID, Section; it has Identif",
        ),
        (
            "canvas",
            CANVAS,
            None,
            "has 2 columns that may be the assignment's; name it with --column: Gradkit (871), Quiz (872)",
        ),
        (
            "canvas",
            CANVAS,
            "Nope",
            "has no single column Nope; name it with --column: Gradkit (871), Quiz (872)",
        ),
        ("canvas", CANVAS, "Section", "the column Section says who is who"),
        ("canvas", CANVAS, "Final Score", "Canvas takes no grades in Final Score"),
        ("canvas", "Student,ID,Section,A (1)\n", None, "holds no student"),
        (
            "canvas",
            "Student,ID,Section,A (1)\nDoe,1,S\n",
            None,
            "line 2, has 3 cells, the header 4; export the file again",
        ),
        (
            "canvas",
            'Student,ID,Section,A (1)\n"Doe,1,S,\n',
            None,
            "line 2: its quotation marks do not match",
        ),
        ("canvas", "", None, "line 1, names no columns: give the file as it was exported"),
        (
            "moodle",
            "a,b\n1,2\n",
            None,
            "is neither a grading worksheet nor a grade export of Moodle: no column says who is who; it has a, b",
        ),
        (
            "moodle",
            "Full name,Mark\nDoe,1\n",
            None,
            "has no column that may be the assignment's; name it with --column",
        ),
        ("moodle", MOODLE, "Full name", "the column Full name says who is who"),
        ("moodle", MOODLE, "Identifier", "the column Identifier says who is who"),
    ],
)
def test_what_is_no_such_file_is_refused(
    tmp_path: Path, system: str, text: str, column: str | None, words: str
) -> None:
    with pytest.raises(ExportError) as refused:
        filled(tmp_path, text, "Doe", system=system, column=column)  # type: ignore[arg-type]
    assert words in str(refused.value)
    assert str(tmp_path / "from the teacher.csv") in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            b"Student,ID\nZo\xeb,1\n",
            "line 2, is not text in UTF-8; give the file as it was exported",
        ),
        (CANVAS.encode("utf-16"), "line 1, is not text in UTF-8"),
    ],
)
def test_undecodable_bytes_are_refused_with_their_line(
    tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "latin.csv"
    file.write_bytes(content)
    with pytest.raises(ExportError, match=words):
        read_table(file)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"nowhere\.csv cannot be read: No such file"):
        read_table(tmp_path / "nowhere.csv")


# the command


def gradkit(*arguments: str | os.PathLike[str]):
    return CliRunner().invoke(app, list(map(os.fspath, arguments)))


def test_the_filled_file_is_a_new_one_in_the_runs_folder(tmp_path: Path) -> None:
    run = put_class(tmp_path / "run", [graded("jdoe"), graded("eve")])
    file = tmp_path / "canvas.csv"
    file.write_bytes(CANVAS.encode())
    result = gradkit("export", run, "--to", "canvas", "--into", file, "--column", "Gradkit")
    assert result.exit_code == 0, result.output
    assert result.stdout == (
        f"wrote {run / 'canvas.csv'}: 1 of 3 students in the column Gradkit (871)\n"
    )
    assert f"unknown: eve: no row of {file} is theirs\n" in result.stderr
    assert (run / "canvas.csv").read_bytes() == CANVAS.replace('Mon",,,8', 'Mon",,23,8').encode()
    assert file.read_bytes() == CANVAS.encode()


def test_the_teachers_file_is_never_overwritten(tmp_path: Path) -> None:
    run = put_class(tmp_path, [graded("jdoe")])
    file = run / "canvas.csv"
    file.write_bytes(CANVAS.encode())
    asked = ["export", run, "--to", "canvas", "--into", file, "--column", "Gradkit"]
    for more in ([], ["-o", file], ["-o", file, "--force"]):
        result = gradkit(*asked, *more)
        assert result.exit_code == 2
        assert (
            result.stderr
            == f"{file} is the file to fill, which stays as it is: choose another -o\n"
        )
        assert file.read_bytes() == CANVAS.encode()


# any file


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@given(
    st.lists(st.lists(TEXT, min_size=2, max_size=5), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_any_file_is_read_as_the_csv_module_reads_it(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    delimiter: str,
    end: str,
    all_quoted: bool,
) -> None:
    header = ["a"] * 9  # more cells than any other delimiter could make of it
    returns = any("\r" in value for row in rows for value in row)  # csv leaves them bare
    quoting = csv.QUOTE_ALL if all_quoted or returns else csv.QUOTE_MINIMAL
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(
        [header, *rows]
    )
    file = tmp_path_factory.mktemp("any") / "any.csv"
    file.write_bytes(text.getvalue().encode())
    table = read_table(file)
    expected = [row for row in parsed(file.read_bytes(), delimiter) if any(map(str.strip, row))]
    assert [[cell.text for cell in row.cells] for row in table.rows] == expected[1:]
    assert table.with_cells(0, {}) == file.read_bytes()
    changed = parsed(table.with_cells(1, dict.fromkeys(table.rows, "7")), delimiter)
    assert [row for row in changed if any(map(str.strip, row))][1:] == [
        [row[0], "7", *row[2:]] for row in expected[1:]
    ]


def parsed(content: bytes, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter=delimiter))
