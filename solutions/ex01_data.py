"""A simple regression problem

Before a model can learn, it needs something to learn from. Here you make 100
points on the line y = 1 + 2x, blur them with Gaussian noise, and set some of
them aside: the model trains on one part and is judged on the other, which it
has never seen. Afterwards you can make data whose true answer you know, and
split it without leaking a point from one side to the other.

All random numbers come from the ``rng`` that you are handed, a numpy
``RandomState``, in the order that the docstring states; seed nothing yourself
and leave numpy's global generator alone. Any call that draws the same numbers
is right. Arrays handed in stay as they were. Where several results are asked
for, return a tuple or a list. The page stands alone: numpy and the standard
library are all it needs.

Check yourself: ``pytest grader -k ex01`` (or ``gradkit check ex01``).
Stuck: ``gradkit hint ex01_data.FUNCTION``.
"""

import numpy as np

# A feature with one number per point is still a table: n rows, one column.
# Keeping the shape (n, 1) from the start means that the same arrays fit
# scikit-learn and PyTorch later, which both expect rows of features.


def generate_data(
    rng: np.random.RandomState,
    n: int = 100,
    a: float = 1.0,
    b: float = 2.0,
    noise: float = 0.1,
) -> tuple[np.ndarray, np.ndarray]:
    """Make n points scattered around the line y = a + b x.

    First draw the features x, uniform on [0, 1), as ``rng.rand(n, 1)`` does.
    Then draw e, standard normal, as ``rng.randn(n, 1)`` does, and let
    y = a + b x + noise * e.

    Args:
        rng: where both draws come from, x before e.
        n: how many points.
        a: intercept of the line.
        b: slope of the line.
        noise: standard deviation of the scatter.

    Returns:
        ``(x, y)``, two float64 arrays of shape (n, 1).

    Example:
        >>> x, y = generate_data(np.random.RandomState(0), n=3, noise=0.0)
        >>> x.round(2).tolist()
        [[0.55], [0.72], [0.6]]
        >>> y.round(2).tolist()
        [[2.1], [2.43], [2.21]]
    """
    # HINT 1: Which of the two arrays can you write down without the other?
    # HINT 2: A RandomState has one method for uniform numbers and one for
    #     normal ones. Both take the shape as separate numbers.
    # HINT 3: Put x in a variable first. The noise is a whole column too: one
    #     fresh normal number for each row, scaled, then added to the line.
    ### BEGIN SOLUTION
    x = rng.rand(n, 1)
    y = a + b * x + noise * rng.randn(n, 1)
    return x, y
    ### END SOLUTION


# Shuffle row numbers, never the data: one shuffled index picks from x and y
# alike, so each feature keeps its own label.


def split_data(
    rng: np.random.RandomState, x: np.ndarray, y: np.ndarray, n_train: int = 80
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Split the points at random into a training and a validation part.

    Shuffle the row numbers 0 .. n-1 as ``rng.shuffle`` does. The first n_train
    of them, in that order, are the training rows; the rest, in that order, the
    validation rows. Row i of an x part and row i of its y part belong to the
    same point. x and y keep their own order.

    Args:
        rng: where the one shuffle comes from.
        x: features, shape (n, 1).
        y: labels, shape (n, 1).
        n_train: how many points train; the others validate.

    Returns:
        ``(x_train, y_train, x_val, y_val)``, of shape (n_train, 1) twice, then
        (n - n_train, 1) twice.

    Example:
        >>> x = np.arange(5.0).reshape(5, 1)
        >>> parts = split_data(np.random.RandomState(0), x, 10 * x, n_train=3)
        >>> [part.ravel().tolist() for part in parts]
        [[2.0, 0.0, 1.0], [20.0, 0.0, 10.0], [3.0, 4.0], [30.0, 40.0]]
    """
    # HINT 1: If x and y were shuffled one after the other, would a feature
    #     still sit beside its own label?
    # HINT 2: Make the row numbers with np.arange, shuffle those, and index
    #     both arrays with the result.
    # HINT 3: rng.shuffle works in place and returns None. Cut the shuffled
    #     row numbers in two at n_train; each part indexes x and y.
    ### BEGIN SOLUTION
    idx = np.arange(len(x))
    rng.shuffle(idx)
    train_idx, val_idx = idx[:n_train], idx[n_train:]
    return x[train_idx], y[train_idx], x[val_idx], y[val_idx]
    ### END SOLUTION
