"""The dynamic computation graph

Every operation on a tensor that requires grad adds a node to a graph, and
``backward()`` walks that graph from the loss to the leaves. The graph is built
anew each time your code runs, by the very lines that run; there is no plan
made beforehand, so an ``if`` or a loop simply shapes it. Afterwards you can
draw a graph, walk it yourself, and say which tensors a loss depends on.

Tensors may live on any device, and results that are tensors stay there.
Nothing handed in is changed, neither a value nor a gradient nor a
``requires_grad`` flag, also not on the leaves behind an output: look, do not
call ``backward()``. Grad mode, default dtype and random generators stay as
they were. A list asked for may also be a tuple. The page stands alone: torch,
torchviz, graphviz and the standard library are all it needs.

Check yourself: ``pytest grader -k ex06`` (or ``gradkit check ex06``).
Stuck: ``gradkit hint ex06_graph.FUNCTION``.
"""

import graphviz
import torch
from torchviz import make_dot

# In PyTorchViz's picture, blue boxes are the leaves that get gradients, grey
# boxes the operations between, and the green box is the output. A tensor that
# requires no grad, such as your data, has no box at all.


def draw_graph(output: torch.Tensor, params: dict[str, torch.Tensor]) -> graphviz.Digraph:
    """Draw the graph behind output, with the parameters' names on their boxes.

    Use torchviz's ``make_dot``. Return its drawing; render nothing and write
    no file, so that no Graphviz program is needed. Extra attributes, the
    format and the direction of the drawing are up to you.

    Args:
        output: a tensor with a graph.
        params: the tensors to label, by name.

    Returns:
        The drawing, a graphviz.Digraph.

    Example:
        >>> w = torch.ones(1, requires_grad=True)
        >>> dot = draw_graph((2 * w).sum(), {"w": w})
        >>> "MulBackward0" in dot.source, "w" in dot.source
        (True, True)
    """
    raise NotImplementedError


# The graph can be walked in plain Python. A computed tensor holds its node in
# `.grad_fn`; a node holds `.next_functions`, a tuple of pairs whose first
# element is the node before it in the computation, or None where that input
# needed no gradient. Many ways may lead to the same node.


def backward_ops(output: torch.Tensor) -> list[str]:
    """List the kinds of nodes in the autograd graph behind output.

    Each node's class has a name, such as MulBackward0. Collect these names
    over the whole graph, every branch of it, down to the AccumulateGrad nodes
    at the leaves.

    Args:
        output: a tensor, with or without a graph.

    Returns:
        The class names, sorted, each once; empty where output has no graph, as
        for plain data, or for a leaf.

    Example:
        >>> w = torch.ones(2, requires_grad=True)
        >>> backward_ops((2 * w + w).sum())
        ['AccumulateGrad', 'AddBackward0', 'MulBackward0', 'SumBackward0']
        >>> backward_ops(torch.ones(2))
        []
    """
    raise NotImplementedError


def trainable_leaves(output: torch.Tensor) -> list[torch.Tensor]:
    """Find the leaf tensors that a backward pass from output would reach.

    Those are the tensors whose ``.grad`` a call of ``output.backward()`` would
    fill. Return the tensors themselves, not copies, each once. Two leaves that
    happen to hold equal numbers are still two.

    Args:
        output: a tensor, with or without a graph.

    Returns:
        The leaves, in any order; empty where output has no graph, as for a
        tensor that requires no grad, or for one that is a leaf itself.

    Example:
        >>> w = torch.ones(1, requires_grad=True)
        >>> b = torch.ones(1, requires_grad=True)
        >>> x = torch.ones(1)
        >>> leaves = trainable_leaves(w * x + b + w)
        >>> len(leaves), {id(leaf) for leaf in leaves} == {id(w), id(b)}
        (2, True)
    """
    raise NotImplementedError


# Since the graph grows as the code runs, ordinary control flow is allowed in a
# model or a loss: what did not run is not in the graph.


def branching_loss(error: torch.Tensor) -> torch.Tensor:
    """Choose the loss by looking at the errors, with an ordinary ``if``.

    If any error is larger than 1 in absolute value, the loss is the mean
    absolute error; otherwise (exactly 1 included) the mean squared error. Only
    the branch taken is in the result's graph, and either one carries gradients
    back to error.

    Args:
        error: errors of any shape, at least one element.

    Returns:
        The loss, a 0-d tensor on error's device, with its graph.

    Example:
        >>> branching_loss(torch.tensor([0.5, -1.0]))
        tensor(0.6250)
        >>> error = torch.tensor([3.0, -1.0], requires_grad=True)
        >>> branching_loss(error)
        tensor(2., grad_fn=<MeanBackward0>)
    """
    raise NotImplementedError
