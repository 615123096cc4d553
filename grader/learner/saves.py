"""What was saved in a folder, told as soon as it happens."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from watchfiles import watch

Tell = Callable[[list[str]], None]
_Mark = tuple[int, int, int, int]

_GROUPED_MS = 200
"""Changes within so long of each other count as one save, at most."""

_QUIET_MS = 30
_LOOK_MS = 500
_RETRY_SECONDS = 0.3


@contextlib.contextmanager
def following(folder: Path, exercises: Collection[str], tell: Tell) -> Iterator[None]:
    """While this lasts, tell which exercises' files were saved, renamed or deleted.

    Args:
        folder: may vanish and come back meanwhile.
        exercises: those of interest.
        tell: is called on a thread of its own.
    """
    stop = threading.Event()
    saves = _Saves(folder, exercises, tell)
    thread = threading.Thread(target=saves.follow, args=(stop,), daemon=True, name="saves")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


class _Saves:
    """What the files of a folder were like when last looked at.

    The system's events tell quickly, and lose what happens while a folder is gone or before it is
    followed. So every look also compares the files themselves with what they were.
    """

    def __init__(self, folder: Path, exercises: Collection[str], tell: Tell) -> None:
        self._folder = folder
        self._tell = tell
        self._files = {f"{exercise}.py": exercise for exercise in exercises}
        self._seen = self._marks()

    def follow(self, stop: threading.Event) -> None:
        polling: bool | None = None
        while not stop.is_set():
            self._look(())
            known = _mark(self._folder)
            if known is not None:
                try:
                    self._follow_one(known, stop, polling)
                    continue
                except OSError:  # the system follows no more folders, or this one has just vanished
                    polling = True
            stop.wait(_RETRY_SECONDS)

    def _follow_one(self, known: _Mark, stop: threading.Event, polling: bool | None) -> None:
        """Follow one folder until it is no longer the one of that name."""
        for changes in watch(
            self._folder,
            watch_filter=None,
            debounce=_GROUPED_MS,
            step=_QUIET_MS,
            stop_event=stop,
            rust_timeout=_LOOK_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
            force_polling=polling,
            recursive=False,
        ):
            self._look(Path(path).name for _, path in changes)
            if (now := _mark(self._folder)) is None or now[:2] != known[:2]:
                return

    def _look(self, touched: Iterable[str]) -> None:
        """Tell of the files touched, and of those that are no longer what they were."""
        now = self._marks()
        files = {file for file in self._files if now[file] != self._seen[file]}
        files |= self._files.keys() & set(touched)
        self._seen = now
        if files:
            self._tell(sorted(self._files[file] for file in files))

    def _marks(self) -> dict[str, _Mark | None]:
        return {file: _mark(self._folder / file) for file in self._files}


def _mark(path: Path) -> _Mark | None:
    """Device, inode, and for files what a save changes; None where there is nothing."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size
