"""What isolation is for, in the words that records and people read."""

from __future__ import annotations

from .. import linux
from ..protocol import Layer, Standing

PROPERTIES = (
    "no reading of other files",
    "no writing to other files",
    "no network",
    "no signals to other processes",
    "no other programs",
    "no further namespaces",
    "disk space limited",
    "every process ended",
)

WATCHED = (
    Layer("memory limited", True, "all processes together, looked at every 50 ms"),
    Layer("processes limited", True, "looked at every 50 ms"),
)


def unwalled(remark: str) -> Standing:
    """What is in force without walls: the limits, and the end of all processes."""
    open_to_students = [Layer(name, False, remark) for name in PROPERTIES[:-1]]
    ended = Layer(PROPERTIES[-1], linux.AVAILABLE, "unless one of them kills its supervisor")
    return Standing("none", (*open_to_students, ended, *(WATCHED if linux.AVAILABLE else ())))
