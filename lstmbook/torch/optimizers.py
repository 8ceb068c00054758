"""`torch.optim` with the constants of `lstmbook.core`; and clipping by the joint norm."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from lstmbook.core.checks import check_number
from lstmbook.core.optimizers import SGD, Adam, AdamW, Optimizer, RMSprop, check_optimizer

__all__ = ["SGD", "Adam", "AdamW", "RMSprop", "Updater", "clip_by_norm"]


class Updater:
    """An optimizer at work: `Updater(Adam(1e-2), model)`, then `update()` after each backward.

    Parameters
    ----------
    optimizer : Optimizer, the constants
    model : nn.Module, whose parameters are changed in place
    """

    def __init__(self, optimizer: Optimizer, model: torch.nn.Module):
        rule = RULES[type(check_optimizer(optimizer))]
        self.optimizer, self.updates = optimizer, 0
        self.rule = rule(optimizer, list(model.parameters()), optimizer.rate(0))

    def update(self, step: Callable | None = None) -> None:
        """One step; `step(rule)` makes it in another way."""
        for group in self.rule.param_groups:
            group["lr"] = self.optimizer.rate(self.updates)
        self.updates += 1
        self.rule.step() if step is None else step(self.rule)
        self.rule.zero_grad()

    def memory(self) -> dict[tuple[int, str], Tensor]:
        """What it keeps of each parameter, by its number and a name."""
        kept = self.rule.state_dict()["state"]
        return {
            (k, slot): v for k, slots in kept.items() for slot, v in slots.items() if v is not None
        }

    def set_memory(self, memory: Mapping[tuple[int, str], Tensor]) -> None:
        """Go on with what another has kept."""
        state: dict[int, dict[str, Tensor]] = {}
        for (k, slot), value in memory.items():
            state.setdefault(k, {})[slot] = value
        groups = self.rule.state_dict()["param_groups"]
        self.rule.load_state_dict({"state": state, "param_groups": groups})


def sgd(constants, parameters, rate):
    return torch.optim.SGD(parameters, rate, momentum=constants.momentum)


def rmsprop(constants, parameters, rate):
    return torch.optim.RMSprop(parameters, rate, alpha=constants.rho, eps=constants.epsilon)


def adam(constants, parameters, rate):
    betas = (constants.beta_1, constants.beta_2)
    return torch.optim.Adam(parameters, rate, betas, constants.epsilon)


def adamw(constants, parameters, rate):
    betas, decay = (constants.beta_1, constants.beta_2), constants.weight_decay
    return torch.optim.AdamW(parameters, rate, betas, constants.epsilon, weight_decay=decay)


RULES = {SGD: sgd, RMSprop: rmsprop, Adam: adam, AdamW: adamw}


def clip_by_norm(grads: Mapping[str, Tensor], norm: float) -> Tensor:
    """Scale all gradients together so that their joint norm is at most `norm`; return the old norm.

    Raises
    ------
    ValueRangeError
        If `norm` is no finite number above 0.

    Examples
    --------
    >>> grads = {"W": torch.tensor([3.0]), "b": torch.tensor([4.0])}
    >>> clip_by_norm(grads, 1.0), grads["W"]
    (tensor(5.), tensor([0.6000]))
    """
    norm = check_number("clip_norm", norm, above=0)
    if not grads:
        return torch.zeros(())
    total = torch.linalg.vector_norm(torch.stack([g.norm() for g in grads.values()]))
    factor = torch.where(total > norm, norm / (total + 1e-6), 1.0)  # no wait for a GPU
    for g in grads.values():
        g.mul_(factor)
    return total
