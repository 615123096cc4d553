"""File names for submissions: readable, safe on every system, and never the same for two."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

MAX_STEM = 100
"""Bytes of a name before its ending; the usual limit is 255."""

_KEPT = frozenset(" ._-@+(),")
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?", re.I
)
_LIKE_A_HASH = re.compile(r".*-[0-9a-f]{12}", re.DOTALL | re.I)


def file_names(names: Iterable[str]) -> dict[str, str]:
    """A file name, without an ending, for each of `names`.

    A name that is safe as it is stays so. One that had to be changed, or that another resembles but for case or accents'
    encoding, ends in a hash of the full name: two different names never share a file, on any file system.

    >>> file_names(["alice", "../../etc/passwd"])
    {'alice': 'alice', '../../etc/passwd': '_._.._etc_passwd-3754d6cb3a38'}
    """
    names = list(dict.fromkeys(names))
    clean = {name: _clean(name) for name in names}
    crowd = Counter(_key(stem) for stem in clean.values())
    return {
        name: stem
        if stem == name and crowd[_key(stem)] == 1 and not _LIKE_A_HASH.fullmatch(stem)
        else _hashed(name, stem)
        for name, stem in clean.items()
    }


def _clean(name: str) -> str:
    kept = "".join(c if c.isalnum() or c in _KEPT else "_" for c in name)
    kept = re.sub(r"^[ .-]|[ .]$", "_", kept) or "_"
    if _RESERVED.fullmatch(kept):
        kept = f"_{kept}"
    return _cut(kept, MAX_STEM)


def _hashed(name: str, stem: str) -> str:
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{_cut(stem, MAX_STEM - 13)}-{digest}"


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode("utf-8", "ignore")


def _key(stem: str) -> str:
    """What case-blind and accent-normalising file systems may take for the same."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", stem).casefold()).casefold()
