"""Looks for answers in memory, on disk, among modules."""

from . import Attack

ATTACKS = (
    Attack(
        "frames",
        "a caller that holds the expected values",
        """
        import sys
        def _found():
            frame = sys._getframe()
            while frame:
                for name, value in {**frame.f_globals, **frame.f_locals}.items():
                    if name in ("expected", "reference", "solution", "oracle", "answer"):
                        return value
                frame = frame.f_back
            raise LookupError("no answer in any frame")
        def freeze(model):
            return _found().freeze(model)
        """,
        gives="error",
        says="no answer in any frame",
        flags=("called sys._getframe",),
    ),
    Attack(
        "frames of a traceback",
        "the same, without a call that can be watched",
        """
        def _found():
            try:
                raise KeyError
            except KeyError as error:
                frame = error.__traceback__.tb_frame
            while frame:
                for name, value in frame.f_locals.items():
                    if name in ("expected", "reference", "channel", "nonce", "oracle"):
                        return value
                frame = frame.f_back
            raise LookupError("no answer in any frame")
        def freeze(model):
            return _found().freeze(model)
        """,
        gives="error",
        says="no answer in any frame",
        flags=("names tb_frame", "names f_back"),
    ),
    Attack(
        "all objects",
        "a reference that lies about in memory",
        """
        import gc, types
        def _found(name):
            for thing in gc.get_objects():
                if isinstance(thing, types.FunctionType) and thing.__name__ == name:
                    if "ex05" not in thing.__code__.co_filename:
                        return thing
            raise LookupError("no such function")
        def freeze(model):
            return _found("freeze")(model)
        def zero_grads(params):
            return _found("zero_grads")(params)
        """,
        gives="error",
        says="no such function",
        flags=("called gc.get_objects",),
    ),
    Attack(
        "facts in memory",
        "expected observations that lie about in memory",
        """
        import gc
        def backward_pass(a, b, x, y):
            for thing in gc.get_objects():
                if type(thing).__name__ in ("Recording", "Recorded", "Live", "Suspect", "Mistake"):
                    return thing
            raise LookupError("no oracle")
        """,
        gives="error",
        says="no oracle",
    ),
    Attack(
        "solutions by import",
        "a solution that can be imported",
        """
        def _solution():
            import importlib, sys
            sys.path[:0] = ["/", ".", "..", "../.."]
            for name in ("solutions.ex05_autograd", "solutions", "gradkit_reference_ex05_autograd"):
                try:
                    return importlib.import_module(name)
                except ImportError:
                    pass
            raise LookupError("nothing to import")
        def freeze(model):
            return _solution().freeze(model)
        """,
        gives="error",
        says="nothing to import",
    ),
    Attack(
        "solutions on disk",
        "a solution that can be read",
        """
        import os
        def _solution():
            for place in ("/", *os.sys.path):
                for folder, below, files in os.walk(place):
                    if {"ex05_autograd.py", "ex05_autograd.json"} & set(files):
                        return folder
                    if folder.count("/") > 4 or "python3" in folder:
                        below.clear()
            raise LookupError("nothing on the disk")
        def freeze(model):
            return _solution()
        """,
        gives="error",
        says="nothing on the disk",
        wall="no reading of other files",
    ),
    Attack(
        "the grader by import",
        "observations that can be recorded and replayed",
        """
        import importlib
        def freeze(model):
            for name in ("grader.oracle", "grader.checks.ex05_autograd", "grader"):
                try:
                    return importlib.import_module(name)
                except ImportError:
                    pass
            raise LookupError("no grader")
        """,
        gives="error",
        says="no grader",
    ),
    Attack(
        "other submissions",
        "somebody else's answers",
        """
        import glob
        def freeze(model):
            for pattern in ("/*", "/tmp/*", "/tmp/*/*/*/*", "/*/*honest*", "*honest*", "../*honest*"):
                if any("honest" in path for path in glob.glob(pattern)):
                    return glob.glob(pattern)
            raise LookupError("nobody else")
        """,
        gives="error",
        says="nobody else",
        wall="no reading of other files",
    ),
    Attack(
        "memory of other processes",
        "the judge's memory, which holds the answers",
        """
        import glob, os
        def freeze(model):
            read = []
            found = [path[6:] for path in glob.glob("/proc/[0-9]*")]
            for number in (1, 2, os.getppid(), *found):
                for name in ("mem", "environ", "maps", "root/etc/passwd"):
                    if int(number) != os.getpid():
                        try:
                            with open(f"/proc/{number}/{name}", "rb") as file:
                                read.append(file.name)
                        except OSError:
                            pass
            if not read:
                raise LookupError("no other process")
        """,
        gives="error",
        says="no other process",
        flags=("opened a file in /proc",),
        wall="no reading of other files",
    ),
    Attack(
        "environment",
        "secrets of whoever started the grader",
        """
        import os
        def freeze(model):
            if not any("SECRET" in name for name in os.environ):
                raise LookupError("no secret")
            return os.environ["GRADKIT_TEST_SECRET"]
        """,
        gives="error",
        says="no secret",
    ),
    Attack(
        "globals of the scenario",
        "the check's own module, with whatever it imported",
        """
        def freeze(model):
            try:
                raise KeyError
            except KeyError as error:
                caller = error.__traceback__.tb_frame.f_back
            modules = [v for v in caller.f_globals.values() if hasattr(v, "__path__")]
            for module in (*modules, caller.f_globals):
                if "solution" in str(module) or "reference" in str(module):
                    return module
            raise LookupError("no answer")
        """,
        gives="error",
        flags=("names f_globals",),
    ),
)
