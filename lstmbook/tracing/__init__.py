r"""What every gate and state did at every step, and how far back the gradient reaches.

The layer may be one of ours (NumPy, PyTorch, TensorFlow), a model of ours, or a reader's own
`torch.nn` or Keras layer: its weights are taken to a NumPy layer, which is run with all that its
cells compute written down.
"""

from lstmbook.tracing.lag import gradient_against_lag
from lstmbook.tracing.record import Record, trace

__all__ = ["Record", "gradient_against_lag", "trace"]
