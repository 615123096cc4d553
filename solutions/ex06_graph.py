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
    # HINT 1: How could a drawing know what you call your tensors?
    # HINT 2: make_dot takes the tensor to start from, and a dict of names.
    # HINT 3: The dict that you were handed already has the form that make_dot
    #     wants for its second argument, params.
    ### BEGIN SOLUTION
    return make_dot(output, params=params)
    ### END SOLUTION


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
    # HINT 1: If each node names the nodes before it, how do you visit all of
    #     them, and how do you know you were there already?
    # HINT 2: Keep a list of nodes still to visit, starting with
    #     output.grad_fn, and a set of those seen. Each visit adds the nodes
    #     found in next_functions.
    # HINT 3: Skip None and nodes that you have seen. The name is that of the
    #     node's type; a set of names, sorted at the end, drops duplicates.
    ### BEGIN SOLUTION
    seen, pending = set(), [output.grad_fn]
    while pending:
        node = pending.pop()
        if node is not None and node not in seen:
            seen.add(node)
            pending.extend(before for before, _ in node.next_functions)
    return sorted({type(node).__name__ for node in seen})
    ### END SOLUTION


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
    # HINT 1: Which nodes stand at the very end of the walk, and whom would
    #     they hand their gradient to?
    # HINT 2: Walk as in backward_ops. An AccumulateGrad node knows its tensor
    #     as .variable; no other kind of node leads to one.
    # HINT 3: A leaf has one AccumulateGrad node, however often it was used, so
    #     visiting each node once is enough. Beware of `in` on a list of
    #     tensors: it compares their numbers.
    ### BEGIN SOLUTION
    seen, pending = set(), [output.grad_fn]
    while pending:
        node = pending.pop()
        if node is not None and node not in seen:
            seen.add(node)
            pending.extend(before for before, _ in node.next_functions)
    return [node.variable for node in seen if type(node).__name__ == "AccumulateGrad"]
    ### END SOLUTION


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
    # HINT 1: If both losses were computed and then mixed, which operations
    #     would the graph hold?
    # HINT 2: Compare the absolute errors with 1, and ask whether any of the
    #     comparisons is true. Python's if takes a tensor of one element.
    # HINT 3: Each branch returns its own mean, as a tensor: .item() would cut
    #     it off from the graph, torch.where would keep both branches in it.
    ### BEGIN SOLUTION
    if (error.abs() > 1).any():
        return error.abs().mean()
    return (error**2).mean()
    ### END SOLUTION
