"""A model outside training for a while."""

from contextlib import contextmanager

import torch


@contextmanager
def outside_training(model: torch.nn.Module):
    """Without dropout and gradients; then each module is in its own mode again."""
    before = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for module, was in before:
            module.training = was
