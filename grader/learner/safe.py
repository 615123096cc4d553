"""Text that a learner's code can influence, made fit for a terminal."""

from __future__ import annotations


def safe(text: str) -> str:
    """Write out whatever a terminal would obey or hide instead of showing it; line ends stay.

    >>> safe("red: " + chr(27) + "[31m")
    'red: \\\\x1b[31m'
    """
    return "".join(c if c.isprintable() or c == "\n" else _written_out(c) for c in text)


def _written_out(character: str) -> str:
    if character == "\t":
        return "    "
    return character.encode("unicode_escape").decode("ascii")
