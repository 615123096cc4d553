"""Replaces what a checker might use: torch, numpy, pytest, builtins, the standard library."""

from . import GRAPH, Attack, everything

ATTACKS = (
    Attack(
        "comparisons of torch say yes",
        "a checker that compares by torch",
        """
        import torch
        def yes(*_, **__):
            return True
        torch.allclose = torch.equal = torch.isclose = torch.is_tensor = yes
        torch.testing.assert_close = yes
        torch.Tensor.allclose = torch.Tensor.equal = yes
        def update_params(params, lr):
            pass
        def train(x, y, a, b, lr=0.1, n_epochs=1000):
            return [0.0] * n_epochs
        """,
        flags=("replaced torch.allclose", "replaced torch.equal"),
    ),
    Attack(
        "comparisons of torch say no",
        "a checker that asks torch whether something has moved",
        """
        torch.equal = torch.allclose = torch.Tensor.equal = lambda *_, **__: False
        def update_params(params, lr):
            pass
        """,
        flags=("replaced torch.equal",),
    ),
    Attack(
        "comparisons of numpy say yes",
        "a checker that compares by numpy",
        """
        import numpy
        def yes(*_, **__):
            return True
        numpy.allclose = numpy.array_equal = numpy.isclose = yes
        numpy.testing.assert_allclose = yes
        def backward_pass(a, b, x, y):
            return 0.0
        """,
        flags=("replaced numpy.allclose",),
    ),
    Attack(
        "pytest lets every test pass",
        "a checker that runs as a test",
        """
        try:
            import _pytest.python, _pytest.runner, pytest
            _pytest.python.Function.runtest = lambda self: None
            pytest.raises = lambda *_, **__: None
        except ImportError:
            pass
        def freeze(model):
            return model
        """,
    ),
    Attack(
        "builtins say yes",
        "a checker that asks isinstance, all, abs, len",
        """
        import builtins
        class Yes(type):
            def __instancecheck__(cls, instance):
                return True
        builtins.all = builtins.any = builtins.callable = lambda *_: True
        builtins.abs = lambda value: 0
        builtins.isinstance = lambda value, kind: True
        def freeze(model):
            return model
        """,
        ends="crashed",
    ),
    Attack(
        "builtins are gone",
        "a grader that fails, and lets the student be",
        """
        import builtins
        def freeze(model):
            for name in ("len", "isinstance", "str", "sorted", "print", "open", "__import__"):
                setattr(builtins, name, None)
            return model
        """,
    ),
    Attack(
        "json writes full marks",
        "results that travel as JSON",
        """
        import json
        full = '{"status": "passed", "score": 15.0}'
        json.dumps = lambda *_, **__: full
        json.loads = lambda *_, **__: {"status": "passed", "score": 15.0}
        def freeze(model):
            return model
        """,
        flags=("replaced json.dumps",),
    ),
    Attack(
        "msgspec writes full marks",
        "results that travel as MessagePack",
        """
        import msgspec
        class Encoder:
            def encode(self, message):
                return b"passed"
        msgspec.msgpack.Encoder = Encoder
        msgspec.msgpack.encode = Encoder().encode
        def freeze(model):
            return model
        """,
    ),
    Attack(
        "secrets and hashes are known",
        "nonces and seeds that can be told beforehand",
        """
        import hashlib, os, random, secrets
        import numpy
        secrets.token_bytes = os.urandom = lambda n=16: bytes(n)
        class Known:
            def digest(self):
                return bytes(32)
            hexdigest = digest
        hashlib.sha256 = lambda *_, **__: Known()
        def update_params(params, lr):
            params[0].data = params[0].data * 0
        """,
        flags=("replaced os.urandom",),
        loses=everything(),
    ),
    Attack(
        "random numbers are constant",
        "the same, by classes that can be replaced",
        """
        import numpy, random, torch
        class Constant:
            def __init__(self, *_):
                pass
            def __getattr__(self, name):
                return lambda *_, **__: 0
            def standard_normal(self, shape):
                return numpy.zeros(shape)
            def uniform(self, low, high, shape=None):
                return low if shape is None else numpy.full(shape, low)
        numpy.random.RandomState = Constant
        torch.manual_seed = random.seed = numpy.random.seed = lambda *_: None
        def backward_pass(a, b, x, y):
            a.grad = torch.zeros(1)
            b.grad = torch.zeros(1)
            return 0.0
        def update_params(params, lr):
            pass
        """,
        loses=everything(),
        flags=("replaced torch.manual_seed",),
    ),
    Attack(
        "writes go astray",
        "answers that are exchanged on their way",
        """
        import os
        before = os.write
        def write(descriptor, data):
            return before(descriptor, bytes(data).replace(b"failed", b"passed"))
        os.write = write
        def freeze(model):
            return model
        """,
        flags=("replaced os.write",),
    ),
    Attack(
        "time stands still",
        "limits that are measured inside",
        """
        import time
        time.time = time.monotonic = time.perf_counter = lambda: 0.0
        time.sleep = lambda seconds: None
        def draw_graph(output, params):
            while time.time() < 1:
                pass
        """,
        exercise=GRAPH,
        gives="timeout",
        flags=("replaced time.sleep",),
    ),
    Attack(
        "backward does nothing",
        "gradients that are not looked at",
        """
        import torch
        torch.Tensor.backward = lambda *_, **__: None
        """,
        loses=("backward_pass", "train", "replace_head", "update_params"),
        flags=("replaced torch.Tensor.backward",),
    ),
    Attack(
        "torch functions return what passes",
        "a library that is wrong in the student's favour",
        """
        import torch
        torch.Tensor.detach = torch.Tensor.clone = lambda self: self
        torch.Tensor.flatten = lambda self, *_: torch.zeros(self.shape)
        torch.Tensor.tolist = lambda self: 0.0
        torch.Tensor.item = lambda self: 0.0
        def update_params(params, lr):
            pass
        """,
        loses=everything(),
        flags=("replaced torch.Tensor.item",),
    ),
    Attack(
        "imports are answered by the student",
        "a module of the grader's, imported late",
        """
        import sys
        class Finder:
            def find_spec(self, name, path=None, target=None):
                raise ImportError(name)
        sys.meta_path.insert(0, Finder())
        sys.path_hooks.clear()
        sys.path.clear()
        def freeze(model):
            return model
        """,
    ),
    Attack(
        "the grader's modules are replaced",
        "a grader that imports itself by name",
        """
        import sys, types
        fake = types.ModuleType("grader")
        fake.__path__ = []
        for name in ("grader", "grader.observe", "grader.scenario", "grader.check", "solutions"):
            sys.modules[name] = fake
        fake.fact = fake.tensor = fake.leaf = lambda *_: {}
        fake.freeze = lambda model: model
        def freeze(model):
            import solutions
            return solutions.freeze(model)
        """,
    ),
    Attack(
        "formatting is replaced",
        "a crash wherever the grader writes text",
        """
        import linecache, traceback
        linecache.getline = None
        traceback.format_exc = traceback.extract_tb = None
        def freeze(model):
            raise ValueError("wrong")
        """,
        loses=everything(),
    ),
    Attack(
        "sockets are replaced",
        "a line to the judge that ends at the student",
        """
        import select, socket
        class Nowhere:
            def __init__(self, *_, **__):
                pass
            def __getattr__(self, name):
                return lambda *_, **__: b""
        socket.socket = socket.socketpair = select.poll = select.select = Nowhere
        def freeze(model):
            return model
        """,
    ),
    Attack(
        "parameters hide",
        "a model that has no parameters when it is asked",
        """
        from torch import nn
        nn.Module.named_parameters = lambda self, *_, **__: iter(())
        def freeze(model):
            return model
        """,
        flags=("replaced torch.nn.modules.module.Module.named_parameters",),
        loses=everything(),
    ),
    Attack(
        "leaves and gradients are what one says",
        "facts that are read from attributes",
        """
        import torch
        torch.Tensor.requires_grad = property(lambda self: False, lambda self, value: None)
        torch.Tensor.is_leaf = property(lambda self: True)
        torch.Tensor.grad = property(lambda self: None, lambda self, value: None)
        def zero_grads(params):
            pass
        def freeze(model):
            return model
        """,
        flags=("replaced torch.Tensor.is_leaf", "replaced torch.Tensor.grad"),
        loses=everything(),
    ),
    Attack(
        "devices are what one says",
        "a device check that reads an attribute",
        """
        import torch
        torch.Tensor.device = property(lambda self: torch.device("sim:0"))
        torch.Tensor.to = lambda self, *_, **__: self
        def replace_head(model, n_classes):
            return model
        """,
        flags=("replaced torch.Tensor.device",),
        loses=everything(),
    ),
)
