"""What is shown of HTML on formgrader's pages and in feedback, so that it can do nothing there.

nbgrader puts the HTML of a student's notebook into its pages as it is. A script in there would run as the instructor who looks at
it, and formgrader's pages may change every grade.
"""

from __future__ import annotations

import re

import bleach  # type: ignore[import-untyped]  # it comes with nbconvert, and without stubs
from nbconvert.filters import strip_files_prefix

_TAGS = bleach.ALLOWED_TAGS | {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "span", "br", "hr", "img", "pre"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd"),
    *("del", "ins", "sub", "sup", "kbd", "small", "u", "details", "summary"),
}
_ATTRIBUTES = {
    "a": frozenset({"href", "title"}),
    "img": frozenset({"src", "alt", "title", "width", "height"}),
    "td": frozenset({"colspan", "rowspan", "align"}),
    "th": frozenset({"colspan", "rowspan", "align", "scope"}),
}
_LOOKS = re.compile(r"highlight( hl-\w+)?|[a-z][a-z0-9]?")
"""Classes of coloured code; a page's own might give something a button's work."""


def cleaned(html: str | bytes) -> str:
    """Take out of HTML what could run or be mistaken for a part of the page; tags that are taken out show as text."""
    text = html.decode() if isinstance(html, bytes) else str(html)
    return bleach.clean(
        strip_files_prefix(text),
        tags=_TAGS,
        attributes=_may_stay,
        protocols=[*bleach.ALLOWED_PROTOCOLS, "data"],  # pictures in Markdown
    )


def _may_stay(tag: str, name: str, value: str) -> bool:
    if name == "class":
        return _LOOKS.fullmatch(value) is not None
    return name in _ATTRIBUTES.get(tag, ())
