"""Autograd, in other styles."""

import torch
import torch.nn.functional as F
from torch import nn, optim

from . import alternative


@alternative("backward_pass")
def through_mse_loss(a, b, x, y):
    loss = F.mse_loss(a + b * x, y)
    loss.backward()
    return float(loss)


@alternative("backward_pass")
def with_autograd_grad_and_a_zero_d_array(a, b, x, y):
    loss = (y - (a + b * x)).pow(2).mean()
    a.grad, b.grad = torch.autograd.grad(loss, [a, b])
    return loss.detach().cpu().numpy()


@alternative("backward_pass")
def with_a_detached_tensor(a, b, x, y):
    error = torch.addmm(a, x, b.reshape(1, 1)) - y
    loss = torch.dot(error.flatten(), error.flatten()) / error.numel()
    torch.autograd.backward([loss], inputs=[a, b])
    return loss.detach().reshape(1, 1)


@alternative("backward_pass")
def with_functional_gradients_of_copies(a, b, x, y):
    def loss_of(params):
        return torch.mean(torch.square(y - torch.addcmul(*params, x)))

    copies = tuple(p.detach() for p in (a, b))
    grads, loss = torch.func.grad_and_value(loss_of)(copies)
    for p, grad in zip((a, b), grads, strict=True):
        p.grad = grad
    return loss


@alternative("backward_pass")
def point_by_point(a, b, x, y):
    total = 0.0
    for xi, yi in zip(x, y, strict=True):
        share = (yi - a - b * xi).pow(2).sum() / len(x)
        share.backward()
        total += share.detach().cpu().numpy()
    return total


class _Squares(torch.autograd.Function):
    @staticmethod
    def forward(ctx, error):
        ctx.save_for_backward(error)
        return (error**2).mean()

    @staticmethod
    def backward(ctx, grad):
        (error,) = ctx.saved_tensors
        return grad * 2 * error / error.numel()


@alternative("backward_pass")
@torch.enable_grad()
def with_a_function_of_its_own(intercept, slope, features, labels, *, verbose=True):
    loss = _Squares.apply(intercept + slope * features - labels)
    loss.backward(retain_graph=True)
    if verbose:
        print(loss, intercept.grad, slope.grad)
    return loss.tolist()


@alternative("update_params")
def through_data(params, lr):
    for p in params:
        p.data -= lr * p.grad.data


@alternative("update_params")
@torch.no_grad()
def decorated(params, lr):
    [p.sub_(p.grad, alpha=lr) for p in params]


@alternative("update_params")
def through_an_optimizer(params, lr):
    optim.SGD(params, lr=lr).step()


@alternative("update_params")
def with_copy_in_inference_of_the_new_value(params, lr):
    with torch.no_grad():
        for p in params:
            p.copy_(p - lr * p.grad)


@alternative("update_params")
def with_set_grad_enabled_switched_back(params, lr):
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    try:
        for p in iter(params):
            p.add_(p.grad, alpha=-lr)
    finally:
        torch.set_grad_enabled(before)


@alternative("update_params")
def all_at_once(params, lr):
    torch._foreach_add_([p.detach() for p in params], [p.grad for p in params], alpha=-lr)


@alternative("update_params")
def through_numpy_and_back(params, lr):
    for p in params:
        new = p.detach().cpu().numpy() - lr * p.grad.cpu().numpy()
        with torch.inference_mode():
            p[...] = torch.from_numpy(new).float().to(p.device)


@alternative("update_params")
def out_of_one_long_vector(params, lr):
    flat = nn.utils.parameters_to_vector(params) - lr * nn.utils.parameters_to_vector(
        [p.grad for p in params]
    )
    nn.utils.vector_to_parameters(flat.detach(), params)


@alternative("zero_grads")
def in_place(params):
    for p in params:
        if p.grad is not None:
            p.grad.zero_()


@alternative("zero_grads")
def zeros_like(params):
    for p in filter(lambda p: p.grad is not None, params):
        p.grad = torch.zeros_like(p)


@alternative("zero_grads")
def detached_first(params):
    for p in params:
        if p.grad is None:
            continue
        p.grad.detach_()
        p.grad.mul_(0)


@alternative("zero_grads")
def by_an_optimizer(params):
    optim.SGD(params, lr=0.1).zero_grad(set_to_none=False)


@alternative("zero_grads")
def deleted(params):
    for p in params:
        del p.grad


@alternative("zero_grads")
def asking_forgiveness(params):
    for p in params:
        try:
            p.grad.data.fill_(0)
        except AttributeError:
            continue


@alternative("train")
def zeroes_first_and_last(x, y, a, b, lr=0.1, n_epochs=1000):
    losses = []
    for _ in range(n_epochs):
        for p in (a, b):
            p.grad = None
        loss = ((y - a - b * x) ** 2).mean()
        loss.backward()
        losses.append(loss.detach().item())
        for p in (a, b):
            p.data = p.data - lr * p.grad
    a.grad, b.grad = None, None
    return tuple(losses)


@alternative("train")
def with_autograd_grad_alone(x, y, a, b, lr=0.1, n_epochs=1000):
    import numpy as np

    losses = np.empty(n_epochs)
    for i in range(n_epochs):
        loss = F.mse_loss(b * x + a, y)
        da, db = torch.autograd.grad(loss, (a, b))
        losses[i] = loss.item()
        with torch.no_grad():
            a -= lr * da
            b -= lr * db
    return losses


@alternative("train")
def with_an_optimizer_and_tensors(x, y, a, b, lr=0.1, n_epochs=1000):
    optimizer = optim.SGD([a, b], lr=lr)

    def epochs():
        for _ in range(n_epochs):
            optimizer.zero_grad()
            loss = nn.MSELoss()(a + b * x, y)
            loss.backward()
            optimizer.step()
            yield loss.detach()

    losses = list(epochs())
    optimizer.zero_grad()
    return losses


@alternative("train")
def a_vector_of_its_own_copied_back(x, y, a, b, lr=0.1, n_epochs=1000):
    w = torch.cat([a.detach(), b.detach()]).requires_grad_()
    columns = torch.hstack([torch.ones_like(x), x])
    losses = []
    while len(losses) < n_epochs:
        loss = ((columns @ w[:, None] - y) ** 2).mean()
        losses.append(loss.item())
        loss.backward()
        w = (w - lr * w.grad).detach().requires_grad_()
    a.data.copy_(w[:1])
    b.data.copy_(w[1:])
    return losses


class _Epochs:
    def __init__(self, x, y, params, lr):
        self.x, self.y, self.params, self.lr = x, y, params, lr

    def __iter__(self):
        return self

    def __next__(self):
        a, b = self.params
        loss = F.mse_loss(a + b * self.x, self.y)
        loss.backward()
        with torch.inference_mode():
            for p in self.params:
                p.add_(p.grad, alpha=-self.lr)
        a.grad = b.grad = None
        return loss.detach()


@alternative("train")
def with_an_iterator_of_epochs(x, y, a, b, lr=0.1, n_epochs=1000):
    return [loss for _, loss in zip(range(n_epochs), _Epochs(x, y, (a, b), lr), strict=False)]


@alternative("freeze")
def with_requires_grad_(model):
    return model.requires_grad_(False)


@alternative("freeze")
def by_names(model):
    for _, p in model.named_parameters():
        p.requires_grad_(False)
    return model


@alternative("freeze")
def applied_to_each_layer(model):
    def off(layer):
        for p in layer.parameters(recurse=False):
            p.requires_grad = False

    return model.apply(off)


@alternative("freeze")
def detached_in_place(model):
    for p in dict(model.named_parameters(remove_duplicate=False)).values():
        p.detach_()
    return model


@alternative("replace_head")
def made_then_sent(model, n_classes):
    for p in model.parameters():
        p.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, n_classes).to(model.fc.weight.device)
    return model


@alternative("replace_head")
def replaced_first_then_thawed(model, n_classes):
    old = model.fc
    old.requires_grad_(False)
    model.fc = nn.Linear(old.weight.shape[1], n_classes, device=old.weight.device)
    model.requires_grad_(False)
    model.fc.requires_grad_(True)
    return model


@alternative("replace_head")
def with_starting_values_of_another_kind(model, n_classes):
    old = model.requires_grad_(False).fc
    head = nn.utils.skip_init(nn.Linear, old.in_features, n_classes, device=str(old.weight.device))
    nn.init.xavier_uniform_(head.weight)
    nn.init.zeros_(head.bias)
    model.fc = head
    return model


@alternative("replace_head")
def with_factory_options(model, n_classes):
    model.requires_grad_(False)
    weight = model.fc.weight
    head = nn.Linear(
        model.fc.in_features, n_classes, True, device=weight.device, dtype=weight.dtype
    )
    model._modules["fc"] = head
    return model


@alternative("replace_head")
def by_a_subclass_made_on_no_device(model, n_classes):
    class Head(nn.Linear):
        pass

    old = model.requires_grad_(False).get_submodule("fc")
    head = Head(old.in_features, n_classes, device="meta").to_empty(device=old.weight.device)
    head.reset_parameters()
    del model.fc
    model.add_module("fc", head)
    return model
