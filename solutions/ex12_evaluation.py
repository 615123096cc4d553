"""Evaluation, and the whole program

A loss on the points that a model was trained on says how well it remembers.
How well it has learned shows on points that it never trained on: the
validation set. Evaluating is training with everything left out that would
change the model, and it needs two switches. ``model.eval()`` changes how some
layers behave, and ``torch.no_grad()`` stops PyTorch from building graphs;
neither does the other's work.

After this page you can evaluate a model, watch both losses while you train,
and write the whole program from numpy arrays to a trained line.

A device may be any that PyTorch knows: pass it on without asking which one it
is. Data sets and loaders stay on the CPU, and each batch, a pair ``(x, y)``,
is sent to the device when its turn comes. Change only what a docstring tells
you to, and leave PyTorch's settings (grad mode, default dtype and device) as
you found them. Only ``run`` seeds a generator; loaders draw by themselves. The
page stands alone: numpy, torch and the standard library are all it needs.

Losses are returned as plain numbers that carry no graph, one for each batch.

Check yourself: ``pytest grader -k ex12`` (or ``gradkit check ex12``).
Stuck: ``gradkit hint ex12_evaluation.FUNCTION``.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


def evaluate(
    model: nn.Module,
    loss_fn: Callable[..., torch.Tensor],
    loader: DataLoader,
    device: torch.device | str,
) -> list[float]:
    """Compute the loss on each batch, and teach the model nothing.

    The model predicts in evaluation mode. No graph is built, neither in the
    model nor in the loss, and parameters and their gradients stay as they
    were. Afterwards the model may be in evaluation mode or in the mode that
    you found it in.

    Args:
        model: any model, on ``device``, in either mode.
        loss_fn: any callable that takes labels and predictions, in either
            order, and gives a scalar tensor.
        loader: gives the batches.
        device: where each batch is sent.

    Returns:
        the losses, in the loader's order.

    Example:
        >>> x = torch.tensor([[1.0], [2.0], [3.0]])
        >>> loader = DataLoader(TensorDataset(x, 2 + x), batch_size=2)
        >>> evaluate(nn.Dropout(0.5), nn.MSELoss(), loader, "cpu")
        [4.0, 4.0]
    """
    # HINT 1: Which lines of a training step change the model, and which two
    #   things go on unseen while it predicts?
    # HINT 2: You need model.eval() and a with block of torch.no_grad().
    # HINT 3: Switch the mode first. Then, inside the with block, loop over
    #   the loader, send, predict, and compute the loss; keep its number.
    ### BEGIN SOLUTION
    model.eval()
    losses = []
    with torch.no_grad():
        for x, y in loader:
            yhat = model(x.to(device))
            losses.append(loss_fn(y.to(device), yhat).item())
    return losses
    ### END SOLUTION


# A mode lasts until somebody changes it. What a validation pass switches off,
# the next epoch's training has to switch on again.


def fit(
    model: nn.Module,
    loss_fn: Callable[..., torch.Tensor],
    optimizer: torch.optim.Optimizer,
    train_loader: DataLoader,
    val_loader: DataLoader,
    n_epochs: int,
    device: torch.device | str,
) -> tuple[list[float], list[float]]:
    """Train with mini-batches, and validate after every epoch.

    An epoch is one update on every training batch, in training mode, and then
    the loss of every validation batch as in ``evaluate``. Each update uses the
    gradient of its own batch alone. Which mode the model ends in, and whether
    gradients are left over, is up to you.

    Args:
        model: any model, on ``device``, in either mode, without gradients yet.
        loss_fn: as for evaluate.
        optimizer: any optimizer over the model's parameters that steps
            without a closure.
        train_loader: gives the batches to learn from.
        val_loader: gives the batches to validate on.
        n_epochs: how many times to go through both.
        device: where each batch is sent.

    Returns:
        ``(losses, val_losses)``, two flat lists in the order in which the
        batches ran. A training loss is the one before its update.

    Example:
        >>> model = nn.Linear(1, 1, bias=False)
        >>> _ = nn.init.constant_(model.weight, 2.0)
        >>> sgd = torch.optim.SGD(model.parameters(), lr=0.1)
        >>> points = TensorDataset(torch.ones(2, 1), torch.zeros(2, 1))
        >>> one = DataLoader(points, batch_size=1)
        >>> two = DataLoader(points, batch_size=2)
        >>> result = fit(model, nn.MSELoss(), sgd, one, two, 2, "cpu")
        >>> losses, val_losses = result
        >>> [round(loss, 2) for loss in losses]
        [4.0, 2.56, 1.64, 1.05]
        >>> [round(loss, 2) for loss in val_losses]
        [1.64, 0.67]
    """
    # HINT 1: In which mode is the model when the second epoch begins?
    # HINT 2: In the loop over epochs stand one loop over training batches and
    #   one call of evaluate. Its list is to be joined on, not nested.
    # HINT 3: Training mode on; for each batch send, predict, loss, backward,
    #   step, zero_grad, and note the number; then extend val_losses.
    ### BEGIN SOLUTION
    losses, val_losses = [], []
    for _ in range(n_epochs):
        model.train()
        for x, y in train_loader:
            yhat = model(x.to(device))
            loss = loss_fn(y.to(device), yhat)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.item())
        val_losses += evaluate(model, loss_fn, val_loader, device)
    return losses, val_losses
    ### END SOLUTION


# The last function is everything at once. Three of its steps draw random
# numbers from one seeded generator (the split, the loaders, the layer), so
# their order decides which numbers each of them gets.


def run(
    x: np.ndarray,
    y: np.ndarray,
    seed: int = 42,
    lr: float = 0.1,
    n_epochs: int = 150,
    device: torch.device | str = "cpu",
) -> tuple[nn.Sequential, list[float], list[float]]:
    """Go all the way from numpy arrays to a trained line.

    In this order, so that a seed always gives the same numbers:

    1. seed torch's global generator;
    2. make a TensorDataset of float32 tensors;
    3. split it by random_split with the global generator, 80 per cent for
       training and 20 per cent for validation;
    4. make two loaders that do not shuffle: batches of 16 for training, of 20
       for validation;
    5. make an nn.Sequential of one nn.Linear(1, 1) on the CPU and send it to
       the device;
    6. train with the mean squared error and plain SGD, validating after each
       epoch as in ``fit``.

    Args:
        x: features, shape (n, 1), float64; n is a multiple of 5.
        y: labels, likewise.
        seed: the seed for step 1.
        lr: the learning rate.
        n_epochs: how many epochs to train.
        device: where the model lives and trains.

    Returns:
        ``(model, losses, val_losses)``: the trained model and the two lists of
        ``fit``. The model may be in either mode.

    Example:
        >>> rng = np.random.RandomState(42)
        >>> x = rng.rand(100, 1)
        >>> y = 1 + 2 * x + 0.1 * rng.randn(100, 1)
        >>> model, losses, val_losses = run(x, y)
        >>> [round(p.item(), 2) for p in model.parameters()]
        [1.96, 1.01]
        >>> len(losses), len(val_losses)
        (750, 150)
        >>> print(f"{np.mean(losses):.4f} {np.mean(val_losses):.4f}")
        0.0488 0.0207
    """
    # HINT 1: The list above is the program. Which lines of it do you have
    #   already, on this page and in your solutions of earlier ones?
    # HINT 2: Convert as in the exercise on data sets; random_split also takes
    #   fractions. Nothing but the model is sent here: fit sends the batches.
    # HINT 3: One line a step, the optimizer made after the model has moved,
    #   and fit called last: it gives two of the three results.
    ### BEGIN SOLUTION
    torch.manual_seed(seed)
    dataset = TensorDataset(torch.from_numpy(x).float(), torch.from_numpy(y).float())
    train_data, val_data = random_split(dataset, [0.8, 0.2])
    train_loader = DataLoader(train_data, batch_size=16)
    val_loader = DataLoader(val_data, batch_size=20)
    model = nn.Sequential(nn.Linear(1, 1)).to(device)
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses, val_losses = fit(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device)
    return model, losses, val_losses
    ### END SOLUTION
