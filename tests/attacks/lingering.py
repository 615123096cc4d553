"""Acts later, or in another process."""

from . import Attack

ATTACKS = (
    Attack(
        "an exit handler",
        "code that runs when nobody looks any more",
        """
        import atexit, os
        atexit.register(os.write, 3, b"passed")
        def freeze(model):
            atexit._run_exitfuncs()
            return model
        """,
    ),
    Attack(
        "a thread that goes on",
        "to write into later checks",
        """
        import os, threading, time
        def _later():
            while True:
                time.sleep(0.001)
                for descriptor in range(3, 10):
                    try:
                        os.write(descriptor, b"")
                    except OSError:
                        pass
        threading.Thread(target=_later, daemon=True).start()
        def freeze(model):
            threading.Thread(target=_later).start()
            return model
        """,
    ),
    Attack(
        "a timer that ends the process",
        "to take other checks down",
        """
        import os, threading
        def freeze(model):
            threading.Timer(0.02, os._exit, (0,)).start()
            return model
        """,
    ),
    Attack(
        "an alarm",
        "a signal that comes while somebody else is judged",
        """
        import signal
        def freeze(model):
            signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
            return model
        """,
    ),
    Attack(
        "a daemon",
        "a process in a session of its own, twice forked, deaf to signals",
        """
        import os, signal, time
        def freeze(model):
            if os.fork() == 0:
                os.setsid()
                if os.fork():
                    os._exit(0)
                for number in range(1, 65):
                    try:
                        signal.signal(number, signal.SIG_IGN)
                    except (OSError, ValueError):
                        pass
                os.closerange(0, 3)
                while True:
                    time.sleep(1)
            return model
        """,
        flags=("called os.fork",),
    ),
    Attack(
        "a daemon that holds the line",
        "a line to the judge that never closes",
        """
        import os, time
        def freeze(model):
            if os.fork() == 0:
                os.setsid()
                time.sleep(10**6)
            os._exit(0)
        """,
        gives="crashed",
    ),
    Attack(
        "daemons that fork faster than one can kill",
        "a family that never ends",
        """
        import os, time
        def freeze(model):
            for _ in range(8):
                if os.fork() == 0:
                    os.setsid()
                    while True:
                        if os.fork():
                            os._exit(0)
            return model
        """,
    ),
    Attack(
        "the child answers",
        "two processes that both return to the checker",
        """
        import os
        def freeze(model):
            os.fork()
            return model
        """,
    ),
    Attack(
        "multiprocessing",
        "a pool that outlives the module",
        """
        import multiprocessing, time
        def freeze(model):
            process = multiprocessing.get_context("fork").Process(target=time.sleep, args=(10**6,))
            process.start()
            return model
        """,
    ),
    Attack(
        "files left behind",
        "a machine that is full one day",
        """
        import os, tempfile
        def freeze(model):
            for place in (".", tempfile.gettempdir(), "/tmp", "/dev/shm", "/var/tmp", os.path.expanduser("~")):
                try:
                    folder = os.path.join(place, "left-behind")
                    os.makedirs(folder)
                    open(os.path.join(folder, "file"), "x").close()
                    os.chmod(folder, 0)
                except OSError:
                    pass
            return model
        """,
        wall="no writing to other files",
    ),
)
