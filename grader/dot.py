"""Graphs as Graphviz's DOT text: read with suspicion, written from scratch.

DOT can name files to read and addresses to link to. Of what is read here only boxes, their labels and colours, and arrows
are kept, and what is written holds nothing else. So no text of a stranger's reaches the dot program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

MAX_BOXES, MAX_ARROWS = 200, 600
"""More cannot be looked at, and would keep the dot program busy."""

MAX_SOURCE, MAX_LABEL = 200_000, 200

_TOKEN = re.compile(
    r'"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<word>[\w.#]+)|(?P<mark>->|--|\S)', re.DOTALL
)
_COLOUR = re.compile(r"[a-z]{3,20}[1-4]?|#[0-9a-fA-F]{6}")
_PLAIN = "lightgrey"
_STYLE = "shape=box style=filled fontname=monospace fontsize=10 height=0.2"
_BREAKS = {"n": "\n", "l": "\n", "r": "\n"}


class TooLarge(ValueError):
    """A graph that is too large to be looked at; the message says how large."""


class Box(NamedTuple):
    """A box with its text and its colour."""

    label: str
    fill: str


class Graph(NamedTuple):
    """Boxes, and arrows between them as pairs of their places."""

    boxes: tuple[Box, ...]
    arrows: tuple[tuple[int, int], ...]


class _Token(NamedTuple):
    text: str
    kind: str


_OPENING = [_Token(word, "word") for word in ("strict", "digraph", "graph", "subgraph")]
_KEYWORDS = [*_OPENING, _Token("node", "word"), _Token("edge", "word")]


def read(source: str) -> Graph:
    """The boxes and arrows of a DOT text; whatever else it says is passed over.

    >>> read('digraph { 1 [label="w" image="/etc/passwd"] 1 -> 2 }').boxes[0]
    Box(label='w', fill='lightgrey')

    Raises:
        TooLarge: when nobody could look at it.
    """
    if len(source) > MAX_SOURCE:
        raise TooLarge(f"a text of {len(source)} characters")
    boxes: dict[str, Box] = {}
    arrows: list[tuple[str, str]] = []
    for names, attributes in _statements(source):
        for name in names:
            boxes.setdefault(name, Box(name, _PLAIN))
        if len(names) == 1:
            old = boxes[names[0]]
            boxes[names[0]] = Box(
                attributes.get("label", old.label), attributes.get("fillcolor", old.fill)
            )
        arrows += pairwise(names)
    places = {name: place for place, name in enumerate(boxes)}
    return checked(Graph(tuple(boxes.values()), tuple((places[a], places[b]) for a, b in arrows)))


def checked(graph: Graph) -> Graph:
    """A graph of reasonable size, whose labels are short and whose colours are colours.

    Raises:
        TooLarge: when nobody could look at it.
        ValueError: when an arrow begins or ends nowhere.
    """
    if len(graph.boxes) > MAX_BOXES or len(graph.arrows) > MAX_ARROWS:
        raise TooLarge(f"{len(graph.boxes)} boxes and {len(graph.arrows)} arrows")
    if not all(0 <= place < len(graph.boxes) for arrow in graph.arrows for place in arrow):
        raise ValueError("an arrow begins or ends nowhere")
    fills = (box.fill if _COLOUR.fullmatch(box.fill) else _PLAIN for box in graph.boxes)
    labels = (box.label.strip()[:MAX_LABEL] for box in graph.boxes)
    boxes = (Box(label, fill) for label, fill in zip(labels, fills, strict=True))
    return Graph(tuple(boxes), graph.arrows)


def write(graph: Graph) -> str:
    """A graph as DOT text."""
    graph = checked(graph)
    lines = [f"node [{_STYLE}]"]
    lines += [
        f'n{place} [label="{_quoted(box.label)}" fillcolor="{box.fill}"]'
        for place, box in enumerate(graph.boxes)
    ]
    lines += [f"n{start} -> n{end}" for start, end in graph.arrows]
    return "digraph {\n" + "".join(f"\t{line}\n" for line in lines) + "}\n"


def _statements(source: str) -> Iterator[tuple[list[str], dict[str, str]]]:
    """The names that a statement joins by arrows, one for a box of its own, and its attributes."""
    tokens = _Tokens(source)
    while tokens.rest:
        token = tokens.take()
        if token.kind == "mark":
            continue
        if token in _OPENING:
            while tokens.rest and tokens.next not in ("{", "["):
                tokens.take()
        names = [token.text]
        while tokens.next in ("->", "--", ":"):
            joins = tokens.take().text != ":"
            after = tokens.take()
            names += [after.text] if joins and after.kind != "mark" else []
        attributes = tokens.attributes() if tokens.next == "[" else {}
        if tokens.next == "=":
            tokens.take()
            tokens.take()
        elif token not in _KEYWORDS:
            yield names, attributes


class _Tokens:
    """The tokens of a DOT text, from first to last."""

    def __init__(self, source: str) -> None:
        found = (_Token(_unquoted(m[0]), m.lastgroup or "") for m in _TOKEN.finditer(source))
        self.rest = list(found)[::-1]

    @property
    def next(self) -> str:
        """The mark that comes next, if one does."""
        return self.rest[-1].text if self.rest and self.rest[-1].kind == "mark" else ""

    def take(self) -> _Token:
        """Take the next token; an empty one at the end."""
        return self.rest.pop() if self.rest else _Token("", "word")

    def attributes(self) -> dict[str, str]:
        """Take the attributes between brackets."""
        found: dict[str, str] = {}
        name = ""
        while self.rest and (token := self.take()) != _Token("]", "mark"):
            if token.text == "=" and token.kind == "mark":
                found[name] = self.take().text
            name = token.text
        return found


def _unquoted(token: str) -> str:
    if not token.startswith('"') or len(token) < 2:
        return token
    return re.sub(r"\\(.)", lambda m: _BREAKS.get(m[1], m[1]), token[1:-1], flags=re.DOTALL)


def _quoted(label: str) -> str:
    """A label between quotes: whatever it holds is shown, and nothing of it is obeyed."""
    plain = "".join(c if c.isprintable() or c == "\n" else "?" for c in label)
    for character, written in (("\\", "\\\\"), ('"', '\\"'), ("&", "&amp;"), ("\n", "\\n")):
        plain = plain.replace(character, written)
    return plain
