"""A mask at work: sequences are moved to the start, and what comes out is moved back."""

import keras
import numpy as np
from keras import ops

from lstmbook.core.masks import ADVICE, WHAT, as_mask, check_shape
from lstmbook.tensorflow.arrays import dtype_of, is_tensor, value_now
from lstmbook.tensorflow.time_loop import spread


def check_mask(mask, x):
    """A mask (B, T) for x (B, T, ...) as it is, or as an array of bools where it is no tensor.

    Inside a `tf.function` its values are looked at with the function, which raises TensorFlow's
    InvalidArgumentError; compiled by XLA they are not looked at.

    Raises
    ------
    ShapeError, ValueRangeError
        For another shape, or padding that is neither on the left nor on the right.
    """
    shape = tuple(mask.shape) if is_tensor(mask) else np.shape(mask)
    known = tuple(x.shape[:2])
    pairs = zip(shape, known, strict=False)
    if len(shape) != 2 or any(None not in pair and pair[0] != pair[1] for pair in pairs):
        check_shape(shape, *known)
    now = value_now(mask)
    if now is not None:
        checked = as_mask(now, *now.shape)
        return mask if is_tensor(mask) else checked
    if keras.backend.backend() == "tensorflow" and ops.is_tensor(mask):
        import tensorflow as tf

        real = tf.cast(mask, tf.int32)
        changes = tf.reduce_sum(tf.abs(real[:, 1:] - real[:, :-1]), axis=1)
        tf.debugging.Assert(tf.reduce_all(changes <= 1), [WHAT + ADVICE])
    return mask


class Padding:
    """Where the real steps of each sequence stand, and how they are moved to the start and back.

    A sequence without a real step counts as one of a single step of zeros, whose output and states
    are not used. What is known before the computation runs, as that no sequence has to be moved,
    is made use of.
    """

    def __init__(self, mask):
        now = value_now(mask)
        self.mask = mask = ops.cast(mask, "bool")
        real = ops.cast(mask, "int32")
        self.steps, self.first = ops.arange(ops.shape(mask)[1]), ops.argmax(real, axis=1)
        self.first = ops.cast(self.first, self.steps.dtype)
        lengths = ops.sum(real, axis=1)
        self.lengths, self.empty = ops.maximum(lengths, 1), lengths == 0
        self.moves = now is None or not now[:, 0].all()

    def to_start(self, x):
        """x (B, T, D) with 0 on padding, each sequence's real steps first."""
        x = ops.where(spread(self.mask, x), x, ops.zeros((), dtype_of(x)))
        return self.moved(x, self.first)

    def to_place(self, y):
        """Back again; 0 where a sequence has no step."""
        y = self.moved(y, -self.first)
        return ops.where(spread(self.mask, y), y, ops.zeros((), dtype_of(y)))

    def keep(self, new: dict, old: dict) -> dict:
        """States by name: the old one of a sequence without a step."""
        return {
            name: ops.where(
                ops.reshape(self.empty, (-1, *[1] * (len(value.shape) - 1))), old[name], value
            )
            for name, value in new.items()
        }

    def moved(self, x, by):
        if not self.moves:
            return x
        source = (self.steps[None] + by[:, None]) % ops.shape(x)[1]
        return ops.take_along_axis(x, spread(source, x), axis=1)
