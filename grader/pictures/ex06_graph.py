"""The graph behind a loss."""

from __future__ import annotations

from typing import Any

from graphviz import Digraph

from grader import dot
from grader.check import check
from grader.draw import Draw
from grader.observe import Unusable, instance


@check("draw_graph", aspect="graph", look="torchviz.make_dot")
def shows_the_graph_of_a_loss(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The graph behind the mean squared error of a + b x, as draw_graph draws it.

    Boxes of leaves stand at the top; each operation points to what is made of it.
    """
    a, b = draw.parameter(), draw.parameter()
    x, y = draw.points(8)
    loss = ((a + b * x - y) ** 2).mean()
    drawing = instance(exercise.draw_graph(loss, {"a": a, "b": b}), Digraph, "a graphviz.Digraph")
    try:
        graph = dot.read(str(drawing.source))
    except dot.TooLarge as error:
        raise Unusable("the graph of a small loss", str(error)) from None
    return {
        "labels": [box.label for box in graph.boxes],
        "fills": [box.fill for box in graph.boxes],
        "arrows": [place for arrow in graph.arrows for place in arrow],
    }
