"""Known mistakes about tensors, devices and parameters."""

from __future__ import annotations

import numpy as np
import torch

from grader.bank import mistake

# --- n_dims


@mistake("n_dims", look="len")
def counts_rows(t):
    """len(t) is the length of the first dimension, not how many there are; a scalar has none at all."""
    return len(t) if t.ndim else 0


@mistake("n_dims", look="Tensor.ndim")
def takes_the_length(t):
    """len(t) is the length of the first dimension, and a scalar has none; ndim says how many dimensions there are."""
    return len(t)


@mistake("n_dims", look="Tensor.numel")
def counts_elements(t):
    """numel() counts numbers; dimensions are counted by the length of the shape."""
    return t.numel()


@mistake("n_dims", look="Tensor.shape")
def returns_the_shape(t):
    """The shape lists the lengths of the dimensions; how many there are is its own length."""
    return t.shape


@mistake("n_dims", look="Tensor.squeeze")
def leaves_out_ones(t):
    """A dimension of length 1 is a dimension too; squeeze drops it."""
    return t.squeeze().ndim


@mistake("n_dims", look="Tensor.ndim")
def takes_one_number_for_a_scalar(t):
    """A vector of one number is a vector still: its shape is (1,), a scalar's is ()."""
    return 0 if t.numel() == 1 else t.ndim


@mistake("n_dims", look="Tensor.numpy")
def asks_numpy(t):
    """numpy takes no tensor that requires grad, nor one on another device; a tensor knows its dimensions itself."""
    return t.numpy().ndim


@mistake("n_dims", look="Tensor.ndim")
def gives_a_scalar_one(t):
    """A scalar, a single number, has no dimension at all."""
    return max(1, t.ndim)


# --- to_tensor


@mistake("to_tensor", look="Tensor.float")
def keeps_float64(array, device):
    """from_numpy keeps numpy's float64, while layers and parameters are float32."""
    return torch.from_numpy(array).to(device)


@mistake("to_tensor", look="Tensor.to")
def ignores_the_device(array, device):
    """from_numpy makes a tensor on the CPU; it stays there until .to(device) sends it."""
    return torch.from_numpy(array).float()


@mistake("to_tensor", look="Tensor.to", same_as=("ignores-the-device",))
def does_not_keep_what_to_returns(array, device):
    """.to(device) returns a tensor on the device and leaves the old one where it was."""
    t = torch.from_numpy(array).float()
    t.to(device)
    return t


@mistake("to_tensor", look="torch.device", same_as=("ignores-the-device",))
def tests_for_cuda_by_hand(array, device):
    """A device may be any: send to the one handed in, whatever its name."""
    t = torch.from_numpy(array).float()
    return t.cuda() if str(device) == "cuda" else t


@mistake("to_tensor", look="Tensor.reshape")
def flattens_it(array, device):
    """A column stays a column of shape (n, 1)."""
    return torch.from_numpy(array).float().flatten().to(device)


@mistake("to_tensor", look="torch.set_default_device")
def changes_the_default_device(array, device):
    """set_default_device stays in force for all code after it; device=device, or .to(device), concerns one tensor."""
    torch.set_default_device(device)
    return torch.tensor(array, dtype=torch.float32)


@mistake("to_tensor", look="numpy.ascontiguousarray")
def gives_a_single_number_a_dimension(array, device):
    """A single number has no dimension, and keeps its shape (): ascontiguousarray and atleast_1d make (1,) of it."""
    return torch.from_numpy(np.ascontiguousarray(array)).float().to(device)


@mistake("to_tensor", look="requires_grad")
def makes_it_trainable(array, device):
    """Data are not trained: only parameters are to require grad."""
    return torch.tensor(array, dtype=torch.float32, device=device, requires_grad=True)


@mistake("to_tensor", look="in-place operators")
def changes_the_array(array, device):
    """On an array, += and its like change the caller's own numbers."""
    array += 1
    return torch.from_numpy(array).float().to(device) - 1


@mistake("to_tensor", look="Tensor.long")
def makes_whole_numbers(array, device):
    """long() cuts off what stands behind the point."""
    return torch.from_numpy(array).long().to(device)


# --- to_numpy


@mistake("to_numpy", look="Tensor.detach")
def forgets_detach(t):
    """A tensor that requires grad belongs to a graph, which numpy does not know; detach() takes the numbers out of it."""
    return t.cpu().numpy()


@mistake("to_numpy", look="Tensor.cpu")
def forgets_cpu(t):
    """A numpy array lives in the CPU's memory; .cpu() brings the numbers there."""
    return t.detach().numpy()


@mistake("to_numpy", look="Tensor.detach")
def freezes_the_tensor(t):
    """requires_grad_(False) changes the tensor itself, which learns no more; detach() leaves it alone."""
    return t.requires_grad_(False).cpu().numpy()


@mistake("to_numpy", look="numpy dtypes")
def makes_float64(t):
    """The array keeps the tensor's dtype; double() makes float64, and so does a detour by a list of Python floats."""
    return np.array(t.tolist(), dtype=np.float64)


@mistake("to_numpy", look="Tensor.flatten")
def flattens_the_tensor(t):
    """The array keeps the tensor's shape."""
    return t.detach().cpu().numpy().ravel()


@mistake("to_numpy", look="Tensor.squeeze")
def squeezes_the_tensor(t):
    """A dimension of length 1 is part of the shape; squeeze drops it."""
    return t.detach().cpu().numpy().squeeze()


@mistake("to_numpy", look="torch.no_grad")
def switches_grad_mode_on_at_the_end(t):
    """Whoever called may have switched grad mode off: no_grad() puts back what it found, set_grad_enabled(True) does not."""
    torch.set_grad_enabled(False)
    array = t.cpu().numpy()
    torch.set_grad_enabled(True)
    return array


@mistake("to_numpy", look="torch.no_grad")
def leaves_grad_mode_off(t):
    """set_grad_enabled(False) stays in force for all code after it: no graph is built any more."""
    torch.set_grad_enabled(False)
    return t.cpu().numpy()


@mistake("to_numpy", look="Tensor.detach")
def takes_the_flag_off_for_a_while(t):
    """Only a leaf lets requires_grad be changed, and t may be a result; detach() leaves it alone."""
    required = t.requires_grad
    t.requires_grad_(False)
    array = t.cpu().numpy()
    t.requires_grad_(required)
    return array


@mistake("to_numpy", look="Tensor.tolist")
def returns_a_list(t):
    """A list of Python numbers has neither shape nor dtype."""
    return t.tolist()


# --- add_in_place


@mistake("add_in_place", look="Tensor.add_")
def adds_out_of_place(t, value):
    """t + value makes a new tensor; t itself stays as it was."""
    return t + value


@mistake("add_in_place", look="Tensor.add_")
def forgets_the_underscore(t, value):
    """t itself stays as it was: add without the underscore only makes a new tensor."""
    t.add(value)
    return t


@mistake("add_in_place", look="Tensor.add_", same_as=("adds-out-of-place",))
def rebinds_the_name(t, value):
    """t = t + value gives the name t to a new tensor; the caller's stays as it was."""
    t = t + value
    return t


@mistake("add_in_place", look="Tensor.clone", same_as=("adds-out-of-place",))
def works_on_a_copy(t, value):
    """The copy is changed; the tensor that was handed in stays as it was."""
    return t.clone().add_(value)


@mistake("add_in_place", look="return")
def returns_nothing(t, value):
    """t itself is to be returned; a function without return gives None."""
    t.add_(value)


@mistake("add_in_place", look="Tensor.clone")
def returns_a_copy(t, value):
    """Whoever gets a copy no longer sees what happens to t; t itself is to be returned."""
    t.add_(value)
    return t.clone()


@mistake("add_in_place", look="Tensor.flatten")
def changes_a_flat_copy(t, value):
    """Where t's numbers do not lie in a row, as in a transposed tensor, flatten and reshape copy them, and the copy is changed."""
    t.flatten().add_(value)
    return t


@mistake("add_in_place", look="Tensor.data")
def puts_new_numbers_in_its_place(t, value):
    """t.data = ... gives t other memory; views of t, and whoever shares its memory, keep the old numbers."""
    t.data = t + value
    return t


@mistake("add_in_place", look="Tensor.requires_grad_")
def makes_it_require_grad(t, value):
    """t changes its numbers, and nothing else: requires_grad_ would make it trainable."""
    return t.add_(value).requires_grad_()


@mistake("add_in_place", look="Tensor.fill_")
def overwrites_it(t, value):
    """fill_ replaces the numbers by the value; add_ adds it to them."""
    return t.fill_(value)


@mistake("add_in_place", look="Tensor.numpy")
def goes_through_numpy(t, value):
    """t.numpy() shares memory with a tensor on the CPU only; elsewhere it is refused."""
    array = t.numpy()
    array += value
    return t


# --- pick_device

_AT_IMPORT = "cuda" if torch.cuda.is_available() else "cpu"


@mistake("pick_device", look="torch.cuda.is_available")
def always_the_cpu():
    """Where CUDA is available it should be used; torch can be asked, at each call."""
    return "cpu"


@mistake("pick_device", look="torch.cuda.is_available")
def always_cuda():
    """On a machine without CUDA, the first tensor sent there raises an error; torch can be asked, at each call."""
    return "cuda"


@mistake("pick_device", look="if and else")
def the_wrong_way_round():
    """ "cuda" belongs to the case in which CUDA is available."""
    return "cpu" if torch.cuda.is_available() else "cuda"


@mistake("pick_device", look="functions", same_as=("always-the-cpu",))
def decided_at_import():
    """What stands outside the function runs once, when the module is imported; the question is to be asked at each call."""
    return _AT_IMPORT


@mistake("pick_device", look="calling a function", same_as=("always-cuda",))
def forgets_the_parentheses():
    """Without parentheses is_available is the function itself, which counts as true; it is never asked."""
    return "cuda" if torch.cuda.is_available else "cpu"


@mistake("pick_device", look="bool")
def returns_the_answer_itself():
    """A device's name is asked for, not whether CUDA is there."""
    return torch.cuda.is_available()


# --- make_params


def _draw():
    return torch.randn(1), torch.randn(1)


@mistake("make_params", look="Tensor.requires_grad_")
def to_after_requires_grad(seed, device):
    """.to(device) is an operation as any arithmetic is: its result is no leaf, and gradients go to the tensor behind it. Set requires_grad last."""
    torch.manual_seed(seed)
    a = torch.randn(1, requires_grad=True, dtype=torch.float).to(device)
    b = torch.randn(1, requires_grad=True, dtype=torch.float).to(device)
    return a, b


@mistake("make_params", look="Tensor.to")
def ignores_the_device_handed_in(seed, device):
    """A tensor made without a device is on the CPU."""
    torch.manual_seed(seed)
    return tuple(p.requires_grad_() for p in _draw())


@mistake("make_params", look="requires_grad")
def not_trainable(seed, device):
    """A tensor requires no grad unless told so, and then gets no gradient."""
    torch.manual_seed(seed)
    return tuple(p.to(device) for p in _draw())


@mistake("make_params", look="torch.manual_seed")
def fixed_seed(seed, device):
    """The seed is the caller's to choose; 42 gives everybody the same numbers."""
    torch.manual_seed(42)
    return tuple(p.to(device).requires_grad_() for p in _draw())


@mistake("make_params", look="torch.manual_seed")
def forgets_the_seed(seed, device):
    """Without manual_seed the numbers depend on what was drawn before."""
    return tuple(p.to(device).requires_grad_() for p in _draw())


@mistake("make_params", look="torch.manual_seed")
def seeds_before_each(seed, device):
    """Seeded again before b, the generator repeats itself: b equals a."""
    torch.manual_seed(seed)
    a = torch.randn(1)
    torch.manual_seed(seed)
    return tuple(p.to(device).requires_grad_() for p in (a, torch.randn(1)))


@mistake("make_params", look="torch.randn")
def uses_one_tensor_twice(seed, device):
    """a and b are drawn separately; one tensor under two names is one parameter."""
    torch.manual_seed(seed)
    a = torch.randn(1).to(device).requires_grad_()
    return a, a


@mistake("make_params", look="torch.set_default_device")
def changes_the_default_device_too(seed, device):
    """set_default_device stays in force for all code after it; device=device, or .to(device), concerns one tensor."""
    torch.set_default_device(device)
    torch.manual_seed(seed)
    return tuple(p.requires_grad_() for p in _draw())


@mistake("make_params", look="Tensor.split")
def takes_one_tensor_apart(seed, device):
    """split, chunk and indexing are operations: their results are views of the tensor behind them, and no leaves."""
    torch.manual_seed(seed)
    return torch.randn(2).to(device).requires_grad_().split(1)


@mistake("make_params", look="torch.randn")
def draws_b_first(seed, device):
    """The order of draws decides which number goes where: a comes first."""
    torch.manual_seed(seed)
    b, a = _draw()
    return a.to(device).requires_grad_(), b.to(device).requires_grad_()


@mistake("make_params", look="torch.rand")
def draws_uniform_numbers(seed, device):
    """rand draws uniform numbers from 0 to 1; randn draws normal ones."""
    torch.manual_seed(seed)
    return tuple(torch.rand(1).to(device).requires_grad_() for _ in range(2))


@mistake("make_params", look="numpy.random.seed", same_as=("forgets-the-seed",))
def seeds_numpy(seed, device):
    """torch has a generator of its own, which numpy's seed does not reach."""
    np.random.seed(seed % 2**32)
    return tuple(p.to(device).requires_grad_() for p in _draw())


@mistake("make_params", look="torch.Generator")
def uses_a_generator_of_its_own(seed, device):
    """torch's global generator is to be seeded, so that what is drawn later follows from the seed too."""
    own = torch.Generator().manual_seed(seed)
    return tuple(torch.randn(1, generator=own).to(device).requires_grad_() for _ in range(2))
