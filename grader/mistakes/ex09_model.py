"""Known mistakes about models and the training step. Classes are named as functions are: by the mistake."""

from __future__ import annotations

import copy

import torch
from torch import nn

from grader.bank import mistake

# --- ManualLinearRegression


class _Line(nn.Module):
    """What most of the models below get right."""

    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.randn(1))
        self.b = nn.Parameter(torch.randn(1))

    def forward(self, x):
        return self.a + self.b * x


@mistake("ManualLinearRegression", look="nn.Parameter")
class keeps_plain_tensors(_Line):
    """A tensor that requires grad is no parameter yet: the model knows only what is an nn.Parameter."""

    def __init__(self):
        nn.Module.__init__(self)
        self.a = torch.randn(1, requires_grad=True)
        self.b = torch.randn(1, requires_grad=True)


@mistake("ManualLinearRegression", look="super().__init__")
class forgets_super_init(_Line):
    """nn.Module prepares its lists of parameters in its own __init__, which must run before one is assigned."""

    def __init__(self):
        self.a = nn.Parameter(torch.randn(1))
        self.b = nn.Parameter(torch.randn(1))


@mistake("ManualLinearRegression", look="torch.randn")
class draws_b_first(_Line):
    """The order of the draws decides who gets which number: a comes first."""

    def __init__(self):
        nn.Module.__init__(self)
        self.b = nn.Parameter(torch.randn(1))
        self.a = nn.Parameter(torch.randn(1))


@mistake("ManualLinearRegression", look="torch.randn")
class draws_uniform_numbers(_Line):
    """rand draws uniform numbers from 0 to 1; randn draws from the normal distribution."""

    def __init__(self):
        nn.Module.__init__(self)
        self.a = nn.Parameter(torch.rand(1))
        self.b = nn.Parameter(torch.rand(1))


@mistake("ManualLinearRegression", look="torch.zeros")
class starts_at_zero(_Line):
    """The parameters start at random numbers, from torch's global generator."""

    def __init__(self):
        nn.Module.__init__(self)
        self.a = nn.Parameter(torch.zeros(1))
        self.b = nn.Parameter(torch.zeros(1))


@mistake("ManualLinearRegression", look="torch.manual_seed")
class seeds_the_generator(_Line):
    """A model that seeds the global generator starts all models alike, and changes what others draw."""

    def __init__(self):
        torch.manual_seed(42)
        super().__init__()


@mistake("ManualLinearRegression", look="torch.randn")
class makes_single_numbers(_Line):
    """randn(()) has no dimension; each parameter has the shape (1,), as randn(1) gives it."""

    def __init__(self):
        nn.Module.__init__(self)
        self.a = nn.Parameter(torch.randn(()))
        self.b = nn.Parameter(torch.randn(()))


@mistake("ManualLinearRegression", look="nn.Module.register_buffer")
class keeps_buffers(_Line):
    """A buffer moves with the model, and is no parameter: no optimizer will train it."""

    def __init__(self):
        nn.Module.__init__(self)
        self.register_buffer("a", torch.randn(1))
        self.register_buffer("b", torch.randn(1))


@mistake("ManualLinearRegression", look="requires_grad")
class freezes_its_parameters(_Line):
    """An nn.Parameter requires grad unless told otherwise; with requires_grad=False it is never trained."""

    def __init__(self):
        super().__init__()
        self.requires_grad_(False)


@mistake("ManualLinearRegression", look="Tensor.squeeze")
class flattens_its_prediction(_Line):
    """A column goes in and a column comes out; of shape (n,) it would broadcast against y to (n, n)."""

    def forward(self, x):
        return super().forward(x).squeeze()


@mistake("ManualLinearRegression", look="class attributes")
class shares_its_parameters(_Line):
    """What is made in the class body is made once, when the file is read: all models share one a and one b."""

    shared = torch.zeros(1), torch.ones(1)

    def __init__(self):
        nn.Module.__init__(self)
        self.a, self.b = map(nn.Parameter, self.shared)


@mistake("ManualLinearRegression", look="nn.Module.named_parameters")
class has_a_third_parameter(_Line):
    """A line has two parameters; whatever else is registered would be counted and trained as well."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))


@mistake("ManualLinearRegression", look="nn.Module.forward")
class misspells_forward(nn.Module):
    """Calling the model calls its method forward; under another name PyTorch cannot find it."""

    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.randn(1))
        self.b = nn.Parameter(torch.randn(1))

    def foward(self, x):
        return self.a + self.b * x


@mistake("ManualLinearRegression", look="nn.Module.forward")
class swaps_a_and_b(_Line):
    """a is the intercept, which stands alone; b is the slope, which multiplies x."""

    def forward(self, x):
        return self.b + self.a * x


@mistake("ManualLinearRegression", look="Tensor.item")
class predicts_with_numbers(_Line):
    """.item(), .data, detach() and no_grad() leave the graph: the prediction is right, and nothing can be learned from it."""

    def forward(self, x):
        return self.a.item() + self.b.item() * x


@mistake("ManualLinearRegression", look="return")
class forward_returns_nothing(_Line):
    """What forward returns is what the model gives; without return that is None."""

    def forward(self, x):
        self.prediction = self.a + self.b * x


@mistake("ManualLinearRegression", look="torch.ones_like")
class builds_a_column_on_the_cpu(_Line):
    """A tensor made without a device is on the CPU, and cannot meet x elsewhere."""

    def forward(self, x):
        return torch.cat([torch.ones(len(x), 1), x], 1) @ torch.stack([self.a, self.b])


# --- LayerLinearRegression


class _Layered(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(1, 1)

    def forward(self, x):
        return self.linear(x)


@mistake("LayerLinearRegression", look="attributes of a module")
class calls_the_layer_otherwise(nn.Module):
    """The layer is looked for under the name linear."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(1, 1)

    def forward(self, x):
        return self.layer(x)


@mistake("LayerLinearRegression", look="nn.Linear")
class has_no_bias(_Layered):
    """Without a bias the line goes through the origin; nn.Linear has one unless told not to."""

    def __init__(self):
        nn.Module.__init__(self)
        self.linear = nn.Linear(1, 1, bias=False)


@mistake("LayerLinearRegression", look="nn.ReLU")
class bends_the_line(_Layered):
    """An activation behind the layer cuts off part of the line; the prediction is what the layer returns."""

    def forward(self, x):
        return torch.relu(self.linear(x))


@mistake("LayerLinearRegression", look="super().__init__", name="forgets-super-init")
class assigns_before_init(_Layered):
    """nn.Module prepares its list of modules in its own __init__, which must run before one is assigned."""

    def __init__(self):
        self.linear = nn.Linear(1, 1)


@mistake("LayerLinearRegression", look="nn.Module.forward")
class makes_the_layer_in_forward(_Layered):
    """A layer made in forward is new at each call, with new numbers; what was learned is lost."""

    def forward(self, x):
        self.linear = nn.Linear(1, 1, device=x.device)
        return self.linear(x)


@mistake("LayerLinearRegression", look="nn.Module.forward")
class predicts_with_a_new_layer(_Layered):
    """A layer made in forward is new at each call, belongs to no model and is on the CPU; predict with self.linear."""

    def forward(self, x):
        return nn.Linear(1, 1)(x)


@mistake("LayerLinearRegression", look="Tensor.detach")
class detaches_the_prediction(_Layered):
    """A prediction that is detached, made under no_grad() or by frozen parameters has no graph, and the layer gets no gradient."""

    def forward(self, x):
        return self.linear(x).detach()


@mistake("LayerLinearRegression", look="nn.Module.forward")
class predicts_with_another_layer(_Layered):
    """The layer that is kept as linear is the one to predict with."""

    def __init__(self):
        super().__init__()
        self.output = nn.Linear(1, 1)

    def forward(self, x):
        return self.output(x)


@mistake("LayerLinearRegression", look="class attributes")
class shares_its_layer(_Layered):
    """What is made in the class body is made once: all models share one layer, which is part of none."""

    linear = nn.Linear(1, 1)

    def __init__(self):
        nn.Module.__init__(self)


@mistake("LayerLinearRegression", look="Tensor.squeeze")
class flattens_the_prediction(_Layered):
    """A column goes in and a column comes out; of shape (n,) it would broadcast against y to (n, n)."""

    def forward(self, x):
        return self.linear(x).squeeze(1)


@mistake("LayerLinearRegression", look="torch.manual_seed")
class seeds_for_its_layer(_Layered):
    """A model that seeds the global generator starts all models alike, and changes what others draw."""

    def __init__(self):
        torch.manual_seed(42)
        super().__init__()


@mistake("LayerLinearRegression", look="nn.Module.to")
class predicts_on_the_cpu(_Layered):
    """The model may live anywhere; inputs that are sent to the CPU cannot meet it there."""

    def forward(self, x):
        return self.linear(x.cpu())


# --- make_sequential


@mistake("make_sequential", look="nn.Module.to")
def forgets_the_device(device):
    """A layer is made on the CPU unless told otherwise; .to(device) moves the whole model."""
    return nn.Sequential(nn.Linear(1, 1))


@mistake("make_sequential", look="torch.device", same_as=("forgets-the-device",))
def asks_for_cuda_by_hand(device):
    """There are other devices than "cuda" and "cpu"; pass on the one handed in."""
    return nn.Sequential(nn.Linear(1, 1)).to("cuda" if "cuda" in str(device) else "cpu")


@mistake("make_sequential", look="nn.Sequential")
def returns_the_bare_layer(device):
    """A layer computes the same; asked for is an nn.Sequential that holds it."""
    return nn.Linear(1, 1).to(device)


@mistake("make_sequential", look="nn.Sequential")
def adds_an_activation(device):
    """The sequence holds one layer: with a ReLU behind it, it is no line."""
    return nn.Sequential(nn.Linear(1, 1), nn.ReLU()).to(device)


@mistake("make_sequential", look="nn.Linear")
def makes_a_layer_without_bias(device):
    """Without a bias the line goes through the origin; nn.Linear has one unless told not to."""
    return nn.Sequential(nn.Linear(1, 1, bias=False)).to(device)


@mistake("make_sequential", look="nn.Linear")
def stacks_two_layers(device):
    """Two linear layers in a row have four parameters and are still one line; one layer is enough."""
    return nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1)).to(device)


@mistake("make_sequential", look="torch.manual_seed")
def seeds_before_the_layer(device):
    """Seeding the global generator is the caller's business: it changes what everybody draws afterwards."""
    torch.manual_seed(42)
    return nn.Sequential(nn.Linear(1, 1)).to(device)


@mistake("make_sequential", look="torch.set_default_device")
def changes_the_default_device(device):
    """set_default_device holds for everything made afterwards, by anybody."""
    torch.set_default_device(device)
    return nn.Sequential(nn.Linear(1, 1))


@mistake("make_sequential", look="return")
def returns_no_model(device):
    """The model is asked for; a function without return gives None."""
    nn.Sequential(nn.Linear(1, 1)).to(device)


@mistake("make_sequential", look="module-level code")
def hands_out_one_model(device):
    """Made once, outside the function, a model is everybody's: the next call moves it away from whoever asked first."""
    return _EVERYBODYS.to(device)


_EVERYBODYS = nn.Sequential(nn.Linear(1, 1))


@mistake("make_sequential", look="nn.Sequential")
def hands_over_a_list(device):
    """nn.Sequential takes the layers one by one as arguments; a list is no layer."""
    return nn.Sequential([nn.Linear(1, 1)]).to(device)


# --- count_params


@mistake("count_params", look="Tensor.numel")
def counts_tensors(model):
    """A weight is one tensor and many numbers; numel() counts the numbers."""
    return len([p for p in model.parameters() if p.requires_grad])


@mistake("count_params", look="Tensor.requires_grad")
def counts_frozen_ones_too(model):
    """A parameter that does not require grad is not trained."""
    return sum(p.numel() for p in model.parameters())


@mistake("count_params", look="nn.Module.state_dict")
def counts_the_state(model):
    """state_dict() holds buffers and frozen parameters too, and a shared tensor under each of its names."""
    return sum(t.numel() for t in model.state_dict().values())


@mistake("count_params", look="nn.Module.parameters")
def counts_a_shared_tensor_twice(model):
    """A layer does not know who else uses its tensors; model.parameters() gives each tensor once."""
    own = (p for layer in model.modules() for p in layer.parameters(recurse=False))
    return sum(p.numel() for p in own if p.requires_grad)


@mistake("count_params", look="nn.Module.parameters")
def counts_one_level(model):
    """children() gives the layers one level down; parameters() walks through all of them."""
    layers = [model, *model.children()]
    params = {p for layer in layers for p in layer.parameters(recurse=False)}
    return sum(p.numel() for p in params if p.requires_grad)


@mistake("count_params", look="is and ==")
def compares_values(model):
    """`in` asks whether tensors are equal; two parameters with the same numbers are still two."""
    seen = []
    for p in model.parameters():
        if p.requires_grad and not any(torch.equal(p, other) for other in seen):
            seen.append(p)
    return sum(p.numel() for p in seen)


@mistake("count_params", look="Tensor.shape")
def counts_rows(model):
    """len() of a matrix is its number of rows; numel() counts all its numbers."""
    return sum(len(p) for p in model.parameters() if p.requires_grad)


@mistake("count_params", look="int")
def returns_a_tensor(model):
    """An int is asked for, a Python number that prints, formats and compares like one."""
    return torch.tensor(sum(p.numel() for p in model.parameters() if p.requires_grad))


@mistake("count_params", look="int")
def counts_in_floats(model):
    """A count is an int; a division or a float factor makes a float of it, and 5.0 is none."""
    return sum(1.0 * p.numel() for p in model.parameters() if p.requires_grad)


@mistake("count_params", look="Tensor.shape")
def multiplies_rows_by_columns(model):
    """A tensor may have more than two dimensions; numel() counts all its numbers."""
    shapes = [p.shape for p in model.parameters() if p.requires_grad]
    return sum(shape[0] * shape[1] if len(shape) > 1 else sum(shape) for shape in shapes)


@mistake("count_params", look="nn.Module.training")
def counts_in_training_mode_alone(model):
    """The mode decides how layers like Dropout act; what is trainable is told by requires_grad alone."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad and model.training)


@mistake("count_params", look="module-level code")
def remembers_what_it_counted(model):
    """What is kept outside the function is still there at the next call: each count begins with an empty set."""
    new = {p for p in model.parameters() if p.requires_grad} - _COUNTED
    _COUNTED.update(new)
    return sum(p.numel() for p in new)


_COUNTED = set()


@mistake("count_params", look="nn.Module.requires_grad_")
def thaws_the_model(model):
    """Counting changes nothing: a parameter that was frozen must stay so."""
    return sum(p.requires_grad_().numel() for p in model.parameters())


@mistake("count_params", look="nn.Module.named_parameters")
def counts_weights_alone(model):
    """Biases are parameters too, and learn like the weights."""
    named = model.named_parameters()
    return sum(p.numel() for name, p in named if p.requires_grad and "bias" not in name)


# --- make_train_step


def _as_it_is(value):
    return value


def _update(
    model,
    loss_fn,
    optimizer,
    x,
    y,
    order=("backward", "step", "zero_grad"),
    value=torch.Tensor.item,
):
    """One update; what it does after the loss, in which order, and what it returns of the loss can be got wrong."""
    loss = loss_fn(y, model(x))
    does = {
        "backward": loss.backward,
        "step": optimizer.step,
        "zero_grad": optimizer.zero_grad,
    }
    for name in order:
        does[name]()
    return value(loss)


def _step(model, loss_fn, optimizer, mode=nn.Module.train, **how):
    """A train_step; `mode` is called on the model before each update."""

    def train_step(x, y):
        mode(model)
        return _update(model, loss_fn, optimizer, x, y, **how)

    return train_step


@mistake("make_train_step", look="nn.Module.train")
def forgets_training_mode(model, loss_fn, optimizer):
    """Whoever evaluated the model left it in evaluation mode; model.train() at the start of a step switches back."""
    return _step(model, loss_fn, optimizer, mode=_as_it_is)


@mistake("make_train_step", look="nn.Module.train")
def sets_the_mode_once(model, loss_fn, optimizer):
    """The mode is set when the function is made; by the next call somebody may have evaluated the model."""
    return _step(model.train(), loss_fn, optimizer, mode=_as_it_is)


@mistake("make_train_step", look="nn.Module.eval")
def trains_in_evaluation_mode(model, loss_fn, optimizer):
    """eval() is for measuring: layers like Dropout and BatchNorm then act as in use, not as in training."""
    return _step(model, loss_fn, optimizer, mode=nn.Module.eval)


@mistake("make_train_step", look="nn.Module.train")
def sets_the_flag_alone(model, loss_fn, optimizer):
    """The attribute training is the outer module's own; train() switches those inside it too."""
    return _step(model, loss_fn, optimizer, mode=lambda m: setattr(m, "training", True))


@mistake("make_train_step", look="nn.Module.train")
def sets_the_mode_after_predicting(model, loss_fn, optimizer):
    """The mode matters while the model predicts; switched afterwards it comes too late."""

    def train_step(x, y):
        yhat = model(x)
        model.train()
        return _update(lambda _: yhat, loss_fn, optimizer, x, y)

    return train_step


@mistake("make_train_step", look="Optimizer.zero_grad")
def forgets_zero_grad(model, loss_fn, optimizer):
    """backward() adds to what is already in .grad; without clearing, a step uses the sum of all gradients so far."""
    return _step(model, loss_fn, optimizer, order=("backward", "step"))


@mistake("make_train_step", look="Optimizer.zero_grad")
def leaves_the_gradient_over(model, loss_fn, optimizer):
    """Cleared only at the start, the gradient of a step is still there when it ends."""
    return _step(model, loss_fn, optimizer, order=("zero_grad", "backward", "step"))


@mistake("make_train_step", look="Optimizer.zero_grad")
def clears_before_the_step(model, loss_fn, optimizer):
    """step() finds no gradient to use: backward() comes before it, and zero_grad() behind it or at the start."""
    return _step(model, loss_fn, optimizer, order=("backward", "zero_grad", "step"))


@mistake("make_train_step", look="Optimizer.step", same_as=("clears-before-the-step",))
def steps_before_backward(model, loss_fn, optimizer):
    """step() uses the gradients that backward() has computed: backward comes first."""
    return _step(model, loss_fn, optimizer, order=("step", "backward", "zero_grad"))


@mistake("make_train_step", look="Optimizer.step")
def forgets_the_step(model, loss_fn, optimizer):
    """backward() computes gradients and moves nothing; the optimizer's step() moves the parameters."""
    return _step(model, loss_fn, optimizer, order=("backward", "zero_grad"))


@mistake("make_train_step", look="Optimizer.step")
def steps_twice(model, loss_fn, optimizer):
    """Each call of step() is an update; a second one goes on with the gradient of where the parameters were before."""
    return _step(model, loss_fn, optimizer, order=("backward", "step", "step", "zero_grad"))


@mistake("make_train_step", look="Tensor.item")
def returns_the_loss_tensor(model, loss_fn, optimizer):
    """A loss tensor keeps its whole graph alive; .item() takes out the number alone."""
    return _step(model, loss_fn, optimizer, value=_as_it_is)


@mistake("make_train_step", look="Tensor.item")
def returns_a_detached_tensor(model, loss_fn, optimizer):
    """A detached loss is still a tensor, on its device; .item() makes it a Python float."""
    return _step(model, loss_fn, optimizer, value=torch.Tensor.detach)


@mistake("make_train_step", look="Tensor.item")
def fetches_the_loss_through_numpy(model, loss_fn, optimizer):
    """numpy knows the CPU's memory alone; .item() fetches a number from any device."""
    return _step(model, loss_fn, optimizer, value=lambda loss: float(loss.detach().numpy()))


@mistake("make_train_step", look="return")
def returns_the_loss_after_the_update(model, loss_fn, optimizer):
    """The loss of a step is the one that its gradient came from, before the parameters move."""
    step = _step(model, loss_fn, optimizer)

    def train_step(x, y):
        step(x, y)
        return loss_fn(y, model(x)).item()

    return train_step


@mistake("make_train_step", look="closure")
def calls_the_function_it_makes(model, loss_fn, optimizer):
    """A function is asked for: return train_step itself, without brackets behind it."""

    def train_step(x=None, y=None):
        return _update(model.train(), loss_fn, optimizer, x, y)

    return train_step()


@mistake("make_train_step", look="closure")
def returns_nothing(model, loss_fn, optimizer):
    """The inner function must be returned: nobody outside can call it otherwise."""
    _step(model, loss_fn, optimizer)


@mistake("make_train_step", look="nn.MSELoss")
def uses_a_loss_of_its_own(model, loss_fn, optimizer):
    """The loss function is handed in; with another one the step learns something else."""
    return _step(model, nn.functional.mse_loss, optimizer)


class _ByHand:
    """What many write in place of an optimizer."""

    def __init__(self, model, optimizer):
        self.model, self.lr = model, optimizer.param_groups[0]["lr"]
        self.zero_grad = optimizer.zero_grad

    def step(self):
        with torch.no_grad():
            for p in self.model.parameters():
                p -= self.lr * p.grad


@mistake("make_train_step", look="Optimizer.step")
def updates_by_hand(model, loss_fn, optimizer):
    """Only the optimizer knows its rule: momentum and memory are lost in an update of one's own."""
    return _step(model, loss_fn, _ByHand(model, optimizer))


_LAST = {}


@mistake("make_train_step", look="closure")
def keeps_the_last_model(model, loss_fn, optimizer):
    """Kept in a global, the model is the last one that a step was made for; a closure remembers its own."""
    _LAST["step"] = _step(model, loss_fn, optimizer)
    return lambda x, y: _LAST["step"](x, y)


@mistake("make_train_step", look="torch.no_grad")
def predicts_without_a_graph(model, loss_fn, optimizer):
    """no_grad is for evaluation: without a graph there is nothing to go backward through."""
    return _step(model, torch.no_grad()(loss_fn), optimizer)


# --- train


def _epochs(model, loss_fn, optimizer, x, y, n_epochs, **how):
    model.train()
    return [_update(model, loss_fn, optimizer, x, y, **how) for _ in range(n_epochs)]


@mistake("train", look="nn.Module.train")
def trains_in_whatever_mode(model, loss_fn, optimizer, x, y, n_epochs):
    """A model that was evaluated before is still in evaluation mode; a training step switches it back."""
    return [_update(model, loss_fn, optimizer, x, y) for _ in range(n_epochs)]


@mistake("train", look="return")
def returns_inside_the_loop(model, loss_fn, optimizer, x, y, n_epochs):
    """A return inside the loop ends training after the first epoch."""
    return _epochs(model, loss_fn, optimizer, x, y, min(n_epochs, 1))


@mistake("train", look="break and continue")
def stops_when_nothing_improves(model, loss_fn, optimizer, x, y, n_epochs):
    """n_epochs updates are asked for, however small the loss may be already, and whether it falls or not."""
    losses = []
    for _ in range(n_epochs):
        losses += _epochs(model, loss_fn, optimizer, x, y, 1)
        if losses[-1] >= min(losses[:-1], default=losses[-1] + 1) or losses[-1] < 1e-3:
            break
    return losses


@mistake("train", look="for loops")
def predicts_once_before_the_loop(model, loss_fn, optimizer, x, y, n_epochs):
    """backward() uses its graph up, and a model that has moved predicts something else: predict anew in each epoch."""
    yhat = model.train()(x)
    return [_update(lambda _: yhat, loss_fn, optimizer, x, y) for _ in range(n_epochs)]


@mistake("train", look="Optimizer.zero_grad")
def adds_up_gradients(model, loss_fn, optimizer, x, y, n_epochs):
    """backward() adds to what is already in .grad; without clearing, an update uses the sum of all gradients so far."""
    return _epochs(model, loss_fn, optimizer, x, y, n_epochs, order=("backward", "step"))


@mistake("train", look="list.append")
def records_the_loss_after_the_update(model, loss_fn, optimizer, x, y, n_epochs):
    """The loss of an epoch is the one that its gradient came from, before the parameters move."""
    losses = []
    for _ in range(n_epochs):
        _epochs(model, loss_fn, optimizer, x, y, 1)
        losses.append(loss_fn(y, model(x)).item())
    return losses


@mistake("train", look="Tensor.item")
def keeps_loss_tensors(model, loss_fn, optimizer, x, y, n_epochs):
    """A list of loss tensors keeps the graph of every epoch alive; .item() takes out the number."""
    return _epochs(model, loss_fn, optimizer, x, y, n_epochs, value=_as_it_is)


@mistake("train", look="range")
def one_epoch_short(model, loss_fn, optimizer, x, y, n_epochs):
    """range(1, n) has n - 1 numbers; n_epochs updates are asked for."""
    return _epochs(model, loss_fn, optimizer, x, y, n_epochs - 1)


@mistake("train", look="range")
def one_epoch_too_many(model, loss_fn, optimizer, x, y, n_epochs):
    """range(n + 1) has n + 1 numbers; n_epochs updates are asked for."""
    return _epochs(model, loss_fn, optimizer, x, y, n_epochs + 1)


@mistake("train", look="return")
def returns_the_last_loss(model, loss_fn, optimizer, x, y, n_epochs):
    """The loss of every epoch is asked for: a list shows whether training gets anywhere."""
    return _epochs(model, loss_fn, optimizer, x, y, n_epochs)[-1]


@mistake("train", look="return")
def returns_the_model(model, loss_fn, optimizer, x, y, n_epochs):
    """The model is trained in place; what the caller cannot know yet are the losses."""
    _epochs(model, loss_fn, optimizer, x, y, n_epochs)
    return model


def _in_batches(size, model, loss_fn, optimizer, x, y, n_epochs):
    losses = []
    for _ in range(n_epochs):
        for batch in zip(x.split(size), y.split(size), strict=True):
            loss = _epochs(model, loss_fn, optimizer, *batch, 1)
        losses += loss
    return losses


@mistake("train", look="for loops")
def updates_on_single_points(model, loss_fn, optimizer, x, y, n_epochs):
    """An epoch is one update on all of x and y here, not one for each point."""
    return _in_batches(1, model, loss_fn, optimizer, x, y, n_epochs)


@mistake("train", look="for loops")
def updates_on_batches(model, loss_fn, optimizer, x, y, n_epochs):
    """An epoch is one update on all of x and y here; batches come two pages later."""
    return _in_batches(16, model, loss_fn, optimizer, x, y, n_epochs)


@mistake("train", look="slices")
def trains_on_the_first_batch(model, loss_fn, optimizer, x, y, n_epochs):
    """Every update here uses all of x and y; a slice leaves some of the points out."""
    return _epochs(model, loss_fn, optimizer, x[:16], y[:16], n_epochs)


@mistake("train", look="copy.deepcopy")
def trains_a_copy(model, loss_fn, optimizer, x, y, n_epochs):
    """The copy is trained, if at all; the optimizer holds the parameters of the model handed in."""
    return _epochs(copy.deepcopy(model), loss_fn, optimizer, x, y, n_epochs)


@mistake("train", look="torch.optim.SGD")
def makes_its_own_optimizer(model, loss_fn, optimizer, x, y, n_epochs):
    """The optimizer is handed in, with its rule and learning rate; another one trains otherwise."""
    own = torch.optim.SGD(model.parameters(), lr=0.1)
    return _epochs(model, loss_fn, own, x, y, n_epochs)


@mistake("train", look="Optimizer.step")
def moves_parameters_by_hand(model, loss_fn, optimizer, x, y, n_epochs):
    """Only the optimizer knows its rule: momentum and memory are lost in an update of one's own."""
    return _epochs(model, loss_fn, _ByHand(model, optimizer), x, y, n_epochs)


@mistake("train", look="nn.MSELoss")
def uses_the_mse_always(model, loss_fn, optimizer, x, y, n_epochs):
    """The loss function is handed in; with another one the model learns something else."""
    return _epochs(model, nn.MSELoss(), optimizer, x, y, n_epochs)


@mistake("train", look="Tensor.device")
def sends_the_points_to_the_cpu(model, loss_fn, optimizer, x, y, n_epochs):
    """x and y are where the model is; on the CPU they cannot meet a model that lives elsewhere."""
    return _epochs(model, loss_fn, optimizer, x.cpu(), y.cpu(), n_epochs)


@mistake("train", look="requires_grad")
def freezes_the_model_in_the_end(model, loss_fn, optimizer, x, y, n_epochs):
    """Training changes numbers and no flags: a model that is frozen afterwards cannot be trained on."""
    losses = _epochs(model, loss_fn, optimizer, x, y, n_epochs)
    model.requires_grad_(False)
    return losses
