"""Kills the interpreter."""

from . import Attack

ATTACKS = (
    Attack(
        "segmentation fault",
        "to take the grader down with it",
        """
        import ctypes
        def freeze(model):
            ctypes.string_at(0)
        """,
        gives="crashed",
        says="signal 11",
    ),
    Attack(
        "segmentation fault at import",
        "the same, before anything is known about it",
        "import ctypes; ctypes.string_at(0)",
        ends="crashed",
        says="signal 11",
    ),
    Attack(
        "abort",
        "a core dump in the folder",
        """
        import os
        def freeze(model):
            os.abort()
        """,
        gives="crashed",
        says="signal",
    ),
    Attack(
        "kills itself",
        "to look like a grader that ran out of memory",
        """
        import os
        def freeze(model):
            os.kill(os.getpid(), 9)
        def zero_grads(params):
            os.kill(os.getpid(), 11)
        """,
    ),
    Attack(
        "recursion without end",
        "a grader with no stack left",
        """
        def freeze(model):
            return freeze(model)
        """,
        gives="error",
        says="RecursionError",
    ),
    Attack(
        "overflow of the C stack",
        "a crash where Python's own limit was lifted",
        """
        import sys
        def freeze(model):
            sys.setrecursionlimit(10**9)
            class Deep:
                def __getattr__(self, name):
                    return getattr(self, name)
                def __del__(self):
                    repr(self)
            def again(value):
                return sorted([1, 2], key=lambda _: again(value))
            return again(1)
        """,
        gives="crashed",
        says="signal",
    ),
    Attack(
        "deallocates a deep structure",
        "a crash after the answer",
        """
        def freeze(model):
            nested = []
            for _ in range(500_000):
                nested = [nested]
            return nested
        """,
    ),
    Attack(
        "broken bytecode",
        "a crash in the interpreter's own loop",
        """
        def freeze(model):
            code = freeze.__code__.replace(co_code=b"\\x71\\xff" * 8, co_consts=())
            exec(code)
        """,
    ),
    Attack(
        "faulthandler crashes on purpose",
        "crash functions of the standard library",
        """
        import faulthandler
        def freeze(model):
            faulthandler._sigsegv()
        def zero_grads(params):
            faulthandler._fatal_error_c_thread()
        """,
    ),
)
