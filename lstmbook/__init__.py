"""LSTM and its variants in NumPy, PyTorch and TensorFlow, with one vocabulary."""

__version__ = "0.1.0"
