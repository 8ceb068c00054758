"""Layers that PyTorch has itself: `torch.nn`'s module computes, with cuDNN on a GPU.

The names stay ours. PyTorch keeps W and U transposed and has two biases; where the canonical form
has one, the second is a buffer of zeros, so that nothing trains it.
"""

import torch
from torch import Tensor, nn

from lstmbook.torch.recurrent import Recurrent

NAMES = {"W": "weight_ih", "U": "weight_hh", "b": "bias_ih", "b_u": "bias_hh", "P": "weight_hr"}


class Native(Recurrent):
    """A `Recurrent` whose variant `torch.nn` has.

    It runs on our own time loop where PyTorch's module has no such option (`recurrent_dropout`,
    `zoneout`, `peer_options`), and with `layer.readable = True`.
    """

    Peer: type[nn.RNNBase]
    core: nn.RNNBase | None

    def peer_options(self) -> dict | None:
        """More arguments for PyTorch's module; None where it has no such variant."""
        return {}

    def build(self, dtype, device):
        s, more = self.layout, self.peer_options()
        if more is None or s.recurrent_dropout or s.zoneout:
            self.core = None
            return super().build(dtype, device)
        core = self.Peer(
            s.input_size,
            s.hidden_size,
            num_layers=s.layers,
            batch_first=True,
            dropout=s.dropout if s.layers > 1 else 0.0,
            bidirectional=s.bidirectional,
            device="meta",  # no weights are drawn: ours come in anyway
            dtype=dtype,
            **more,
        )
        if "b_u" not in s.names:
            for name, second in list(core.named_parameters()):
                if name.startswith("bias_hh"):
                    delattr(core, name)
                    core.register_buffer(name, second.detach(), persistent=False)
        self.core = core.to_empty(device=torch.get_default_device() if device is None else device)
        for second in self.core.buffers():
            second.zero_()

    def peer_names(self) -> dict[str, str]:
        """Canonical name -> name in PyTorch's module: `l1.reverse.U` -> `weight_hh_l1_reverse`."""
        return {
            unit.prefix + name: f"{NAMES[name]}_l{unit.layer}" + "_reverse" * unit.reverse
            for unit in self.layout.units
            for name in self.layout.names
        }

    @property
    def params(self) -> dict[str, Tensor]:
        """Parameters by canonical name: views of PyTorch's."""
        if self.core is None:
            return super().params
        return {n: turned(getattr(self.core, peer)) for n, peer in self.peer_names().items()}

    @property
    def grads(self) -> dict[str, Tensor | None]:
        if self.core is None:
            return super().grads
        return {n: turned(getattr(self.core, peer).grad) for n, peer in self.peer_names().items()}

    def run(self, x, state, lengths):
        if self.core is None or self.readable:
            return super().run(x, state, lengths)
        s, steps = self.layout, x.shape[1]
        names = list(s.variant.states)
        if state is not None:  # (units, B, H) for each of h and c
            state = [torch.stack([state[u.prefix + n] for u in s.units]) for n in names]
            state = state[0] if len(names) == 1 else tuple(state)
        if lengths is not None:
            sizes = lengths.lengths.cpu()  # PyTorch packs by lengths that lie on the CPU
            x = nn.utils.rnn.pack_padded_sequence(x, sizes, True, enforce_sorted=False)
        y, ends = self.compute(x, state)
        if lengths is not None:
            y, _ = nn.utils.rnn.pad_packed_sequence(y, True, total_length=steps)
        ends = (ends,) if len(names) == 1 else ends
        found = {u.prefix + n: end[k] for n, end in zip(names, ends) for k, u in enumerate(s.units)}
        return y, {name: found[name] for name in s.states}

    def compute(self, x, state):
        """PyTorch's module at work: x, packed or not -> y, last states."""
        return self.core(x, state)

    def state_dict(self, *args, destination=None, prefix="", keep_vars=False):
        """As in any module, under the canonical names."""
        found = super().state_dict(
            *args, destination=destination, prefix=prefix, keep_vars=keep_vars
        )
        if self.core is not None:
            for name, peer in self.peer_names().items():
                found[prefix + name] = turned(found.pop(f"{prefix}core.{peer}"))
        return found

    def _load_from_state_dict(self, state_dict, prefix, *args):
        if self.core is not None:
            for name, peer in self.peer_names().items():
                if prefix + name in state_dict:
                    state_dict[f"{prefix}core.{peer}"] = turned(state_dict.pop(prefix + name))
        super()._load_from_state_dict(state_dict, prefix, *args)


def turned(weight: Tensor | None) -> Tensor | None:
    """A matrix transposed; a bias, or nothing, as it is."""
    return weight if weight is None or weight.ndim < 2 else weight.T
