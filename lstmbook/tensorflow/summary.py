"""A model of this implementation at a glance, see `lstmbook.core.summary`."""

from lstmbook.core.summary import FORMS, bind
from lstmbook.tensorflow.native import Native
from lstmbook.tensorflow.recurrent import Recurrent


def runs(layer: Recurrent) -> str:
    """The form that a call takes, in words."""
    if isinstance(layer, Native) and layer.fits():
        return "native: Keras' own layer"
    if layer.form == "steps":
        return FORMS["steps"]
    return FORMS["at once" if layer.variant.parallel and not layer.layout.zoneout else "loop"]


summary = bind(runs, Recurrent, __name__)
