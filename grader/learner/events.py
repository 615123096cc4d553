"""What can happen while `gradkit watch` runs."""

from __future__ import annotations

import queue
from concurrent.futures import Future

import msgspec

from ..selfcheck import Examined


class Key(msgspec.Struct, frozen=True):
    """A key was pressed."""

    name: str


class Saved(msgspec.Struct, frozen=True):
    """Exercises' files were saved, renamed or deleted."""

    exercises: list[str]


class Done(msgspec.Struct, frozen=True):
    """An examination has come to an end, or was dropped."""

    exercise: str
    future: Future[Examined]


class Suspend(msgspec.Struct, frozen=True):
    """The shell wants the terminal for a while."""


Event = Key | Saved | Done | Suspend
Events = queue.SimpleQueue[Event]
