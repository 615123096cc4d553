"""Changes what later checks rest on. Other functions must keep their points."""

from . import GRAPH, Attack

ATTACKS = (
    Attack(
        "another default dtype",
        "float64 in every check that follows",
        """
        import torch
        def backward_pass(a, b, x, y):
            torch.set_default_dtype(torch.float64)
        """,
    ),
    Attack(
        "no gradients",
        "grad mode off, inference mode on",
        """
        import torch
        def backward_pass(a, b, x, y):
            torch.set_grad_enabled(False)
            torch.inference_mode().__enter__()
            torch.autocast("cpu").__enter__()
        """,
    ),
    Attack(
        "deterministic algorithms, threads, anomalies",
        "flags that make others fail or wait",
        """
        import torch
        def backward_pass(a, b, x, y):
            torch.use_deterministic_algorithms(True)
            torch.set_num_threads(64)
            torch.autograd.set_detect_anomaly(True)
            torch.set_flush_denormal(True)
            torch.set_default_device("meta")
        """,
    ),
    Attack(
        "a short stack",
        "a recursion limit at which nothing runs",
        """
        import sys
        def backward_pass(a, b, x, y):
            for limit in range(5, 500):
                try:
                    sys.setrecursionlimit(limit)
                    return
                except RecursionError:
                    pass
        """,
    ),
    Attack(
        "warnings as errors",
        "a warning in somebody else's function becomes a failure",
        """
        import warnings
        def backward_pass(a, b, x, y):
            warnings.simplefilter("error")
            warnings.warn = warnings.showwarning = None
        """,
    ),
    Attack(
        "modules torn out",
        "imports that fail in other functions",
        """
        import sys
        def backward_pass(a, b, x, y):
            for name in list(sys.modules):
                if name.startswith(("torch", "numpy", "linecache", "collections", "importlib")):
                    sys.modules[name] = None
        """,
    ),
    Attack(
        "another place",
        "folder, environment, locale and mask of the process",
        """
        import locale, os
        def backward_pass(a, b, x, y):
            os.environ.clear()
            os.chdir("/")
            os.umask(0o777)
            for name in ("C", "de_DE.UTF-8", "tr_TR.UTF-8"):
                try:
                    locale.setlocale(locale.LC_ALL, name)
                except locale.Error:
                    pass
        """,
    ),
    Attack(
        "closed streams",
        "a print in another function that fails",
        """
        import os, sys
        def backward_pass(a, b, x, y):
            sys.stdout.close()
            sys.stderr = None
            os.close(0), os.close(1), os.close(2)
        """,
    ),
    Attack(
        "a trace function",
        "code that runs within every other function",
        """
        import sys, threading
        def _spoil(frame, event, argument):
            if frame.f_code.co_name in ("update_params", "freeze", "zero_grads"):
                raise SystemExit(0)
            return _spoil
        def backward_pass(a, b, x, y):
            sys.settrace(_spoil)
            sys.setprofile(_spoil)
            threading.settrace(_spoil)
            threading.setprofile(_spoil)
        """,
        flags=("called sys.settrace",),
    ),
    Attack(
        "no collection",
        "memory that is never given back",
        """
        import gc
        def backward_pass(a, b, x, y):
            gc.disable()
            gc.freeze()
            gc.set_threshold(0)
            gc.callbacks.append(lambda *_: 1 / 0)
        """,
    ),
    Attack(
        "libraries broken by a call",
        "functions that the others need",
        """
        import torch
        def backward_pass(a, b, x, y):
            torch.Tensor.backward = torch.Tensor.mean = torch.no_grad = None
            torch.nn.Module.parameters = torch.nn.Linear = torch.manual_seed = None
        """,
    ),
    Attack(
        "other functions replaced by a call",
        "a classmate's view: one's own module, broken after the first check",
        """
        def backward_pass(a, b, x, y):
            globals().update(freeze=None, train=None, update_params=None, zero_grads=None)
        """,
    ),
    Attack(
        "dispatch and function modes",
        "a mode of torch's that changes every operation after it",
        """
        import torch
        from torch.overrides import TorchFunctionMode
        from torch.utils._python_dispatch import TorchDispatchMode
        class Zeros(TorchDispatchMode):
            def __torch_dispatch__(self, function, types, args=(), kwargs=None):
                raise SystemExit(0)
        class Nothing(TorchFunctionMode):
            def __torch_function__(self, function, types, args=(), kwargs=None):
                raise SystemExit(0)
        def backward_pass(a, b, x, y):
            Nothing().__enter__()
            Zeros().__enter__()
        """,
    ),
    Attack(
        "hooks on every module and tensor",
        "global hooks that spoil every forward and backward pass",
        """
        import torch
        def _zeros(module, inputs, output):
            return output * 0
        def backward_pass(a, b, x, y):
            torch.nn.modules.module.register_module_forward_hook(_zeros)
            torch.optim.optimizer.register_optimizer_step_pre_hook(lambda *_: 1 / 0)
            torch.autograd.graph.set_warn_on_accumulate_grad_stream_mismatch
            torch.autograd.graph.saved_tensors_hooks(lambda t: t * 0, lambda t: t).__enter__()
        """,
    ),
    Attack(
        "operators of torch replaced",
        "kernels that every other function uses",
        """
        import torch
        library = torch.library.Library("aten", "IMPL")
        def backward_pass(a, b, x, y):
            library.impl("mul.Tensor", lambda a, b: a, "CPU")
            library.impl("mean", lambda a, **_: a.sum() * 0, "CPU")
        """,
    ),
    Attack(
        "sleeps through its checks",
        "one's own time, used up before the others' turn",
        """
        import time
        def backward_ops(output):
            time.sleep(10**6)
        """,
        exercise=GRAPH,
        gives="timeout",
    ),
    Attack(
        "descriptors exhausted",
        "nothing can be opened in later checks",
        """
        import os
        kept = []
        def backward_pass(a, b, x, y):
            try:
                while True:
                    kept.append(os.open("/dev/null", os.O_RDONLY))
            except OSError:
                pass
        """,
    ),
    Attack(
        "limits of its own",
        "no memory, processor time or processes for the checks that follow",
        """
        import resource
        def backward_pass(a, b, x, y):
            for name in ("AS", "DATA", "CPU", "NPROC", "NOFILE", "FSIZE", "STACK"):
                try:
                    resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (1, 1))
                except (OSError, ValueError):
                    pass
        """,
    ),
)
