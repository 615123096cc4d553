"""Student code in a process of its own.

The judging side, which never loads torch:
    server      `open_server`: a source of workers
    forked      workers forked from a warm process (Linux)
    spawned     workers started one by one (elsewhere)
    handle      `Worker`: one student's module in one process, asked check by check
    launch      starting the other side's program in a clean environment
    output      the file that takes what a worker prints
    protocol    what is said between the processes, as typed messages
    wire        messages as bytes, and distrust of those that come from a worker

The side that runs student code, in the order in which it comes to life:
    boot        the program that a server's process runs
    zygote      the fork server; single, its counterpart where nothing is forked
    warm        imports what every worker needs, and no answer; hugepages makes forks of it cheap
    dynamo      puts off an expensive part of torch until somebody uses it
    manifest    what widely used names stand for, to see later what was replaced
    supervisor  the parent of one worker: watches, ends, reports
    processes   all descendants of a process, their memory and their end
    sandbox/    the walls around a worker on Linux
    limits      what one process may use up
    program     the worker: imports the module, runs checks, answers
    hints       tells of calls that no exercise needs
    student     importing a module from bytes
    apart       running student code on a thread whose frames lead nowhere

Example:
    with open_server() as server:
        worker = server.start(Source("ex05_autograd", text, "exercises/ex05_autograd.py"), Limits())
        if worker.imported(timeout=10) is None:
            outcome = worker.run("update_params.each_parameter_stays_a_leaf", seed=7, timeout=10)
        worker.close()
"""

from __future__ import annotations

from .handle import Worker
from .protocol import IsolationUnavailable, Layer, Limits, Source
from .server import Server, open_server

__all__ = [
    "IsolationUnavailable",
    "Layer",
    "Limits",
    "Server",
    "Source",
    "Worker",
    "open_server",
]
