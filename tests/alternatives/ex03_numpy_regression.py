"""Linear regression in numpy, in other styles."""

import numpy as np

from . import alternative


@alternative("init_params")
def two_at_once(rng):
    return tuple(rng.randn(2, 1))


@alternative("init_params")
def with_normal(rng):
    return [rng.normal(size=1) for _ in range(2)]


@alternative("init_params")
def with_standard_normal(rng):
    both = rng.standard_normal((2,))
    return both[:1], both[1:]


@alternative("init_params")
def number_by_number(rng):
    return tuple(np.array([rng.randn()]) for _ in "ab")


@alternative("train")
def in_place_on_copies(x, y, a, b, lr=0.1, n_epochs=1000):
    a, b = a.copy(), np.array(b)
    losses = np.zeros(n_epochs)
    for epoch in range(n_epochs):
        error = a + b * x - y
        losses[epoch] = np.mean(error**2)
        grads = 2 * error.mean(), 2 * (error * x).mean()
        a -= lr * grads[0]
        b -= lr * grads[1]
    return [a, b, losses]


@alternative("train")
def as_a_matrix_product(x, y, a, b, lr=0.1, n_epochs=1000):
    ones = np.hstack([np.ones_like(x), x])
    theta = np.concatenate([a, b]).reshape(2, 1)
    losses = []
    while len(losses) < n_epochs:
        error = ones @ theta - y
        losses.append((error.T @ error)[0, 0] / len(x))
        theta = theta - lr * 2 / len(x) * ones.T @ error
    return theta[0], theta[1], losses


@alternative("train")
def by_recursion_free_generator(x, y, a, b, lr=0.1, n_epochs=1000):
    def epochs(a, b):
        for _ in range(n_epochs):
            error = y - a - x * b
            yield a, b, np.array((error**2).mean())
            a, b = a + 2 * lr * error.mean(), b + 2 * lr * np.mean(x * error)
        yield a, b, None

    *_, last = history = list(epochs(a, b))
    return last[0], last[1], tuple(loss for *_, loss in history[:-1])


@alternative("train")
def from_means(x, y, a, b, lr=0.1, n_epochs=1000):
    mx, my, mxx, mxy = x.mean(), y.mean(), (x * x).mean(), (x * y).mean()
    losses = []
    for _ in range(n_epochs):
        losses.append(np.average((y - a - b * x) ** 2))
        a, b = a - 2 * lr * (a + b * mx - my), b - 2 * lr * (a * mx + b * mxx - mxy)
    return a, b, losses


@alternative("sklearn_fit")
def from_scikit_learn_flat(x, y):
    from sklearn.linear_model import LinearRegression

    line = LinearRegression()
    line.fit(x, y.ravel())
    return line.intercept_, line.coef_[0]


@alternative("sklearn_fit")
def as_arrays_of_one_element(x, y):
    from sklearn import linear_model

    line = linear_model.LinearRegression().fit(x, y)
    return [line.intercept_, line.coef_[0]]


@alternative("sklearn_fit")
def with_an_intercept_column(x, y):
    from sklearn.linear_model import LinearRegression

    line = LinearRegression(fit_intercept=False).fit(np.hstack([np.ones_like(x), x]), y)
    return tuple(float(c) for c in line.coef_[0])


@alternative("sklearn_fit")
def by_predicting_two_points(x, y):
    from sklearn.linear_model import LinearRegression

    class Line(LinearRegression):
        def fit(self, x, y):
            return super().fit(X=x, y=y)

    zero, one = Line().fit(x, y).predict(np.array([[0.0], [1.0]]))
    return zero, one - zero
