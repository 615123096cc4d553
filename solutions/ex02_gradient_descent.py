"""Gradient descent, step by step

Training is four steps, repeated: predict, measure the loss, ask the loss how
it changes when each parameter moves a little (the gradients), and move each
parameter the other way. Here you write each step as a small function of its
own, with a pencil's worth of calculus and no framework. Afterwards you know
what ``loss.backward()`` and ``optimizer.step()`` will later do for you.

Parameters are floats or numpy arrays of shape (1,). Where a single number is
asked for, any will do: a Python float, a numpy scalar, an array of one
element. Nothing handed in is changed and no random number is drawn; where
several results are asked for, return a tuple or a list. The page stands alone:
numpy and the standard library are all it needs.

Check yourself: ``pytest grader -k ex02`` (or ``gradkit check ex02``).
Stuck: ``gradkit hint ex02_gradient_descent.FUNCTION``.
"""

import math

import numpy as np


def predict(a: float | np.ndarray, b: float | np.ndarray, x: np.ndarray) -> np.ndarray:
    """Compute the model's answer a + b x for every point.

    Args:
        a: intercept, a float or an array of shape (1,).
        b: slope, of the same kind.
        x: features, shape (n, 1).

    Returns:
        The predictions, shape (n, 1).

    Example:
        >>> predict(1.0, 2.0, np.array([[0.0], [0.5]])).tolist()
        [[1.0], [2.0]]
    """
    # HINT 1: What does the line give for one x, written with pencil and paper?
    # HINT 2: numpy broadcasting applies the same formula to all rows at once;
    #     no loop is needed.
    # HINT 3: Multiply the whole column by the slope, then shift it by the
    #     intercept; (1,) and (n, 1) broadcast to (n, 1).
    ### BEGIN SOLUTION
    return a + b * x
    ### END SOLUTION


def mse(y: np.ndarray, yhat: np.ndarray) -> float:
    """Measure how far predictions are off: the mean of the squared errors.

    Args:
        y: labels, shape (n, 1).
        yhat: predictions, shape (n, 1).

    Returns:
        The mean squared error over the n points, a float.

    Example:
        >>> loss = mse(np.array([[1.0], [2.0]]), np.array([[1.0], [5.0]]))
        >>> np.round(loss, 4).item()
        4.5
    """
    # HINT 1: In which order do the three words mean, squared, error happen?
    # HINT 2: Subtract the columns, square, and use the array's mean method.
    # HINT 3: All of it is one expression on the difference of the two columns;
    #     float() makes a Python number of the result.
    ### BEGIN SOLUTION
    return float(((y - yhat) ** 2).mean())
    ### END SOLUTION


# With yhat = a + b x, the chain rule turns the derivative of (y - yhat)^2 into
# 2 (y - yhat) times the derivative of -yhat: -1 for a, and -x for b. The mean
# of a sum is the sum of means, so both gradients are means over the points.


def gradients(x: np.ndarray, y: np.ndarray, yhat: np.ndarray) -> tuple[float, float]:
    """Compute how the MSE changes when a, or b, changes a little.

    Args:
        x: features, shape (n, 1).
        y: labels, shape (n, 1).
        yhat: predictions a + b x, shape (n, 1).

    Returns:
        ``(a_grad, b_grad)``, floats: the partial derivatives of the mean
        squared error by a and by b.

    Example:
        >>> x, y = np.array([[1.0], [2.0]]), np.array([[2.0], [3.0]])
        >>> a_grad, b_grad = gradients(x, y, yhat=np.zeros((2, 1)))
        >>> np.round(a_grad, 4).item(), np.round(b_grad, 4).item()
        (-5.0, -8.0)
    """
    # HINT 1: If every prediction is too low, should raising a make the loss
    #     grow or shrink, and what sign must its gradient then have?
    # HINT 2: Both are -2 times a mean. For a it is the mean of the error; for
    #     b each error counts as much as its own x.
    # HINT 3: Weigh each error with its x before you take the mean: the mean of
    #     a product is not the product of two means.
    ### BEGIN SOLUTION
    error = y - yhat
    a_grad = -2 * error.mean()
    b_grad = -2 * (x * error).mean()
    return float(a_grad), float(b_grad)
    ### END SOLUTION


def update(param: float | np.ndarray, grad: float, lr: float) -> float | np.ndarray:
    """Move one parameter a step downhill.

    The gradient points to where the loss grows, so the step goes against it,
    and the learning rate says how far. The result is a new value: an array
    handed in keeps its old number.

    Args:
        param: a float or an array of shape (1,).
        grad: the loss's derivative by param, a float or of param's kind.
        lr: learning rate, a float.

    Returns:
        The moved parameter, a float for a float, an array of shape (1,) for an
        array of shape (1,).

    Example:
        >>> update(1.0, grad=4.0, lr=0.25)
        0.0
        >>> update(np.array([1.0]), grad=-4.0, lr=0.25)
        array([2.])
    """
    # HINT 1: You stand on a slope that rises to your right. Which way is down?
    # HINT 2: The step is the learning rate times the gradient.
    # HINT 3: With an array, `-=` would write into the one you were handed;
    #     a plain subtraction makes a new one.
    ### BEGIN SOLUTION
    return param - lr * grad
    ### END SOLUTION


# An epoch is over when every point has been used once. Batch gradient descent
# uses all n points for one update; stochastic gradient descent makes an update
# after each single point; mini-batches lie in between.


def updates_per_epoch(n_points: int, batch_size: int) -> int:
    """Count the parameter updates in one epoch.

    One batch is one update, and no point is left out: where the points do not
    divide evenly, the last, shorter batch counts too. So the answer is 1 when
    the batch holds all the points (or could hold more), and n_points when it
    holds a single one.

    Args:
        n_points: how many points there are, at least 1.
        batch_size: how many points a full batch holds, at least 1.

    Returns:
        The number of updates, an int (not a float).

    Example:
        >>> updates_per_epoch(80, 16), updates_per_epoch(80, 30)
        (5, 3)
    """
    # HINT 1: With 80 points in batches of 30, what happens to the last 20?
    # HINT 2: A division that rounds up; the math module has a word for it.
    # HINT 3: The ceiling of the quotient, or floor division and one more
    #     where a remainder is left.
    ### BEGIN SOLUTION
    return math.ceil(n_points / batch_size)
    ### END SOLUTION
