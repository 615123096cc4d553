"""Tensors, in other styles."""

from contextlib import nullcontext

import numpy as np
import torch
from torch import nn
from torch.cuda import is_available

from . import alternative


@alternative("n_dims")
def by_the_shape(t):
    return len(t.shape)


@alternative("n_dims")
def by_the_method(t):
    return t.dim()


@alternative("n_dims")
def as_a_numpy_integer(t):
    return np.int64(len(list(t.size())))


@alternative("to_tensor")
def by_as_tensor(array, device):
    return torch.as_tensor(array, dtype=torch.float32, device=device)


@alternative("to_tensor")
def by_torch_tensor(array, device):
    return torch.tensor(array, dtype=torch.float, device=torch.device(device))


@alternative("to_tensor")
def sent_first_then_converted(array, device):
    return torch.from_numpy(np.asarray(array)).to(device).to(torch.float32)


@alternative("to_tensor")
def converted_by_numpy(array, device):
    return torch.from_numpy(array.astype("float32")).to(device, copy=True)


@alternative("to_numpy")
def under_no_grad(t):
    with torch.no_grad():
        return t.cpu().numpy()


@alternative("to_numpy")
def through_data(t):
    return np.asarray(t.data.cpu())


@alternative("to_numpy")
def through_a_copy(t):
    return t.detach().to("cpu").clone().numpy()


@alternative("to_numpy")
def by_force(t):
    return t.numpy(force=True)


@alternative("add_in_place")
def with_an_operator(t, value):
    t += value
    return t


@alternative("add_in_place")
def by_indexing(t, value):
    t[...] = t + value
    return t


@alternative("add_in_place")
def by_copy(t, value):
    return t.copy_(torch.add(t, value))


@alternative("add_in_place")
def into_out(t, value):
    torch.add(t, value, out=t)
    return t


@alternative("pick_device")
def imported_by_name():
    return "cuda" if is_available() else "cpu"


@alternative("pick_device")
def as_a_torch_device():
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@alternative("pick_device")
def with_if():
    if not torch.cuda.is_available():
        return "cpu"
    return "cuda"


@alternative("pick_device")
def by_index():
    return ("cpu", "cuda")[torch.cuda.is_available()]


@alternative("make_params")
def made_on_the_device(seed, device):
    torch.manual_seed(seed)
    return [torch.randn(1, requires_grad=True, dtype=torch.float, device=device) for _ in range(2)]


@alternative("make_params")
def sent_then_told(seed, device):
    torch.manual_seed(seed)
    a = torch.randn(1, dtype=torch.float).to(device)
    b = torch.randn(1, dtype=torch.float).to(device)
    a.requires_grad_()
    b.requires_grad = True
    return a, b


@alternative("make_params")
def as_parameters(seed, device):
    torch.random.manual_seed(seed)
    return tuple(nn.Parameter(torch.randn(1).to(device)) for _ in "ab")


@alternative("make_params")
def detached_after_the_move(seed, device):
    torch.manual_seed(seed)
    with nullcontext():
        a, b = (torch.randn(1, requires_grad=True).to(device) for _ in range(2))
    return a.detach().requires_grad_(True), b.detach().requires_grad_(True)


@alternative("make_params")
def placed_through_data(seed, device):
    torch.manual_seed(seed)
    params = [torch.randn(1, requires_grad=True) for _ in range(2)]
    for p in params:
        p.data = p.data.to(device)
    return params
