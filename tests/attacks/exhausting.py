"""Takes memory, processes, disk, output."""

from . import GRAPH, Attack

ATTACKS = (
    Attack(
        "memory, taken by Python",
        "a machine that swaps, a kernel that kills the grader",
        """
        def draw_graph(output, params):
            kept = []
            while True:
                kept.append(bytearray(2**24))
        """,
        exercise=GRAPH,
        gives="out_of_memory",
    ),
    Attack(
        "memory, taken by torch",
        "the same through another allocator",
        """
        import torch
        def draw_graph(output, params):
            kept = []
            while True:
                kept.append(torch.ones(2**22))
        """,
        exercise=GRAPH,
        gives="out_of_memory",
    ),
    Attack(
        "memory at import",
        "the same, before a check could be blamed",
        "kept = [bytearray(2**26) for _ in range(10**6)]",
        ends="out_of_memory",
    ),
    Attack(
        "memory shared between processes",
        "pages that no process is charged for",
        """
        import mmap
        def draw_graph(output, params):
            kept = []
            while True:
                kept.append(mmap.mmap(-1, 2**25))
                kept[-1].write(bytes(2**25))
        """,
        exercise=GRAPH,
        gives="out_of_memory",
    ),
    Attack(
        "memory of many children",
        "more than the limit of one process, many times",
        """
        import os, time
        def draw_graph(output, params):
            for _ in range(30):
                if os.fork() == 0:
                    kept = b"x" * (40 * 2**20)
                    time.sleep(10**6)
            time.sleep(10**6)
        """,
        exercise=GRAPH,
        gives="out_of_memory",
        flags=("called os.fork",),
    ),
    Attack(
        "memory without a file name",
        "a memfd, which belongs to no process's memory",
        """
        import os
        def draw_graph(output, params):
            kept = []
            while True:
                kept.append(os.memfd_create("kept"))
                os.write(kept[-1], bytes(2**24))
        """,
        exercise=GRAPH,
        gives="error",
        wall="no other programs",
    ),
    Attack(
        "memory that waits in sockets",
        "gigabytes of the kernel's, where a system allows large buffers",
        """
        import socket
        def draw_graph(output, params):
            kept = []
            while True:
                kept.append(socket.socketpair())
                for end in kept[-1]:
                    end.setblocking(False)
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**26)
                    try:
                        while True:
                            end.send(bytes(2**16))
                    except BlockingIOError:
                        pass
        """,
        exercise=GRAPH,
        gives="error",
        says="PermissionError",
        flags=("called socket",),
        wall="no other programs",
    ),
    Attack(
        "memory for page tables",
        "an empty region that is read all over: nothing in it, and much to note of it",
        """
        import mmap
        def draw_graph(output, params):
            size, step = 2**40, 2**21
            region = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_READ)
            region.madvise(mmap.MADV_NOHUGEPAGE)
            return sum(region[place] for place in range(0, size, step))
        """,
        exercise=GRAPH,
        gives="out_of_memory",
    ),
    Attack(
        "memory lent to pipes",
        "pages that a pipe holds after they have been given back",
        """
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        def draw_graph(output, params):
            lent = ctypes.create_string_buffer(b"x", 4096)
            vector = (ctypes.c_void_p * 2)(ctypes.addressof(lent), 1)
            if libc.vmsplice(os.pipe()[1], vector, 1, 0) == -1:
                raise OSError(ctypes.get_errno(), "refused")
        """,
        exercise=GRAPH,
        gives="error",
        says="PermissionError",
        flags=("names ctypes",),
        wall="no other programs",
    ),
    Attack(
        "fork bomb",
        "a machine with no process left",
        """
        import os
        def draw_graph(output, params):
            while True:
                try:
                    os.fork()
                except OSError:
                    pass
        """,
        exercise=GRAPH,
    ),
    Attack(
        "threads without end",
        "the same with threads",
        """
        import threading, time
        def draw_graph(output, params):
            while True:
                threading.Thread(target=time.sleep, args=(10**6,)).start()
        """,
        exercise=GRAPH,
        wall="no other programs",
    ),
    Attack(
        "fills the disk",
        "a full disk for everybody",
        """
        import os
        def draw_graph(output, params):
            for number in range(10**6):
                with open(f"file{number}", "wb") as file:
                    for _ in range(32):
                        file.write(bytes(2**20))
        """,
        exercise=GRAPH,
        gives="error",
        says="No space left",
        wall="disk space limited",
    ),
    Attack(
        "a file larger than any may be",
        "the same in one file",
        """
        def draw_graph(output, params):
            with open("large", "wb") as file:
                file.truncate(2**40)
        """,
        exercise=GRAPH,
        gives="error",
        says="OSError",
    ),
    Attack(
        "files without end",
        "a file system with no inode left",
        """
        def draw_graph(output, params):
            for number in range(10**6):
                open(f"file{number}", "x").close()
        """,
        exercise=GRAPH,
        gives="error",
        says="No space left",
        wall="disk space limited",
    ),
    Attack(
        "fills shared memory",
        "a full /dev/shm",
        """
        def draw_graph(output, params):
            for number in range(10**6):
                with open(f"/dev/shm/file{number}", "wb") as file:
                    for _ in range(32):
                        file.write(bytes(2**20))
        """,
        exercise=GRAPH,
        gives="error",
        wall="disk space limited",
    ),
    Attack(
        "open files without end",
        "a machine with no descriptor left",
        """
        import os
        def draw_graph(output, params):
            kept = []
            while True:
                kept.append(os.open("/dev/null", os.O_RDONLY))
        """,
        exercise=GRAPH,
        says="Too many open files",
    ),
    Attack(
        "prints without end",
        "a grader's disk or memory full of output",
        """
        def draw_graph(output, params):
            while True:
                print("x" * 10**6)
        """,
        exercise=GRAPH,
        gives="crashed",
        says="printed more than",
    ),
    Attack(
        "a result of millions",
        "a frame that fills the judge's memory",
        """
        import torch
        def train(x, y, a, b, lr=0.1, n_epochs=1000):
            return [0.0] * 3_000_000
        def update_params(params, lr):
            params[0].data = torch.zeros(3_000_000)
        """,
    ),
    Attack(
        "huge words",
        "messages of megabytes in everybody's records",
        """
        def draw_graph(output, params):
            raise ValueError("x" * 20_000_000)
        def branching_loss(error):
            raise type("N" * 1_000_000, (Exception,), {})("n" * 1_000_000)
        """,
        exercise=GRAPH,
        gives="error",
    ),
    Attack(
        "a huge integer",
        "digits that take for ever to write down",
        """
        def backward_pass(a, b, x, y):
            return 10 ** 500_000
        def train(x, y, a, b, lr=0.1, n_epochs=1000):
            return [10 ** 400] * n_epochs
        """,
    ),
)
