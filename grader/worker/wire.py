"""Messages as bytes: frames of a length and MessagePack.

Everything that comes from a worker is decoded strictly and checked for size: a worker runs student code, and may send
anything.
"""

from __future__ import annotations

import math

import msgspec

from ..facts import Absent, Fact, Many, NotStarted, Numbers, Observed, Raised, Unlike
from .protocol import Answer, Imported, Noticed, Reply, Request

MAX_FRAME = 4 * 2**20
HEADER = 4

_MAX_TEXT = 4_000
_MAX_DEPTH = 20

_encoder = msgspec.msgpack.Encoder()
_replies = msgspec.msgpack.Decoder(Reply, strict=True)
_requests = msgspec.msgpack.Decoder(Request, strict=True)


class Malformed(Exception):
    """A frame that no honest worker sends."""


def frame(message: msgspec.Struct) -> bytes:
    """Encode a message with its length before it.

    Raises:
        ValueError: when it is larger than a frame may be, or holds what cannot be encoded.
    """
    try:
        body = _encoder.encode(message)
    except (TypeError, OverflowError, UnicodeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if len(body) > MAX_FRAME:
        raise ValueError(f"{len(body)} bytes are more than a frame holds")
    return len(body).to_bytes(HEADER, "little") + body


def length_of(header: bytes) -> int:
    """The length of the body that follows `header`.

    Raises:
        Malformed: when it is more than a frame may hold.
    """
    length = int.from_bytes(header, "little")
    if length > MAX_FRAME:
        raise Malformed(f"a frame of {length} bytes")
    return length


def decode_request(body: bytes) -> Request:
    """Decode what the judge sent; it is trusted."""
    return _requests.decode(body)


def decode_reply(body: bytes) -> Reply:
    """Decode what a worker sent; it is not trusted.

    Raises:
        Malformed: when it is anything that an honest worker would not send.
    """
    try:
        reply = _replies.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Malformed(str(error)) from error
    if isinstance(reply, Imported) and reply.error is not None:
        _check(reply.error)
    if isinstance(reply, Answer):
        _check(reply.outcome)
    if isinstance(reply, Noticed):
        _check_text(reply.hint)
    return reply


def _check(outcome: Observed | Raised | NotStarted | Absent) -> None:
    if isinstance(outcome, Observed):
        for name, fact in outcome.facts.items():
            _check_text(name)
            _check_fact(fact, _MAX_DEPTH)
    elif isinstance(outcome, Raised):
        if len(outcome.frames) > _MAX_DEPTH:
            raise Malformed("too many frames")
        lines = [text for line in outcome.frames for text in (line.function, line.source)]
        for text in (outcome.type, outcome.message, *lines):
            _check_text(text)
    elif isinstance(outcome, Absent):
        _check_text(outcome.saw or "")


def _check_fact(fact: Fact, depth: int) -> None:
    if depth == 0:
        raise Malformed("facts too deep")
    if isinstance(fact, Many):
        for item in fact.items:
            _check_fact(item, depth - 1)
    elif isinstance(fact, Numbers):
        _check_text(fact.dtype)
        wrong_length = len(fact.data) != 8 * math.prod(fact.shape[:64])
        if wrong_length or len(fact.shape) > 64 or min(fact.shape, default=0) < 0:
            raise Malformed("numbers that do not fit their shape")
        if not 1 <= fact.steps <= 10**6:
            raise Malformed("an impossible number of steps")
    elif isinstance(fact, Unlike):
        _check_text(fact.expected + fact.saw)
    elif isinstance(fact, str):
        _check_text(fact)


def _check_text(text: str) -> None:
    if len(text) > _MAX_TEXT:
        raise Malformed("a text longer than any that is sent")
