"""A session of `gradkit watch`: opens what it needs, and gives everything back at its end, however that comes."""

from __future__ import annotations

import contextlib
import queue
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from .events import Events, Key, Saved, Suspend
from .names import Chosen
from .output import terminal
from .saves import following
from .screen import DrawnScreen, Lines, Screen
from .watch import Watch


def watch(folder: Path, chosen: Chosen, *, drawn: bool) -> None:
    """Check again whatever is saved, until "q" or Ctrl-C is pressed.

    Args:
        folder: where the learner's modules are.
        chosen: see `names.select`.
        drawn: on the whole terminal, with keys; otherwise in plain lines.
    """
    events: Events = queue.SimpleQueue()
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as held:
        held.enter_context(_signals(events))
        screen: Screen = Lines()
        if drawn:
            console = terminal()
            screen = held.enter_context(DrawnScreen(console, lambda key: events.put(Key(key))))
        held.enter_context(following(folder, chosen, lambda names: events.put(Saved(names))))
        running = held.enter_context(Watch(folder, chosen, screen, events))
        running.run()


@contextlib.contextmanager
def _signals(events: Events) -> Iterator[None]:
    """End in good order when asked to end; give the terminal back when the shell wants it."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    def suspend(number: int, frame: FrameType | None) -> None:
        events.put(Suspend())

    wanted = {"SIGTERM": leave, "SIGHUP": leave, "SIGTSTP": suspend}
    known = {getattr(signal, name): do for name, do in wanted.items() if hasattr(signal, name)}
    before = {number: signal.signal(number, do) for number, do in known.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
