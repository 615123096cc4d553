"""Autograd

Until now you worked out every derivative by hand. Autograd does it for you:
while you compute a loss, PyTorch notes each operation, and ``backward()``
walks these notes in reverse and leaves a gradient in ``.grad`` of every
trainable leaf. What remains for you is to use the gradients without getting
in autograd's way. Afterwards you can write a training loop without calculus,
and freeze a network so that only its last layer learns.

All tensors of a call live on the same device, which may be any. The data are
float32 columns of shape (n, 1) and are never changed; what else may be changed
in place, the docstrings say. Grad mode, default dtype, default device and
random generators stay as you found them. A float may be any single number
that carries no graph, a list of floats may also be a tuple or a 1-d array. The
page stands alone: torch and the standard library are all it needs.

Check yourself: ``pytest grader -k ex05`` (or ``gradkit check ex05``).
Stuck: ``gradkit hint ex05_autograd.FUNCTION``.
"""

import torch
from torch import nn


def backward_pass(a: torch.Tensor, b: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> float:
    """Compute the line's MSE, and let autograd find its gradients.

    The predictions are a + b x; the loss is their mean squared error.
    Afterwards ``a.grad`` and ``b.grad`` hold the loss's derivatives; the
    values of a and b have not moved.

    Args:
        a: intercept, a trainable leaf of shape (1,) without a gradient yet.
        b: slope, likewise.
        x: features, shape (n, 1).
        y: labels, shape (n, 1).

    Returns:
        The mean squared error, a float without a graph.

    Example:
        >>> a = torch.zeros(1, requires_grad=True)
        >>> b = torch.zeros(1, requires_grad=True)
        >>> x, y = torch.tensor([[1.0], [2.0]]), torch.tensor([[2.0], [3.0]])
        >>> backward_pass(a, b, x, y)
        6.5
        >>> a.grad, b.grad
        (tensor([-5.]), tensor([-8.]))
    """
    raise NotImplementedError


# Three attempts at an update, two of which fail. `p = p - lr * p.grad` makes a
# new tensor: no leaf, with no gradient, while the real parameter never moves.
# The in-place `-=` asks autograd to note the change of a leaf that it must
# differentiate by, which it refuses. The third pauses autograd meanwhile.


def update_params(params: list[torch.Tensor], lr: float) -> None:
    """Take one gradient step on each parameter, in place, outside the graph.

    Afterwards each tensor is the same object with lr times its gradient
    subtracted. It is still a leaf, still requires grad, and its ``.grad`` is
    untouched.

    Args:
        params: trainable leaf tensors of any shape, each with a gradient; they
            are changed.
        lr: learning rate, a float.

    Example:
        >>> w = torch.tensor([1.0], requires_grad=True)
        >>> (3 * w).sum().backward()
        >>> update_params([w], 0.1)
        >>> w, w.grad
        (tensor([0.7000], requires_grad=True), tensor([3.]))
    """
    raise NotImplementedError


# PyTorch clings to gradients: backward() adds to what .grad already holds, so
# that a loss can be computed in pieces. Between two updates you let them go.


def zero_grads(params: list[torch.Tensor]) -> None:
    """Leave no gradient over on any of the parameters.

    Afterwards each ``.grad`` is None or all zeros. A parameter that never saw
    a backward pass has None there to begin with, which is fine. The values of
    the parameters do not change.

    Args:
        params: leaf tensors of any shape; their gradients are cleared.

    Example:
        >>> w = torch.tensor([1.0], requires_grad=True)
        >>> never_used = torch.tensor([1.0], requires_grad=True)
        >>> (3 * w).sum().backward()
        >>> zero_grads([w, never_used])
        >>> w.grad is None or w.grad.item() == 0
        True
    """
    raise NotImplementedError


def train(
    x: torch.Tensor,
    y: torch.Tensor,
    a: torch.Tensor,
    b: torch.Tensor,
    lr: float = 0.1,
    n_epochs: int = 1000,
) -> list[float]:
    """Fit y = a + b x with autograd's gradients and updates by hand.

    In each epoch: the loss on all points, its gradients, one update, and the
    gradients let go. a and b are trained in place: afterwards they are the
    same tensors with new numbers, still leaves that require grad, and with no
    gradient left over (None or zeros).

    Args:
        x: features, shape (n, 1).
        y: labels, shape (n, 1).
        a: intercept, a trainable leaf of shape (1,), no gradient yet; changed.
        b: slope, likewise.
        lr: learning rate.
        n_epochs: how many updates to make.

    Returns:
        n_epochs floats, the MSE before each update.

    Example:
        >>> a = torch.zeros(1, requires_grad=True)
        >>> b = torch.zeros(1, requires_grad=True)
        >>> x, y = torch.tensor([[0.0], [1.0]]), torch.tensor([[1.0], [3.0]])
        >>> losses = train(x, y, a, b, n_epochs=2)
        >>> [round(loss, 4) for loss in losses]
        [5.0, 2.825]
        >>> round(a.item(), 4), round(b.item(), 4)
        (0.69, 0.53)
    """
    raise NotImplementedError


# Fine-tuning starts from a network that somebody else has trained, keeps
# nearly all of it as it is (frozen: no gradients, no updates), and trains only
# a new last layer for the classes at hand.


def freeze(model: nn.Module) -> nn.Module:
    """Make every parameter of a model untrainable.

    Afterwards none of them requires grad, those of nested layers included.
    Their values do not change.

    Args:
        model: any module; its parameters' ``requires_grad`` is changed.

    Returns:
        The very model that was handed in, not a copy.

    Example:
        >>> model = freeze(nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1)))
        >>> [p.requires_grad for p in model.parameters()]
        [False, False, False, False]
    """
    raise NotImplementedError


def replace_head(model: nn.Module, n_classes: int) -> nn.Module:
    """Freeze a model and give it a fresh, trainable last layer.

    Every parameter that the model had is frozen, those of the old head too.
    Its attribute ``fc`` becomes a new ``nn.Linear`` with as many inputs as the
    old one, n_classes outputs and a bias, all trainable, on the device where
    the old one's weight lives. The new layer draws its own starting values;
    seed nothing.

    Args:
        model: a module whose attribute ``fc`` is an ``nn.Linear``; changed.
        n_classes: outputs of the new head, an int.

    Returns:
        The very model that was handed in.

    Example:
        >>> from collections import OrderedDict
        >>> layers = OrderedDict(body=nn.Linear(4, 8), fc=nn.Linear(8, 1000))
        >>> model = replace_head(nn.Sequential(layers), 3)
        >>> model.fc
        Linear(in_features=8, out_features=3, bias=True)
        >>> [name for name, p in model.named_parameters() if p.requires_grad]
        ['fc.weight', 'fc.bias']
    """
    raise NotImplementedError
