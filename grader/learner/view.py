"""What `gradkit watch` has to show at a moment, and how a screen is filled with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.text import Text

from ..parts import WIDTH
from .chart import SHORT_CHART_WIDTH, chart, points, short_chart
from .safe import safe
from .standing import Place, Standing
from .telling import next_step, not_started, told

KEYS = "n next   h hint   r run all again   q quit"


class Waiting(msgspec.Struct, frozen=True):
    """An exercise that takes its time.

    Args:
        exercise: such as "ex05_autograd".
        functions: those that have not all their findings.
        seconds: since it was begun.
    """

    exercise: str
    functions: Sequence[str]
    seconds: int

    def __str__(self) -> str:
        which = ", ".join(self.functions) or "the end"
        return (
            f"{self.exercise} has been running for {self.seconds} s, waiting for {which}."
            " An endless loop? Saving the file begins anew."
        )


class View(msgspec.Struct, frozen=True):
    """All there is to show.

    Args:
        folder: where the learner's modules are.
        standings: where the learner stands with each exercise.
        place: the function that is looked at, if any.
        note: what has just happened.
        good: whether that is something to be glad about.
        hint: a hint on the function, once it was asked for.
        waiting: exercises that take their time.
    """

    folder: Path
    standings: tuple[Standing, ...]
    place: Place | None = None
    note: str = ""
    good: bool = False
    hint: str = ""
    waiting: tuple[Waiting, ...] = ()

    @property
    def checking(self) -> bool:
        """Whether anything is being examined."""
        return any(standing.checking for standing in self.standings)


def looked_at(view: View, width: int = WIDTH) -> Text:
    """The function that is looked at: what is to mend there, or what is asked for."""
    if view.place is None:
        return Text() if view.checking else next_step(view.standings)
    standing = next(s for s in view.standings if s.exercise == view.place.exercise)
    faults = [f for f in standing.faults() if f.verdict.check.function == view.place.function]
    if not faults:
        return not_started(view.place, standing, view.folder, width)
    text = told(faults[0], view.folder, width)
    if len(faults) > 1 and faults[0].verdict.status != "import_error":
        text.append(f"\n\n{len(faults) - 1} more of its checks to mend after this", "dim")
    return text


def news(view: View) -> Text:
    """What takes its time, or else what has just happened: beside a running check it would be an old story."""
    lines = [Text(str(waiting), "yellow") for waiting in view.waiting]
    if view.note and not lines:
        lines.append(Text(safe(view.note), "green" if view.good else ""))
    return Text("\n").join(lines)


def filled(view: View, console: Console) -> Text:
    """The whole screen: the map, what happened, the function looked at, the keys; never more than fits."""
    parts = [news(view), Text(view.hint, "cyan"), looked_at(view, console.width)]
    below = [line for part in parts if part.plain for line in [Text(), *_wrapped(part, console)]]
    room = console.height - 2  # the keys, and an empty line above them
    above = _map(view, console, room, len(below))
    if len(above) + len(below) > room:
        below = [
            *below[: max(0, room - len(above) - 1)],
            Text("… (a higher window shows more)"[: console.width], "dim"),
        ]
    body = [*above, *below][:room]
    body += [Text()] * (console.height - 1 - len(body))
    return Text("\n").join([*body, Text(KEYS[: console.width], "reverse")])


def _map(view: View, console: Console, room: int, wanted: int) -> list[Text]:
    """The largest map that leaves as many lines as are wanted below it, or else half of the room."""
    here = view.place.exercise if view.place else None
    maps = [chart(view.standings, console.encoding, here)]
    if console.width >= SHORT_CHART_WIDTH:
        maps.append(short_chart(view.standings, console.encoding))
    lines = [_wrapped(each, console) for each in [*maps, Text(points(view.standings))]]
    fitting = [m for m in lines if len(m) + wanted <= room]
    return next(iter(fitting or [m for m in lines if len(m) <= room // 2]), lines[-1])


def _wrapped(text: Text, console: Console) -> list[Text]:
    return list(text.wrap(console, console.width))
