"""Known mistakes about evaluation, and about the whole program."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Subset, TensorDataset, random_split

from grader.bank import mistake

# --- evaluate


def _losses(model, loss_fn, loader, device):
    """The losses alone: mode and grad mode are the caller's."""
    losses = []
    for x, y in loader:
        losses.append(loss_fn(y.to(device), model(x.to(device))).item())
    return losses


def _evaluate(model, loss_fn, loader, device):
    """A right one, for the mistakes in the functions below."""
    model.eval()
    with torch.no_grad():
        return _losses(model, loss_fn, loader, device)


@mistake("evaluate", look="nn.Module.eval")
def forgets_eval(model, loss_fn, loader, device):
    """no_grad() stops graphs and nothing else; layers like Dropout go on as in training until eval() is called."""
    with torch.no_grad():
        return _losses(model, loss_fn, loader, device)


@mistake("evaluate", look="nn.Module.eval", same_as=("forgets-eval",))
def names_eval_without_calling_it(model, loss_fn, loader, device):
    """model.eval without parentheses names the method and does not call it."""
    model.eval  # noqa: B018  # the mistake
    with torch.no_grad():
        return _losses(model, loss_fn, loader, device)


@mistake("evaluate", look="nn.Module.eval", same_as=("forgets-eval",))
def sets_the_flag_of_the_model_alone(model, loss_fn, loader, device):
    """The flag training belongs to one module; eval() sets it in every nested layer too."""
    model.training = False
    with torch.no_grad():
        return _losses(model, loss_fn, loader, device)


@mistake("evaluate", look="nn.Module.eval")
def switches_the_layers_alone(model, loss_fn, loader, device):
    """The model itself has a mode too, which its forward may ask for; eval() sets it in the model and all its layers."""
    for layer in model.children():
        layer.eval()
    with torch.no_grad():
        return _losses(model, loss_fn, loader, device)


@mistake("evaluate", look="nn.Module.eval")
def switches_the_mode_too_late(model, loss_fn, loader, device):
    """The mode counts while the model predicts; the first batch has gone through in training mode here."""
    losses = []
    with torch.no_grad():
        for x, y in loader:
            losses.append(loss_fn(y.to(device), model(x.to(device))).item())
            model.eval()
    return losses


@mistake("evaluate", look="nn.Module.training")
def always_ends_in_training_mode(model, loss_fn, loader, device):
    """A model that was found in evaluation mode is left in training mode, and its next predictions are others."""
    losses = _evaluate(model, loss_fn, loader, device)
    model.train()
    return losses


@mistake("evaluate", look="torch.no_grad")
def forgets_no_grad(model, loss_fn, loader, device):
    """eval() changes how layers behave; graphs are built all the same until grad mode is off."""
    model.eval()
    return _losses(model, loss_fn, loader, device)


@mistake("evaluate", look="with statement", same_as=("forgets-no-grad",))
def calls_no_grad_without_with(model, loss_fn, loader, device):
    """torch.no_grad() on a line of its own makes a context manager and drops it; only a with block (or a decorator) enters it."""
    model.eval()
    torch.no_grad()
    return _losses(model, loss_fn, loader, device)


@mistake("evaluate", look="torch.no_grad")
def computes_the_loss_outside(model, loss_fn, loader, device):
    """The loss is made of operations too; outside the with block a graph is built behind whatever in it is trainable."""
    model.eval()
    losses = []
    for x, y in loader:
        with torch.no_grad():
            yhat = model(x.to(device))
        losses.append(loss_fn(y.to(device), yhat).item())
    return losses


@mistake("evaluate", look="torch.no_grad", same_as=("forgets-no-grad",))
def detaches_the_predictions(model, loss_fn, loader, device):
    """detach() cuts off a graph that has been built already; under no_grad() none is built."""
    model.eval()
    losses = []
    for x, y in loader:
        yhat = model(x.to(device)).detach()
        losses.append(loss_fn(y.to(device), yhat).item())
    return losses


@mistake("evaluate", look="torch.no_grad")
def leaves_grad_mode_off(model, loss_fn, loader, device):
    """set_grad_enabled(False) stays in force for all code after it; a with block ends by itself."""
    model.eval()
    torch.set_grad_enabled(False)
    return _losses(model, loss_fn, loader, device)


@mistake("evaluate", look="Tensor.requires_grad")
def freezes_the_model(model, loss_fn, loader, device):
    """requires_grad_(False) is a lasting change of the model: it will not learn any more. no_grad() lasts for one block."""
    model.eval().requires_grad_(False)
    with torch.no_grad():
        return _losses(model, loss_fn, loader, device)


@mistake("evaluate", look="Tensor.requires_grad")
def freezes_the_model_in_place_of_no_grad(model, loss_fn, loader, device):
    """requires_grad_(False) is a lasting change of the model, and a loss may have parameters too; no_grad() lasts for one block and stops all graphs."""
    model.eval().requires_grad_(False)
    return _losses(model, loss_fn, loader, device)


@mistake("evaluate", look="Tensor.grad")
def clears_the_gradients(model, loss_fn, loader, device):
    """Evaluation touches no gradient; the caller may not have used those in .grad yet."""
    model.zero_grad()
    return _evaluate(model, loss_fn, loader, device)


@mistake("evaluate", look="Tensor.backward")
def goes_backward(model, loss_fn, loader, device):
    """backward() belongs to training: it adds the gradients of points to validate on to those that will be learned from."""
    model.eval()
    losses = []
    for x, y in loader:
        loss = loss_fn(y.to(device), model(x.to(device)))
        loss.backward()
        losses.append(loss.item())
    return losses


@mistake("evaluate", look="Tensor.item")
def keeps_loss_tensors(model, loss_fn, loader, device):
    """A list of loss tensors keeps the graph behind each of them alive; .item() takes out the number."""
    model.eval()
    return [loss_fn(y.to(device), model(x.to(device))) for x, y in loader]


@mistake("evaluate", look="list")
def averages_the_losses(model, loss_fn, loader, device):
    """One loss for each batch is asked for; their mean is another number when the last batch is short."""
    losses = _evaluate(model, loss_fn, loader, device)
    return sum(losses) / len(losses)


@mistake("evaluate", look="return")
def stops_after_the_first_batch(model, loss_fn, loader, device):
    """A return inside the loop ends it after the first batch."""
    return _evaluate(model, loss_fn, loader, device)[:1]


@mistake("evaluate", look="nn.MSELoss")
def uses_a_loss_of_its_own(model, loss_fn, loader, device):
    """The loss is the caller's to choose; a model trained with one loss is not judged by another."""
    return _evaluate(model, nn.MSELoss(), loader, device)


@mistake("evaluate", look="Tensor.to", name="sends-nothing")
def evaluates_without_sending(model, loss_fn, loader, device):
    """A loader gives CPU tensors; a model elsewhere cannot use them until they are sent to its device."""
    return _evaluate(model, loss_fn, loader, "cpu")


@mistake("evaluate", look="Tensor.to")
def sends_the_features_alone(model, loss_fn, loader, device):
    """The loss compares predictions with labels, so the labels must be on the device too."""
    model.eval()
    with torch.no_grad():
        return [loss_fn(y, model(x.to(device))).item() for x, y in loader]


@mistake("evaluate", look="nn.Module.to")
def brings_the_model_to_the_cpu(model, loss_fn, loader, device):
    """Module.to moves the model itself, not a copy; it is no longer where the caller put it."""
    return _evaluate(model.cpu(), loss_fn, loader, "cpu")


@mistake("evaluate", look="torch.device")
def reads_the_devices_type(model, loss_fn, loader, device):
    """A device may be handed in by its name, a string without .type; .to() takes both kinds."""
    return _evaluate(model, loss_fn, loader, torch.device(device.type))


# --- fit


def _epoch(model, loss_fn, optimizer, loader, device):
    """One epoch of right training steps, in whatever mode the model is."""
    losses = []
    for x, y in loader:
        loss = loss_fn(y.to(device), model(x.to(device)))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses


@mistake("fit", look="nn.Module.train")
def never_returns_to_training_mode(
    model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device
):
    """The evaluation of the first epoch leaves the model in evaluation mode; train() before the loop serves one epoch only."""
    losses, val_losses = [], []
    model.train()
    for _ in range(n_epochs):
        losses += _epoch(model, loss_fn, optimizer, train_loader, device)
        val_losses += _evaluate(model, loss_fn, val_loader, device)
    return losses, val_losses


@mistake("fit", look="nn.Module.train")
def never_calls_train(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device):
    """A model may be handed over in evaluation mode; training mode is switched on by train()."""
    losses, val_losses = [], []
    for _ in range(n_epochs):
        losses += _epoch(model, loss_fn, optimizer, train_loader, device)
        val_losses += _evaluate(model, loss_fn, val_loader, device)
    return losses, val_losses


def _fit(
    model,
    loss_fn,
    optimizer,
    train_loader,
    val_loader,
    n_epochs,
    device,
    train=_epoch,
    validate=_evaluate,
):
    """A right one, with room for wrong parts."""
    losses, val_losses = [], []
    for _ in range(n_epochs):
        model.train()
        losses += train(model, loss_fn, optimizer, train_loader, device)
        val_losses += validate(model, loss_fn, val_loader, device)
    return losses, val_losses


@mistake("fit", look="nn.Module.eval")
def validates_in_training_mode(
    model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device
):
    """no_grad() stops graphs and nothing else; without eval() layers like Dropout go on as in training."""

    def validate(model, loss_fn, loader, device):
        with torch.no_grad():
            return _losses(model, loss_fn, loader, device)

    loaders = train_loader, val_loader
    return _fit(model, loss_fn, optimizer, *loaders, n_epochs, device, validate=validate)


@mistake("fit", look="torch.no_grad")
def validates_with_a_graph(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device):
    """eval() changes how layers behave; validation builds graphs all the same until grad mode is off."""

    def validate(model, loss_fn, loader, device):
        return _losses(model.eval(), loss_fn, loader, device)

    loaders = train_loader, val_loader
    return _fit(model, loss_fn, optimizer, *loaders, n_epochs, device, validate=validate)


@mistake("fit", look="torch.set_grad_enabled")
def switches_grad_mode_off_for_good(
    model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device
):
    """Grad mode is off where the model trains, and the loss has no graph: no_grad() holds validation alone, and set_grad_enabled(False) stays in force."""

    def validate(model, loss_fn, loader, device):
        torch.set_grad_enabled(False)
        return _losses(model.eval(), loss_fn, loader, device)

    loaders = train_loader, val_loader
    return _fit(model, loss_fn, optimizer, *loaders, n_epochs, device, validate=validate)


@mistake("fit", look="Optimizer.step")
def learns_from_the_validation_points(
    model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device
):
    """A point that the model has learned from says nothing about new ones; validation makes no update."""

    def validate(model, loss_fn, loader, device):
        return _epoch(model.eval(), loss_fn, optimizer, loader, device)

    loaders = train_loader, val_loader
    return _fit(model, loss_fn, optimizer, *loaders, n_epochs, device, validate=validate)


@mistake("fit", look="Optimizer.step")
def trains_on_the_validation_points(
    model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device
):
    """Points that the model trains on say nothing about new ones: validation is evaluation, without any update."""

    def validate(model, loss_fn, loader, device):
        return _epoch(model, loss_fn, optimizer, loader, device)

    loaders = train_loader, val_loader
    return _fit(model, loss_fn, optimizer, *loaders, n_epochs, device, validate=validate)


@mistake("fit", look="Tensor.backward")
def goes_backward_in_validation(
    model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device
):
    """backward() adds to .grad, and the next training step uses the validation gradients with its own."""

    def validate(model, loss_fn, loader, device):
        return goes_backward.implementation(model, loss_fn, loader, device)

    loaders = train_loader, val_loader
    return _fit(model, loss_fn, optimizer, *loaders, n_epochs, device, validate=validate)


@mistake("fit", look="Optimizer.zero_grad")
def forgets_to_zero(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device):
    """backward() adds to what is already in .grad; without zero_grad() every update uses all gradients so far."""

    def train(model, loss_fn, optimizer, loader, device):
        losses = []
        for x, y in loader:
            loss = loss_fn(y.to(device), model(x.to(device)))
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return losses

    loaders = train_loader, val_loader
    return _fit(model, loss_fn, optimizer, *loaders, n_epochs, device, train=train)


@mistake("fit", look="Optimizer.zero_grad")
def zeroes_once_an_epoch(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device):
    """Each update needs the gradient of its own batch; cleared once an epoch, the gradients of its batches add up."""

    def train(model, loss_fn, optimizer, loader, device):
        optimizer.zero_grad()
        losses = []
        for x, y in loader:
            loss = loss_fn(y.to(device), model(x.to(device)))
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return losses

    loaders = train_loader, val_loader
    return _fit(model, loss_fn, optimizer, *loaders, n_epochs, device, train=train)


@mistake("fit", look="Optimizer.zero_grad")
def zeroes_before_the_step(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device):
    """Cleared between backward and step, no gradient is left for the step to use."""

    def train(model, loss_fn, optimizer, loader, device):
        losses = []
        for x, y in loader:
            loss = loss_fn(y.to(device), model(x.to(device)))
            loss.backward()
            optimizer.zero_grad()
            optimizer.step()
            losses.append(loss.item())
        return losses

    loaders = train_loader, val_loader
    return _fit(model, loss_fn, optimizer, *loaders, n_epochs, device, train=train)


@mistake("fit", look="mini-batches")
def steps_once_an_epoch(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device):
    """Mini-batch descent updates after every batch; one step after the loop is batch descent on the sum of the gradients."""

    def train(model, loss_fn, optimizer, loader, device):
        losses = []
        for x, y in loader:
            loss = loss_fn(y.to(device), model(x.to(device)))
            loss.backward()
            losses.append(loss.item())
        optimizer.step()
        optimizer.zero_grad()
        return losses

    loaders = train_loader, val_loader
    return _fit(model, loss_fn, optimizer, *loaders, n_epochs, device, train=train)


@mistake("fit", look="torch.optim.SGD")
def makes_its_own_optimizer(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device):
    """The optimizer that is handed in carries the caller's choices: method, learning rate, momentum."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    return _fit(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device)


@mistake("fit", look="nn.MSELoss")
def makes_its_own_loss(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device):
    """The loss is the caller's to choose; MSE is one of many."""
    return _fit(model, nn.MSELoss(), optimizer, train_loader, val_loader, n_epochs, device)


@mistake("fit", look="Tensor.item")
def records_the_loss_after_the_update(
    model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device
):
    """The loss of a batch is the one its gradient came from, before the parameters move."""

    def train(model, loss_fn, optimizer, loader, device):
        losses = []
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            loss_fn(y, model(x)).backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss_fn(y, model(x)).item())
        return losses

    loaders = train_loader, val_loader
    return _fit(model, loss_fn, optimizer, *loaders, n_epochs, device, train=train)


@mistake("fit", look="Tensor.item")
def keeps_the_loss_tensors(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device):
    """A list of loss tensors keeps the graph of every batch alive; .item() takes out the number."""

    def train(model, loss_fn, optimizer, loader, device):
        losses = []
        for x, y in loader:
            loss = loss_fn(y.to(device), model(x.to(device)))
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss)
        return losses

    loaders = train_loader, val_loader
    return _fit(model, loss_fn, optimizer, *loaders, n_epochs, device, train=train)


@mistake("fit", look="list.extend")
def nests_the_validation_losses(
    model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device
):
    """append() adds a list as one item, and gives lists in a list; extend() or += adds its items."""

    def validate(model, loss_fn, loader, device):
        return [_evaluate(model, loss_fn, loader, device)]

    loaders = train_loader, val_loader
    return _fit(model, loss_fn, optimizer, *loaders, n_epochs, device, validate=validate)


@mistake("fit", look="list.extend")
def nests_all_losses(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device):
    """append() adds a list as one item, and gives lists in a list; extend() or += adds its items."""
    losses, val_losses = [], []
    for _ in range(n_epochs):
        losses.append(_epoch(model.train(), loss_fn, optimizer, train_loader, device))
        val_losses.append(_evaluate(model, loss_fn, val_loader, device))
    return losses, val_losses


@mistake("fit", look="for loops")
def keeps_the_last_epochs_validation_alone(
    model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device
):
    """A list that is begun anew in each epoch forgets the epochs before; begin it once, before the loop."""
    losses = []
    for _ in range(n_epochs):
        losses += _epoch(model.train(), loss_fn, optimizer, train_loader, device)
        val_losses = _evaluate(model, loss_fn, val_loader, device)
    return losses, val_losses


@mistake("fit", look="list.extend")
def averages_each_epoch(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device):
    """One loss for each batch is asked for, of training and validation alike; a mean hides how they went."""

    def train(*parts):
        losses = _epoch(*parts)
        return [sum(losses) / len(losses)]

    def validate(*parts):
        losses = _evaluate(*parts)
        return [sum(losses) / len(losses)]

    loaders = train_loader, val_loader
    return _fit(model, loss_fn, optimizer, *loaders, n_epochs, device, train, validate)


@mistake("fit", look="for loops")
def validates_after_the_last_epoch_alone(
    model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device
):
    """Every epoch's validation losses are asked for, not only the last's: the loop over epochs holds validation too."""
    losses = []
    for _ in range(n_epochs):
        losses += _epoch(model.train(), loss_fn, optimizer, train_loader, device)
    return losses, _evaluate(model, loss_fn, val_loader, device)


@mistake("fit", look="for loops")
def validates_before_training(
    model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device
):
    """An epoch's validation shows what that epoch has taught; it comes after the training batches."""
    losses, val_losses = [], []
    for _ in range(n_epochs):
        val_losses += _evaluate(model, loss_fn, val_loader, device)
        losses += _epoch(model.train(), loss_fn, optimizer, train_loader, device)
    return losses, val_losses


@mistake("fit", look="DataLoader")
def validates_on_the_training_batches(
    model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device
):
    """The loss on points that the model was trained on says how well it remembers, not how well it has learned."""
    return _fit(model, loss_fn, optimizer, train_loader, train_loader, n_epochs, device)


@mistake("fit", look="return order")
def returns_in_another_order(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device):
    """The page's order is losses, val_losses; who unpacks relies on it."""
    losses, val_losses = _fit(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device)
    return val_losses, losses


@mistake("fit", look="range")
def one_epoch_short(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device):
    """range(1, n) has n - 1 numbers; n_epochs epochs are asked for."""
    return _fit(model, loss_fn, optimizer, train_loader, val_loader, n_epochs - 1, device)


@mistake("fit", look="Tensor.to", name="sends-nothing")
def fits_without_sending(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device):
    """A loader gives CPU tensors; a model elsewhere cannot use them until they are sent to its device."""
    return _fit(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, "cpu")


@mistake("fit", look="Tensor.to", same_as=("sends-nothing",))
def sends_no_validation_batch(
    model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device
):
    """Validation batches come from a loader too, on the CPU, and must be sent like all others."""

    def validate(model, loss_fn, loader, device):
        return _evaluate(model, loss_fn, loader, "cpu")

    loaders = train_loader, val_loader
    return _fit(model, loss_fn, optimizer, *loaders, n_epochs, device, validate=validate)


# --- run


def _program(x, y, seed, lr, n_epochs, device, *, split=None, sizes=(16, 20), shuffle=False):
    """Steps 1 to 6, with room for wrong parts in steps 3 and 4."""
    torch.manual_seed(seed)
    dataset = TensorDataset(torch.from_numpy(x).float(), torch.from_numpy(y).float())
    train_data, val_data = split(dataset) if split else random_split(dataset, [0.8, 0.2])
    loaders = DataLoader(train_data, sizes[0], shuffle=shuffle), DataLoader(val_data, sizes[1])
    model = nn.Sequential(nn.Linear(1, 1)).to(device)
    return _train(model, loaders, lr, n_epochs, device)


def _train(model, loaders, lr, n_epochs, device, loss_fn=None):
    """Step 6."""
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    loss_fn = loss_fn or nn.MSELoss()
    losses, val_losses = _fit(model, loss_fn, optimizer, *loaders, n_epochs, device)
    return model, losses, val_losses


def _training_part_twice(dataset):
    train_data, _ = random_split(dataset, [0.8, 0.2])
    return train_data, train_data


def _loaders(dataset):
    """Steps 3 and 4."""
    train_data, val_data = random_split(dataset, [0.8, 0.2])
    return DataLoader(train_data, batch_size=16), DataLoader(val_data, batch_size=20)


def _dataset(x, y):
    """Step 2."""
    return TensorDataset(torch.from_numpy(x).float(), torch.from_numpy(y).float())


@mistake("run", look="torch.manual_seed")
def seeds_numpy_instead(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """numpy's seed says nothing to torch, which draws the split and the layer's numbers from a generator of its own."""
    np.random.seed(seed % 2**32)
    loaders = _loaders(_dataset(x, y))
    return _train(nn.Sequential(nn.Linear(1, 1)).to(device), loaders, lr, n_epochs, device)


@mistake("run", look="torch.manual_seed")
def forgets_the_seed(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """Without a seed, split and layer draw whatever comes next, and no run can be repeated."""
    loaders = _loaders(_dataset(x, y))
    return _train(nn.Sequential(nn.Linear(1, 1)).to(device), loaders, lr, n_epochs, device)


@mistake("run", look="torch.manual_seed")
def always_seeds_with_42(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """The seed is the caller's to choose; 42 is its default only."""
    return _program(x, y, 42, lr, n_epochs, device)


@mistake("run", look="torch.manual_seed")
def seeds_after_the_split(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """The split draws random numbers too; seeded after it, it differs from run to run."""
    loaders = _loaders(_dataset(x, y))
    torch.manual_seed(seed)
    return _train(nn.Sequential(nn.Linear(1, 1)).to(device), loaders, lr, n_epochs, device)


@mistake("run", look="torch.manual_seed")
def seeds_again_before_the_model(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """The layer gets the numbers that belong to the split, where torch is seeded again after it, or where the split has a generator of its own."""
    torch.manual_seed(seed)
    loaders = _loaders(_dataset(x, y))
    torch.manual_seed(seed)
    return _train(nn.Sequential(nn.Linear(1, 1)).to(device), loaders, lr, n_epochs, device)


@mistake("run", look="torch.manual_seed")
def makes_the_model_first(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """A layer draws its starting numbers when it is made; made before the split, it gets the numbers meant for that."""
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(1, 1)).to(device)
    return _train(model, _loaders(_dataset(x, y)), lr, n_epochs, device)


@mistake("run", look="random_split")
def splits_in_order(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """Cut in the order in which they came, the points of the two parts may be of different kinds."""

    def split(dataset):
        n_train = len(dataset) * 4 // 5
        rows = range(len(dataset))
        return Subset(dataset, rows[:n_train]), Subset(dataset, rows[n_train:])

    return _program(x, y, seed, lr, n_epochs, device, split=split)


@mistake("run", look="random_split generator", same_as=("seeds-again-before-the-model",))
def splits_by_another_generator(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """A generator of its own gives the same split, and leaves the layer other numbers: the global one has not moved on."""

    def split(dataset):
        return random_split(dataset, [0.8, 0.2], generator=torch.Generator().manual_seed(seed))

    return _program(x, y, seed, lr, n_epochs, device, split=split)


@mistake("run", look="random_split")
def splits_70_to_30(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """80 per cent of the points train, 20 per cent validate."""
    return _program(
        x, y, seed, lr, n_epochs, device, split=lambda data: random_split(data, [0.7, 0.3])
    )


@mistake("run", look="random_split")
def always_80_points(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """80 and 20 are per cent; in points that is so for a hundred of them only."""
    return _program(
        x, y, seed, lr, n_epochs, device, split=lambda data: random_split(data, [80, 20])
    )


@mistake("run", look="random_split")
def trains_on_all_points(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """The loader of the whole data set trains on the validation points too."""

    def split(dataset):
        return dataset, random_split(dataset, [0.8, 0.2])[1]

    return _program(x, y, seed, lr, n_epochs, device, split=split)


@mistake("run", look="DataLoader shuffle")
def shuffles_the_training_batches(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """The page's loaders do not shuffle; the split has put the points in a random order already."""
    return _program(x, y, seed, lr, n_epochs, device, shuffle=True)


@mistake("run", look="DataLoader batch_size")
def swaps_the_batch_sizes(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """Batches of 16 train, batches of 20 validate."""
    return _program(x, y, seed, lr, n_epochs, device, sizes=(20, 16))


@mistake("run", look="DataLoader batch_size")
def validates_in_batches_of_16(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """The validation loader has a batch size of its own, 20."""
    return _program(x, y, seed, lr, n_epochs, device, sizes=(16, 16))


@mistake("run", look="Tensor.float")
def keeps_float64(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """numpy's numbers are float64, layers are float32, and one operation takes only one kind: .float() converts."""
    torch.manual_seed(seed)
    loaders = _loaders(TensorDataset(torch.from_numpy(x), torch.from_numpy(y)))
    return _train(nn.Sequential(nn.Linear(1, 1)).to(device), loaders, lr, n_epochs, device)


@mistake("run", look="nn.Module.double")
def makes_the_model_float64(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """Tensors are float32 here: convert the data to the model's precision, not the model to the data's."""
    torch.manual_seed(seed)
    loaders = _loaders(TensorDataset(torch.from_numpy(x), torch.from_numpy(y)))
    model = nn.Sequential(nn.Linear(1, 1)).double().to(device)
    return _train(model, loaders, lr, n_epochs, device)


@mistake("run", look="nn.Sequential")
def returns_a_bare_layer(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """An nn.Sequential of one layer is asked for; the layer alone has other parameter names."""
    torch.manual_seed(seed)
    loaders = _loaders(_dataset(x, y))
    return _train(nn.Linear(1, 1).to(device), loaders, lr, n_epochs, device)


@mistake("run", look="function arguments")
def ignores_its_arguments(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """The learning rate is the caller's to choose; a number written into the code overrides it."""
    return _program(x, y, seed, 0.1, n_epochs, device)


@mistake("run", look="function arguments")
def ignores_n_epochs(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """The number of epochs is the caller's to choose; a number written into the code overrides it."""
    return _program(x, y, seed, lr, 150, device)


@mistake("run", look="torch.optim.SGD")
def trains_by_adam(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """Adam scales every step by a memory of gradients; plain SGD is asked for."""
    torch.manual_seed(seed)
    loaders = _loaders(_dataset(x, y))
    model = nn.Sequential(nn.Linear(1, 1)).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    return model, *_fit(model, nn.MSELoss(), optimizer, *loaders, n_epochs, device)


@mistake("run", look="random_split")
def validates_on_the_training_points(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """How well a model has learned shows on points that it never trained on: the 20 per cent set aside."""
    return _program(x, y, seed, lr, n_epochs, device, split=_training_part_twice)


@mistake("run", look="return order")
def returns_the_losses_in_another_order(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """The page's order is model, losses, val_losses; who unpacks relies on it."""
    model, losses, val_losses = _program(x, y, seed, lr, n_epochs, device)
    return model, val_losses, losses


@mistake("run", look="DataLoader")
def sends_the_data_before_the_loader(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """Data sets and loaders stay on the CPU, since a GPU's memory is small; each batch is sent when its turn comes."""
    torch.manual_seed(seed)
    dataset = TensorDataset(*(tensor.to(device) for tensor in _dataset(x, y).tensors))
    loaders = _loaders(dataset)
    return _train(nn.Sequential(nn.Linear(1, 1)).to(device), loaders, lr, n_epochs, device)


@mistake("run", look="default arguments")
def has_other_defaults(x, y, seed=42, lr=0.01, n_epochs=100, device="cpu"):
    """Defaults are part of the signature on the page: seed = 42, lr = 0.1, n_epochs = 150."""
    return _program(x, y, seed, lr, n_epochs, device)


@mistake("run", look="nn.MSELoss")
def sums_the_squared_errors(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """The mean squared error divides by the number of points; summed, a full batch pulls harder than a short one."""
    torch.manual_seed(seed)
    loaders = _loaders(_dataset(x, y))
    model = nn.Sequential(nn.Linear(1, 1)).to(device)
    return _train(model, loaders, lr, n_epochs, device, nn.MSELoss(reduction="sum"))


@mistake("run", look="return order")
def returns_two_results(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """Three results are asked for: the model, its losses, its validation losses."""
    return _program(x, y, seed, lr, n_epochs, device)[1:]


@mistake("run", look="function arguments")
def stays_on_the_cpu(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """The device is the caller's to choose; here the model ends up on the CPU whatever it says."""
    return _program(x, y, seed, lr, n_epochs, "cpu")


@mistake("run", look="nn.Module.to")
def sends_the_batches_alone(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """A model is made on the CPU; batches that are elsewhere cannot meet its parameters until it is sent there too."""
    torch.manual_seed(seed)
    loaders = _loaders(_dataset(x, y))
    return _train(nn.Sequential(nn.Linear(1, 1)), loaders, lr, n_epochs, device)


@mistake("run", look="nn.Module.to")
def sends_the_model_alone(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """The model is on the device, and the batches stay on the CPU: what meets in one operation must be in one place."""
    torch.manual_seed(seed)
    loaders = _loaders(_dataset(x, y))
    return _train(nn.Sequential(nn.Linear(1, 1)).to(device), loaders, lr, n_epochs, "cpu")
