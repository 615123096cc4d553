"""Run student code on a thread whose frames lead nowhere.

Whoever walks up the stack from there finds the scenario and then the end, not the loop that holds the channel to the judge. Grad
mode, autocast and inference mode belong to a thread, so importing and running both happen on a thread of this kind.
"""

from __future__ import annotations

import _thread
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_Result = TypeVar("_Result")
_Arguments = ParamSpec("_Arguments")

STACK_BYTES = 16 * 2**20
"""The same on every platform; some give a thread only 512 KiB."""

_start = _thread.start_new_thread
_allocate = _thread.allocate_lock
_thread.stack_size(STACK_BYTES)


def apart(
    function: Callable[_Arguments, _Result], /, *args: _Arguments.args, **kwargs: _Arguments.kwargs
) -> _Result:
    """Call `function` on a fresh thread, wait for it, and return or raise what it does."""
    results: list[_Result] = []
    errors: list[BaseException] = []
    done = _allocate()
    done.acquire()

    def body() -> None:
        try:
            results.append(function(*args, **kwargs))
        except BaseException as error:
            errors.append(error)
        finally:
            done.release()

    _start(body, ())
    done.acquire()
    if errors:
        raise errors[0]
    return results[0]
