"""`gradkit show`: pictures of what the learner's code does, and hostile graphs that stay text."""

from __future__ import annotations

import os
import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from grader import dot, expectations
from grader.cli import app
from grader.facts import Many, Numbers
from grader.learner import dotprogram, drawing
from grader.learner.show import MARK, showable
from grader.oracle import ROOT
from tests.test_pytest_grader import edited

HAS_DOT = dotprogram.find() is not None
needs_dot = pytest.mark.skipif(not HAS_DOT, reason="needs the dot program")


@pytest.fixture(autouse=True)
def _folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def show(*arguments: str):
    return CliRunner().invoke(app, ["show", *arguments])


def show_text(exercise: str, text: str):
    """Show an exercise whose module is `text`."""
    Path("mine").mkdir(exist_ok=True)
    Path(f"mine/{exercise}.py").write_text(text, encoding="utf-8")
    return show(exercise, "--submission", "mine")


def words(path: str) -> list[str]:
    """The texts in a picture."""
    texts = ET.parse(path).iter("{http://www.w3.org/2000/svg}text")
    return ["".join(text.itertext()) for text in texts]


# --- what is drawn


def test_the_losses_over_the_references():
    result = show("ex12", "--submission", str(ROOT / "solutions"))
    assert (result.exit_code, result.output) == (0, "wrote ex12_evaluation.svg\n")
    shown = words("ex12_evaluation.svg")
    for text in ("training, yours", "training, reference", "validation, yours", "epoch", "loss"):
        assert text in shown
    assert "The training and validation losses of run, batch by batch" in shown


def test_another_loss_gives_another_line():
    lines = []
    for text in ("losses.append(loss.item())", "losses.append(2 * loss.item())"):
        code = edited("ex12_evaluation", "losses.append(loss.item())", text)
        assert show_text("ex12_evaluation", code).exit_code == 0
        paths = ET.parse("ex12_evaluation.svg").iter("{http://www.w3.org/2000/svg}path")
        lines.append([p.get("d") for p in paths if "stroke-width: 1.5" in p.get("style", "")])
    assert lines[0]
    assert lines[0] != lines[1]


@pytest.mark.parametrize("losses", [[0.18, 0.1, 0.085], [18.0, 1.0, 0.1], [0.2, 0.1, 0.0]])
def test_an_axis_has_more_than_one_number_on_it(losses: list[float]):
    facts = {"loss": Numbers.of(losses, (3,), "float64"), "epochs": 3}
    axis = drawing.curves("title", facts, {}).partition("matplotlib.axis_2")[2]
    assert len(re.findall(r">[\d.]+</text>", axis)) >= 3


def test_losses_that_are_no_numbers_are_drawn_as_far_as_they_go():
    code = edited(
        "ex05_autograd", "return losses", "return [float('nan'), float('inf'), -1.0, 2.0]"
    )
    assert show_text("ex05_autograd", code).exit_code == 0
    assert "loss, yours" in words("ex05_autograd.svg")


@needs_dot
def test_the_graph_with_the_names_of_parameters():
    result = show("ex06", "--submission", str(ROOT / "solutions"))
    assert (result.exit_code, result.output) == (0, "wrote ex06_graph.svg\n")
    shown = words("ex06_graph.svg")
    assert {"a", "b", "MulBackward0", "MeanBackward0"} <= set(shown)


@pytest.mark.parametrize("exercise", showable())
def test_every_picture_can_be_drawn(exercise):
    assert show(exercise, "--submission", str(ROOT / "solutions")).exit_code == 0
    assert (Path(f"{exercise}.svg").exists() or not HAS_DOT) is True


def test_without_the_dot_program_the_graph_is_text(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    result = show("ex06", "--submission", str(ROOT / "solutions"))
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "wrote ex06_graph.dot",
        f"This is the graph as text: there is no dot program to draw it; to get it: {dotprogram.install()}",
    ]
    assert Path("ex06_graph.dot").read_text().startswith(f"// {MARK}\ndigraph {{\n")


def test_a_dot_program_that_fails_leaves_the_text(monkeypatch: pytest.MonkeyPatch):
    Path("dot").write_text("#!/bin/sh\necho 'no fonts' >&2\nexit 3\n")
    Path("dot").chmod(0o755)
    program = str(Path("dot").resolve())
    monkeypatch.setattr(shutil, "which", lambda name: program)
    result = show("ex06", "--submission", str(ROOT / "solutions"))
    assert (result.exit_code, Path("ex06_graph.dot").exists()) == (0, True)
    assert "failed: no fonts" in result.output


def test_in_a_copy_the_reference_comes_from_the_recording():
    recording = expectations.read("ex12_evaluation")
    assert recording is not None
    assert recording.picture is not None
    facts = recording.picture.facts
    assert "training, reference" in drawing.curves("t", facts, facts)


# --- what cannot be drawn


def test_an_exercise_without_a_picture_names_those_that_have_one():
    result = show("ex04")
    assert result.exit_code == 2
    assert result.stderr.startswith("ex04_tensors has no picture; these have: ex01_data, ex03_")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ex99",), "ex99: no such exercise"),
        (("ex06.draw_graph",), "ex06.draw_graph: name a whole exercise, ex06_graph"),
        (("ex06", "--submission", "nowhere"), "ex06_graph.py cannot be read: No such file"),
        (("ex06", "-o", "graph.png"), "graph.png: name a file that ends in .svg"),
    ],
)
def test_what_cannot_be_meant_is_one_line(arguments, said):
    result = show(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_not_waited_for():
    os.mkfifo("ex05_autograd.py")
    result = show("ex05", "--submission", ".")
    assert result.exit_code == 2
    assert result.stderr == "ex05_autograd.py cannot be read: it is no regular file\n"


def test_a_stub_is_not_started():
    result = show("ex06", "--submission", str(ROOT / "exercises"))
    assert (result.exit_code, result.output) == (1, "Not started: draw_graph\n")


def test_a_stub_that_is_called_by_another_function_is_named():
    code = edited(
        "ex12_evaluation", "    losses, val_losses = [], []\n", "    raise NotImplementedError\n"
    )
    result = show_text("ex12_evaluation", code)
    assert (result.exit_code, result.output) == (1, "Not started: fit\n")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("def train(:\n", "ex05_autograd.py cannot be imported: SyntaxError"),
        ("x = 1\n", "The file has no train. Was it renamed or deleted?"),
        ("def train(*a):\n    return a.no\n", "AttributeError: 'tuple' object has no attribute"),
        ("def train(*a):\n    return 'none'\n", "before each update; loss: a list of floats"),
        ("def train(*a):\n    return []\n", "Look at   train; Tensor.grad"),
        ("import os\ndef train(*a):\n    os._exit(0)\n", "The code took its process down"),
        ("def train(*a):\n    raise ValueError('\\x1b[31mred')\n", "ValueError: \\x1b[31mred"),
    ],
)
def test_code_that_gives_nothing_to_draw_is_told_as_by_a_check(code, said):
    result = show_text("ex05_autograd", code)
    assert result.exit_code == 1
    assert said in result.stdout
    assert "Traceback" not in result.output
    assert not Path("ex05_autograd.svg").exists()


def test_several_results_of_the_wrong_number_are_told():
    result = show_text("ex03_numpy_regression", "def train(*a):\n    return 1\n")
    assert result.exit_code == 1
    assert "3 results, a, b and losses" in " ".join(result.stdout.split())


# --- where it is written


def test_a_picture_is_drawn_anew_over_an_earlier_one():
    for _ in range(2):
        assert show("ex01", "--submission", str(ROOT / "solutions")).exit_code == 0
    assert MARK in Path("ex01_data.svg").read_text()


def test_a_file_of_another_origin_is_left_alone():
    Path("ex01_data.svg").write_text("<svg>mine</svg>")
    result = show("ex01", "--submission", str(ROOT / "solutions"))
    assert result.exit_code == 2
    assert result.stderr == "ex01_data.svg is in the way; name another file with --output\n"
    assert Path("ex01_data.svg").read_text() == "<svg>mine</svg>"
    other = show("ex01", "--submission", str(ROOT / "solutions"), "--output", "other.svg")
    assert other.output == "wrote other.svg\n"


def test_a_text_of_another_origin_is_left_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    Path("ex06_graph.dot").write_text("digraph {}")
    assert show("ex06", "--submission", str(ROOT / "solutions")).exit_code == 2
    assert Path("ex06_graph.dot").read_text() == "digraph {}"


def test_a_folder_that_is_not_there_is_told():
    result = show("ex01", "--submission", str(ROOT / "solutions"), "-o", "nowhere/a.svg")
    assert result.exit_code == 2
    assert "nowhere/a.svg cannot be written: No such file or directory" in result.stderr


# --- graphs by strangers

HOSTILE = """
import graphviz

def draw_graph(output, params):
    g = graphviz.Digraph(graph_attr={"imagepath": "/etc", "fontpath": "/etc", "URL": "javascript:alert(1)"})
    g.node("x", "see </text><script>alert(1)</script>!", image="/etc/passwd", shapefile="/etc/passwd", shape="epsf",
           URL="javascript:alert(1)", href="https://example.org", tooltip="over", fillcolor="red;} evil")
    g.node("y", '<<table><tr><td><img src="/etc/passwd"/></td></tr></table>>', stylesheet="https://example.org/a.css")
    g.node("z", 'quote " and \\\\\\\\ &#60;b&#62; \\x1b[31m end')
    g.edge("x", "y", label="over", href="javascript:alert(2)")
    g.body.append('} digraph { a [image="/etc/shadow"')
    return g
"""


@needs_dot
def test_a_hostile_graph_stays_text():
    result = show_text("ex06_graph", HOSTILE)
    assert (result.exit_code, result.output) == (0, "wrote ex06_graph.svg\n")
    root = ET.parse("ex06_graph.svg").getroot()
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags == {"svg", "g", "title", "polygon", "text", "path"}
    named = {name.rpartition("}")[2] for element in root.iter() for name in element.attrib}
    assert not {name for name in named if name.startswith("on")} | named & {"href", "src"}
    assert "see </text><script>alert(1)</script>!" in words("ex06_graph.svg")
    assert 'quote " and \\ &#60;b&#62; ?[31m end' in words("ex06_graph.svg")
    text = Path("ex06_graph.svg").read_text()
    assert not re.search(r"passwd|shadow|javascript|example|evil", text)


def test_only_labels_colours_and_arrows_are_read():
    graph = dot.read(
        'strict digraph "G" { graph [size="9"]\n node [shape=box]\n rankdir=LR\n'
        '1 [label="w\n (1)" fillcolor=lightblue image="/etc/passwd"]\n'
        '1 -> 2:port -> "a b" [label=over URL="x"]; subgraph inner { 9 }\n'
        '"a b" [fillcolor="#ff00ff" label="say \\"hi\\"\\nthere"] }'
    )
    assert graph.boxes == (
        dot.Box("w\n (1)", "lightblue"),
        dot.Box("2", "lightgrey"),
        dot.Box('say "hi"\nthere', "#ff00ff"),
        dot.Box("9", "lightgrey"),
    )
    assert graph.arrows == ((0, 1), (1, 2))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='ab1 "\\<>[]{}=;:,-\n#&\x1b', max_size=80))
def test_any_text_gives_a_graph_or_nothing(source):
    written = dot.write(dot.read(source))
    line = r'\t(node \[[^"]*\]|n\d+ \[label="(?:[^"\\\n]|\\[\\"n])*" fillcolor="[\w#]+"\]|n\d+ -> n\d+)'
    assert re.fullmatch(rf"digraph \{{\n({line}\n)*\}}\n", written)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=5))
def test_what_is_written_is_read_again(boxes):
    graph = dot.checked(dot.Graph(tuple(dot.Box(*box) for box in boxes), ()))
    again = dot.read(dot.write(graph))
    assert [box.fill for box in again.boxes] == [box.fill for box in graph.boxes]


@pytest.mark.parametrize("graph", ["x" * (dot.MAX_SOURCE + 1), " ".join(map(str, range(201)))])
def test_a_graph_that_nobody_could_look_at_is_refused(graph):
    with pytest.raises(dot.TooLarge):
        dot.read(graph)


def test_an_oversized_graph_is_told():
    result = show_text(
        "ex06_graph",
        "import graphviz\n\ndef draw_graph(output, params):\n    g = graphviz.Digraph()\n"
        "    for n in range(300):\n        g.node(str(n))\n    return g\n",
    )
    assert result.exit_code == 1
    assert "300 boxes and 0 arrows" in result.stdout


def test_an_empty_graph_is_told():
    code = "import graphviz\n\ndef draw_graph(output, params):\n    return graphviz.Digraph()\n"
    result = show_text("ex06_graph", code)
    assert result.exit_code == 1
    assert "no box" in result.stdout


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"labels": 3, "fills": Many(()), "arrows": Many(())},
        {"labels": Many(("a",)), "fills": Many(()), "arrows": Many(())},
        {"labels": Many(("a",)), "fills": Many(("red",)), "arrows": Many((0,))},
        {"labels": Many(("a",)), "fills": Many(("red",)), "arrows": Many((0, 7))},
        {"labels": Many(("a",) * 999), "fills": Many(("red",) * 999), "arrows": Many(())},
    ],
)
def test_facts_that_no_honest_worker_sends_make_no_graph(facts):
    with pytest.raises(drawing.NotDrawable):
        drawing.graph(facts)


@pytest.mark.parametrize(
    "fact",
    [None, "text", Numbers.of([1.0], (), "float32"), Numbers.of([], (0,), "float32"), Many(())],
)
def test_facts_that_no_honest_worker_sends_make_no_curve(fact):
    with pytest.raises(drawing.NotDrawable):
        drawing.curves("title", {"loss": fact, "epochs": 3}, {})
