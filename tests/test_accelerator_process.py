"""What the simulated accelerator does to the process it is installed in: as little as can be."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
import torch

from grader import accelerator

ROOT = Path(__file__).parent.parent


def fresh(code: str) -> str:
    """Runs code in a process of its own, where every warning is an error; what it printed."""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


# -- installing


def test_install_gives_the_device_and_may_be_repeated():
    assert accelerator.install() is accelerator.install()
    assert accelerator.install() == torch.device(accelerator.DEVICE)
    assert accelerator.is_installed()


def test_torch_calls_it_the_accelerator():
    accelerator.install()
    found = torch.accelerator.current_accelerator()
    assert torch.accelerator.is_available()
    assert found is not None
    assert found.type == accelerator.DEVICE
    assert torch.sim.is_available()
    assert torch.sim.device_count() == 1


def test_installing_is_cheap_and_silent():
    out = fresh("""
        import sys, time, torch
        begin = time.process_time()
        from grader import accelerator
        assert not accelerator.is_installed()
        accelerator.install()
        print(time.process_time() - begin, "torch._dynamo" in sys.modules)
        x = torch.ones(2, device="sim", requires_grad=True)
        repr((x * 2).sum().backward())
    """)
    seconds, dynamo = out.split()
    assert float(seconds) < 0.5  # about 0.03 on a quiet machine
    assert dynamo == "False"


def test_an_older_torch_is_told_in_one_line(monkeypatch):
    monkeypatch.delattr(torch.utils.backend_registration, "_setup_privateuseone_for_python_backend")
    monkeypatch.setattr(torch, "__version__", "2.9.1+cpu")
    with pytest.raises(accelerator.AcceleratorUnavailable) as caught:
        accelerator.install.__wrapped__()
    assert str(caught.value) == (
        "the simulated accelerator needs torch 2.10 or later, found 2.9.1+cpu"
    )
    assert issubclass(accelerator.AcceleratorUnavailable, RuntimeError)


def test_another_added_device_is_named():
    out = fresh("""
        import torch
        torch.utils.rename_privateuse1_backend("other")
        from grader import accelerator
        try:
            accelerator.install()
        except accelerator.AcceleratorUnavailable as error:
            print(error)
    """)
    assert out.startswith("torch has another added device already: ")
    assert "other" in out
    assert out.count("\n") == 1


@pytest.mark.parametrize("late", ["torch._dynamo", "torch.optim"])
def test_modules_imported_afterwards_work(late):
    fresh(f"""
        from grader import accelerator
        accelerator.install()
        import {late}, torch
        a = torch.ones(1, device="sim", requires_grad=True)
        a.sum().backward()
        torch.optim.SGD([a], lr=1).step()
        assert a.item() == 0
    """)


# -- the CPU afterwards

CPU_BEHAVIOUR = """
    import torch
    from torch import nn
    torch.manual_seed(3)
    a = torch.randn(2, requires_grad=True)
    torch.rand(1, generator=torch.Generator().manual_seed(1))
    model = nn.Linear(2, 1)
    before = list(model.parameters())
    (model(a).sum() ** 2).backward()
    optimizer = torch.optim.Adam([a, *before])
    optimizer.step()
    a.data = a.data * 2
    model.to("cpu", torch.float64)
    assert all(p is q for p, q in zip(before, model.parameters()))
    print(a, a * 1, a.grad, a.device, torch.zeros(1).device, torch.get_default_device())
    print(a.is_cpu, a.is_leaf, a.data_ptr() == a.data.data_ptr(), a.to("cpu") is a, a.type())
    print(torch.initial_seed(), torch.rand(2), torch.randperm(5), model.weight, torch.Generator().device)
    print(isinstance(torch.default_generator, torch.Generator), torch.UntypedStorage(3).nbytes())
    print(torch.is_inference_mode_enabled(), torch.is_grad_enabled(), torch.get_default_dtype())
    print(torch.autograd.is_multithreading_enabled() if hasattr(torch.autograd, "is_multithreading_enabled") else None)
    try:
        torch.zeros(1, device="nowhere")
    except RuntimeError as error:
        print(str(error).splitlines()[0])
    try:
        a.data = 3
    except TypeError as error:
        print(error)
"""


def test_cpu_tensors_behave_as_if_nothing_had_been_installed():
    install = "from grader import accelerator\naccelerator.install()\n"
    code = textwrap.dedent(CPU_BEHAVIOUR)
    assert fresh(install + code) == fresh(code)


def test_installing_draws_nothing():
    out = fresh("""
        import torch
        torch.manual_seed(5)
        before = torch.random.get_rng_state()
        from grader import accelerator
        accelerator.install()
        print(torch.equal(before, torch.random.get_rng_state()))
    """)
    assert out == "True\n"


def test_both_devices_draw_from_one_stream():
    accelerator.install()
    torch.manual_seed(7)
    here = torch.randn(3), torch.rand(2)
    torch.manual_seed(7)
    there = torch.randn(3, device="sim"), torch.rand(2, device="sim")
    assert all(torch.equal(a, b.cpu()) for a, b in zip(here, there, strict=True))


# -- threads and forks


def test_backward_runs_on_the_thread_that_asks():
    """A real GPU has a thread of its own; here there is none, so that a process may fork."""
    accelerator.install()
    a, threads = torch.ones(1, device="sim", requires_grad=True), []
    loss = (a * 2).sum()
    a.register_hook(lambda grad: threads.append(threading.current_thread()))
    other = threading.Thread(target=loss.backward)
    other.start()
    other.join()
    assert threads == [other]
    assert a.grad.item() == 2


@pytest.mark.parametrize("first", ["", "torch.ones(1, requires_grad=True).backward()"])
def test_a_forked_process_can_train(first):
    """Even when the parent has run backward, before installing and after it, on either device."""
    out = fresh(f"""
        import os, sys, torch
        {first}
        from grader import accelerator
        accelerator.install()
        a = torch.ones(1, device="sim", requires_grad=True)
        (a * 2).backward()
        torch.ones(1, requires_grad=True).backward()
        child = os.fork()
        if not child:
            (a * 3).backward()
            model = torch.nn.Linear(1, 1).to("sim")
            model(a).backward()
            sys.stdout.write(f"{{a.grad.item() > 0}} {{model.bias.grad.item()}}")
            sys.stdout.flush()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
    """)
    assert out.endswith(" 1.0")


# -- where it is not like a GPU, and says so


def test_sparse_tensors_are_refused():
    accelerator.install()
    with pytest.raises(NotImplementedError, match=r"has no torch\.sparse_coo tensors"):
        torch.eye(2, device="sim").to_sparse()


def test_a_training_step_costs_about_half_a_millisecond():
    """Generous by ten times, for a busy machine: only a change of order of magnitude shows here."""
    accelerator.install()
    a = torch.zeros(1, device="sim", requires_grad=True)
    b = torch.zeros(1, device="sim", requires_grad=True)
    x = torch.rand(80, 1, device="sim")

    def step() -> None:
        ((1 + 2 * x - (a + b * x)) ** 2).mean().backward()
        with torch.no_grad():
            for parameter in (a, b):
                parameter -= 0.1 * parameter.grad
                parameter.grad.zero_()

    step()
    begin = time.thread_time()
    for _ in range(50):
        step()
    assert (time.thread_time() - begin) / 50 < 0.005
