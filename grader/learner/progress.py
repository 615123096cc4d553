"""What a fresh examination changes: what is said of it, and which function is looked at next."""

from __future__ import annotations

from collections.abc import Sequence

from .standing import Place, Standing, next_place, open_places


def news_of(before: Standing, after: Standing, seconds: float) -> tuple[str, bool]:
    """What is said when an exercise was checked again, and whether it is something to be glad about."""
    exercise = after.exercise
    if after.state == "missing":
        return f"{exercise}.py is gone", False
    if after.state == "done" and before.state != "done":
        return f"{exercise} is complete: {after.score:g} of {after.max_score:g} points", True
    states = before.functions
    done = [name for name, state in after.functions.items() if state == "done" != states[name]]
    if done:
        return f"{', '.join(done)} done; {exercise} checked in {seconds:.1f} s", True
    return f"{exercise} checked in {seconds:.1f} s", False


def place_after(
    place: Place | None, after: Standing, standings: Sequence[Standing]
) -> Place | None:
    """The function to look at once an exercise was saved and checked again.

    Args:
        place: the one that was looked at.
        after: where the learner stands with that exercise now.
        standings: and with all of them.
    """
    own = open_places([after])
    faulty = [p for p in own if any(f.verdict.check.function == p.function for f in after.faults())]
    if faulty:
        return place if place in faulty else faulty[0]
    if place in open_places(standings):
        return place
    return next(iter(own), None) or next_place(standings)


def place_beyond(place: Place | None, standings: Sequence[Standing]) -> Place | None:
    """The next function that is not done, and after the last the first."""
    places = open_places(standings)
    if place not in places:
        return next_place(standings)
    return places[(places.index(place) + 1) % len(places)]
