"""All steps at once, for cells whose gates do not see h: `parallel` in the place of a loop."""

import numpy as np

from lstmbook.numpy.time_loop import Pass


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
        a = self.cell.project(self.p, x)
        y, end, cache = self.cell.parallel(self.p, a, s, last)
        if self.training:
            self.x, self.cache = np.array(x), cache  # the caller may use x again
        y = y.copy() if self.past is None else np.where(self.past, 0, y)  # the cache may keep y
        return (self.flip(y) if self.unit.reverse else y), end

    def backward(self, dy, ds, grads):
        dy = self.flip(dy) if self.unit.reverse else dy
        dy = dy if self.past is None else np.where(self.past, 0, dy)
        da, ds = self.cell.parallel_backward(self.p, self.cache, dy, ds, grads)
        dx = self.cell.project_backward(self.p, self.x, da, grads)
        return (self.flip(dx) if self.unit.reverse else dx), ds
