"""Known mistakes about gradient descent."""

from __future__ import annotations

import numpy as np

from grader.bank import mistake

# --- predict


@mistake("predict", look="slope and intercept")
def swaps_a_and_b(a, b, x):
    """a is the intercept and stands alone; b is the slope and multiplies x."""
    return b + a * x


@mistake("predict", look="operator precedence")
def multiplies_the_sum(a, b, x):
    """Only b multiplies x; the parentheses make a part of the slope."""
    return (a + b) * x


@mistake("predict", look="slope and intercept")
def forgets_the_intercept(a, b, x):
    """Without a, every line passes through the origin."""
    return b * x


@mistake("predict", look="numpy.ravel")
def flattens_the_column(a, b, x):
    """The prediction has the shape of x, (n, 1); a flat array broadcasts against a column to a square."""
    return (a + b * x).ravel()


@mistake("predict", look="in-place operators")
def changes_x(a, b, x):
    """*= and += write into the caller's array; b * x makes a new one."""
    x *= b
    x += a
    return x


# --- mse


@mistake("mse", look="numpy.mean")
def sums_the_errors(y, yhat):
    """The mean divides by the number of points; a sum grows with the data."""
    return float(((y - yhat) ** 2).sum())


@mistake("mse", look="numpy.abs")
def takes_absolute_errors(y, yhat):
    """Squared errors are averaged here, not their absolute values."""
    return float(np.abs(y - yhat).mean())


@mistake("mse", look="operator precedence")
def squares_the_mean(y, yhat):
    """Square first, then average: in the mean of the bare errors, opposite signs cancel."""
    return float((y - yhat).mean() ** 2)


@mistake("mse", look="numpy.sqrt")
def takes_the_root(y, yhat):
    """The root of the MSE is another measure, the RMSE."""
    return float(np.sqrt(((y - yhat) ** 2).mean()))


@mistake("mse", look="mean squared error")
def halves_it(y, yhat):
    """Some books put a half in front to make the derivative neat; the mean squared error has none."""
    return float(((y - yhat) ** 2).mean() / 2)


@mistake("mse", look="numpy.mean")
def returns_every_error(y, yhat):
    """The loss is one number: the mean over all points."""
    return (y - yhat) ** 2


@mistake("mse", look="numpy broadcasting")
def flattens_one_of_them(y, yhat):
    """A flat array minus a column is a table of every pair, n by n; both need the same shape."""
    return float(((y.ravel() - yhat) ** 2).mean())


@mistake("mse", look="in-place operators")
def turns_the_predictions_into_errors(y, yhat):
    """On an array, -= changes the caller's own numbers; y - yhat makes a new array."""
    yhat -= y
    return float((yhat**2).mean())


@mistake("mse", look="numpy shapes")
def averages_the_errors(y, yhat):
    """Without the square, errors of opposite sign cancel."""
    return float((y - yhat).mean())


# --- gradients


@mistake("gradients", look="chain rule")
def wrong_sign(x, y, yhat):
    """The inner derivative of y - (a + b x) is -1 by a and -x by b: the minus belongs to the gradient."""
    error = y - yhat
    return float(2 * error.mean()), float(2 * (x * error).mean())


@mistake("gradients", look="power rule")
def forgets_the_two(x, y, yhat):
    """The derivative of a square brings its exponent down: a factor of 2."""
    error = y - yhat
    return float(-error.mean()), float(-(x * error).mean())


@mistake("gradients", look="numpy.mean")
def sums_instead_of_averaging(x, y, yhat):
    """The MSE is a mean, and so are its derivatives; sums grow with the data."""
    error = y - yhat
    return float(-2 * error.sum()), float(-2 * (x * error).sum())


@mistake("gradients", look="chain rule")
def forgets_x(x, y, yhat):
    """b multiplies x, so x is the inner derivative by b."""
    error = y - yhat
    return float(-2 * error.mean()), float(-2 * error.mean())


@mistake("gradients", look="numpy.mean")
def multiplies_the_means(x, y, yhat):
    """The mean of products is not the product of means: multiply point by point, then average."""
    error = y - yhat
    return float(-2 * error.mean()), float(-2 * x.mean() * error.mean())


@mistake("gradients", look="return order")
def swaps_the_two(x, y, yhat):
    """a's gradient comes first, then b's."""
    error = y - yhat
    return float(-2 * (x * error).mean()), float(-2 * error.mean())


@mistake("gradients", look="in-place operators")
def turns_the_labels_into_errors(x, y, yhat):
    """On an array, -= changes the caller's own numbers; y - yhat makes a new array."""
    y -= yhat
    return -2 * y.mean(), -2 * (x * y).mean()


@mistake("gradients", look="numpy.mean")
def gradients_of_every_point(x, y, yhat):
    """The loss is one number, so each parameter has one derivative: the mean over all points."""
    error = y - yhat
    return -2 * error, -2 * x * error


@mistake("gradients", look="absolute value")
def drops_the_sign(x, y, yhat):
    """The sign says in which direction the loss grows; without it every step goes the same way."""
    error = y - yhat
    return abs(float(2 * error.mean())), abs(float(2 * (x * error).mean()))


# --- update


@mistake("update", look="gradient descent")
def goes_uphill(param, grad, lr):
    """The gradient points to where the loss grows; to make it smaller, subtract."""
    return param + lr * grad


@mistake("update", look="learning rate")
def forgets_the_learning_rate(param, grad, lr):
    """Without the learning rate the step is as long as the gradient, which usually overshoots."""
    return param - grad


@mistake("update", look="in-place operators")
def changes_the_callers_array(param, grad, lr):
    """On an array, -= changes the caller's own numbers; param - ... makes a new value."""
    param -= lr * grad
    return param


@mistake("update", look="gradient descent")
def returns_the_step_alone(param, grad, lr):
    """The new parameter is the old one minus the step, not the step."""
    return -lr * grad


@mistake("update", look="float")
def turns_arrays_into_floats(param, grad, lr):
    """The result is of the parameter's kind: an array of shape (1,) stays one."""
    return float(np.asarray(param).reshape(-1)[0]) - lr * grad


@mistake("update", look="learning rate")
def divides_by_the_learning_rate(param, grad, lr):
    """A small learning rate makes a small step: it multiplies the gradient."""
    return param - grad / lr


@mistake("update", look="numpy.clip")
def clips_the_gradient(param, grad, lr):
    """The step is lr times the gradient, however steep the loss is; a clipped gradient makes another step."""
    return param - lr * np.clip(grad, -1, 1)


@mistake("update", look="in-place operators")
def scales_the_callers_gradient(param, grad, lr):
    """On an array, *= changes the caller's own numbers; lr * grad makes a new one."""
    grad *= lr
    return param - grad


# --- updates_per_epoch


@mistake("updates_per_epoch", look="math.ceil")
def drops_the_last_batch(n_points, batch_size):
    """Floor division forgets the points that fill no whole batch; they make one more."""
    return n_points // batch_size


@mistake("updates_per_epoch", look="math.ceil")
def always_one_more(n_points, batch_size):
    """One more is right only where points are left over."""
    return n_points // batch_size + 1


@mistake("updates_per_epoch", look="int and float")
def returns_a_fraction(n_points, batch_size):
    """The sign / makes a float; updates are counted in whole numbers."""
    return n_points / batch_size


@mistake("updates_per_epoch", look="round")
def rounds(n_points, batch_size):
    """Rounding drops a last batch that is less than half full; it counts however short."""
    return round(n_points / batch_size)


@mistake("updates_per_epoch", look="math.ceil")
def drops_a_last_batch_less_than_half_full(n_points, batch_size):
    """A last batch counts however short: any points that are left over make one more update."""
    full, rest = divmod(n_points, batch_size)
    return max(1, full + (2 * rest >= batch_size))


@mistake("updates_per_epoch", look="int and float")
def returns_a_float(n_points, batch_size):
    """numpy.ceil gives a float; a count is an int."""
    return float(np.ceil(n_points / batch_size))


@mistake("updates_per_epoch", look="epoch")
def counts_points(n_points, batch_size):
    """One update a point is stochastic gradient descent; a batch makes one update for all its points."""
    return n_points
