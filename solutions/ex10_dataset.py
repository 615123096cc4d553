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
        # HINT 1: What must the object remember so that the other two methods
        #   can answer?
        # HINT 2: len() calls __len__ and square brackets call __getitem__;
        #   tensors answer to both already.
        # HINT 3: Keep both tensors on self. Pass any index on to each of
        #   them untouched, and return the two results as a pair.
        ### BEGIN SOLUTION
        self.x = x
        self.y = y
        ### END SOLUTION

    def __len__(self) -> int:
        """Count the points."""
        ### BEGIN SOLUTION
        return len(self.x)
        ### END SOLUTION

    def __getitem__(self, index: int | slice) -> tuple[torch.Tensor, torch.Tensor]:
        """Give the features and the label at the index."""
        ### BEGIN SOLUTION
        return self.x[index], self.y[index]
        ### END SOLUTION


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
    # HINT 1: Which two things differ between these arrays and the tensors
    #   that a model of PyTorch expects?
    # HINT 2: torch.from_numpy keeps the array's dtype; tensors have a method
    #   that changes it.
    # HINT 3: Convert x and y one by one, each to a tensor and then to
    #   float32, and give both to TensorDataset in this order.
    ### BEGIN SOLUTION
    return TensorDataset(torch.from_numpy(x).float(), torch.from_numpy(y).float())
    ### END SOLUTION


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
        # HINT 1: What can be done once, when the data set is made, and what
        #   has to wait until an item is asked for?
        # HINT 2: csv.DictReader knows about headers and passes over blank
        #   lines. A list raises the right error by itself.
        # HINT 3: Keep a list of pairs of floats. To read an item, make two
        #   tensors of one element from its pair, dtype given, and call the
        #   transform on the first unless it is None.
        ### BEGIN SOLUTION
        with open(path, newline="") as file:
            self.points = [(float(row["x"]), float(row["y"])) for row in csv.DictReader(file)]
        self.transform = transform
        ### END SOLUTION

    def __len__(self) -> int:
        """Count the points."""
        ### BEGIN SOLUTION
        return len(self.points)
        ### END SOLUTION

    def __getitem__(self, index: int) -> tuple[Any, torch.Tensor]:
        """Give one point, its features transformed."""
        ### BEGIN SOLUTION
        x, y = (torch.tensor([number], dtype=torch.float32) for number in self.points[index])
        if self.transform is not None:
            x = self.transform(x)
        return x, y
        ### END SOLUTION
