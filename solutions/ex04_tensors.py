"""Tensors, devices, parameters

A PyTorch tensor is much like a numpy array, with two talents added: it can
live on a GPU, and it can ask PyTorch to compute its gradient. Here you move
numbers between numpy and tensors, put them on a device, and create trainable
parameters in the one place where they will stay. Afterwards you can say for
any tensor what shape it has, where it lives and whether it can be trained.

A ``device`` may be any that torch knows, as a string ("cpu", "cuda:0") or as a
``torch.device``. Hand it on to torch as it is; only ``pick_device`` asks about
CUDA. Nothing handed in is changed unless the docstring says so, and torch's
random generator, grad mode, default dtype and default device stay as they
were; ``make_params`` alone seeds the generator. An int may be a Python or a
numpy one; several results come as a tuple or a list. The page stands alone:
numpy, torch and the standard library are all it needs.

Check yourself: ``pytest grader -k ex04`` (or ``gradkit check ex04``).
Stuck: ``gradkit hint ex04_tensors.FUNCTION``.
"""

import numpy as np
import torch


def n_dims(t: torch.Tensor) -> int:
    """Count a tensor's dimensions: 0 for a scalar, 1 a vector, 2 a matrix.

    And so on upwards: a stack of matrices has 3.

    Args:
        t: a tensor of any shape, on any device.

    Returns:
        The number of dimensions, an int (not the number of elements).

    Example:
        >>> n_dims(torch.tensor(5.0)), n_dims(torch.zeros(100, 1))
        (0, 2)
    """
    # HINT 1: How many numbers does it take to point at one element?
    # HINT 2: That is how long the shape is; a tensor can also say it itself.
    # HINT 3: Look up Tensor.dim and Tensor.ndim, or measure t.shape.
    ### BEGIN SOLUTION
    return t.dim()
    ### END SOLUTION


# numpy computes in float64 by habit, PyTorch's layers in float32. A model and
# its data must agree in both, the dtype and the device; that is why the data
# are converted once, at the border.


def to_tensor(array: np.ndarray, device: str | torch.device) -> torch.Tensor:
    """Turn a numpy array into a float32 tensor on a device.

    The tensor has the array's numbers and shape. The array itself is not
    changed; where no conversion is needed, tensor and array may share memory.

    Args:
        array: numbers of any numeric dtype and any shape.
        device: where the tensor shall live.

    Returns:
        A float32 tensor on device, which requires no grad.

    Example:
        >>> t = to_tensor(np.array([[1.0], [2.5]]), "cpu")
        >>> t
        tensor([[1.0000],
                [2.5000]])
        >>> t.dtype
        torch.float32
    """
    # HINT 1: Three things change on the way: the type, the precision, the
    #     place. Which calls do each?
    # HINT 2: torch.from_numpy keeps the array's dtype; look at Tensor.float
    #     and Tensor.to for the rest.
    # HINT 3: Chain the three calls. Each returns a tensor, and none of them
    #     changes the one it is called on.
    ### BEGIN SOLUTION
    return torch.from_numpy(array).float().to(device)
    ### END SOLUTION


def to_numpy(t: torch.Tensor) -> np.ndarray:
    """Turn any tensor into a numpy array with its numbers, dtype and shape.

    This must work wherever t lives, since numpy knows only the CPU's memory,
    and also if t requires grad. t itself stays as it was: same numbers, same
    device, and still requiring grad if it did. Array and tensor may share
    memory.

    Args:
        t: a tensor of any shape and dtype, on any device, trainable or not.

    Returns:
        A numpy array.

    Example:
        >>> to_numpy(torch.tensor([1.5, 2.0], requires_grad=True))
        array([1.5, 2. ], dtype=float32)
    """
    # HINT 1: What does numpy know about graphs, and about other devices?
    # HINT 2: t.numpy() refuses in two cases, and each error message names the
    #     method that helps.
    # HINT 3: First leave the graph (Tensor.detach, not requires_grad_, which
    #     would change t), then come home to the CPU, then convert.
    ### BEGIN SOLUTION
    return t.detach().cpu().numpy()
    ### END SOLUTION


# A method whose name ends with an underscore works in place: it overwrites the
# tensor that it is called on, and also returns it. Everyone who holds that
# tensor sees the new numbers.


def add_in_place(t: torch.Tensor, value: float) -> torch.Tensor:
    """Add a number to every element of t, in t itself.

    No new tensor takes its place: whoever else holds t sees the sum, and the
    result is the very object that was handed in.

    Args:
        t: a tensor of any shape, on any device, that requires no grad; it is
            changed.
        value: the number to add, a float.

    Returns:
        t itself.

    Example:
        >>> t = torch.zeros(2)
        >>> add_in_place(t, 1.5) is t
        True
        >>> t
        tensor([1.5000, 1.5000])
    """
    # HINT 1: After t = t + value, what does the caller's own variable hold?
    # HINT 2: Tensor.add makes a new tensor. Which method is named almost the
    #     same, but works in place?
    # HINT 3: Methods with a trailing underscore change their tensor and return
    #     it; `+=` works in place too, then t has to be returned.
    ### BEGIN SOLUTION
    return t.add_(value)
    ### END SOLUTION


def pick_device() -> str | torch.device:
    """Choose "cuda" where CUDA is available, and "cpu" elsewhere.

    Ask each time the function is called, not once when the page is loaded.

    Returns:
        The device, as a string or a torch.device.

    Example:
        >>> str(pick_device()) in ("cuda", "cpu")
        True
    """
    # HINT 1: Who knows whether this machine has a GPU that torch can use?
    # HINT 2: Look through torch.cuda for a question to be answered with True
    #     or False.
    # HINT 3: Call torch.cuda.is_available with its parentheses: without them
    #     it is a function, and a function always counts as true.
    ### BEGIN SOLUTION
    return "cuda" if torch.cuda.is_available() else "cpu"
    ### END SOLUTION


# PyTorch gathers gradients in leaves: tensors that you created, not ones that
# some operation computed. `torch.randn(1, requires_grad=True).to(device)` ends
# with an operation: on a GPU its result is a copy, no leaf, and never gets a
# gradient. On a CPU `.to` has nothing to do, so the slip goes unnoticed.


def make_params(seed: int, device: str | torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Create random trainable parameters a and b on a device.

    Seed torch's global generator with seed (so that whatever is drawn next
    continues from there), then draw a and after it b, each standard normal as
    by ``torch.randn(1)``. On a GPU the numbers may be drawn there, or on the
    CPU and then moved. Both must end as leaves that require grad.

    Args:
        seed: an int.
        device: where both parameters shall live.

    Returns:
        ``(a, b)``, float32 leaf tensors of shape (1,) on device.

    Example:
        >>> a, b = make_params(42, "cpu")
        >>> a
        tensor([0.3367], requires_grad=True)
        >>> b
        tensor([0.1288], requires_grad=True)
    """
    # HINT 1: What would a.is_leaf say if the last thing done to a were a move
    #     to another device?
    # HINT 2: torch.manual_seed once, at the start. torch.randn takes the
    #     device and requires_grad as arguments.
    # HINT 3: Let the tensor be born in the right place: give torch.randn both
    #     keywords at once. Or move first, and only then call requires_grad_.
    ### BEGIN SOLUTION
    torch.manual_seed(seed)
    a = torch.randn(1, requires_grad=True, dtype=torch.float, device=device)
    b = torch.randn(1, requires_grad=True, dtype=torch.float, device=device)
    return a, b
    ### END SOLUTION
