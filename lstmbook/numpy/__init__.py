"""LSTM and its variants in NumPy, from nothing: forward and hand-written backward."""

from lstmbook.numpy.arrays import asarray, to_numpy
from lstmbook.numpy.attention import Attention
from lstmbook.numpy.cells.ablations import (
    CoupledLSTM,
    NoForgetGateLSTM,
    NoInputActivationLSTM,
    NoInputGateLSTM,
    NoOutputActivationLSTM,
    NoOutputGateLSTM,
)
from lstmbook.numpy.cells.convolutional import ConvLSTM1D, ConvLSTM2D
from lstmbook.numpy.cells.depthwise import DepthwiseLSTM
from lstmbook.numpy.cells.full_gate import FullGateLSTM
from lstmbook.numpy.cells.gru import GRU
from lstmbook.numpy.cells.layer_norm import LayerNormLSTM
from lstmbook.numpy.cells.lstm import LSTM
from lstmbook.numpy.cells.minimal import MinGRU, MinLSTM
from lstmbook.numpy.cells.mlstm import MLSTM
from lstmbook.numpy.cells.multiplicative import MultiplicativeLSTM
from lstmbook.numpy.cells.peephole import PeepholeLSTM
from lstmbook.numpy.cells.projected import ProjectedLSTM
from lstmbook.numpy.cells.rnn import RNN
from lstmbook.numpy.cells.slstm import SLSTM
from lstmbook.numpy.ctc import ctc_beam, ctc_greedy, ctc_loss
from lstmbook.numpy.encoder_decoder import EncoderDecoder
from lstmbook.numpy.engine import evaluate, fit, predict
from lstmbook.numpy.heads import SequenceHeads
from lstmbook.numpy.labeller import SequenceLabeller
from lstmbook.numpy.language import LanguageModel
from lstmbook.numpy.layers import Dense, Embedding
from lstmbook.numpy.models import SequenceClassifier, SequenceRegressor
from lstmbook.numpy.optimizers import SGD, Adam, AdamW, RMSprop
from lstmbook.numpy.quantiles import SequenceQuantiles
from lstmbook.numpy.summary import summary
from lstmbook.numpy.weights import get_weights, load, save, set_weights

__all__ = [
    "GRU",
    "LSTM",
    "MLSTM",
    "RNN",
    "SGD",
    "SLSTM",
    "Adam",
    "AdamW",
    "Attention",
    "ConvLSTM1D",
    "ConvLSTM2D",
    "CoupledLSTM",
    "Dense",
    "DepthwiseLSTM",
    "Embedding",
    "EncoderDecoder",
    "FullGateLSTM",
    "LanguageModel",
    "LayerNormLSTM",
    "MinGRU",
    "MinLSTM",
    "MultiplicativeLSTM",
    "NoForgetGateLSTM",
    "NoInputActivationLSTM",
    "NoInputGateLSTM",
    "NoOutputActivationLSTM",
    "NoOutputGateLSTM",
    "PeepholeLSTM",
    "ProjectedLSTM",
    "RMSprop",
    "SequenceClassifier",
    "SequenceHeads",
    "SequenceLabeller",
    "SequenceQuantiles",
    "SequenceRegressor",
    "asarray",
    "ctc_beam",
    "ctc_greedy",
    "ctc_loss",
    "evaluate",
    "fit",
    "get_weights",
    "load",
    "predict",
    "save",
    "set_weights",
    "summary",
    "to_numpy",
]
