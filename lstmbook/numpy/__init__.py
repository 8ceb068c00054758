"""LSTM and its variants in NumPy, from nothing: forward and hand-written backward."""

from lstmbook.numpy.arrays import asarray, to_numpy
from lstmbook.numpy.cells.lstm import LSTM
from lstmbook.numpy.cells.rnn import RNN
from lstmbook.numpy.layers import Dense, Embedding
from lstmbook.numpy.models import SequenceClassifier, SequenceRegressor
from lstmbook.numpy.optimizers import SGD, Adam, AdamW, RMSprop
from lstmbook.numpy.training import evaluate, fit, predict
from lstmbook.numpy.weights import get_weights, load, save, set_weights
