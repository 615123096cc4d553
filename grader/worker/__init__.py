"""Student code in a process of its own.

The judging side, which never loads torch:
    protocol    what is said between the processes, as typed messages in frames
    server      `open_server`: a source of workers, forked (Linux) or started one by one (elsewhere)
    handle      `Worker`: one student's module in one process, asked check by check

The side that runs student code, in the order in which it comes to life:
    boot        the program that a server's process runs
    warm        imports what every worker needs, and no answer
    dynamo      puts off an expensive part of torch until somebody uses it
    zygote      the fork server
    supervisor  the parent of one worker: limits, clean-up, and the report of how it ended
    program     the worker: imports the module, runs checks, answers
    student     importing a module from bytes
    apart       running student code on a thread whose frames lead nowhere
    limits      what one process may use up
    sandbox/    the layers of isolation on Linux

Example:
    with open_server() as server:
        worker = server.start(Source("ex05_autograd", text, "exercises/ex05_autograd.py"), Limits())
        if worker.imported(timeout=10) is None:
            outcome = worker.run("update_params.each_parameter_stays_a_leaf", seed=7, timeout=10)
        worker.close()
"""

from __future__ import annotations

from .handle import Worker
from .protocol import GraderFault, Limits, Source
from .server import Server, open_server

__all__ = ["GraderFault", "Limits", "Server", "Source", "Worker", "open_server"]
