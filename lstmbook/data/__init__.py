r"""Data sets, tables and synthetic tasks, and what makes sequences of them.

Importing this loads NumPy alone.
"""

from lstmbook.data import tasks
from lstmbook.data._characters import characters
from lstmbook.data._connected_digits import connected_digits, digits_of
from lstmbook.data._digits import digits
from lstmbook.data._docstrings import docstrings
from lstmbook.data._glucose import glucose
from lstmbook.data._names import names
from lstmbook.data._number_words import number_words
from lstmbook.data._sentiment import sentiment
from lstmbook.data._spam import spam
from lstmbook.data._spoken_digits import spoken_digits
from lstmbook.data._stocks import stocks
from lstmbook.data._vowels import vowels
from lstmbook.data._weather import day_of_year, weather
from lstmbook.data._windows import Windows, rolling_origin, windows
from lstmbook.data._words import Vocabulary, pad, words
from lstmbook.data.chinese_numbers import chinese
from lstmbook.data.dataset import Baseline, Dataset, Split
from lstmbook.data.split import by_group, stratified
from lstmbook.data.table import Table

__all__ = [
    "Baseline",
    "Dataset",
    "Split",
    "Table",
    "Vocabulary",
    "Windows",
    "by_group",
    "characters",
    "chinese",
    "connected_digits",
    "day_of_year",
    "digits",
    "digits_of",
    "docstrings",
    "glucose",
    "names",
    "number_words",
    "pad",
    "rolling_origin",
    "sentiment",
    "spam",
    "spoken_digits",
    "stocks",
    "stratified",
    "tasks",
    "vowels",
    "weather",
    "windows",
    "words",
]
