"""What was saved in a folder, told as soon as it happens."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from watchfiles import watch

Tell = Callable[[list[str]], None]

_GROUPED_MS = 200
"""Changes within so long of each other count as one save, at most."""

_QUIET_MS = 30
_LOOK_MS = 500
_RETRY_SECONDS = 0.3


@contextlib.contextmanager
def following(folder: Path, exercises: Collection[str], tell: Tell) -> Iterator[None]:
    """While this lasts, tell which exercises' files were saved, renamed or deleted.

    Args:
        folder: may vanish and come back meanwhile; then all files count as touched.
        exercises: those of interest.
        tell: is called on a thread of its own.
    """
    stop = threading.Event()
    thread = threading.Thread(
        target=_follow, args=(folder, exercises, tell, stop), daemon=True, name="saves"
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _follow(folder: Path, exercises: Collection[str], tell: Tell, stop: threading.Event) -> None:
    polling: bool | None = None
    began = False
    while not stop.is_set():
        known = _identity(folder)
        if known is None:
            stop.wait(_RETRY_SECONDS)
            continue
        if began:
            tell(list(exercises))
        began = True
        try:
            _follow_one(folder, known, exercises, tell, stop, polling)
        except OSError:  # the system watches no more folders, or this one has just vanished
            polling = True
            stop.wait(_RETRY_SECONDS)
            continue
        if not stop.is_set() and _identity(folder) is None:
            tell(list(exercises))


def _follow_one(
    folder: Path,
    known: tuple[int, int],
    exercises: Collection[str],
    tell: Tell,
    stop: threading.Event,
    polling: bool | None,
) -> None:
    """Follow one folder until it is no longer the one of that name."""
    files = {f"{exercise}.py": exercise for exercise in exercises}
    for changes in watch(
        folder,
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
        touched = {Path(path).name for _, path in changes} & files.keys()
        if touched:
            tell(sorted(files[name] for name in touched))
        if _identity(folder) != known:
            return


def _identity(folder: Path) -> tuple[int, int] | None:
    """Which folder it is, None where there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
