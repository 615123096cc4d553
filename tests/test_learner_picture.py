"""The README's picture of the terminal shows what the command says today."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path

from grader.oracle import ROOT

KEPT = ROOT / "docs" / "screenshots" / "terminal.svg"


def words(svg: str) -> list[str]:
    """The texts of a picture, without the styles and places that another version of rich may give them."""
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    return [text for each in texts if (text := html.unescape(each).replace("\xa0", " ").strip())]


def test_the_picture_is_current(tmp_path: Path):
    command = [sys.executable, "-m", "docs.screenshots.terminal", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == f"wrote {tmp_path / 'terminal.svg'}\n"
    made = words((tmp_path / "terminal.svg").read_text(encoding="utf-8"))
    assert made == words(KEPT.read_text(encoding="utf-8"))
    assert any(re.fullmatch(r"[1-9]\d of 100 points", text) for text in made)


def test_the_picture_fetches_nothing():
    assert 'url("http' not in KEPT.read_text(encoding="utf-8")
    assert "@font-face" not in KEPT.read_text(encoding="utf-8")
