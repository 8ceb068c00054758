"""v W + a, the product that everything here is made of.

On a CPU PyTorch hands float32 products to MKL, but `torch.nn.LSTM` to oneDNN, which on processors
with AVX-512 that are not Intel's is about twice as fast. So large products go to oneDNN here too,
by the operator that `torch.compile` uses; where it is missing, PyTorch's usual product computes.
"""

from typing import Any

import torch
from torch import Tensor

LARGE = 4_000_000  # multiply-adds from which the detour pays


def product(v: Tensor, weight: Tensor, a: Tensor | None = None) -> Tensor:
    """v (N, F) times weight (F, K), plus a: (N, K) or, as a bias, (K,)."""
    if v.shape[0] * weight.numel() >= LARGE and fits(v, weight):
        return Product.apply(dense(v), dense(weight), a)
    return usual(v, weight, a)


def usual(v: Tensor, weight: Tensor, a: Tensor | None) -> Tensor:
    return v @ weight if a is None else torch.addmm(a, v, weight)


def fits(v: Tensor, weight: Tensor) -> bool:
    """Whether oneDNN's operator may compute this: plain float32 on a CPU, not being compiled."""
    return (
        ONEDNN is not None
        and v.dtype == weight.dtype == torch.float32
        and v.device.type == "cpu"
        and not torch.compiler.is_compiling()
        and not torch.is_autocast_enabled("cpu")
    )


def dense(matrix: Tensor) -> Tensor:
    """The matrix with its numbers side by side, by rows or by columns."""
    return matrix if matrix.is_contiguous() or matrix.T.is_contiguous() else matrix.contiguous()


class Product(torch.autograd.Function):
    """`product` by oneDNN. Its backward is made of products again, so it has one too."""

    @staticmethod
    def forward(v, weight, a):
        if a is not None and a.ndim == 2:
            return ONEDNN.binary(v, a, weight.T, None, "add")
        return ONEDNN(v, weight.T, a, "none", [], "")

    @staticmethod
    def setup_context(ctx, inputs, output):
        v, weight, a = inputs
        ctx.save_for_backward(v, weight)
        ctx.axes = 0 if a is None else a.ndim

    @staticmethod
    def backward(ctx, dz):
        v, weight = ctx.saved_tensors
        dz = dz.contiguous()  # of a sum it is one number, seen many times: slow
        need_v, need_weight, need_a = ctx.needs_input_grad
        # z = v W + a: dv = dz W^T, dW = v^T dz, da = dz
        dv = product(dz, weight.T) if need_v else None
        dweight = product(v.T, dz) if need_weight else None
        da = (dz if ctx.axes == 2 else dz.sum(dim=0)) if need_a else None
        return dv, dweight, da

    @staticmethod
    def vmap(info, in_dims, *inputs):
        return torch.vmap(usual, in_dims)(*inputs), 0


def find_operator():
    """oneDNN's linear operator if this build of PyTorch has it and it computes what it should."""
    try:
        operator = torch.ops.mkldnn._linear_pointwise
        v, weight, a = (torch.arange(float(r * c)).view(r, c) for r, c in ((2, 3), (3, 4), (2, 4)))
        plain = operator(v, weight.T, a[0], "none", [], "") - a[0]
        added = operator.binary(v, a, weight.T, None, "add") - a
        right = torch.equal(plain, v @ weight) and torch.equal(added, v @ weight)
        return operator if right else None
    except Exception:  # whatever it is, there is the usual product
        return None


ONEDNN: Any = find_operator() if torch.backends.mkldnn.is_available() else None
