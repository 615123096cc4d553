"""Student code in a process of its own: whatever it does, the judge gets an outcome, and nothing is left running."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from grader.facts import (
    Absent,
    Fact,
    Frame,
    Many,
    NotStarted,
    Numbers,
    Observed,
    Outcome,
    Raised,
    Stopped,
)
from grader.worker import Limits, Server, Source, Worker, open_server
from grader.worker.protocol import Answer
from grader.worker.wire import Malformed, decode_reply

CHECKS = "tests.worker_checks"
ACT = "act.returns_a_number"
KINDS = ["forked", "spawned"] if sys.platform == "linux" else ["spawned"]
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The kind of server that this platform uses."""
    with open_server(checks=CHECKS, accelerator="cpu", preload="lazy") as opened:
        yield opened


@pytest.fixture(scope="module", params=KINDS)
def either(request: pytest.FixtureRequest, server: Server) -> Iterator[Server]:
    """Each kind of server in turn, for what they do differently."""
    if request.param == KINDS[0]:
        yield server
        return
    with open_server(fork=request.param == "forked", checks=CHECKS, accelerator="cpu") as opened:
        yield opened


@contextlib.contextmanager
def started(server: Server, text: str | bytes, limits: Limits | None = None) -> Iterator[Worker]:
    """A worker that imports `text`; ended afterwards."""
    data = text if isinstance(text, bytes) else textwrap.dedent(text).encode()
    worker = server.start(Source("play", data, "exercises/play.py"), limits or Limits())
    try:
        yield worker
    finally:
        worker.close()


def imported(server: Server, text: str | bytes, timeout: float = 20) -> Raised | Stopped | None:
    with started(server, text) as worker:
        return worker.imported(timeout)


def acted(server: Server, text: str, timeout: float = 20, limits: Limits | None = None) -> Outcome:
    """The outcome of the check on a module that can be imported."""
    with started(server, text, limits) as worker:
        assert worker.imported(20) is None
        return worker.run(ACT, 7, timeout)


def number(outcome: Outcome) -> float:
    assert isinstance(outcome, Observed), outcome
    fact = outcome.facts["number"]
    assert isinstance(fact, Numbers), fact
    return fact.values()[0]


def descendants(ancestor: int) -> set[int]:
    """Ids of all processes that come from one."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
    found: set[int] = set()
    waiting = {ancestor}
    while waiting:
        waiting = {child for child, parent in parents.items() if parent in waiting}
        found |= waiting
    return found


def gone(processes: set[int], seconds: float = 10) -> bool:
    """Whether all of them have ended, or do so soon; zombies have."""
    deadline = time.monotonic() + seconds
    while any(map(_runs, processes)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


# --- importing


def test_a_good_module_answers_every_check(either: Server) -> None:
    text = "def act(): return 4.5\ndef other(): return 6"
    with started(either, text) as worker:
        assert worker.imported(20) is None
        assert number(worker.run(ACT, 7, 20)) == 4.5
        assert number(worker.run("other.returns_another", 7, 20)) == 6


def test_what_is_missing_or_not_started_is_told(server: Server) -> None:
    with started(server, "def act(): raise NotImplementedError") as worker:
        assert worker.imported(20) is None
        assert worker.run(ACT, 7, 20) == NotStarted()
        assert worker.run("other.returns_another", 7, 20) == Absent()


def test_an_exception_in_a_call_comes_with_the_students_lines(server: Server) -> None:
    outcome = acted(server, "def act():\n    return 1 / 0")
    assert outcome == Raised(
        "ZeroDivisionError", "division by zero", (Frame(2, "act", "return 1 / 0"),)
    )


def test_an_exception_at_import_comes_with_the_students_lines(either: Server) -> None:
    outcome = imported(either, "import math\nmath.sqrt('x')")
    assert outcome == Raised(
        "TypeError", "must be real number, not str", (Frame(2, "<module>", "math.sqrt('x')"),)
    )


def test_a_syntax_error_names_its_line(server: Server) -> None:
    outcome = imported(server, "x = 1\ndef act(:\n    pass")
    assert isinstance(outcome, Raised)
    assert (outcome.type, outcome.frames) == (
        "SyntaxError",
        (Frame(2, "<module>", "def act(:"),),
    )


def test_bytes_that_are_no_text_name_their_line(server: Server) -> None:
    outcome = imported(server, b"x = 1\n# caf\xe9\n")
    assert isinstance(outcome, Raised)
    assert outcome.type == "SyntaxError"
    assert outcome.frames[0].line == 2


def test_null_bytes_name_their_line(server: Server) -> None:
    outcome = imported(server, b"x = 1\ny = 2\0\n")
    assert isinstance(outcome, Raised)
    assert (outcome.type, outcome.frames[0].line) == ("SyntaxError", 2)


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbfdef act(): return len('\xc3\xa9')",
        b"# -*- coding: latin-1 -*-\ndef act(): return len('\xe9')",
        b"def act():\r\n    return 1\r\n",
    ],
    ids=["byte order mark", "coding line", "windows line ends"],
)
def test_encodings_that_python_accepts_are_accepted(server: Server, text: bytes) -> None:
    with started(server, text) as worker:
        assert worker.imported(20) is None
        assert number(worker.run(ACT, 7, 20)) == 1


def test_lines_are_counted_as_python_counts_them(server: Server) -> None:
    error = imported(
        server, 'a = "\\f\u2028"\n\f\nb = 1\r\nraise ValueError("here")\n'.replace("\\f", "\f")
    )
    assert isinstance(error, Raised)
    assert [(frame.line, frame.source) for frame in error.frames] == [
        (4, 'raise ValueError("here")')
    ]


def test_leaving_politely_at_import_is_an_exception(server: Server) -> None:
    outcome = imported(server, "import sys\nsys.exit(3)")
    assert outcome == Raised("SystemExit", "3", (Frame(2, "<module>", "sys.exit(3)"),))


def test_leaving_at_once_at_import_is_a_crash(server: Server) -> None:
    outcome = imported(server, "import os\nos._exit(0)")
    ending = "the process ended (exit status 0) before it answered"
    assert outcome == Stopped("crashed", ending)


def test_a_text_that_no_encoding_holds_still_arrives(server: Server) -> None:
    outcome = acted(server, r"def act(): raise ValueError('\ud800')")
    assert isinstance(outcome, Raised)
    assert outcome.message == r"\ud800"


def test_nothing_of_the_students_folder_or_the_kits_can_be_imported(either: Server) -> None:
    for name in ("solutions.ex05_autograd", "tests.kit", "grader.facts", "worker_checks"):
        outcome = imported(either, f"import {name}")
        assert isinstance(outcome, Raised)
        assert outcome.type == "ModuleNotFoundError"


# --- leaving, hanging, crashing


@pytest.mark.parametrize("kind", ["SystemExit", "KeyboardInterrupt", "GeneratorExit"])
def test_leaving_politely_in_a_call_costs_that_call(server: Server, kind: str) -> None:
    with started(server, f"def act(): raise {kind}(0)\ndef other(): return 2") as worker:
        assert worker.imported(20) is None
        first = worker.run(ACT, 7, 20)
        assert isinstance(first, Raised)
        assert first.type == kind
        assert number(worker.run("other.returns_another", 7, 20)) == 2


def test_a_worker_is_not_told_the_command_that_started_it(either: Server) -> None:
    text = """
        import sys
        def act():
            return len("".join(sys.argv + sys.orig_argv))
    """
    assert number(acted(either, text)) == 0


def test_leaving_at_once_in_a_call_is_a_crash(either: Server) -> None:
    outcome = acted(either, "import os\ndef act(): os._exit(0)")
    ending = "the process ended (exit status 0) before it answered"
    assert outcome == Stopped("crashed", ending)


ENDLESS = {
    "python": "while True: pass",
    "c": "import collections, itertools; collections.deque(itertools.repeat(0), maxlen=0)",
    "swallows": "\n".join(
        [
            "while True:",
            "    try:",
            "        while True: pass",
            "    except BaseException: pass",
        ]
    ),
}


@pytest.mark.parametrize("loop", ENDLESS.values(), ids=ENDLESS)
def test_an_endless_loop_at_import_is_stopped(server: Server, loop: str) -> None:
    began = time.monotonic()
    assert imported(server, loop, 0.3) == Stopped("timeout", "no answer within 0.3 s")
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("loop", ENDLESS.values(), ids=ENDLESS)
def test_an_endless_loop_in_a_call_is_stopped(server: Server, loop: str) -> None:
    text = "def act():\n" + textwrap.indent(loop, "    ")
    assert acted(server, text, 0.3) == Stopped("timeout", "no answer within 0.3 s")


def test_a_crash_of_the_interpreter_is_told_as_what_it_is(either: Server) -> None:
    outcome = acted(either, "import ctypes\ndef act(): ctypes.string_at(0)")
    assert outcome == Stopped("crashed", "ended by signal 11 (segmentation fault)")


def test_a_worker_that_stopped_stays_stopped_and_a_fresh_one_works(server: Server) -> None:
    with started(server, "import os\ndef act(): os.abort()") as worker:
        assert worker.imported(20) is None
        first = worker.run(ACT, 7, 20)
        assert isinstance(first, Stopped)
        assert worker.run(ACT, 7, 20) == first
    assert number(acted(server, "def act(): return 1")) == 1


def test_recursion_without_end_is_an_exception(server: Server) -> None:
    outcome = acted(server, "def act(): return act()")
    assert isinstance(outcome, Raised)
    assert outcome.type == "RecursionError"


@pytest.mark.parametrize(
    "grab", ["numpy.ones(10**11)", "torch.ones(10**11)", "bytearray(10**11)"], ids=lambda g: g[:5]
)
def test_too_little_memory_has_one_name(either: Server, grab: str) -> None:
    text = f"import numpy, torch\ndef act(): return {grab}\ndef other(): return 2"
    with started(either, text) as worker:
        assert worker.imported(20) is None
        assert worker.run(ACT, 7, 20) == Stopped("out_of_memory", "more than 2048 MB")
        assert number(worker.run("other.returns_another", 7, 20)) == 2


# --- output


def test_what_is_printed_is_kept_in_order(either: Server) -> None:
    text = """
        import sys
        print("importing")
        def act():
            print("acting", end=" ")
            print("loudly", file=sys.stderr)
            return 1
    """
    with started(either, text) as worker:
        assert worker.imported(20) is None
        assert worker.output() == "importing\n"
        worker.run(ACT, 7, 20)
        assert worker.output() == "importing\nacting loudly\n"


def test_output_is_kept_up_to_its_limit(server: Server) -> None:
    with started(server, "print('x' * 100_000)", Limits(output_kib=1)) as worker:
        assert worker.imported(20) is None
        assert worker.output() == "x" * 1024 + "\n[98977 more bytes were dropped]\n"


def test_a_flood_of_output_is_stopped(either: Server) -> None:
    text = """
        import os
        def act():
            for _ in range(110):
                os.write(1, b"x" * 2**20)
            return 1
    """
    assert acted(either, text) == Stopped("crashed", "printed more than 50 MB")


@pytest.mark.skipif(sys.platform != "linux", reason="nobody counts elsewhere")
@pytest.mark.parametrize(
    "more",
    [
        "if os.fork() == 0: time.sleep(60)",
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
    ],
    ids=["processes", "threads"],
)
def test_a_swarm_is_stopped(server: Server, more: str) -> None:
    text = f"""
        import os, threading, time
        def act():
            for _ in range(30):
                {more}
            time.sleep(60)
    """
    outcome = acted(server, text, limits=Limits(processes=20))
    assert outcome == Stopped("crashed", "more than 20 processes and threads")


def test_nothing_can_be_read_from_standard_input(either: Server) -> None:
    outcome = acted(either, "def act(): return float(input())")
    assert isinstance(outcome, Raised)
    assert outcome.type == "EOFError"


# --- forgery


FORGED_AT_IMPORT = """
    import os
    def act(): return 1
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, {data})
        except OSError:
            pass
"""


@pytest.mark.parametrize(
    "data",
    [
        "b'garbage to every descriptor'",
        "bytes([255] * 4)",
        "(4).to_bytes(4, 'little') + b'abcd'",
        "(10**5).to_bytes(4, 'little') + bytes([0x91]) * 10**5",
        "(2**20).to_bytes(4, 'little') + bytes(2**20)",
    ],
    ids=["text", "huge length", "no message", "deep", "large"],
)
def test_garbage_on_the_line_is_no_answer(server: Server, data: str) -> None:
    outcome = imported(server, textwrap.dedent(FORGED_AT_IMPORT).format(data=data), 3)
    assert outcome == Stopped("crashed", "the answer could not be read")


def test_an_answer_written_ahead_of_the_question_is_no_answer(either: Server) -> None:
    text = """
        import os, struct, msgspec
        number = {"kind": "numbers", "dtype": "float32", "shape": [], "data": struct.pack("d", 4.5)}
        outcome = {"kind": "observed", "facts": {"number": number}}
        for message in (
            {"type": "imported", "error": None},
            {"type": "answer", "nonce": b"0" * 16, "outcome": outcome},
        ):
            body = msgspec.msgpack.encode(message)
            for descriptor in range(3, 64):
                try:
                    os.write(descriptor, len(body).to_bytes(4, "little") + body)
                except OSError:
                    pass
        def act(): return 1
    """
    with started(either, text) as worker:
        assert worker.imported(20) is None
        outcome = worker.run(ACT, 7, 20)
        assert outcome == Stopped("crashed", "the answer could not be read")


NESTED: Fact = None
for _ in range(30):
    NESTED = Many((NESTED,))


@pytest.mark.parametrize(
    "fact",
    [
        Numbers("float32", (1000, 1000), b"12345678"),
        Numbers("float32", (-1, -1), b"12345678"),
        Numbers("float32", (), b"12345678", steps=10**9),
        "x" * 10_000,
        NESTED,
    ],
    ids=["too few", "negative shape", "steps", "long text", "deep"],
)
def test_facts_that_no_honest_worker_sends_are_malformed(fact: Fact) -> None:
    body = msgspec.msgpack.encode(Answer(b"nonce", Observed({"number": fact})))
    with pytest.raises(Malformed):
        decode_reply(body)


def test_an_outcome_that_only_the_judge_may_state_is_malformed() -> None:
    stopped = {"kind": "stopped", "reason": "not_graded", "detail": ""}
    body = msgspec.msgpack.encode({"type": "answer", "nonce": b"", "outcome": stopped})
    with pytest.raises(Malformed):
        decode_reply(body)


def test_closing_the_line_is_a_crash(either: Server) -> None:
    text = "import os, time\ndef act():\n    os.closerange(3, 200)\n    return 1"
    outcome = acted(either, text)
    assert isinstance(outcome, Stopped)
    assert outcome.reason == "crashed"


# --- what people are told of


def flags(server: Server, text: str) -> list[str]:
    """What a person should look at, after the check has run."""
    with started(server, text) as worker:
        assert worker.imported(20) is None
        worker.run(ACT, 7, 20)
        return worker.flags()


def test_an_honest_module_raises_no_flag(either: Server) -> None:
    text = """
        import torch
        from torch.utils.data import DataLoader
        def act():
            layer = torch.nn.Linear(1, 1)
            optimizer = torch.optim.Adam(layer.parameters())
            for batch in DataLoader(torch.ones(4, 1), batch_size=2):
                layer(batch).sum().backward()
                optimizer.step()
            return 1
    """
    assert flags(either, text) == []


def test_what_was_replaced_is_named(server: Server) -> None:
    text = """
        import json, torch
        torch.allclose = lambda *rest, **more: True
        def act():
            json.dumps = print
            torch.Tensor.is_leaf = True
            return 1
    """
    replaced = {"replaced torch.allclose", "replaced json.dumps"}
    assert replaced <= set(flags(server, text))


def test_what_was_replaced_in_a_parameter_or_an_optimizer_is_named(server: Server) -> None:
    text = """
        import torch
        torch.nn.Parameter.grad = property(lambda self: None)
        torch.optim.SGD.step = lambda self: None
        def act():
            return 1
    """
    replaced = {"torch.nn.parameter.Parameter.grad", "torch.optim.sgd.SGD.step"}
    assert {f"replaced {name}" for name in replaced} == set(flags(server, text))


def test_what_was_replaced_of_ours_is_told_first(server: Server) -> None:
    text = """
        import math, torch
        for name in dir(torch)[:200] + dir(math):
            if not name.startswith("_"):
                setattr(math if hasattr(math, name) else torch, name, None)
        def act():
            try:
                raise KeyError
            except KeyError as error:
                error.__traceback__.tb_frame.f_back.f_globals["number"] = None
            return 1
    """
    assert [flag for flag in flags(server, text) if flag.startswith("replaced tests.worker_checks")]


def test_calls_that_no_exercise_needs_are_named(server: Server) -> None:
    text = """
        import gc, os, socket, sys
        gc.get_objects()
        sys._getframe()
        def act():
            socket.socket().close()
            try:
                open("/proc/1/environ")
            except OSError:
                pass
            return 1
    """
    called = ["called gc.get_objects", "called sys._getframe", "called socket"]
    assert flags(server, text) == [*called, "opened a file in /proc"]


def test_a_flood_of_hints_is_no_answer(server: Server) -> None:
    text = """
        import os, msgspec
        for number in range(100):
            body = msgspec.msgpack.encode({"type": "noticed", "hint": str(number)})
            os.write(3, len(body).to_bytes(4, "little") + body)
    """
    assert imported(server, text) == Stopped("crashed", "the answer could not be read")


# --- what is put off


def test_compiling_works_although_its_import_is_put_off(server: Server) -> None:
    text = """
        import sys, torch
        layer = torch.nn.Linear(1, 1)
        optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
        early = "torch._dynamo.eval_frame" in sys.modules
        def act():
            double = torch.compile(lambda x: x * 2, backend="eager")
            layer(torch.ones(1)).sum().backward()
            optimizer.step()
            return double(torch.ones(())).item() + 10 * early
    """
    assert number(acted(server, text, 60)) == 2


def test_scikit_learn_is_there_for_those_who_name_it(server: Server) -> None:
    text = """
        import sys
        early = "sklearn" in sys.modules
        from sklearn.linear_model import LinearRegression
        def act(): return early + 0
    """
    assert number(acted(server, text, 60)) == 1


def test_nothing_heavy_is_loaded_for_those_who_do_not() -> None:
    """The real checks too: what one of them imports, every worker pays for."""
    program = """
        import sys
        from grader.worker import warm
        from grader.worker.launch import Options
        warm.up(Options("grader.checks", "sim", "full", "none", ()))
        print(*{name.partition(".")[0] for name in sys.modules})
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "torch" in told.stdout.split()
    assert not {"sklearn", "scipy", "sympy", "rich", "pytest"} & set(told.stdout.split())


# --- many at once, and nothing left behind


def test_workers_may_run_at_once(either: Server) -> None:
    texts = [f"def act(): return {value}" for value in range(4)]
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda text: acted(either, text), texts))
    assert [number(outcome) for outcome in outcomes] == [0, 1, 2, 3]


def test_no_worker_sees_what_another_did(server: Server) -> None:
    spoil = "import torch\ntorch.float32_again = 1\ndef act(): return 1"
    look = "import torch\ndef act(): return hasattr(torch, 'float32_again') + 0"
    assert number(acted(server, spoil)) == 1
    assert number(acted(server, look)) == 0


DAEMON = """
    import os, signal, time
    def act():
        if os.fork():
            time.sleep(0.2)
            return 1
        os.setsid()
        if os.fork():
            os._exit(0)
        for number in range(1, 65):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_daemons_end_with_their_worker(server: Server) -> None:
    number(acted(server, "def act(): return 1"))
    before = descendants(os.getpid())
    with started(server, DAEMON) as worker:
        assert worker.imported(20) is None
        assert number(worker.run(ACT, 7, 20)) == 1
        during = descendants(os.getpid()) - before
        assert len(during) >= 3
    assert gone(during)


JUDGE = """
    import sys, time
    from grader.worker import Limits, Source, open_server
    fork, checks = sys.argv[1] == "forked", "tests.worker_checks"
    with open_server(fork=fork, checks=checks, accelerator="cpu") as server:
        text = b"import collections as c, itertools as i; print(1); c.deque(i.repeat(0), maxlen=0)"
        worker = server.start(Source("play", text, "play.py"), Limits())
        while not worker.output():
            time.sleep(0.05)
        print("started", flush=True)
        time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_survives_the_judge(kind: str) -> None:
    judge = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(JUDGE), kind],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
    )
    assert judge.stdout
    assert judge.stdout.readline() == b"started\n"
    during = descendants(judge.pid)
    assert len(during) >= 3
    judge.send_signal(signal.SIGKILL)
    judge.wait()
    judge.stdout.close()
    assert gone(during)
