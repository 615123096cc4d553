"""The pages in a real browser: they sort, search, open, stay quiet, load nothing, and can be read by everybody."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from grader.oracle import ROOT
from grader.report import Written, write

from .browser import launch, needs_chromium
from .class_records import a_class, exercise_record, put_class, submission_record, troubled_record

pytestmark = needs_chromium

HOSTILE = "<img src=x onerror=document.title='owned'>"
CONTRAST = """
() => {
  // The colours as the screen shows them, whatever notation the style sheet uses.
  const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
    .getContext("2d", { willReadFrequently: true });
  const shown = (color) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    return Array.from(context.getImageData(0, 0, 1, 1).data);
  };
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = shown(getComputedStyle(e).backgroundColor);
      if (color[3] === 255) return color;
    }
    throw new Error("nothing behind");
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = Array.from(element.childNodes).some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !element.checkVisibility() || ["SCRIPT", "text"].includes(element.tagName)) continue;
    const [a, b] = [luminance(shown(getComputedStyle(element).color)), luminance(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${element.outerHTML.slice(0, 80)}`);
  }
  return faint;
}
"""


@dataclass
class Watched:
    """A page, and what it did that a quiet page does not do."""

    page: Page
    noise: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """A class of forty with everything that can happen, and one who tries to be more than text."""
    wrong = exercise_record("ex05_autograd", {"update_params": "rebinds"})
    checks = [
        msgspec.structs.replace(c, message=f"Expected  {HOSTILE}\nSaw       </dd>{HOSTILE}")
        for c in wrong.checks
    ]
    hostile = submission_record(
        HOSTILE,
        [
            msgspec.structs.replace(wrong, checks=checks),
            msgspec.structs.replace(troubled_record("ex06_graph", "import_error"), message=HOSTILE),
        ],
        flags=[HOSTILE],
    )
    folder = tmp_path_factory.mktemp("class")
    return write(put_class(folder, [*a_class(40), hostile]))


@pytest.fixture
def opened(browser: Browser, report: Written) -> Iterator[Watched]:
    """The class's page; whatever it does to the end, it must say and load nothing."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        watched = Watched(context.new_page())
        watch(watched)
        watched.page.goto(report.page.as_uri())
        yield watched
        assert watched.noise == []
        assert all(url.startswith(report.page.parent.as_uri()) for url in watched.requests)


def watch(watched: Watched) -> None:
    page = watched.page
    page.on("console", lambda message: watched.noise.append(message.text))
    page.on("pageerror", lambda error: watched.noise.append(str(error)))
    page.on("request", lambda request: watched.requests.append(request.url))


def names(page: Page) -> list[str]:
    """The submissions in view, from top to bottom."""
    return page.locator("#submissions tbody tr:not([hidden]) th").all_inner_texts()


def column(page: Page, number: int) -> list[str]:
    cells = page.locator(f"#submissions tbody tr:not([hidden]) > :nth-child({number})")
    return cells.all_inner_texts()


def page_of(browser: Browser, path: Path, **told) -> Page:
    page = browser.new_page(**told)
    page.goto(path.as_uri())
    return page


def scrolls_sideways(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


# What it does


def test_a_header_sorts_and_sorts_back_and_says_so(opened: Watched):
    page = opened.page
    header = page.locator("#submissions thead th", has_text="Score")
    header.get_by_role("button").click()
    scores = [float(score) for score in column(page, 2)]
    assert scores == sorted(scores)
    assert header.get_attribute("aria-sort") == "ascending"
    header.get_by_role("button").click()
    assert [float(score) for score in column(page, 2)] == sorted(scores, reverse=True)
    assert header.get_attribute("aria-sort") == "descending"
    assert page.locator("#submissions [aria-sort]").count() == 1


def test_names_sort_as_people_sort_them(opened: Watched):
    page = opened.page
    before = names(page)
    page.get_by_role("button", name="Submission").click()
    assert names(page)[-1] == before[0]
    page.get_by_role("button", name="Submission").click()
    assert names(page) == before


def test_an_exercise_sorts_by_points_with_what_has_none_first(opened: Watched):
    page = opened.page
    page.get_by_role("button", name="ex09").click()
    shown = column(page, 11)
    points = [int(cell) for cell in shown if cell.isdigit()]
    assert points == sorted(points)
    assert all(cell.isdigit() for cell in shown[-len(points) :])
    assert 0 < len(points) < len(shown)


@pytest.mark.parametrize(
    ("typed", "count"), [("COSTA", 4), ("costa mira", 1), ("replaced", 4), ("nobody", 0)]
)
def test_search_narrows_by_every_word_in_name_status_and_flags(opened: Watched, typed, count):
    page = opened.page
    page.get_by_label("Search by name, status or flag").fill(typed)
    assert len(names(page)) == count
    assert page.get_by_role("status").inner_text() == f"{count} of 41 submissions shown"


def test_search_finds_what_is_not_graded(opened: Watched):
    page = opened.page
    page.get_by_label("Search").fill("not graded")
    assert names(page) == ["costa_mira_4132"]
    page.get_by_label("Search").fill("")
    assert len(names(page)) == 41


def test_a_mistake_shows_who_made_it_and_lets_go_again(opened: Watched):
    page = opened.page
    row = page.locator(".lessons li").first
    made = int(row.locator("b").inner_text())
    row.get_by_role("button", name="show who").click()
    assert len(names(page)) == made > 1
    assert row.locator(".rule").inner_text() in page.locator("#only").inner_text()
    page.get_by_role("button", name="Show all").click()
    assert len(names(page)) == 41
    assert page.locator("#only").is_hidden()


def test_a_name_opens_its_feedback(opened: Watched):
    page = opened.page
    page.get_by_role("link", name="costa_mira_4132").click()
    assert page.title() == "costa_mira_4132: 90 of 100"
    assert page.get_by_role("heading", level=1).inner_text() == "Feedback for costa_mira_4132"
    page.get_by_role("link", name="ex05_autograd").click()
    assert page.url.endswith("#ex05_autograd")


def test_hostile_text_stays_text_on_the_page_and_in_the_feedback(opened: Watched):
    page = opened.page
    assert page.locator("img").count() == 0
    assert HOSTILE in names(page)
    page.get_by_role("link", name=HOSTILE).click()
    assert page.locator("img").count() == 0
    assert page.get_by_role("heading", level=1).inner_text() == f"Feedback for {HOSTILE}"
    assert f"</dd>{HOSTILE}" in page.locator("main").inner_text()
    assert "owned" not in page.title().replace(HOSTILE, "")


def test_the_policy_holds_even_if_markup_got_in(browser: Browser, report: Written):
    page = page_of(browser, report.page)
    page.evaluate("""() => {
        const image = document.createElement("div");
        image.innerHTML = "<img src='https://example.org/x.png' onerror=\\"document.title='owned'\\">";
        document.body.append(image);
    }""")
    page.wait_for_timeout(200)
    assert page.title() != "owned"
    page.close()


# For everybody


def test_everything_can_be_done_by_keyboard(opened: Watched):
    page = opened.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.get_by_label("Search").focus()
    page.keyboard.type("costa")
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Submission"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    before = names(page)
    page.keyboard.press("Enter")
    assert names(page) == before[::-1]
    for _ in range(16):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/feedback/**")
    assert page.get_by_role("heading", level=1).inner_text() == f"Feedback for {before[-1]}"


def test_a_screen_reader_finds_names_for_everything(opened: Watched):
    page = opened.page
    assert page.locator("html").get_attribute("lang") == "en"
    for table in page.locator("table").all():
        assert table.locator("caption").count() == 1
        assert table.locator("th:not([scope])").count() == 0
    unnamed = page.evaluate(
        "() => Array.from(document.querySelectorAll('svg')).filter((s) => s.ariaHidden !== 'true').length"
    )
    assert unnamed == 0
    assert page.get_by_role("region", name="Submissions").first.is_visible()
    headings = page.locator("h1, h2, h3").evaluate_all("all => all.map((h) => h.tagName)")
    assert headings.count("H1") == 1


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("which", ["page", "feedback", "hostile"])
def test_no_page_scrolls_sideways(browser: Browser, report: Written, width, which):
    path = {
        "page": report.page,
        "feedback": report.feedback[0],
        "hostile": next(p for p in report.feedback if "_img" in p.name and p.suffix == ".html"),
    }[which]
    page = page_of(browser, path, viewport={"width": width, "height": 800})
    page.locator("details").evaluate_all("all => all.forEach((d) => (d.open = true))")
    assert not scrolls_sideways(page)
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("which", ["page", "feedback"])
def test_all_text_stands_out_from_what_is_behind_it(browser: Browser, report, scheme, which):
    path = report.page if which == "page" else report.feedback[0]
    page = page_of(browser, path, color_scheme=scheme)
    page.locator("details").evaluate_all("all => all.forEach((d) => (d.open = true))")
    assert page.evaluate(CONTRAST) == []
    page.close()


def test_dark_mode_is_dark_and_paper_is_not(browser: Browser, report: Written):
    page = page_of(browser, report.page, color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(22, 24, 28)"
    page.emulate_media(media="print")
    assert page.evaluate(background) == "rgb(253, 253, 251)"
    page.close()


def test_paper_has_the_checks_in_words_and_nothing_to_click(browser: Browser, report: Written):
    page = page_of(browser, report.page, viewport={"width": 690, "height": 900})
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".exercise table").first.is_visible()
    for hidden in ("nav", ".search", ".who"):
        assert page.locator(hidden).first.is_hidden()
    assert not scrolls_sideways(page)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".exercise table").first.is_hidden()
    page.close()


def test_paper_has_what_passed_unfolded(browser: Browser, report: Written):
    page = page_of(browser, report.feedback[0])
    claim = page.locator(".claims dd").first
    assert claim.is_hidden()
    page.emulate_media(media="print")
    assert claim.bounding_box() is not None
    page.close()


def test_without_scripts_everything_is_there_to_read(browser: Browser, report: Written):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(report.page.as_uri())
        assert page.locator("#submissions tbody tr").count() == 41
        assert page.locator(".search").is_hidden()
        assert page.locator(".who").first.is_hidden()


# A large class


def test_a_thousand_submissions_sort_and_search_at_once(browser: Browser, tmp_path: Path):
    page = page_of(browser, write(put_class(tmp_path, a_class(1000))).page)
    start = time.perf_counter()
    page.get_by_role("button", name="Score").click()
    page.get_by_label("Search").fill("costa")
    assert page.get_by_role("status").inner_text() == "100 of 1,000 submissions shown"
    assert time.perf_counter() - start < 5
    assert [float(s) for s in column(page, 2)] == sorted(float(s) for s in column(page, 2))
    page.close()


# The pictures


def test_one_command_takes_the_pictures(tmp_path: Path):
    command = [sys.executable, "-m", "docs.screenshots", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    pictures = sorted(tmp_path.iterdir())
    assert [path.name for path in pictures] == sorted(
        path.name for path in (ROOT / "docs" / "screenshots").glob("*.png")
    )
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in pictures)
    assert done.stdout.splitlines()[0] == f"wrote {tmp_path / 'page.png'}"
