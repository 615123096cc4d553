"""Names in a student's file that no exercise needs. Read by the judge, as text: what runs in a worker can hide from a worker.

A hint for a person, never a verdict: a comment may hold such a word, and who wants to hide one can.
"""

from __future__ import annotations

import re

_WORDS = (
    # Ways to a caller, to what it holds, and to the code that runs there.
    *("f_back", "f_locals", "f_globals", "tb_frame", "gi_frame", "_getframe", "_current_frames"),
    *("currentframe", "__globals__", "__closure__", "__code__", "__subclasses__", "__builtins__"),
    *("get_objects", "get_referrers", "get_referents", "settrace", "setprofile", "addaudithook"),
    # Ways past Python and torch.
    *("ctypes", "_ctypes", "cffi", "__torch_dispatch__", "TorchDispatchMode", "TorchFunctionMode"),
    # Ways to other processes, and out of this one.
    *("_exit", "fork", "setsid", "execv", "posix_spawn", "subprocess", "ptrace", "closerange"),
)
_MENTIONED = re.compile(rb"(?<!\w)(?:" + "|".join(_WORDS).encode() + rb")(?!\w)")


def of(text: bytes) -> list[str]:
    """What a person should look at in a module's text, each once, such as "names f_back"."""
    return sorted({f"names {match.decode()}" for match in _MENTIONED.findall(text)})
