"""Writes answers, or facts, of its own."""

from . import GRAPH, Attack, everything

_SEND = """
        import os
        import msgspec
        def _send(message):
            body = msgspec.msgpack.encode(message)
            for descriptor in range(3, 64):
                try:
                    os.write(descriptor, len(body).to_bytes(4, "little") + body)
                except OSError:
                    pass
"""

ATTACKS = (
    Attack(
        "a report on stdout",
        "a grader that reads results from what is printed",
        """
        import sys
        def freeze(model):
            for stream in (sys.stdout, sys.stderr, sys.__stdout__):
                print('{"name": "freeze", "status": "passed", "score": 1.0}', file=stream)
                print("===== 15 passed in 0.10s =====", file=stream)
            return model
        """,
        gives="failed",
    ),
    Attack(
        "a report on stdout, and away",
        "the same, with a clean exit before the truth comes out",
        """
        import os
        print("15 passed", flush=True)
        os._exit(0)
        """,
        ends="crashed",
    ),
    Attack(
        "garbage on every descriptor",
        "a line to the judge that nobody can read any more",
        """
        import os
        def freeze(model):
            for descriptor in range(3, 64):
                try:
                    os.write(descriptor, b"garbage" * 100)
                except OSError:
                    pass
        """,
        gives="crashed",
        says="could not be read",
    ),
    Attack(
        "a frame of four gigabytes",
        "a judge that makes room for it",
        """
        import os
        def freeze(model):
            os.write(3, b"\\xff" * 4 + bytes(1000))
        """,
        gives="crashed",
        says="could not be read",
    ),
    Attack(
        "half a frame",
        "a judge that waits for the rest",
        """
        import os
        def freeze(model):
            os.write(3, (1000).to_bytes(4, "little") + b"half")
            os._exit(0)
        """,
        gives="crashed",
    ),
    Attack(
        "an answer at import",
        "an answer that lies ready when the question comes",
        f"""{_SEND}
        facts = {{"still require grad": "none"}}
        _send({{"type": "imported", "error": None}})
        _send({{"type": "answer", "nonce": bytes(16), "outcome": {{"kind": "observed", "facts": facts}}}})
        def freeze(model):
            return model
        """,
        gives="crashed",
        loses=everything(),
        says="could not be read",
    ),
    Attack(
        "an answer with another nonce",
        "a judge that does not compare",
        f"""{_SEND}
        def freeze(model):
            facts = {{"still require grad": "none", "returns the very model": True}}
            outcome = {{"kind": "observed", "facts": facts}}
            _send({{"type": "answer", "nonce": bytes(16), "outcome": outcome}})
        """,
        gives="crashed",
        says="could not be read",
    ),
    Attack(
        "a verdict",
        "a judge that takes a verdict for an answer",
        f"""{_SEND}
        def freeze(model):
            _send({{"type": "answer", "nonce": bytes(16), "status": "passed", "score": 1.0}})
        """,
        gives="crashed",
    ),
    Attack(
        "the judge's own words",
        "outcomes that only the judge may state, such as the grader's own fault",
        f"""{_SEND}
        def freeze(model):
            stopped = {{"kind": "stopped", "reason": "not_graded", "detail": ""}}
            _send({{"type": "answer", "nonce": bytes(16), "outcome": stopped}})
        def zero_grads(params):
            _send({{"type": "unfit", "remark": "isolation failed"}})
        """,
        gives="crashed",
    ),
    Attack(
        "unfit at import",
        "to be let off: the grader's own fault, graded again and again",
        f"""{_SEND}
        _send({{"type": "unfit", "remark": "isolation failed: no fault of the student's"}})
        """,
        ends="crashed",
    ),
    Attack(
        "a flood of notices",
        "a judge that collects hints without end",
        f"""{_SEND}
        def freeze(model):
            for number in range(10_000):
                _send({{"type": "noticed", "hint": str(number)}})
        """,
        gives="crashed",
    ),
    Attack(
        "notices that hurt",
        "terminal escapes, markup and formulas among the flags",
        f"""{_SEND}
        def freeze(model):
            _send({{"type": "noticed", "hint": "\\x1b[2J\\x1b]0;owned\\x07[bold]x[/bold]"}})
            _send({{"type": "noticed", "hint": "<script>alert(1)</script>"}})
            _send({{"type": "noticed", "hint": "=1+1\\r\\nx,y"}})
            for p in model.parameters():
                p.requires_grad_(False)
            return model
        """,
        works=("freeze",),
    ),
    Attack(
        "closes every descriptor",
        "a judge that waits for a line which is gone",
        """
        import os
        def freeze(model):
            os.closerange(0, 64)
            return model
        """,
        gives="crashed",
    ),
    Attack(
        "reads the judge's questions",
        "the nonce, before the worker sees it",
        """
        import os, threading
        def _listen():
            while True:
                os.read(3, 2**16)
        def draw_graph(output, params):
            threading.Thread(target=_listen, daemon=True).start()
        """,
        exercise=GRAPH,
    ),
    Attack(
        "descriptors sent to the judge",
        "files of its own, opened in the judge's process",
        """
        import array, os, socket
        with socket.socket(fileno=os.dup(3)) as line:
            sent = array.array("i", [1, 2])
            line.sendmsg([b"....."], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, sent)])
        """,
        ends="crashed",
        flags=("called socket", "that nobody asked for"),
    ),
    Attack(
        "shuts the line down",
        "a judge that waits for ever, or takes silence for an answer",
        """
        import os, socket
        def freeze(model):
            with socket.socket(fileno=os.dup(3)) as line:
                line.shutdown(socket.SHUT_RDWR)
        """,
        gives="crashed",
        flags=("called socket",),
    ),
    Attack(
        "a thread of the grader's",
        "the nonce and the line, from the frames of the thread that waits",
        """
        import sys
        def freeze(model):
            for frame in sys._current_frames().values():
                while frame:
                    if "channel" in frame.f_locals and "request" in frame.f_locals:
                        nonce = frame.f_locals["request"].nonce
                        raise LookupError(f"found a nonce of {len(nonce)} bytes")
                    frame = frame.f_back
            return model
        """,
        gives="error",
        flags=("called sys._current_frames", "names _current_frames"),
    ),
)
