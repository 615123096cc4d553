"""Touches what is outside: processes, network, files."""

from . import Attack

_TRY = """
        import ctypes, os, resource, signal, socket, subprocess, sys
        libc = ctypes.CDLL(None, use_errno=True)
        def _all_fail(*attempts):
            for number, attempt in enumerate(attempts):
                try:
                    result = attempt()
                except OSError:
                    continue
                if result not in (-1, None):
                    return f"attempt {number} gave {result!r}"
            raise LookupError("every attempt failed")
"""


def reaching(name: str, tries: str, attempts: str, wall: str, *flags: str) -> Attack:
    """An attack that makes several attempts, all of which must fail."""
    code = f"""{_TRY}
        def freeze(model):
            return _all_fail({attempts})
    """
    return Attack(
        name, tries, code, gives="error", says="every attempt failed", wall=wall, flags=flags
    )


ATTACKS = (
    reaching(
        "signals to the parent",
        "a grader that is killed",
        "lambda: os.kill(os.getppid() or 99999, 9) or 1, lambda: os.killpg(os.getppid() or 99999, 9) or 1",
        "no signals to other processes",
        "called os.kill",
    ),
    Attack(
        "signals to everybody",
        "a machine with nobody left",
        """
        import os
        def freeze(model):
            os.kill(-1, 9)
            os.kill(1, 9)
        """,
        wall="no signals to other processes",
    ),
    reaching(
        "traces the parent",
        "the judge's memory and registers",
        "lambda: libc.ptrace(16, os.getppid() or 1, 0, 0), lambda: libc.ptrace(0, 0, 0, 0),"
        " lambda: libc.process_vm_readv(os.getppid() or 1, 0, 0, 0, 0, 0)",
        "no signals to other processes",
    ),
    reaching(
        "the network",
        "answers from elsewhere, or to elsewhere",
        "lambda: socket.create_connection(('127.0.0.1', 22), 1),"
        " lambda: socket.socket().connect(('192.0.2.1', 80)),"
        " lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9)),"
        " lambda: socket.socket(socket.AF_INET6).connect(('::1', 80)),"
        " lambda: socket.getaddrinfo('example.org', 80)",
        "no network",
        "called socket",
    ),
    reaching(
        "a unix socket",
        "a service on this machine",
        "lambda: socket.socket(socket.AF_UNIX).connect('/run/docker.sock'),"
        " lambda: socket.socket(socket.AF_UNIX).connect('\\\\0gradkit'),"
        " lambda: socket.socket(socket.AF_NETLINK).bind((0, 0)) or 1",
        "no network",
    ),
    reaching(
        "other programs",
        "a shell",
        "lambda: subprocess.run(['/bin/sh', '-c', 'true']),"
        " lambda: os.execv('/bin/sh', ['sh', '-c', 'exit 0']),"
        " lambda: os.posix_spawn(sys.executable, ['python', '-V'], {}),"
        " lambda: None if os.system('true') else 1",
        "no other programs",
    ),
    reaching(
        "more rights",
        "to be root, in a world of its own",
        "lambda: os.setuid(0 if os.getuid() else 12345) or 1, lambda: libc.unshare(0x10000000),"
        " lambda: libc.mount(b'x', b'/scratch', b'tmpfs', 0, 0), lambda: libc.setns(0, 0),"
        " lambda: os.chroot('/') or 1, lambda: os.nice(-20)",
        "no further namespaces",
    ),
    reaching(
        "files outside",
        "other people's results",
        "lambda: open('/etc/passwd', 'a'), lambda: open(os.__file__, 'a'),"
        " lambda: os.unlink('/etc/hostname') or 1, lambda: os.chmod(os.__file__, 0o644) or 1,"
        " lambda: os.mkdir('/left-behind') or 1, lambda: os.rename('/etc/hostname', '/left-behind') or 1",
        "no writing to other files",
    ),
    reaching(
        "limits and priorities of the parent",
        "a grader that may write no file, and waits behind everybody",
        "lambda: resource.prlimit(os.getppid() or 99999, resource.RLIMIT_FSIZE, (0, 0)),"
        " lambda: os.setpriority(os.PRIO_PROCESS, os.getppid() or 99999, 19) or 1,"
        " lambda: os.sched_setaffinity(os.getppid() or 99999, {0}) or 1",
        "no signals to other processes",
    ),
    reaching(
        "links out of the folder",
        "files outside, by another name",
        "lambda: [os.symlink('/etc', 'etc'), open('etc/passwd')],"
        " lambda: os.link('/etc/passwd', 'passwd') or 1,"
        " lambda: [os.symlink('/proc/1/root', 'root'), os.listdir('root/etc')]",
        "no reading of other files",
    ),
    reaching(
        "devices",
        "disks, terminals and kernel memory",
        "lambda: open('/dev/mem', 'rb'), lambda: open('/dev/tty', 'w'),"
        " lambda: open('/dev/sda', 'rb'), lambda: os.mknod('disk', 0o60666, 0x0800) or 1,"
        " lambda: open('/dev/kmsg', 'w')",
        "no writing to other files",
    ),
)
