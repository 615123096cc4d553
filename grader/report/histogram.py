"""The distribution of scores: counted into bins, and drawn as an SVG that takes its colours from the page."""

from __future__ import annotations

import io
import logging
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from markupsafe import Markup

from .words import points

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BINS = 10
_BAR = "#010203"
"""Stands for the colour that the style sheet gives to a bar."""

_SVG = "http://www.w3.org/2000/svg"
_DROPPED = [f"{{{_SVG}}}{tag}" for tag in ("metadata", "defs", "use")]


@dataclass
class Bin:
    """Scores of about the same size.

    Args:
        label: from where to where.
        count: how many submissions are there.
    """

    label: str
    count: int = 0


def distribution(scores: Sequence[float], top: float) -> list[Bin]:
    """Count scores into ten bins of equal width from 0 to `top`; the last one includes `top`.

    >>> [bin.count for bin in distribution([0, 9.5, 10, 100], 100)]
    [2, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    """
    width = top / BINS
    edges = [points(width * n) for n in range(BINS + 1)]
    bins = [Bin(f"{low}–{high}") for low, high in pairwise(edges)]
    for score in scores:
        bins[min(int(score / width), BINS - 1)].count += 1
    return bins


def draw(bins: Sequence[Bin], top: float) -> Markup:
    """Draw bins as bars; the page says in words what they show."""
    # Without a home to write to, it says so at length, though nothing is lost.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    # Only the page needs matplotlib, and it takes half a second to load.
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"svg.hashsalt": "gradkit", "svg.fonttype": "none"}):
        figure = Figure(figsize=(7.2, 2.3), layout="constrained")
        FigureCanvasSVG(figure)
        _plot(figure, bins, top)
        text = io.StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(text, format="svg", transparent=True, metadata=nothing)
    return _fit_for_the_page(text.getvalue())


def _plot(figure: Figure, bins: Sequence[Bin], top: float) -> None:
    axes = figure.add_subplot()
    places = [place + 0.5 for place in range(BINS)]
    bars = axes.bar(places, [b.count for b in bins], width=0.9, color=_BAR)
    axes.bar_label(bars, [str(b.count) if b.count else "" for b in bins], padding=2)
    axes.set_xlim(0, BINS)
    axes.set_xticks(range(BINS + 1), [points(top / BINS * n) for n in range(BINS + 1)])
    axes.tick_params(length=0, pad=8)  # room for the larger letters of a phone
    axes.set_yticks([])
    axes.spines[["top", "left", "right"]].set_visible(False)


def _fit_for_the_page(svg: str) -> Markup:
    """Keep shapes and text; colours, fonts and size are the style sheet's, whose policy forbids any style in the markup."""
    ET.register_namespace("", _SVG)
    root = ET.fromstring(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in _DROPPED:
                parent.remove(child)
    for element in root.iter():
        _restyle(element)
    for size in ("width", "height"):
        del root.attrib[size]
    root.attrib.update({"aria-hidden": "true", "focusable": "false"})
    return Markup(ET.tostring(root, encoding="unicode"))


def _restyle(element: ET.Element) -> None:
    style = element.attrib.pop("style", "")
    for name in ("id", "clip-path"):
        element.attrib.pop(name, None)
    values = dict(part.strip().split(": ", 1) for part in style.split(";") if ": " in part)
    if values.get("fill") == _BAR:
        element.set("class", "bar")
    elif values.get("fill") == "none":
        element.set("fill", "none")
    if "stroke" in values:
        element.set("stroke", "currentColor")
    if "text-anchor" in values:
        element.set("text-anchor", values["text-anchor"])
