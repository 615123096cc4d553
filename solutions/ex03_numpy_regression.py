"""Linear regression in numpy

Now put the steps together. Two parameters start at random, and a loop walks
them downhill for as many epochs as you ask. Nothing but numpy does the work,
so every line of the training loop is yours to see; the chapters to come
replace these lines one by one. Afterwards you can write a training loop by
heart, and check its result against scikit-learn's.

Parameters are arrays of shape (1,), data are float64 columns of shape (n, 1).
Arrays handed in stay as they were. Random numbers come only from the ``rng``
handed in: seed nothing and leave numpy's global generator alone. A float may
be any single number, a Python or a numpy one; several results come as a tuple
or a list. The page stands alone: numpy, scikit-learn and the standard library
are all it needs.

Check yourself: ``pytest grader -k ex03`` (or ``gradkit check ex03``).
Stuck: ``gradkit hint ex03_numpy_regression.FUNCTION``.
"""

import numpy as np
from sklearn.linear_model import LinearRegression


def init_params(rng: np.random.RandomState) -> tuple[np.ndarray, np.ndarray]:
    """Draw random starting values for the intercept a and the slope b.

    Each is standard normal, drawn as ``rng.randn(1)`` does, a before b.

    Args:
        rng: where both draws come from.

    Returns:
        ``(a, b)``, two arrays of shape (1,).

    Example:
        >>> a, b = init_params(np.random.RandomState(42))
        >>> a, b
        (array([0.49671415]), array([-0.1382643]))
    """
    # HINT 1: Two parameters, one source of chance: whose turn is first?
    # HINT 2: Call the generator's method for standard normal numbers twice.
    # HINT 3: With an argument, that method returns an array, here of one
    #     element; without one it returns a bare float, which has no shape.
    ### BEGIN SOLUTION
    a = rng.randn(1)
    b = rng.randn(1)
    return a, b
    ### END SOLUTION


# The learning rate and the number of epochs are hyper-parameters: you choose
# them, the loop never changes them. Since every update here uses all the
# points (batch gradient descent), one epoch is exactly one update.


def train(
    x: np.ndarray,
    y: np.ndarray,
    a: np.ndarray,
    b: np.ndarray,
    lr: float = 0.1,
    n_epochs: int = 1000,
) -> tuple[np.ndarray, np.ndarray, list[float]]:
    """Fit y = a + b x by batch gradient descent, with gradients made by hand.

    In each epoch: predict all points, note the mean squared error, compute
    both gradients from these same predictions, and only then move a and b.
    The arrays handed in keep their numbers; the trained ones are new.

    Args:
        x: features, shape (n, 1).
        y: labels, shape (n, 1).
        a: starting intercept, shape (1,).
        b: starting slope, shape (1,).
        lr: learning rate.
        n_epochs: how many updates to make.

    Returns:
        ``(a, b, losses)``: the trained parameters, each of shape (1,), and the
        losses, n_epochs floats (a list, tuple or 1-d array), each the MSE
        before that epoch's update.

    Example:
        >>> x, y = np.array([[0.0], [1.0]]), np.array([[1.0], [3.0]])
        >>> a, b, losses = train(x, y, np.zeros(1), np.zeros(1), n_epochs=2)
        >>> a.round(2), b.round(2)
        (array([0.69]), array([0.53]))
        >>> [round(float(loss), 4) for loss in losses]
        [5.0, 2.825]
    """
    # HINT 1: Which values of a and b do the predictions of an epoch use, and
    #     which values must its two gradients then belong to?
    # HINT 2: Inside a loop over range(n_epochs): predictions, error, loss,
    #     both gradients, both updates, in this order.
    # HINT 3: The gradients are -2 times the mean of the error, and of x times
    #     the error. Rebind the names with a plain minus; `-=` would write into
    #     the caller's arrays.
    ### BEGIN SOLUTION
    losses = []
    for _ in range(n_epochs):
        yhat = a + b * x
        error = y - yhat
        losses.append(float((error**2).mean()))

        a_grad = -2 * error.mean()
        b_grad = -2 * (x * error).mean()

        a = a - lr * a_grad
        b = b - lr * b_grad
    return a, b, losses
    ### END SOLUTION


# For a straight line the best a and b can be computed directly, without any
# walking downhill. That makes scikit-learn the answer sheet: after enough
# epochs the two should agree to several digits.


def sklearn_fit(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Fit the same line with scikit-learn's LinearRegression: a sanity check.

    Args:
        x: features, shape (n, 1).
        y: labels, shape (n, 1).

    Returns:
        ``(intercept, slope)``, two floats.

    Example:
        >>> x = np.array([[0.0], [1.0], [2.0]])
        >>> intercept, slope = sklearn_fit(x, 1 + 2 * x)
        >>> np.round(intercept, 6).item(), np.round(slope, 6).item()
        (1.0, 2.0)
    """
    # HINT 1: What would scikit-learn call the two numbers you are after?
    # HINT 2: After fit, the model carries coef_ and intercept_; look at their
    #     shapes.
    # HINT 3: With labels of shape (n, 1), intercept_ has shape (1,) and coef_
    #     has shape (1, 1). Pick the one element of each.
    ### BEGIN SOLUTION
    model = LinearRegression().fit(x, y)
    return float(model.intercept_[0]), float(model.coef_[0, 0])
    ### END SOLUTION
