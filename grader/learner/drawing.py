"""Facts as pictures: the learner's in thin lines, over the reference's broad and pale ones."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from .. import dot
from ..facts import Fact, Facts, Many, Numbers, Unlike

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = ("#1f6fb2", "#c8501e")
_SIZE = (7.2, 4.2)

Columns: TypeAlias = Mapping[str, tuple[list[float], list[float]]]
"""By name, what goes to the right and what goes up."""


class NotDrawable(Exception):
    """Facts of another kind than there should be."""

    def __init__(self, name: str, fact: Fact) -> None:
        super().__init__(name)
        self.name, self.fact = name, fact


def graph(facts: Facts) -> str:
    """A graph as DOT text, from facts that are not trusted.

    Raises:
        NotDrawable: when they are not what they should be.
    """
    labels, fills = (_texts(name, facts) for name in ("labels", "fills"))
    ends = [end for end in _items("arrows", facts) if isinstance(end, int)]
    if not labels:
        raise NotDrawable("the drawing", Unlike("a box for each operation", "no box"))
    try:
        boxes = tuple(dot.Box(*box) for box in zip(labels, fills, strict=True))
        return dot.write(dot.Graph(boxes, tuple(zip(ends[::2], ends[1::2], strict=True))))
    except ValueError as error:
        raise NotDrawable("the drawing", Unlike("a graph", str(error))) from error


def curves(title: str, facts: Facts, reference: Facts) -> str:
    """Curves over epochs as SVG.

    Args:
        title: stands above them.
        facts: the learner's, not trusted.
        reference: likewise, of the reference; may be empty.

    Raises:
        NotDrawable: when they are not what they should be.
    """
    from matplotlib.ticker import LogLocator

    yours, its = _curves(facts), _curves(reference)

    def fill(axes: Axes) -> None:
        for colour, (name, (x, y)) in zip(_COLOURS, yours.items(), strict=False):
            if name in its:
                axes.plot(
                    *its[name], color=colour, alpha=0.3, linewidth=6, label=f"{name}, reference"
                )
            axes.plot(x, y, color=colour, linewidth=1.5, label=f"{name}, yours")
        if _spans_a_decade([v for _, y in yours.values() for v in y]):
            axes.set_yscale("log")
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axes.yaxis.set_major_formatter("{x:g}")
            axes.yaxis.set_minor_formatter("")
        axes.set_xlabel("epoch")
        axes.set_ylabel("loss")

    return _svg(title, fill)


def _spans_a_decade(values: list[float]) -> bool:
    """Whether a logarithmic scale can show them, and would have more than one number on it."""
    return all(v > 0 and math.isfinite(v) for v in values) and max(values) >= 10 * min(values)


def points(title: str, facts: Facts) -> str:
    """Points as SVG.

    Args:
        title: stands above them.
        facts: the learner's, not trusted.

    Raises:
        NotDrawable: when they are not what they should be.
    """
    sets = {name: _columns(name, fact) for name, fact in facts.items()}

    def fill(axes: Axes) -> None:
        for colour, marker, (name, (x, y)) in zip(_COLOURS, "os", sets.items(), strict=False):
            axes.scatter(x, y, s=22, marker=marker, color=colour, label=f"{name}, {len(x)} points")
        axes.set_xlabel("x")
        axes.set_ylabel("y")

    return _svg(title, fill)


def _svg(title: str, fill: Callable[[Axes], None]) -> str:
    # Half a second to load, which only a picture is worth.
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"svg.hashsalt": "gradkit", "svg.fonttype": "none"}):
        figure = Figure(figsize=_SIZE, layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        fill(axes)
        axes.set_title(title, fontsize=10)
        axes.grid(color="#dddddd", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
        text = io.StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(text, format="svg", metadata=nothing)
    return text.getvalue()


def _curves(facts: Facts) -> Columns:
    epochs = facts.get("epochs", 1)
    total = epochs if isinstance(epochs, int) else 1
    found = {}
    for name, fact in facts.items():
        if name != "epochs":
            values = _numbers(name, fact, 1).values()
            found[name] = [total * n / len(values) for n in range(len(values))], values
    return found


def _columns(name: str, fact: Fact) -> tuple[list[float], list[float]]:
    numbers = _numbers(name, fact, 2)
    if numbers.shape[1] != 2:
        raise NotDrawable(name, Unlike("two columns", f"shape {numbers.shape}"))
    values = numbers.values()
    return values[::2], values[1::2]


def _numbers(name: str, fact: Fact, dimensions: int) -> Numbers:
    if not isinstance(fact, Numbers) or len(fact.shape) != dimensions or 0 in fact.shape:
        raise NotDrawable(name, fact)
    return fact


def _texts(name: str, facts: Facts) -> list[str]:
    return [item for item in _items(name, facts) if isinstance(item, str)]


def _items(name: str, facts: Facts) -> tuple[Fact, ...]:
    fact = facts.get(name)
    if not isinstance(fact, Many):
        raise NotDrawable(name, fact)
    return fact.items
