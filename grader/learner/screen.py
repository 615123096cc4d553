"""Where `gradkit watch` shows how things stand: a terminal that is redrawn, or lines of text."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable
from typing import Protocol

from rich.console import Console
from rich.live import Live
from rich.text import Text

from .chart import plain_line
from .keys import key_by_key
from .output import write_plain
from .telling import next_step
from .view import View, filled, looked_at, news


class Screen(Protocol):
    """Shows views, one after the other."""

    def show(self, view: View) -> None:
        """Show how things stand now."""

    def suspend(self) -> None:
        """Give the terminal back until the shell lets this process go on."""


class DrawnScreen:
    """The whole terminal, redrawn where something has changed; a context manager, which gives it back.

    Args:
        console: the terminal.
        tell: is told of every key pressed.
    """

    def __init__(self, console: Console, tell: Callable[[str], None]) -> None:
        self._console, self._tell = console, tell
        self._held = contextlib.ExitStack()
        self._live: Live | None = None
        self._drawn: object = None

    def __enter__(self) -> DrawnScreen:
        self._held.enter_context(key_by_key(self._tell))
        self._live = self._held.enter_context(
            Live(console=self._console, screen=True, auto_refresh=False)
        )
        self._drawn = None
        return self

    def __exit__(self, *exception: object) -> None:
        self._held.close()

    def show(self, view: View) -> None:
        """See `Screen.show`."""
        text = filled(view, self._console)
        now = (self._console.size, text.plain)
        if self._live is not None and now != self._drawn:
            self._drawn = now
            self._live.update(text, refresh=True)

    def suspend(self) -> None:
        """See `Screen.suspend`."""
        self._held.close()
        _stand_still()
        self.__enter__()


class Lines:
    """Plain lines after each round, for where there is no terminal to draw on."""

    def __init__(self) -> None:
        self._before: View | None = None
        self._told: set[str] = set()

    def show(self, view: View) -> None:
        """See `Screen.show`."""
        for waiting in view.waiting:
            if waiting.exercise not in self._told:
                self._told.add(waiting.exercise)
                write_plain(str(waiting))
        if view.checking or view == self._before:
            return
        before = {s.exercise: s for s in self._before.standings} if self._before else {}
        changed = [s for s in view.standings if before.get(s.exercise) != s]
        self._before, self._told = view, set()
        rows = Text("\n".join(map(plain_line, changed)))
        parts = [news(view), rows]
        if view.place is not None:
            parts.append(looked_at(view))
        parts.append(next_step(view.standings))
        write_plain(Text("\n\n").join(part for part in parts if part.plain))
        write_plain("")

    def suspend(self) -> None:
        """See `Screen.suspend`; there is nothing to give back."""
        _stand_still()


def _stand_still() -> None:
    """Stop until the shell says to go on."""
    os.kill(os.getpid(), signal.SIGSTOP)
