"""Pointwise functions on tensors of any shape."""

from keras import ops

sigmoid = ops.sigmoid
softmax = ops.softmax
log_sigmoid = ops.log_sigmoid
