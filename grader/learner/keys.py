"""Keys as they are pressed, without waiting for Enter; the terminal is put back as it was, whatever happens."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import threading
from collections.abc import Callable, Iterator

_POLL_SECONDS = 0.05

if sys.platform == "win32":
    import msvcrt

    @contextlib.contextmanager
    def key_by_key(tell: Callable[[str], None]) -> Iterator[None]:
        """While this lasts, tell of every key pressed."""
        stop = threading.Event()

        def read() -> None:
            while not stop.wait(_POLL_SECONDS):
                while msvcrt.kbhit():
                    tell(msvcrt.getwch())

        threading.Thread(target=read, daemon=True, name="keys").start()
        try:
            yield
        finally:
            stop.set()

else:
    import termios
    import tty

    @contextlib.contextmanager
    def key_by_key(tell: Callable[[str], None]) -> Iterator[None]:
        """While this lasts, tell of every key pressed; of "q" when the terminal has gone."""
        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)
        wake, stop = os.pipe()
        reading = threading.Thread(target=_read, args=(terminal, wake, tell), name="keys")
        reading.daemon = True
        try:
            tty.setcbreak(terminal, termios.TCSANOW)
            reading.start()
            yield
        finally:
            os.write(stop, b".")
            with contextlib.suppress(termios.error):  # a terminal that has gone needs nothing
                termios.tcsetattr(terminal, termios.TCSANOW, before)
            reading.join()
            os.close(wake)
            os.close(stop)

    def _read(terminal: int, wake: int, tell: Callable[[str], None]) -> None:
        while True:
            ready, _, _ = select.select([terminal, wake], [], [])
            if wake in ready:
                return None
            try:
                pressed = os.read(terminal, 64)
            except OSError:
                pressed = b""
            if not pressed:
                return tell("q")
            if not pressed.startswith(b"\x1b"):  # arrows and the like come as sequences of letters
                for key in pressed.decode("utf-8", "replace"):
                    tell(key)
