"""Text that a stranger can influence, made fit to be looked at: on a terminal, in a message, on a page."""

from __future__ import annotations


def visible(text: str) -> str:
    r"""Write out what would be obeyed or hidden instead of shown; line ends stay.

    >>> visible("left" + chr(0x202E) + "right") == "left" + chr(92) + "u202eright"
    True
    >>> visible("red: " + chr(27) + "[31m") == "red: " + chr(92) + "x1b[31m"
    True
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


def on_one_line(text: str) -> str:
    r"""The same without line ends, for a name, or a line that holds one.

    >>> on_one_line("a" + chr(10) + "b") == "a" + chr(92) + "nb"
    True
    """
    return visible(text).replace("\n", "\\n")
