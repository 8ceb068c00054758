"""Many steps at once, for cells whose gates do not see h: `parallel` in the place of a loop.

A long sequence is taken in pieces, the state handed on from one to the next: what a piece works on
stays in the cache, so that a step costs the same however long the sequence is.
"""

import numpy as np

from lstmbook.numpy.time_loop import Pass

PIECE = 2**18  # numbers of a, what `project` gives, in one piece
LEAST = 16  # steps of a piece, however large the batch is


class AllAtOnce(Pass):
    """Cells with a parallel form."""

    @staticmethod
    def fits(cell, layout) -> bool:
        return cell.variant.parallel and not layout.zoneout

    def forward(self, x, s):
        steps, batch = x.shape[0], x.shape[2]
        x = self.flip(x) if self.unit.reverse else x
        last = np.full(batch, steps - 1) if self.lengths is None else self.lengths - 1
        self.past = None if self.lengths is None else np.arange(steps)[:, None, None] > last
        # the caller may use x again
        self.x, self.caches = np.array(x) if self.training else x, []
        y = np.empty((steps, *s[0].shape), x.dtype)
        for part in self.parts(steps, batch):
            a = self.cell.project(self.p, self.x[part])
            at = last - part.start  # the last step of each sequence, counted in this piece
            y[part], end, cache = self.cell.parallel(self.p, a, s, np.clip(at, 0, len(a) - 1))
            over = at < 0  # sequences that ended before: their states stay
            s = tuple(np.where(over, o, e) for o, e in zip(s, end)) if over.any() else end
            if self.training:
                self.caches.append((part, over, cache))
        if self.past is not None:
            y = np.where(self.past, 0, y)
        return (self.flip(y) if self.unit.reverse else y), s

    def backward(self, dy, ds, grads):
        dy = self.flip(dy) if self.unit.reverse else dy
        dy = dy if self.past is None else np.where(self.past, 0, dy)
        dx = np.empty_like(self.x)
        for part, over, cache in reversed(self.caches):
            mine = tuple(np.where(over, 0, d) for d in ds) if over.any() else ds
            da, before = self.cell.parallel_backward(self.p, cache, dy[part], mine, grads)
            dx[part] = self.cell.project_backward(self.p, self.x[part], da, grads)
            ds = tuple(np.where(over, d, b) for d, b in zip(ds, before)) if over.any() else before
        return (self.flip(dx) if self.unit.reverse else dx), ds

    def parts(self, steps: int, batch: int) -> list[slice]:
        """The pieces, of one size but for the last."""
        width = sum(self.p[name].shape[-1] for name in self.cell.matrices)
        size = max(LEAST, PIECE // (width * batch))
        return [slice(start, min(start + size, steps)) for start in range(0, steps, size)]
