"""Never ends. Only functions with a single check: each costs its whole patience."""

from . import GRAPH, Attack, everything

ATTACKS = (
    Attack(
        "endless loop",
        "a grader that waits for ever",
        """
        def draw_graph(output, params):
            while True:
                pass
        """,
        exercise=GRAPH,
        gives="timeout",
    ),
    Attack(
        "endless loop in C",
        "a loop that never lets another thread of Python run",
        """
        import collections, itertools
        def draw_graph(output, params):
            collections.deque(itertools.repeat(0), maxlen=0)
        """,
        exercise=GRAPH,
        gives="timeout",
    ),
    Attack(
        "endless import",
        "a grader that waits for the module",
        "import time; time.sleep(10**6)",
        ends="timeout",
    ),
    Attack(
        "a bare except around everything",
        "a loop that no exception can end",
        """
        def draw_graph(output, params):
            while True:
                try:
                    while True:
                        pass
                except:
                    pass
        """,
        exercise=GRAPH,
        gives="timeout",
    ),
    Attack(
        "ignores signals",
        "a process that no polite request ends",
        """
        import signal, time
        def ignore():
            for number in range(1, 65):
                try:
                    signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError):
                    pass
        ignore()
        def draw_graph(output, params):
            signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
            time.sleep(10**6)
        """,
        exercise=GRAPH,
        gives="timeout",
    ),
    Attack(
        "stops itself",
        "a process that waits, and is not running",
        """
        import os, signal
        def draw_graph(output, params):
            os.kill(os.getpid(), signal.SIGSTOP)
        """,
        exercise=GRAPH,
    ),
    Attack(
        "an answer without an end",
        "a checker that counts for ever",
        """
        import itertools
        class Endless(list):
            def __len__(self):
                return 3
            def __iter__(self):
                return itertools.repeat("AddBackward0")
        def backward_ops(output):
            return Endless()
        """,
        exercise=GRAPH,
        gives="timeout",
    ),
    Attack(
        "an error whose words never end",
        "a grader that hangs while it reports",
        """
        class Endless(Exception):
            def __str__(self):
                while True:
                    pass
        def draw_graph(output, params):
            raise Endless
        """,
        exercise=GRAPH,
        gives="timeout",
    ),
    Attack(
        "a huge power",
        "one operation that takes for ever",
        """
        def draw_graph(output, params):
            return 7 ** 7 ** 10
        """,
        exercise=GRAPH,
    ),
    Attack(
        "a regular expression that explodes",
        "the same, in another C loop",
        """
        import re
        def draw_graph(output, params):
            re.match("(a+)+b", "a" * 60)
        """,
        exercise=GRAPH,
        gives="timeout",
    ),
    Attack(
        "a source that takes long to compile",
        "time that is lost before any of the code runs",
        "@(lambda f: f)\n" * 20_000 + "def freeze(model): return model",
        ends="timeout",
    ),
    Attack(
        "hands out the lock of imports",
        "a deadlock in whatever imports next",
        """
        import threading
        import _imp
        def draw_graph(output, params):
            _imp.acquire_lock()
            threading.Lock().acquire() and threading.Event().wait()
        """,
        exercise=GRAPH,
        gives="timeout",
    ),
    Attack(
        "a collector that never returns",
        "a hang when the grader itself is at work",
        """
        import gc
        def forever(*_):
            while True:
                pass
        def draw_graph(output, params):
            gc.callbacks.append(forever)
            gc.collect()
        """,
        exercise=GRAPH,
        gives="timeout",
        loses=everything(GRAPH),
    ),
)
