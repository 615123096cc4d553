"""Known mistakes about autograd."""

from __future__ import annotations

from operator import attrgetter
from weakref import WeakKeyDictionary

import torch
from torch import nn

from grader.bank import mistake


def _mse(a, b, x, y):
    return ((y - (a + b * x)) ** 2).mean()


def _backward(loss):
    loss.backward()
    return loss.item()


# --- backward_pass


@mistake("backward_pass", look="Tensor.backward")
def forgets_backward(a, b, x, y):
    """No gradient reaches a and b until backward() is called, on a loss that was computed from a and b themselves; setting .grad to None throws it away again."""
    return _mse(a, b, x, y).item()


@mistake("backward_pass", look="Tensor.clone", same_as=("forgets-backward",))
def differentiates_by_copies(a, b, x, y):
    """The copies are leaves of their own, and get the gradients; the tensors that were handed in get none."""
    a, b = (p.detach().clone().requires_grad_() for p in (a, b))
    return _backward(_mse(a, b, x, y))


@mistake("backward_pass", look="Tensor.item")
def returns_the_graph(a, b, x, y):
    """A loss tensor keeps its whole graph alive; .item() takes out the number alone."""
    loss = _mse(a, b, x, y)
    loss.backward()
    return loss


@mistake("backward_pass", look="requires_grad")
def asks_for_gradients_of_the_data(a, b, x, y):
    """Only parameters are trained; data need no gradient, and what is handed in keeps its flags."""
    return _backward(_mse(a, b, x.requires_grad_(), y))


@mistake("backward_pass", look="Tensor.sub_")
def changes_the_labels(a, b, x, y):
    """An operation whose name ends in _, or in = as -= does, writes its result over the tensor that was handed in."""
    with torch.no_grad():
        y -= a + b * x
    return _backward(((y + (a + b * x).detach() - (a + b * x)) ** 2).mean())


@mistake("backward_pass", look="Tensor.mean")
def sums_the_errors(a, b, x, y):
    """The mean squared error divides by the number of points; a sum grows with the data."""
    return _backward(((y - (a + b * x)) ** 2).sum())


@mistake("backward_pass", look="Tensor.mean")
def halves_the_loss(a, b, x, y):
    """The mean squared error has no factor of 1/2: the derivative's 2 is part of the gradient."""
    return _backward(_mse(a, b, x, y) / 2)


@mistake("backward_pass", look="torch.sqrt")
def takes_the_root(a, b, x, y):
    """The root of the mean squared error is another loss, with other gradients."""
    return _backward(_mse(a, b, x, y).sqrt())


@mistake("backward_pass", look="Tensor.abs")
def averages_absolute_errors(a, b, x, y):
    """Absolute errors are another loss: in the mean squared error each error is squared."""
    return _backward((y - (a + b * x)).abs().mean())


@mistake("backward_pass", look="broadcasting")
def broadcasts_to_a_matrix(a, b, x, y):
    """A column of shape (n, 1) and a row of shape (n,) make a matrix (n, n): every label meets every prediction, not its own alone."""
    return _backward(_mse(a, b, x, y.flatten()))


@mistake("backward_pass", look="a + b * x")
def swaps_a_and_b(a, b, x, y):
    """a is the intercept, which stands alone; b is the slope, which multiplies x."""
    return _backward(_mse(b, a, x, y))


@mistake("backward_pass", look="Tensor.detach")
def detaches_the_slope(a, b, x, y):
    """Each parameter gets its gradient through the graph: detach(), item() or inputs=[a] leave b out."""
    return _backward(_mse(a, b.detach(), x, y))


@mistake("backward_pass", look="Tensor.grad")
def backward_twice(a, b, x, y):
    """backward() adds to what .grad already holds; a second pass doubles the gradients."""
    loss = _mse(a, b, x, y)
    loss.backward(retain_graph=True)
    return _backward(loss)


@mistake("backward_pass", look="Tensor.backward")
def updates_as_well(a, b, x, y):
    """A backward pass computes gradients and moves nothing; the update is a step of its own."""
    loss = _backward(_mse(a, b, x, y))
    _update(a, b, 0.1)
    return loss


@mistake("backward_pass", look="Tensor.zero_")
def clears_the_gradients_at_once(a, b, x, y):
    """What backward() has computed is wanted in .grad; clearing it is a step of its own, after the update."""
    loss = _backward(_mse(a, b, x, y))
    a.grad.zero_()
    b.grad.zero_()
    return loss


@mistake("backward_pass", look="torch.no_grad")
def computes_without_a_graph(a, b, x, y):
    """Under no_grad() no graph is built, and without a graph backward() has nothing to walk; only updates belong there."""
    with torch.no_grad():
        loss = _mse(a, b, x, y)
    return _backward(loss)


@mistake("backward_pass", look="Tensor.device")
def makes_tensors_on_the_cpu(a, b, x, y):
    """A tensor made without a device is on the CPU, and cannot meet the others elsewhere."""
    return _backward(_mse(torch.ones(len(x), 1) * a, b, x, y))


# --- update_params


def _descend(params, lr, gradient=attrgetter("grad")):
    with torch.no_grad():
        for p in params:
            p -= lr * gradient(p)


@mistake("update_params", look="torch.no_grad")
def rebinds(params, lr):
    """An assignment p = p - ... makes a new tensor and gives it the old name; the parameter itself never moves."""
    for p in params:
        p = p - lr * p.grad


@mistake("update_params", look="torch.no_grad")
def replaces_in_the_list(params, lr):
    """The list now holds new tensors, results of an operation: no leaves, and not the parameters that were handed in."""
    for i, p in enumerate(params):
        params[i] = p - lr * p.grad


@mistake("update_params", look="torch.no_grad")
def updates_inside_the_graph(params, lr):
    """Autograd notes every operation on a leaf that requires grad, and refuses to change it in place; under torch.no_grad() it looks away."""
    for p in params:
        p -= lr * p.grad


@mistake("update_params", look="gradient descent")
def goes_uphill(params, lr):
    """The gradient points to where the loss grows; to make it smaller, subtract."""
    _descend(params, -lr)


@mistake("update_params", look="learning rate")
def ignores_the_learning_rate(params, lr):
    """The gradient is scaled by the learning rate that was handed in, not by a number of one's own."""
    _descend(params, 0.1)


@mistake("update_params", look="learning rate")
def takes_the_whole_gradient(params, lr):
    """Without the learning rate the step is as long as the gradient, which usually overshoots."""
    _descend(params, 1)


@mistake("update_params", look="Tensor.grad")
def clears_the_gradients_too(params, lr):
    """Clearing is a step of its own; the caller may still want to look at the gradients."""
    _descend(params, lr)
    for p in params:
        p.grad.zero_()


@mistake("update_params", look="Tensor.requires_grad_")
def leaves_them_untrainable(params, lr):
    """A parameter must still require grad after the update, or the next backward pass skips it."""
    for p in params:
        p.requires_grad_(False)
        p -= lr * p.grad


@mistake("update_params", look="for loops")
def updates_the_first_alone(params, lr):
    """Every parameter of the list takes its step, not only the first."""
    _descend(params[:1], lr)


@mistake("update_params", look="torch.no_grad")
def leaves_grad_mode_off(params, lr):
    """set_grad_enabled(False) stays in force for all code after it; a with block ends by itself."""
    torch.set_grad_enabled(False)
    _descend(params, lr)


@mistake("update_params", look="torch.no_grad")
def leaves_grad_mode_on(params, lr):
    """set_grad_enabled(True) switches grad mode on even where it was off before; a with block puts back what was."""
    _descend(params, lr)
    torch.set_grad_enabled(True)


@mistake("update_params", look="momentum")
def remembers_older_gradients(params, lr):
    """One gradient step uses the gradients of now; what is kept from earlier calls makes it another step."""
    for p in params:
        _VELOCITY[p] = 0.9 * _VELOCITY.get(p, 0) + p.grad
    _descend(params, lr, _VELOCITY.get)


_VELOCITY = WeakKeyDictionary()


@mistake("update_params", look="Tensor.sub_")
def uses_one_number_of_each_gradient(params, lr):
    """A gradient has the shape of its parameter: each number moves by its own part, and no mean or item() stands for all."""
    _descend(params, lr, lambda p: p.grad.mean())


@mistake("update_params", look="return")
def returns_the_parameters(params, lr):
    """What changes in place need not be returned; None says that there is nothing new."""
    _descend(params, lr)
    return params


@mistake("update_params", look="Tensor.device")
def moves_gradients_to_the_cpu(params, lr):
    """A gradient is on its parameter's device already; moved to the CPU it cannot be subtracted there."""
    _descend(params, lr, lambda p: p.grad.cpu())


# --- zero_grads


@mistake("zero_grads", look="Tensor.grad")
def trips_over_none(params):
    """Before the first backward pass .grad is None, and None has no zero_()."""
    for p in params:
        p.grad.zero_()


@mistake("zero_grads", look="Tensor.zero_")
def zeroes_a_copy(params):
    """A new tensor, or None, that is only given a local name changes no .grad: the attribute itself must be set or zeroed."""
    for p in params:
        if p.grad is not None:
            grad = p.grad
            grad = torch.zeros_like(grad)


@mistake("zero_grads", look="Tensor.grad")
def zeroes_the_parameters(params):
    """The gradient is in .grad; zeroing the tensor itself throws away what was learned."""
    with torch.no_grad():
        for p in params:
            p.zero_()
            p.grad = None


@mistake("zero_grads", look="Tensor.zero_")
def zeroes_the_values_alone(params):
    """p.zero_() wipes out the parameter's own numbers; its gradient is another tensor, p.grad."""
    with torch.no_grad():
        for p in params:
            p.zero_()


@mistake("zero_grads", look="break and continue")
def stops_at_the_first_none(params):
    """A missing gradient is no reason to stop: the parameters after it may have one."""
    for p in params:
        if p.grad is None:
            break
        p.grad.zero_()


@mistake("zero_grads", look="return")
def returns_after_the_first(params):
    """Every parameter's gradient is to be cleared, not only the first's: a return inside the loop, say, ends it there."""
    for p in params:
        if p.grad is not None:
            p.grad = None
            return


@mistake("zero_grads", look="Tensor.sum")
def takes_a_sum_of_zero_for_none(params):
    """Numbers of both signs can add up to 0; a gradient is gone when each of its numbers is."""
    for p in params:
        if p.grad is not None and p.grad.sum() != 0:
            p.grad.zero_()


@mistake("zero_grads", look="torch.zeros_like")
def makes_zeros_on_the_cpu(params):
    """A gradient must be on its parameter's device; zeros_like() makes zeros there, zeros() on the CPU."""
    for p in params:
        p.grad = torch.zeros(p.shape)


@mistake("zero_grads", look="Tensor.cpu")
def zeroes_what_it_copied_to_the_cpu(params):
    """Off the CPU, cpu() makes a copy: zeroing that leaves the gradient as it is."""
    for p in params:
        if p.grad is not None:
            p.grad.cpu().zero_()


@mistake("zero_grads", look="Tensor.requires_grad")
def freezes_instead(params):
    """requires_grad = False stops new gradients; those in .grad stay, and the parameter learns no more."""
    for p in params:
        p.requires_grad = False


# --- train


def _update(a, b, lr):
    with torch.no_grad():
        a -= lr * a.grad
        b -= lr * b.grad


def _step(a, b, lr):
    _update(a, b, lr)
    a.grad = b.grad = None


def _loop(x, y, a, b, lr, n_epochs, step=_step, mse=_mse):
    losses = []
    for _ in range(n_epochs):
        losses.append(_backward(mse(a, b, x, y)))
        step(a, b, lr)
    return losses


@mistake("train", look="Tensor.grad")
def forgets_to_zero(x, y, a, b, lr=0.1, n_epochs=1000):
    """backward() adds to what is already in .grad; without clearing, every update uses the sum of all gradients so far."""
    return _loop(x, y, a, b, lr, n_epochs, _update)


@mistake("train", look="Tensor.zero_")
def rebinds_the_parameters(x, y, a, b, lr=0.1, n_epochs=1000):
    """Before the first backward() .grad is None, and so it is on the new tensor that a = a - lr * a.grad makes: no leaf, no .grad."""
    for _ in range(n_epochs):
        _mse(a, b, x, y).backward()
        a = a - lr * a.grad
        b = b - lr * b.grad
        a.grad.zero_()
        b.grad.zero_()


@mistake("train", look="torch.no_grad")
def rebinds_the_parameters_outside_the_graph(x, y, a, b, lr=0.1, n_epochs=1000):
    """Under no_grad() a = a - lr * a.grad makes a new tensor that requires no grad: the next loss has no graph."""
    for _ in range(n_epochs):
        _mse(a, b, x, y).backward()
        with torch.no_grad():
            a = a - lr * a.grad
            b = b - lr * b.grad


@mistake("train", look="return")
def returns_inside_the_loop(x, y, a, b, lr=0.1, n_epochs=1000):
    """A return inside the loop ends training after the first epoch."""
    return _loop(x, y, a, b, lr, min(n_epochs, 1))


@mistake("train", look="for loops")
def predicts_once_before_the_loop(x, y, a, b, lr=0.1, n_epochs=1000):
    """backward() uses its graph up, and parameters that have moved predict something else: predict anew in each epoch."""
    yhat = a + b * x
    return _loop(x, y, a, b, lr, n_epochs, mse=lambda *_: ((y - yhat) ** 2).mean())


@mistake("train", look="torch.no_grad")
def updates_the_leaves_in_the_graph(x, y, a, b, lr=0.1, n_epochs=1000):
    """Autograd refuses to change in place a leaf that requires grad; under torch.no_grad() it looks away."""

    def step(a, b, lr):
        a -= lr * a.grad
        b -= lr * b.grad

    return _loop(x, y, a, b, lr, n_epochs, step)


@mistake("train", look="Tensor.clone")
def trains_copies(x, y, a, b, lr=0.1, n_epochs=1000):
    """The tensors that were handed in never move: training copies of them does not train them."""
    a = a.detach().clone().requires_grad_()
    b = b.detach().clone().requires_grad_()
    return _loop(x, y, a, b, lr, n_epochs)


@mistake("train", look="list.append")
def records_the_loss_after_the_update(x, y, a, b, lr=0.1, n_epochs=1000):
    """The loss of an epoch is the one its gradient came from, before the parameters move."""
    losses = []
    for _ in range(n_epochs):
        _loop(x, y, a, b, lr, 1)
        losses.append(_mse(a, b, x, y).item())
    return losses


@mistake("train", look="Tensor.item")
def keeps_loss_tensors(x, y, a, b, lr=0.1, n_epochs=1000):
    """A list of loss tensors keeps the graph of every epoch alive; .item() takes out the number."""
    losses = []
    for _ in range(n_epochs):
        losses.append(_mse(a, b, x, y))
        losses[-1].backward()
        _step(a, b, lr)
    return losses


@mistake("train", look="break and continue")
def stops_when_the_loss_is_small(x, y, a, b, lr=0.1, n_epochs=1000):
    """n_epochs updates are asked for, however small the loss may be already."""
    losses = []
    for _ in range(n_epochs):
        losses.append(_mse(a, b, x, y).item())
        if losses[-1] < 1e-3:
            break
        _loop(x, y, a, b, lr, 1)
    return losses


@mistake("train", look="range")
def one_epoch_short(x, y, a, b, lr=0.1, n_epochs=1000):
    """range(1, n) has n - 1 numbers; n_epochs updates are asked for."""
    return _loop(x, y, a, b, lr, n_epochs - 1)


@mistake("train", look="range")
def one_epoch_too_many(x, y, a, b, lr=0.1, n_epochs=1000):
    """range(n + 1) has n + 1 numbers; n_epochs updates are asked for."""
    return _loop(x, y, a, b, lr, n_epochs + 1)


@mistake("train", look="default arguments")
def ignores_its_arguments(x, y, a, b, lr=0.1, n_epochs=1000):
    """The learning rate and the number of epochs are the caller's to choose; numbers of one's own override them."""
    return _loop(x, y, a, b, 0.1, 1000)


@mistake("train", look="learning rate")
def overrides_the_learning_rate(x, y, a, b, lr=0.1, n_epochs=1000):
    """The learning rate is the caller's to choose; a number of one's own overrides it."""
    return _loop(x, y, a, b, 0.1, n_epochs)


@mistake("train", look="gradient descent")
def trains_uphill(x, y, a, b, lr=0.1, n_epochs=1000):
    """The gradient points to where the loss grows; to make it smaller, subtract."""
    return _loop(x, y, a, b, -lr, n_epochs)


@mistake("train", look="Tensor.mean")
def trains_on_the_sum(x, y, a, b, lr=0.1, n_epochs=1000):
    """The mean squared error divides by the number of points; a sum, and the step it asks for, grows with the data."""
    return _loop(x, y, a, b, lr, n_epochs, mse=lambda *args: len(x) * _mse(*args))


@mistake("train", look="Tensor.mean")
def trains_on_half_the_loss(x, y, a, b, lr=0.1, n_epochs=1000):
    """The mean squared error has no factor of 1/2: the derivative's 2 is part of the gradient."""
    return _loop(x, y, a, b, lr, n_epochs, mse=lambda *args: _mse(*args) / 2)


@mistake("train", look="broadcasting")
def trains_on_a_matrix_of_errors(x, y, a, b, lr=0.1, n_epochs=1000):
    """A column of shape (n, 1) and a row of shape (n,) make a matrix (n, n): every label meets every prediction, not its own alone."""
    return _loop(x, y.flatten(), a, b, lr, n_epochs)


@mistake("train", look="slices")
def trains_on_the_first_batch(x, y, a, b, lr=0.1, n_epochs=1000):
    """Every update here uses the loss on all points; a slice leaves some of them out."""
    return _loop(x[:16], y[:16], a, b, lr, n_epochs)


@mistake("train", look="Tensor.zero_")
def zeroes_one_gradient(x, y, a, b, lr=0.1, n_epochs=1000):
    """Each parameter has a gradient of its own to clear; b's goes on adding up."""

    def step(a, b, lr):
        _update(a, b, lr)
        a.grad.zero_()

    return _loop(x, y, a, b, lr, n_epochs, step)


@mistake("train", look="Tensor.grad")
def zeroes_before_the_update(x, y, a, b, lr=0.1, n_epochs=1000):
    """Nothing moves: each gradient is cleared before its update, or the update changes no parameter."""

    def step(a, b, lr):
        a.grad.zero_()
        b.grad.zero_()
        _update(a, b, lr)

    return _loop(x, y, a, b, lr, n_epochs, step)


@mistake("train", look="Tensor.grad")
def leaves_the_last_gradient(x, y, a, b, lr=0.1, n_epochs=1000):
    """Cleared only before each backward pass, the last gradient stays in .grad when training ends."""

    def mse(a, b, x, y):
        a.grad = b.grad = None
        return _mse(a, b, x, y)

    return _loop(x, y, a, b, lr, n_epochs, _update, mse)


@mistake("train", look="Tensor.numpy")
def goes_through_numpy(x, y, a, b, lr=0.1, n_epochs=1000):
    """numpy arrays live on the CPU; a tensor elsewhere must be copied by .cpu() first, and item() needs neither."""
    losses = []
    for _ in range(n_epochs):
        losses.append(float(_mse(a, b, x, y).detach().numpy()))
        _loop(x, y, a, b, lr, 1)
    return losses


# --- freeze


@mistake("freeze", look="Tensor.requires_grad")
def misspells_the_flag(model):
    """What freezes is requires_grad = False on every parameter; a misspelt attribute, or one of the model, is read by nobody, and eval() stops no gradient."""
    for param in model.parameters():
        param.require_grad = False
    return model


@mistake("freeze", look="nn.Module.requires_grad_", same_as=("misspells-the-flag",))
def sets_the_flag_on_the_model(model):
    """A module has no flag requires_grad; setting one tells its parameters nothing. The method is requires_grad_()."""
    model.requires_grad = False
    return model


@mistake("freeze", look="nn.Module.parameters")
def freezes_the_top_level_alone(model):
    """children() gives the layers one level down; parameters() walks through all of them."""
    for layer in model.children():
        for param in layer.parameters(recurse=False):
            param.requires_grad = False
    return model


@mistake("freeze", look="nn.Module.parameters")
def forgets_the_models_own_parameters(model):
    """children() are the layers inside; parameters that belong to the model itself are not among theirs."""
    for layer in model.children():
        layer.requires_grad_(False)
    return model


@mistake("freeze", look="copy.deepcopy")
def freezes_a_copy(model):
    """The model that was handed in still learns: to freeze a copy does not freeze it."""
    import copy

    frozen = copy.deepcopy(model)
    return frozen.requires_grad_(False)


@mistake("freeze", look="return")
def returns_nothing(model):
    """The very model that was handed in is asked for: no copy or wrapper of it, and not None, which a function without return gives."""
    for param in model.parameters():
        param.requires_grad = False


@mistake("freeze", look="return")
def freezes_the_first_alone(model):
    """Every parameter is to be frozen, not only the first: a return or break inside the loop ends it there."""
    for param in model.parameters():
        param.requires_grad = False
        return model


@mistake("freeze", look="nn.Module.named_parameters")
def freezes_the_weights_alone(model):
    """Biases are parameters too, and go on learning here."""
    for name, param in model.named_parameters():
        if "weight" in name:
            param.requires_grad = False
    return model


@mistake("freeze", look="Tensor.requires_grad")
def turns_the_flag_over(model):
    """A parameter may be frozen already; requires_grad is to be False afterwards, whatever it was."""
    for param in model.parameters():
        param.requires_grad = not param.requires_grad
    return model


@mistake("freeze", look="nn.Module.named_parameters")
def spares_the_head(model):
    """Every parameter is to be frozen here; a head that goes on learning is replace_head's business."""
    for name, param in model.named_parameters():
        if not name.startswith("fc"):
            param.requires_grad = False
    return model


@mistake("freeze", look="nn.Module.eval", same_as=("misspells-the-flag",))
def puts_it_in_evaluation_mode(model):
    """eval() changes how layers like Dropout behave; it stops no gradient."""
    return model.eval()


# --- replace_head


def _frozen(model):
    for param in model.parameters():
        param.requires_grad = False
    return model


def _head(model, n_classes, **options):
    return nn.Linear(model.fc.in_features, n_classes, device=model.fc.weight.device, **options)


@mistake("replace_head", look="requires_grad")
def freezes_the_head_with_the_rest(model, n_classes):
    """The new head was there already when everything was frozen; freeze first, replace then."""
    model.fc = _head(model, n_classes)
    return _frozen(model)


@mistake("replace_head", look="requires_grad")
def freezes_nothing(model, n_classes):
    """The layers below the head must be frozen, or training changes them too."""
    model.fc = _head(model, n_classes)
    return model


@mistake("replace_head", look="nn.Linear")
def makes_the_head_on_the_cpu(model, n_classes):
    """A new layer is made on the CPU; on a model that lives elsewhere it cannot meet its input."""
    _frozen(model)
    model.fc = nn.Linear(model.fc.in_features, n_classes)
    return model


@mistake("replace_head", look="nn.Linear")
def takes_outputs_for_inputs(model, n_classes):
    """The new head takes what the layer before it gives: the old head's in_features."""
    _frozen(model)
    old = model.fc
    model.fc = nn.Linear(old.out_features, n_classes, device=old.weight.device)
    return model


@mistake("replace_head", look="nn.Linear")
def has_no_bias(model, n_classes):
    """A trainable bias is asked for, and nn.Linear makes one unless told not to."""
    _frozen(model)
    model.fc = _head(model, n_classes, bias=False)
    return model


@mistake("replace_head", look="nn.Linear")
def has_a_bias_only_if_the_old_one_had(model, n_classes):
    """The new head has a bias, whatever the old one had."""
    _frozen(model)
    model.fc = _head(model, n_classes, bias=model.fc.bias is not None)
    return model


@mistake("replace_head", look="nn.Sequential")
def adds_a_layer_behind(model, n_classes):
    """The head is replaced, not followed by another: fc must be one nn.Linear."""
    _frozen(model)
    old = model.fc
    model.fc = nn.Sequential(old, nn.Linear(old.out_features, n_classes, device=old.weight.device))
    return model


@mistake("replace_head", look="return")
def returns_the_head(model, n_classes):
    """The very model is to be returned: not its new layer, and not None."""
    _frozen(model)
    model.fc = _head(model, n_classes)
    return model.fc


@mistake("replace_head", look="Tensor.device")
def asks_the_first_parameter_for_the_device(model, n_classes):
    """A large model may be spread over devices: the new head belongs where the old one was, not where the first layer is."""
    device = next(_frozen(model).parameters()).device
    model.fc = nn.Linear(model.fc.in_features, n_classes, device=device)
    return model


@mistake("replace_head", look="nn.Linear")
def copies_the_old_weights(model, n_classes):
    """A fresh layer draws its own starting values; the old rows stand for the old classes."""
    old = _frozen(model).fc
    model.fc = _head(model, n_classes)
    with torch.no_grad():
        rows = min(n_classes, old.out_features)
        model.fc.weight[:rows] = old.weight[:rows]
    return model


@mistake("replace_head", look="torch.manual_seed")
def draws_the_same_head_always(model, n_classes):
    """A fresh layer draws its own starting values; seeded just before, or kept from an earlier call, all heads start as one."""
    _frozen(model)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model.fc = _head(model, n_classes)
    return model


@mistake("replace_head", look="torch.nn.init")
def starts_at_zero(model, n_classes):
    """A fresh layer draws its own starting values; with zeros, all classes start as one."""
    _frozen(model)
    model.fc = _head(model, n_classes)
    nn.init.zeros_(model.fc.weight)
    return model


@mistake("replace_head", look="requires_grad")
def forgets_the_old_head(model, n_classes):
    """The old head is frozen too, although the model has it no longer: freeze first, replace then."""
    model.fc = _head(model, n_classes)
    _frozen(model)
    model.fc.requires_grad_(True)
    return model


@mistake("replace_head", look="copy.deepcopy")
def works_on_a_copy(model, n_classes):
    """The model that was handed in is what it was: a new head for a copy is none for it."""
    import copy

    model = _frozen(copy.deepcopy(model))
    model.fc = _head(model, n_classes)
    return model


@mistake("replace_head", look="nn.Linear")
def retrains_the_old_head(model, n_classes):
    """The old head is unfrozen here, not replaced: its outputs are still the old classes."""
    _frozen(model)
    model.fc.requires_grad_(True)
    return model
