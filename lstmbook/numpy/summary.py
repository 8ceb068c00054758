"""A model of this implementation at a glance, see `lstmbook.core.summary`."""

from lstmbook.core.summary import FORMS, bind
from lstmbook.numpy.at_once import AllAtOnce
from lstmbook.numpy.recurrent import Recurrent
from lstmbook.numpy.time_loop import Stacked, Taped
from lstmbook.numpy.units import form_of

NAMES = {AllAtOnce: "at once", Stacked: "loop", Taped: "steps"}


def runs(layer: Recurrent) -> str:
    """The form that a call takes, in words."""
    return FORMS[NAMES.get(form_of(layer), "fast")]


summary = bind(runs, Recurrent, __name__)
