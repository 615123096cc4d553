"""Text that a learner's code can influence, made fit for a terminal."""

from __future__ import annotations

from ..visible import visible


def safe(text: str) -> str:
    """Write out whatever a terminal would obey or hide instead of showing it; line ends stay.

    >>> safe("red: " + chr(27) + "[31m")
    'red: \\\\x1b[31m'
    """
    return visible(text.replace("\t", "    "))
