"""A picture of `gradkit check` in a terminal, as SVG: `python -m docs.screenshots.terminal [DIR]`.

It shows the real command on answers that are half done: everything up to ex04 right, then a training loop that never clears its gradients.
Same code, same picture, to the byte. Written beside this file unless a folder is named.
"""

from __future__ import annotations

import contextlib
import functools
import io
import re
import shutil
import sys
import tempfile
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from grader.learner import checking, report
from grader.learner.names import select
from grader.oracle import ROOT, exercises

WIDTH = 80
DONE = 4
"""So many exercises are shown as done."""

CLEARING = "        zero_grads([a, b])\n"
"""The line of ex05_autograd.train that is left out."""

FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def answers(folder: Path) -> None:
    """Write the answers that the picture shows."""
    for place, name in enumerate(exercises()):
        source = "solutions" if place < DONE else "exercises"
        shutil.copy(ROOT / source / f"{name}.py", folder)
    text = (ROOT / "solutions" / "ex05_autograd.py").read_text(encoding="utf-8")
    begun = text.replace(CLEARING, "")
    if begun == text:
        raise SystemExit(f"solutions/ex05_autograd.py: no line {CLEARING.strip()!r} to leave out")
    (folder / "ex05_autograd.py").write_text(begun, encoding="utf-8")


def picture() -> str:
    """The picture as SVG."""
    console = Console(
        record=True, file=io.StringIO(), width=WIDTH, highlight=False, color_system="truecolor"
    )
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        exercises_folder = Path("exercises")
        exercises_folder.mkdir()
        answers(exercises_folder)
        console.print(Text("$ gradkit check\n", "bold"))
        check = functools.partial(checking.check, exercises_folder, select([]))
        report.draw(check, exercises_folder, console)
    return console.export_svg(
        title="gradkit check", theme=MONOKAI, code_format=svg_format(), unique_id="terminal"
    )


def svg_format() -> str:
    """Rich's frame for a picture, with fonts that are there instead of some to be fetched."""
    without = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    return without.replace("Fira Code, monospace", FONTS)


def main(target: Path) -> None:
    """Make the picture."""
    path = target / "terminal.svg"
    path.write_text(picture(), encoding="utf-8", newline="\n")
    print(f"wrote {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
