"""Who knows lstmbook.numpy knows lstmbook.torch: the same names with the same arguments."""

import inspect
import pkgutil

import pytest

import lstmbook.numpy.cells
import lstmbook.torch.cells
from lstmbook.variants import VARIANTS

PUBLIC = [
    name
    for name, value in vars(lstmbook.numpy).items()
    if not name.startswith("_") and not inspect.ismodule(value)
]


def arguments(function) -> dict:
    parameters = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in parameters if p.name != "self"}


def test_every_variant_is_there():
    assert set(VARIANTS) <= set(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_same_arguments(name):
    """PyTorch may have `device` besides, and knows from the module whether it is training."""
    one, two = (getattr(library, name) for library in (lstmbook.numpy, lstmbook.torch))
    pairs = [(one, two)]
    if inspect.isclass(one):
        methods = [n for n in ("step", "loss") if hasattr(one, n)]
        pairs += [(getattr(one, n), getattr(two, n)) for n in methods]
        if "__call__" in dir(one) and hasattr(two, "forward"):
            pairs.append((one.__call__, two.forward))
    for ours, theirs in pairs:
        theirs = {n: v for n, v in arguments(theirs).items() if n != "device"}
        assert theirs == {n: v for n, v in arguments(ours).items() if n != "training"}


def test_same_files():
    def files(package):
        return {m.name for m in pkgutil.iter_modules(package.__path__)}

    # autograd, torch.sigmoid and the native kernels are there already
    only_numpy = {"gradcheck", "activations", "fast"}
    assert files(lstmbook.numpy) - only_numpy <= files(lstmbook.torch)
    assert files(lstmbook.numpy.cells) == files(lstmbook.torch.cells)
