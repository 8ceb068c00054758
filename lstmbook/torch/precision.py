"""Mixed precision: which operations run in a short type, and losses scaled so that none is lost."""

from contextlib import AbstractContextManager, nullcontext

import torch

from lstmbook.torch.optimizers import Updater


class Precision:
    """Automatic mixed precision at work.

    Parameters
    ----------
    name : "bfloat16", "float16", or None for none
        Gradients in float16 would often be 0; there the loss is scaled up and gradients down again,
        and an update whose gradients are infinite is left out (Micikevicius et al. 2018,
        arXiv:1710.03740).
    device : "cpu" or "cuda"
    """

    def __init__(self, name: str | None, device: str):
        self.dtype = None if name is None else getattr(torch, name)
        self.device = device
        self.scaler = torch.amp.GradScaler(device) if name == "float16" else None

    def at_work(self) -> AbstractContextManager:
        """Where forward passes run."""
        return torch.autocast(self.device, self.dtype) if self.dtype else nullcontext()

    def scaled(self, loss: torch.Tensor) -> torch.Tensor:
        """The loss to go back from."""
        return loss if self.scaler is None else self.scaler.scale(loss)

    def unscale(self, updater: Updater) -> None:
        """Gradients as they are without a scale."""
        if self.scaler is not None:
            self.scaler.unscale_(updater.rule)

    def step(self, updater: Updater) -> None:
        """An update, left out where gradients are infinite; a smaller scale follows then."""
        if self.scaler is None:
            updater.update()
            return
        updater.update(self.scaler.step)
        self.scaler.update()

    def memory(self) -> dict:
        """What the next updates depend on."""
        return {} if self.scaler is None else {"scale": self.scaler.state_dict()}

    def set_memory(self, plain: dict) -> None:
        """Go on with what another has kept."""
        if self.scaler is not None:
            self.scaler.load_state_dict(plain["scale"])
