"""Data loaders

Training on all points at once is batch gradient descent. For mini-batches the
data must be cut into pieces, and shuffled before each epoch so that the pieces
differ. A ``DataLoader`` does both: it takes a data set, and a ``for`` loop
over it runs through one epoch, batch by batch.

After this page you can make a loader, set points aside for validation, and
train through one epoch of mini-batches.

Data sets and loaders stay on the CPU. Change nothing that you are handed, and
leave PyTorch's settings (grad mode, default dtype and device) as you found
them. Never seed torch's global generator: a loader draws its orders from it by
itself, and beyond that it is not to be touched. The page stands alone: torch
and the standard library are all it needs.

Check yourself: ``pytest grader -k ex11`` (or ``gradkit check ex11``).
Stuck: ``gradkit hint ex11_dataloader.FUNCTION``.
"""

from collections.abc import Callable

import torch
from torch.utils.data import DataLoader, Dataset, Subset, random_split


def make_loader(dataset: Dataset, batch_size: int = 16, shuffle: bool = True) -> DataLoader:
    """Make a loader that gives mini-batches.

    An epoch, one pass over the loader, gives every point exactly once. Where
    the batch size does not divide the number of points, the last batch is
    short; it is not dropped.

    Args:
        dataset: any data set with a length.
        batch_size: the number of points in a batch.
        shuffle: a new order in each epoch, or else the data set's own order.

    Example:
        >>> loader = make_loader(list(range(5)), batch_size=2, shuffle=False)
        >>> list(loader)
        [tensor([0, 1]), tensor([2, 3]), tensor([4])]
    """
    raise NotImplementedError


# `random_split` draws from torch's global generator unless you bring one of
# your own. A generator of your own makes the split repeatable, and the rest of
# the program draws the same numbers whether you split or not.


def split_dataset(dataset: Dataset, n_train: int, seed: int) -> tuple[Subset, Subset]:
    """Split a data set at random into training and validation points.

    The points fall as by random_split with a torch.Generator of your own, on
    the CPU, seeded with ``seed``. So one seed gives one split.

    Args:
        dataset: any data set with a length n.
        n_train: the number of points that train, between 0 and n.
        seed: any int that a generator accepts.

    Returns:
        ``(train, val)``, data sets of n_train and n - n_train points.

    Example:
        >>> train, val = split_dataset(list(range(10)), 8, seed=42)
        >>> list(train), list(val)
        ([2, 6, 1, 8, 4, 5, 0, 9], [3, 7])
    """
    raise NotImplementedError


def batch_sizes(loader: DataLoader) -> list[int]:
    """Count the points of each batch that a loader gives, in order.

    Args:
        loader: a DataLoader whose batches are pairs ``(x, y)``.

    Returns:
        one int for each batch of an epoch.

    Example:
        >>> from torch.utils.data import TensorDataset
        >>> dataset = TensorDataset(torch.zeros(5, 1), torch.ones(5, 1))
        >>> batch_sizes(make_loader(dataset, batch_size=2))
        [2, 2, 1]
    """
    raise NotImplementedError


# A GPU's memory is small, so the data stays where it is, and each batch
# travels to the model when its turn comes. On tensors `.to(device)` changes
# nothing in place: it returns the tensor that lives there.


def train_epoch(
    loader: DataLoader,
    train_step: Callable[[torch.Tensor, torch.Tensor], float],
    device: torch.device | str,
) -> list[float]:
    """Train through one epoch, batch by batch.

    Each batch is sent to the device and then given to train_step, once, in
    the loader's order.

    Args:
        loader: a DataLoader whose batches are pairs ``(x, y)``.
        train_step: a function that makes one update from a batch ``(x, y)``
            and returns its loss as a float.
        device: any device that PyTorch knows, so pass it on without asking
            which one it is.

    Returns:
        the losses, one for each batch.

    Example:
        >>> from torch.utils.data import TensorDataset
        >>> x = torch.tensor([[1.0], [2.0], [3.0]])
        >>> dataset = TensorDataset(x, 10 * x)
        >>> loader = make_loader(dataset, batch_size=2, shuffle=False)
        >>> def sum_of_errors(x, y):
        ...     return (y - x).sum().item()
        >>> train_epoch(loader, sum_of_errors, "cpu")
        [27.0, 27.0]
    """
    raise NotImplementedError
