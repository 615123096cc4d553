"""Answers with objects that say what one wants to hear."""

from . import Attack

ATTACKS = (
    Attack(
        "an object that equals everything",
        "a checker that asks ==",
        """
        class Any:
            def __eq__(self, other):
                return True
            def __ne__(self, other):
                return False
            def __hash__(self):
                return 0
            def __bool__(self):
                return True
            def __getattr__(self, name):
                return self
            def __call__(self, *_, **__):
                return self
            def __iter__(self):
                return iter((self, self))
            def __len__(self):
                return 2
            def __float__(self):
                return 1.0
        def backward_pass(a, b, x, y):
            return Any()
        def train(x, y, a, b, lr=0.1, n_epochs=1000):
            return Any()
        def freeze(model):
            return Any()
        def replace_head(model, n_classes):
            model.fc = Any()
            return Any()
        """,
    ),
    Attack(
        "a float that equals everything",
        "a checker that trusts subclasses of float",
        """
        class Number(float):
            def __eq__(self, other):
                return True
            def __float__(self):
                return Number()
            def __sub__(self, other):
                return 0.0
            __rsub__ = __sub__
            def __abs__(self):
                return 0.0
        def backward_pass(a, b, x, y):
            return Number(12)
        def train(x, y, a, b, lr=0.1, n_epochs=1000):
            return [Number()] * n_epochs
        """,
    ),
    Attack(
        "a number whose float lies",
        "one that is computed only when it is asked, by whoever knows the answer",
        """
        import numbers
        class Late(numbers.Real):
            def __float__(self):
                return float("nan")
        for name in numbers.Real.__abstractmethods__:
            if name != "__float__":
                setattr(Late, name, lambda self, *_: self)
        Late.__abstractmethods__ = frozenset()
        def backward_pass(a, b, x, y):
            return Late()
        """,
    ),
    Attack(
        "nan and infinity",
        "comparisons that are true by accident",
        """
        def backward_pass(a, b, x, y):
            a.grad, b.grad = a.detach() * float("nan"), b.detach() * float("inf")
            return float("nan")
        def train(x, y, a, b, lr=0.1, n_epochs=1000):
            return [float("inf")] * n_epochs
        """,
    ),
    Attack(
        "a tensor that equals everything",
        "a checker that computes with what it is given",
        """
        import torch
        class Yes(torch.Tensor):
            @classmethod
            def __torch_function__(cls, function, types, args=(), kwargs=None):
                name = getattr(function, "__name__", "")
                if name in ("allclose", "equal", "isclose", "eq", "__eq__"):
                    return torch.tensor(True)
                return super().__torch_function__(function, types, args, kwargs or {})
            def __eq__(self, other):
                return True
            def __bool__(self):
                return True
        def update_params(params, lr):
            for n, p in enumerate(params):
                params[n] = p.detach().as_subclass(Yes).requires_grad_()
        def backward_pass(a, b, x, y):
            return torch.zeros(()).as_subclass(Yes)
        """,
    ),
    Attack(
        "a tensor whose methods lie",
        "an observer that calls detach, cpu and tolist",
        """
        import torch
        class Liar(torch.Tensor):
            def detach(self):
                return torch.zeros(self.shape)
            def cpu(self):
                return self
            def tolist(self):
                return [0.0]
            @property
            def grad(self):
                return None
        def zero_grads(params):
            for p in params:
                if p.grad is not None:
                    p.grad.__class__ = Liar
        """,
    ),
    Attack(
        "a tensor that computes nothing",
        "a wrapper whose numbers are made up when they are read",
        """
        import torch
        class Hollow(torch.Tensor):
            @staticmethod
            def __new__(cls, like):
                return torch.Tensor._make_wrapper_subclass(cls, like.shape, dtype=like.dtype)
            @classmethod
            def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
                return torch.zeros(args[0].shape)
        def zero_grads(params):
            for p in params:
                if p.grad is not None:
                    p.grad = Hollow(p.grad)
        """,
    ),
    Attack(
        "claims to be another class",
        "isinstance, which asks __class__",
        """
        from torch import nn
        class Head:
            __class__ = nn.Linear
            in_features, out_features, bias = 5, 3, True
            def __call__(self, x):
                return x
        def replace_head(model, n_classes):
            model.__dict__["fc"] = Head()
            model._modules.pop("fc")
            return model
        """,
    ),
    Attack(
        "a metaclass without a name",
        "a crash where the grader names what it saw",
        """
        class Nameless(type):
            @property
            def __name__(cls):
                raise RuntimeError("no name")
            def __instancecheck__(cls, instance):
                return True
            def __repr__(cls):
                raise RuntimeError("no words")
        class Thing(metaclass=Nameless):
            pass
        class Wrong(Exception, metaclass=Nameless):
            def __str__(self):
                return Thing()
        def backward_pass(a, b, x, y):
            return Thing()
        def freeze(model):
            raise Wrong
        """,
    ),
    Attack(
        "an error that cannot be told",
        "a crash where the grader reports an exception",
        """
        class Wrong(Exception):
            def __str__(self):
                raise SystemExit(0)
            __repr__ = __str__
            @property
            def __traceback__(self):
                raise SystemExit(0)
        class Strange(str):
            def __getitem__(self, place):
                return 7
            def encode(self, *_):
                return b"passed"
        class Stranger(Exception):
            def __str__(self):
                return Strange("passed")
        def freeze(model):
            raise Wrong
        def zero_grads(params):
            raise Stranger
        """,
    ),
    Attack(
        "a recursive structure",
        "a checker that descends for ever",
        """
        def backward_pass(a, b, x, y):
            nested = []
            nested.append(nested)
            return nested
        def train(x, y, a, b, lr=0.1, n_epochs=1000):
            losses = []
            losses += [losses] * n_epochs
            return losses
        """,
        gives="failed",
    ),
    Attack(
        "a pickle that runs",
        "a grader that unpickles what the worker sends",
        """
        import os
        class Payload(float):
            def __reduce__(self):
                return os._exit, (0,)
            def __reduce_ex__(self, protocol):
                return self.__reduce__()
        def backward_pass(a, b, x, y):
            return Payload(3.5)
        """,
    ),
    Attack(
        "an answer that acts when it dies",
        "code that runs when the grader lets go of it",
        """
        import os
        class Last:
            def __del__(self):
                os._exit(0)
        def freeze(model):
            return Last()
        """,
        gives="crashed",
    ),
    Attack(
        "a hook inside the grader's own backward",
        "code that runs while the grader computes",
        """
        def update_params(params, lr):
            for p in params:
                p.register_hook(lambda grad: grad * 0 + 3)
        """,
    ),
    Attack(
        "a decorated name",
        "a function that is none, and a check that is skipped",
        """
        class freeze:
            __test__ = False
            def __init__(self, *_, **__):
                raise NotImplementedError
        """,
        gives="not_attempted",
    ),
    Attack(
        "a module that is not one",
        "a class in place of the module, which has every attribute",
        """
        import sys
        class Everything:
            __file__ = __spec__ = None
            def __getattr__(self, name):
                return lambda *_, **__: None
        sys.modules[__name__] = Everything()
        def freeze(model):
            return model
        """,
    ),
)
