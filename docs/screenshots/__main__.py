"""Pictures of the instructor's page and of a feedback page, taken in a real browser: `python -m docs.screenshots [DIR]`.

They show a class that was never there (tests/class_records.py), so they are the same wherever they are made, fonts aside. Written beside this
file unless a folder is named.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from grader.report import write
from tests.browser import launch
from tests.class_records import a_class, put_class

SIZE = 32


@dataclass(frozen=True)
class Picture:
    """A picture to take.

    Args:
        name: of its file, without ending.
        page: the class's page, or the feedback to somebody who nearly made it.
        width: of the window, in pixels.
        height: likewise.
        scheme: what the reader has asked their system for.
        at: the section to scroll to; the top unless told.
    """

    name: str
    page: Literal["index", "feedback"]
    width: int = 1280
    height: int = 1250
    scheme: Literal["light", "dark"] = "light"
    at: str = ""


PICTURES = (
    Picture("page", "index", height=1000),
    Picture("page-checks", "index", at="#scores"),
    Picture("page-dark", "index", scheme="dark", at="#checks"),
    Picture("page-phone", "index", width=360, height=1000),
    Picture("feedback", "feedback", height=1400),
    Picture("feedback-phone", "feedback", width=360, height=1000, scheme="dark", at="section"),
)


def main(target: Path) -> None:
    """Take all pictures."""
    records = a_class(SIZE)
    nearly = max((r for r in records if r.score < r.max_score), key=lambda r: r.score)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        run = put_class(Path(folder) / "week-3", records)
        pages = {"index": write(run).page, "feedback": run / f"feedback/{nearly.submission}.html"}
        browser = launch(playwright)
        for picture in PICTURES:
            take(browser, pages[picture.page], picture, target)
        browser.close()


def take(browser: Browser, page: Path, picture: Picture, target: Path) -> None:
    """Take one picture."""
    size = {"width": picture.width, "height": picture.height}
    view = browser.new_page(viewport=size, color_scheme=picture.scheme)  # type: ignore[arg-type]
    view.goto(page.as_uri())
    if picture.at:
        view.locator(picture.at).first.evaluate("section => section.scrollIntoView()")
    path = target / f"{picture.name}.png"
    view.screenshot(path=path)
    view.close()
    print(f"wrote {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
