"""The walls around student code: attacks from inside, each of which would succeed without the wall that it meets."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.facts import Numbers, Observed, Outcome, Stopped
from grader.worker import IsolationUnavailable, Limits, Server, Source, Worker, open_server
from grader.worker.forked import ForkServer
from grader.worker.handle import Line
from grader.worker.output import new
from grader.worker.protocol import Ended, Isolation, Unfit
from grader.worker.sandbox import landlock, seccomp, syscalls, view
from grader.worker.wire import frame

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls take Linux")

ROOT = Path(__file__).resolve().parents[1]
CHECKS = "tests.worker_checks"
ACT = "act.returns_a_number"
TIERS = ("isolated", "confined")


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with somebody else's submission."""
    folder = tmp_path_factory.mktemp("submissions")
    (folder / "other.py").write_text("answer = 42")
    return folder


@pytest.fixture(scope="module", params=TIERS)
def server(request: pytest.FixtureRequest, secrets: Path) -> Iterator[Server]:
    """A server of each tier that this machine has."""
    isolation: Isolation = "auto" if request.param == "isolated" else "confined"
    hidden = [secrets]
    with open_server(
        isolation=isolation, hidden=hidden, checks=CHECKS, accelerator="cpu", preload="lazy"
    ) as opened:
        if opened.tier != request.param:
            pytest.skip(f"not on this machine: {opened.layers[0].remark}")
        yield opened


def acted(server: Server, text: str, limits: Limits | None = None, timeout: float = 30) -> Outcome:
    """What the check saw of a module, whose `act` returns a number."""
    source = Source("play", textwrap.dedent(text).encode(), "exercises/play.py")
    worker = server.start(source, limits or Limits())
    try:
        assert worker.imported(20) is None
        return worker.run(ACT, 7, timeout)
    finally:
        worker.close()


def number(outcome: Outcome) -> float:
    assert isinstance(outcome, Observed), outcome
    fact = outcome.facts["number"]
    assert isinstance(fact, Numbers), fact
    return fact.values()[0]


def managed(server: Server, attempt: str) -> bool:
    """Whether a student's code can do something, other than run into an OSError."""
    lines = ["import ctypes, os, signal, socket, subprocess", "def act():", "    try:"]
    lines += ["        " + line for line in textwrap.dedent(attempt).strip().splitlines()]
    lines += ["    except OSError:", "        return 0", "    return 1"]
    return number(acted(server, "\n".join(lines))) == 1


# --- secrecy


@pytest.mark.parametrize(
    "name", ["grader/check.py", "tests/worker_checks/play.py", "pyproject.toml"]
)
def test_attack_reading_a_file_of_the_kit(server: Server, name: str) -> None:
    assert (ROOT / name).exists()
    assert not managed(server, f"open({str(ROOT / name)!r})")


def test_attack_listing_the_kit(server: Server) -> None:
    assert not managed(server, f"if not os.listdir({str(ROOT / 'grader')!r}): raise OSError")


def test_attack_reading_another_submission(server: Server, secrets: Path) -> None:
    assert (secrets / "other.py").exists()
    assert not managed(server, f"open({str(secrets / 'other.py')!r})")


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/etc/hostname", "/root/.bashrc", "/proc/1/environ"]
)
def test_attack_reading_what_is_not_pythons(server: Server, path: str) -> None:
    assert not managed(server, f"open({path!r})")


def test_attack_reading_the_judges_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_TOKEN", "secret")
    text = "import os\ndef act(): return int('COURSE_TOKEN' in os.environ)"
    options = {"checks": CHECKS, "accelerator": "cpu", "preload": "lazy"}
    with open_server(isolation="none", **options) as server:  # type: ignore[arg-type]
        assert number(acted(server, text)) == 0


def test_attack_reading_the_judges_memory(server: Server) -> None:
    attempt = f"""
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.ptrace(16, {os.getpid()}, 0, 0) == -1:
            raise OSError
    """
    assert not managed(server, attempt)
    assert not managed(server, f"open('/proc/{os.getpid()}/mem', 'rb')")


# --- writing


@pytest.mark.parametrize(
    "folder", ["/tmp", "/dev/shm/..", "/var/tmp", "/", str(ROOT), os.path.dirname(os.__file__)]
)
def test_attack_writing_outside_the_scratch_folder(server: Server, folder: str) -> None:
    place = os.path.join(folder, f"gradkit-attack-{os.getpid()}")
    assert not managed(server, f"open({place!r}, 'x')")
    assert not os.path.exists(place)


def test_attack_writing_to_another_submission(server: Server, secrets: Path) -> None:
    assert not managed(server, f"open({str(secrets / 'other.py')!r}, 'a').write('spoilt')")
    assert (secrets / "other.py").read_text() == "answer = 42"


def test_attack_changing_who_may_read_a_file(server: Server, secrets: Path) -> None:
    """Landlock does not look at this."""
    before = (secrets / "other.py").stat()
    assert not managed(server, f"os.chmod({str(secrets / 'other.py')!r}, 0o600)")
    assert not managed(server, f"os.utime({str(secrets / 'other.py')!r}, (1, 1))")
    after = (secrets / "other.py").stat()
    assert (after.st_mode, after.st_mtime) == (before.st_mode, before.st_mtime)


def test_attack_limiting_the_judge(server: Server) -> None:
    limit = f"import resource; resource.prlimit({os.getpid()}, resource.RLIMIT_CORE, (0, 0))"
    assert not managed(server, limit)
    assert not managed(server, f"os.setpriority(os.PRIO_PROCESS, {os.getpid()}, 19)")
    assert not managed(server, f"os.sched_setaffinity({os.getpid()}, {{0}})")


def test_attack_filling_the_disk(server: Server) -> None:
    if server.tier != "isolated":
        pytest.skip("only a file system of its own can be limited")
    text = """
        def act():
            written = 0
            try:
                for number in range(20):
                    with open(f"file{number}", "wb") as file:
                        for _ in range(16):
                            written += file.write(bytes(2**20)) // 2**20
            except OSError:
                pass
            return written
    """
    assert number(acted(server, text, Limits(scratch_mb=20))) <= 20


def test_the_scratch_folder_is_empty_writable_and_home(server: Server) -> None:
    text = """
        import os, tempfile
        def act():
            assert os.listdir() == [], os.listdir()
            assert os.path.expanduser("~") == tempfile.gettempdir() == os.getcwd()
            with tempfile.TemporaryDirectory() as folder, open(f"{folder}/file", "w") as file:
                return file.write("four")
    """
    assert number(acted(server, text)) == 4
    assert number(acted(server, text)) == 4


# --- network, signals, programs


def test_attack_reaching_a_socket(server: Server) -> None:
    with socket.socket() as listener, socket.socket(socket.AF_UNIX) as abstract:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        name = f"\0gradkit-{os.getpid()}"
        abstract.bind(name)
        abstract.listen()
        address = listener.getsockname()
        assert not managed(server, f"socket.socket().connect({address!r})")
        assert not managed(server, f"socket.socket(socket.AF_UNIX).connect({name!r})")


def test_attack_sending_a_datagram(server: Server) -> None:
    datagram = "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))"
    assert not managed(server, datagram)


def test_attack_signalling_the_judge(server: Server) -> None:
    assert not managed(server, f"os.kill({os.getpid()}, 0)")


def test_attack_signalling_everybody(server: Server) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    acted(server, "import os\ndef act(): os.kill(-1, 9); return 1")
    assert bystander.poll() is None
    bystander.communicate(b"\n")
    assert bystander.returncode == 0
    assert number(acted(server, "def act(): return 1")) == 1


def test_attack_starting_a_program(server: Server) -> None:
    assert not managed(server, f"subprocess.run([{sys.executable!r}, '-V'])")
    assert not managed(server, "os.execv('/bin/sh', ['sh'])")


@pytest.mark.parametrize(
    "flag", [0x10000000, 0x00020000, 0x40000000], ids=["user", "mounts", "net"]
)
def test_attack_making_a_namespace(server: Server, flag: int) -> None:
    attempt = f"if ctypes.CDLL(None).unshare({flag}) == -1: raise OSError"
    assert not managed(server, attempt)


# --- using things up


def test_attack_taking_memory_meets_the_limit(server: Server) -> None:
    text = """
        import torch
        def act():
            kept = [torch.ones(25 * 2**20) for _ in range(40)]
            return len(kept)
    """
    outcome = acted(server, text, Limits(memory_mb=400))
    assert outcome == Stopped("out_of_memory", "more than 400 MB")


def test_attack_taking_memory_in_many_processes(server: Server) -> None:
    text = """
        import os, time
        def act():
            for _ in range(8):
                if os.fork() == 0:
                    kept = b"x" * (100 * 2**20)
                    time.sleep(60)
            time.sleep(60)
            return 1
    """
    outcome = acted(server, text, Limits(memory_mb=400))
    assert outcome == Stopped("out_of_memory", "more than 400 MB")


def test_attack_taking_memory_for_page_tables(server: Server) -> None:
    """Memory that is only read holds nothing, but the table that says so grows."""
    text = """
        import mmap
        def act():
            size, step = 2**38, 2**21
            region = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_READ)
            region.madvise(mmap.MADV_NOHUGEPAGE)
            return sum(region[place] for place in range(0, size, step))
    """
    outcome = acted(server, text, Limits(memory_mb=200))
    assert outcome == Stopped("out_of_memory", "more than 200 MB")


@pytest.mark.parametrize("option", ["SO_SNDBUF", "32"])
def test_attack_keeping_more_in_sockets(server: Server, option: str) -> None:
    named = f"socket.{option}" if option.isidentifier() else option
    assert not managed(
        server, f"socket.socketpair()[0].setsockopt(socket.SOL_SOCKET, {named}, 2**20)"
    )


def test_a_socket_can_be_set_up_as_loaders_do(server: Server) -> None:
    assert managed(
        server, "socket.socketpair()[0].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)"
    )


@pytest.mark.parametrize("call", ["vmsplice", "io_setup", "sync"])
def test_attack_using_a_call_that_takes_what_nobody_counts(server: Server, call: str) -> None:
    number = syscalls.number(call, os.uname().machine)
    attempt = f"""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall({number}, 1, 0, 0, 0) == -1 and ctypes.get_errno() == 1: raise OSError
    """
    assert not managed(server, attempt)


def test_attack_forking_without_end(server: Server) -> None:
    text = """
        import os
        def act():
            while True:
                try:
                    os.fork()
                except OSError:
                    pass
    """
    began = time.monotonic()
    outcome = acted(server, text, Limits(processes=20), timeout=1)
    assert isinstance(outcome, Stopped)
    assert outcome.reason in ("timeout", "crashed")
    assert number(acted(server, "def act(): return 1")) == 1
    assert time.monotonic() - began < 20


def test_a_loader_with_processes_works(server: Server) -> None:
    if server.tier != "isolated":
        pytest.skip("shared memory is everybody's")
    text = """
        import torch
        from torch.utils.data import DataLoader
        def act():
            return sum(len(batch) for batch in DataLoader(torch.ones(8, 1), 2, num_workers=2))
    """
    assert number(acted(server, text, timeout=60)) == 8


# --- what is said about it


def test_every_layer_of_the_best_tier_is_in_force(server: Server) -> None:
    missing = {layer.name for layer in server.layers if not layer.in_force}
    assert missing == (set() if server.tier == "isolated" else {"namespaces", "disk space limited"})


def test_strict_isolation_refuses_a_kind_of_server_that_has_none() -> None:
    with (
        pytest.raises(IsolationUnavailable, match=r"^strict isolation is not to be had here: "),
        open_server(isolation="strict", fork=False),
    ):
        pass


def test_strict_isolation_refuses_where_namespaces_are_refused() -> None:
    lines = _without_namespaces("strict")
    assert lines == ["IsolationUnavailable: strict isolation is not to be had here: namespaces"]


def test_automatic_isolation_does_without_what_is_refused() -> None:
    assert _without_namespaces("auto")[-1] == "confined 1.0"


WITHOUT_NAMESPACES = """
    import sys
    from grader.worker import IsolationUnavailable, open_server
    from grader.worker.sandbox import seccomp
    from grader.worker import linux
    from tests.test_sandbox import CHECKS, acted, number
    linux.gain_no_privileges()
    seccomp.REFUSED = ("unshare", "mount")
    seccomp.apply(only_own_signals=False, named_sockets=True)
    try:
        with open_server(isolation=sys.argv[1], checks=CHECKS, accelerator="cpu") as server:
            print(server.tier, number(acted(server, "def act(): return 1")))
    except IsolationUnavailable as error:
        print(f"IsolationUnavailable: {str(error).partition(' (')[0]}")
"""


def _without_namespaces(isolation: str) -> list[str]:
    """What a judge prints that runs, like in many containers, where namespaces are refused."""
    command = [sys.executable, "-c", textwrap.dedent(WITHOUT_NAMESPACES), isolation]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


class UnfitLine(Line):
    """A worker whose walls could not be put up."""

    closed = False

    def send(self, data: bytes) -> None:
        pass

    def receive(self, deadline: float) -> bytes | None:
        return frame(Unfit("isolation failed: mount: Operation not permitted"))[4:]

    def ended(self) -> Ended:
        return Ended("exit", 98)

    def fault(self) -> str:
        return ""

    def close(self) -> None:
        self.closed = True


def test_a_layer_that_fails_is_the_graders_fault() -> None:
    line = UnfitLine()
    worker = Worker(line, Source("play", b"", "play.py"), Limits(), new())
    expected = Stopped("not_graded", "isolation failed: mount: Operation not permitted")
    assert worker.imported(1) == expected
    assert worker.run(ACT, 7, 1) == expected
    assert line.closed


def test_a_server_that_cannot_warm_up_is_the_graders_fault() -> None:
    with open_server(checks="no_such_package", accelerator="cpu") as server:
        assert isinstance(server, ForkServer)
        worker = server.start(Source("play", b"", "play.py"), Limits())
        stopped = worker.imported(60)
        worker.close()
    detail = "the worker server failed: ModuleNotFoundError: No module named 'no_such_package'"
    assert stopped == Stopped("not_graded", detail)


# --- as somebody else


PLAIN_USER = """
    import ctypes, os, sys
    if ctypes.CDLL(None).unshare(0x10000000):
        sys.exit(77)
    for name, words in (("setgroups", "deny"), ("uid_map", "1000 0 1"), ("gid_map", "1000 0 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(words)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *sys.argv[1:]])
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="is a plain user already")
@pytest.mark.timeout(300)
def test_all_attacks_fail_where_the_judge_is_a_plain_user() -> None:
    command = [sys.executable, "-c", textwrap.dedent(PLAIN_USER), str(Path(__file__)), "-q"]
    command += [
        "-k",
        "isolated and (attack or layer or loader or scratch)",
        "-p",
        "no:cacheprovider",
        "-rs",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    if done.returncode == 77:
        pytest.skip("root may not become a plain user here")
    assert done.returncode == 0, done.stdout[-3000:]
    assert "not on this machine" not in done.stdout


# --- the tables


def test_hidden_folders_are_left_out_of_what_is_readable(tmp_path: Path) -> None:
    for name in ("a/secret/inner", "a/open", "b"):
        (tmp_path / name).mkdir(parents=True)
    a, secret, inner = (str(tmp_path / name) for name in ("a", "a/secret", "a/secret/inner"))
    seen = view.View(
        trees=(a, inner, str(tmp_path / "a/open")), hidden=(secret, str(tmp_path / "b"))
    )
    assert seen.visible() == [(a, True), (secret, False), (inner, True)]
    assert list(seen.readable()) == [str(tmp_path / "a/open"), inner]


def test_an_installed_kit_is_hidden_among_the_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("grader", "numpy"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    seen = view.view(str(tmp_path), packages=True)
    assert str(tmp_path) in seen.trees
    assert str(tmp_path / "numpy") in list(seen.readable())
    assert str(tmp_path / "grader") not in list(seen.readable())


def test_a_checkout_is_not_seen_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert not any(str(tmp_path) in path for path in view.view(str(tmp_path)).readable())


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_refused_call_is_in_the_table(machine: str) -> None:
    missing = [name for name in seccomp.REFUSED if syscalls.number(name, machine) is None]
    assert len(missing) < len(seccomp.REFUSED) / 3
    assert "mount" not in missing
    assert "execve" not in missing


@pytest.mark.skipif(not Path("/usr/include/asm-generic/unistd.h").exists(), reason="no headers")
def test_the_table_agrees_with_the_kernels_headers() -> None:
    text = Path("/usr/include/asm-generic/unistd.h").read_text()
    known = {}
    for line in text.splitlines():
        parts = line.split()
        if len(parts) >= 3 and parts[0] == "#define" and parts[1].startswith("__NR_"):
            known[parts[1].removeprefix("__NR_")] = parts[2]
    for name in seccomp.REFUSED:
        mine = syscalls.number(name, "aarch64")
        if name in known and mine is not None:
            assert str(mine) == known[name], name


def test_landlock_tells_its_version() -> None:
    assert landlock.version() >= 0
