r"""Weights between implementations, and to and from `torch.nn`, Keras and ONNX.

- `to(layer, "torch")`: ours in another framework, all variants and models, bit by bit.
- `from_torch(module)`, `to_torch(layer)`: `torch.nn.RNN`, `LSTM`, `GRU`.
- `from_keras(layer)`, `to_keras(layer)`: `keras.layers.SimpleRNN`, `LSTM`, `GRU`, also in
  `Bidirectional` and stacked.
- `to_file(model, path)`, `from_file(path, "torch")`: whole, in one file that any of ours reads.
- `to_onnx(layer)`: every variant, and models. `from_onnx(model)`: what the operators RNN, LSTM and
  GRU of ONNX hold.

Every conversion makes a new layer and leaves the old one as it was. What the other side has no
place for raises `ConversionError`, which says why and what to do.
"""

from lstmbook.convert.between import as_numpy, to
from lstmbook.convert.keras_reader import from_keras
from lstmbook.convert.keras_writer import to_keras
from lstmbook.convert.model_files import from_file, to_file
from lstmbook.convert.onnx_reader import from_onnx
from lstmbook.convert.onnx_writer import to_onnx
from lstmbook.convert.torch_reader import from_torch
from lstmbook.convert.torch_writer import to_torch

__all__ = [
    "as_numpy",
    "from_file",
    "from_keras",
    "from_onnx",
    "from_torch",
    "to",
    "to_file",
    "to_keras",
    "to_onnx",
    "to_torch",
]
