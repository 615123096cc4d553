"""Check again whatever is saved: what `gradkit watch` does between two events.

Everything happens on one thread, which takes events from a queue; other threads only put them there: keys, saves, and examinations
that have come to an end.
"""

from __future__ import annotations

import contextlib
import functools
import queue
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import msgspec

from ..selfcheck import Examined, SelfCheck
from .checking import checks_of
from .events import Done, Event, Events, Key, Saved, Suspend
from .hints import Hints
from .names import Chosen
from .progress import news_of, place_after, place_beyond
from .screen import Screen
from .standing import Place, Standing, next_place
from .view import View, Waiting

_AT_ONCE = 4
"""More than a check runs at once, so that endless loops in some files do not keep another waiting."""

_TICK_SECONDS = 0.5
_LONG_SECONDS = 2
_LONG_AT_FIRST_SECONDS = 6
"""Longer, since at the start some exercises wait until scikit-learn is imported."""


class _Begun(msgspec.Struct, frozen=True):
    """An examination under way."""

    future: Future[Examined]
    at: float
    saved: bool


class Watch:
    """A running watch; a context manager, since it holds processes.

    Args:
        folder: where the learner's modules are.
        chosen: see `names.select`.
        screen: shows how things stand.
        events: others put keys and saves there.
    """

    def __init__(self, folder: Path, chosen: Chosen, screen: Screen, events: Events) -> None:
        self._folder, self._screen, self._events = folder, screen, events
        self._check = self._open()
        checks = checks_of(self._check, chosen)
        self._standings = {e: Standing(e, tuple(own)) for e, own in checks.items()}
        self._begun: dict[str, _Begun] = {}
        self._hints = Hints()
        self._restarted = False
        self._warm_since: float | None = None
        self._place: Place | None = None
        self._note, self._good, self._hint = "", False, ""

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *exception: object) -> None:
        self._check.close()

    def run(self) -> None:
        """Check all, then whatever is saved, until "q" is pressed."""
        self._begin(self._standings, saved=False)
        while True:
            self._screen.show(self._view())
            for event in self._happened():
                if event == Key("q"):
                    return
                self._take(event)

    def _happened(self) -> list[Event]:
        """All events there are; waits for the first, but not for long, since clocks go on."""
        events = []
        with contextlib.suppress(queue.Empty):
            events.append(self._events.get(timeout=_TICK_SECONDS))
            while True:
                events.append(self._events.get_nowait())
        return events

    def _take(self, event: Event) -> None:
        if isinstance(event, Saved):
            self._begin([e for e in event.exercises if e in self._standings], saved=True)
        elif isinstance(event, Done):
            self._done(event)
        elif isinstance(event, Suspend):
            self._screen.suspend()
        elif event.name == "n":
            self._note = ""
            self._look_at(place_beyond(self._place, self._all()))
        elif event.name == "h" and self._place is not None:
            self._hint = str(self._hints.give(self._place.exercise, self._place.function))
            if self._hints.trouble:
                self._note, self._good = self._hints.trouble, False
        elif event.name == "r":
            self._begin(self._standings, saved=False)

    def _begin(self, exercises: Iterable[str], *, saved: bool) -> None:
        wanted = {e: [check.id for check in self._standings[e].checks] for e in exercises}
        for exercise, future in self._check.begin(wanted).items():
            self._begun[exercise] = _Begun(future, time.monotonic(), saved)
            self._stand(exercise, checking=True)
            future.add_done_callback(functools.partial(self._tell_done, exercise))

    def _tell_done(self, exercise: str, future: Future[Examined]) -> None:
        self._events.put(Done(exercise, future))

    def _done(self, done: Done) -> None:
        begun = self._begun.get(done.exercise)
        if begun is None or begun.future is not done.future:
            return  # the file has been saved again meanwhile
        error = done.future.exception()
        fault = error is not None or _is_graders_fault(done.future.result())
        if fault and not self._restarted:
            self._restart()
            return
        del self._begun[done.exercise]
        before = self._standings[done.exercise]
        self._stand(done.exercise, checking=False)
        if error is not None:
            self._note = f"The grader itself failed, which is not your doing: {error}"
            return
        self._restarted = fault
        self._warm_since = self._warm_since or time.monotonic()
        after = self._stand(done.exercise, examined=done.future.result())
        if not begun.saved:
            self._look_at(next_place(self._all()))
            return
        self._note, self._good = news_of(before, after, time.monotonic() - begun.at)
        self._look_at(place_after(self._place, after, self._all()))

    def _restart(self) -> None:
        """Begin what is under way anew, with a server of workers that is new, too."""
        self._check.close()
        self._check, self._restarted = self._open(), True
        for saved in (False, True):
            self._begin([e for e, b in self._begun.items() if b.saved is saved], saved=saved)

    def _open(self) -> SelfCheck:
        return SelfCheck(self._folder, at_once=_AT_ONCE)

    def _stand(self, exercise: str, **changes: Any) -> Standing:
        now = msgspec.structs.replace(self._standings[exercise], **changes)
        self._standings[exercise] = now
        return now

    def _look_at(self, place: Place | None) -> None:
        if place != self._place:
            self._place, self._hint = place, ""

    def _all(self) -> tuple[Standing, ...]:
        return tuple(self._standings.values())

    def _view(self) -> View:
        return View(
            folder=self._folder,
            standings=self._all(),
            place=self._place,
            note=self._note,
            good=self._good,
            hint=self._hint,
            waiting=tuple(self._waiting()),
        )

    def _waiting(self) -> Iterator[Waiting]:
        if self._warm_since is None:
            return  # not the learner's code: torch is being imported
        for exercise, begun in self._begun.items():
            seconds = int(time.monotonic() - max(begun.at, self._warm_since))
            long = _LONG_SECONDS if begun.saved else _LONG_AT_FIRST_SECONDS
            if begun.future.running() and seconds >= long:
                yield Waiting(exercise, self._check.open_functions(exercise), seconds)


def _is_graders_fault(examined: Examined) -> bool:
    return any(finding.verdict.status == "not_graded" for finding in examined.findings)
