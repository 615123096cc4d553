"""Datasets

Features in one tensor and labels in another are easy to mix up. A data set
keeps them together: it behaves like a list whose items are points, each a
pair of features and label. Where the numbers come from (tensors, a file,
a folder of pictures) is hidden behind ``dataset[i]`` and ``len(dataset)``.

After this page you can wrap tensors in a data set of your own, use the one
that PyTorch brings, and read points from a file.

Data sets that you make stay on the CPU, even where a model trains on a GPU:
only the batch in use is sent there. Nothing that you are handed is changed,
and PyTorch's settings (grad mode, default dtype and device, random generators)
stay as you found them. The page stands alone: numpy, torch and the standard
library are all it needs.

Check yourself: ``pytest grader -k ex10`` (or ``gradkit check ex10``).
Stuck: ``gradkit hint ex10_dataset.FUNCTION``.
"""

import csv
from collections.abc import Callable
from os import PathLike
from typing import Any

import numpy as np
import torch
from torch.utils.data import Dataset, TensorDataset


class CustomDataset(Dataset):
    """Points made of two tensors.

    ``CustomDataset(x, y)`` takes tensors of any shape, dtype and device, with
    equally many rows. ``len()`` of it is the number of rows, and
    ``dataset[i]`` is the pair ``(x[i], y[i])``. Whatever an index does on a
    tensor it does here too: -1 is the last point, a slice gives several, and
    an integer past the end raises IndexError.

    Example:
        >>> x = torch.tensor([[1.0], [2.0], [3.0]])
        >>> dataset = CustomDataset(x, 10 * x)
        >>> len(dataset)
        3
        >>> dataset[-1]
        (tensor([3.]), tensor([30.]))
    """

    def __init__(self, x: torch.Tensor, y: torch.Tensor) -> None:
        """Keep both tensors."""
        raise NotImplementedError

    def __len__(self) -> int:
        """Count the points."""
        raise NotImplementedError

    def __getitem__(self, index: int | slice) -> tuple[torch.Tensor, torch.Tensor]:
        """Give the features and the label at the index."""
        raise NotImplementedError


# For data that is in tensors already, PyTorch brings a class that does the
# same for any number of tensors.


def make_tensor_dataset(x: np.ndarray, y: np.ndarray) -> TensorDataset:
    """Turn numpy data into PyTorch's own data set.

    Args:
        x: features, shape (n, 1), float64.
        y: labels, likewise.

    Returns:
        a TensorDataset of (x, y) points, as float32 tensors.

    Example:
        >>> x = np.array([[1.0], [2.0]])
        >>> dataset = make_tensor_dataset(x, 10 * x)
        >>> len(dataset), dataset[1]
        (2, (tensor([2.]), tensor([20.])))
    """
    raise NotImplementedError


# IndexError has a second use. A `for` loop over an object that has no
# `__iter__` asks for item 0, 1, 2 and so on, and takes that error as the end:
# a data set that raises anything else, or nothing, breaks the loop.
#
# A transform prepares the features at the moment they are read: it scales a
# picture, say, or flips it at random, so that no two epochs look quite alike.


class CsvDataset(Dataset):
    r"""Points read from a file.

    The file's first line is the header ``x,y``; each other line is a point,
    two numbers with a comma between. A blank last line does not count. Item i
    is a pair of float32 tensors of shape (1,), and an index from ``len()`` on
    raises IndexError.

    A transform, if there is one, is called with the tensor of x each time an
    item is read, and what it returns takes that tensor's place in the pair
    just as it is. The label is never transformed.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder) / "points.csv"
        ...     _ = path.write_text("x,y\n0.5,2.0\n1.5,4.0\n")
        ...     dataset = CsvDataset(path, transform=torch.neg)
        ...     print(len(dataset), dataset[1])
        2 (tensor([-1.5000]), tensor([4.]))
    """

    def __init__(
        self,
        path: str | PathLike[str],
        transform: Callable[[torch.Tensor], Any] | None = None,
    ) -> None:
        """Read the file at path: a str or an os.PathLike (a Path, say)."""
        raise NotImplementedError

    def __len__(self) -> int:
        """Count the points."""
        raise NotImplementedError

    def __getitem__(self, index: int) -> tuple[Any, torch.Tensor]:
        """Give one point, its features transformed."""
        raise NotImplementedError
