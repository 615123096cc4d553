"""Pictures of the instructor's page and of a feedback page, taken in a real browser: `python -m docs.screenshots [DIR]`.

They show a class that was never there (tests/class_records.py), so they are the same wherever they are made, fonts aside. Written beside this
file unless a folder is named.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from grader.report import write
from tests.browser import launch
from tests.class_records import a_class, put_class

WIDE, NARROW = 1280, 360
PICTURES: dict[str, tuple[str, int, dict[str, Any]]] = {
    "page": ("index", WIDE, {"color_scheme": "light"}),
    "page-dark": ("index", WIDE, {"color_scheme": "dark"}),
    "page-phone": ("index", NARROW, {"color_scheme": "light"}),
    "feedback": ("feedback", WIDE, {"color_scheme": "light"}),
    "feedback-dark-phone": ("feedback", NARROW, {"color_scheme": "dark"}),
}
"""By name: which page, how wide, and what else the browser is told."""


def main(target: Path) -> None:
    """Take all pictures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        written = write(put_class(Path(folder) / "week-3", a_class(40)))
        pages = {"index": written.page, "feedback": written.feedback[0]}
        browser = launch(playwright)
        for name, (page, width, told) in PICTURES.items():
            take(browser, pages[page], target / f"{name}.png", width, told)
        browser.close()


def take(browser: Browser, page: Path, picture: Path, width: int, told: dict[str, Any]) -> None:
    """Take one picture, of the page from top to bottom."""
    view = browser.new_page(viewport={"width": width, "height": 900}, **told)
    view.goto(page.as_uri())
    view.screenshot(path=picture, full_page=True)
    view.close()
    print(f"wrote {picture}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
