r"""Data sets and synthetic tasks. Importing this loads NumPy alone."""

from lstmbook.data import tasks
from lstmbook.data._digits import digits
from lstmbook.data._spam import spam
from lstmbook.data._spoken_digits import spoken_digits
from lstmbook.data.dataset import Baseline, Dataset, Split
from lstmbook.data.split import by_group, stratified

__all__ = [
    "Baseline",
    "Dataset",
    "Split",
    "by_group",
    "digits",
    "spam",
    "spoken_digits",
    "stratified",
    "tasks",
]
