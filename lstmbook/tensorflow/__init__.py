"""LSTM and its variants on Keras 3 layers, written with `keras.ops`."""

import os as _os

from lstmbook.errors import import_extra

if _os.environ.get("KERAS_BACKEND", "tensorflow") == "tensorflow":
    import_extra("tensorflow", "tensorflow")
import_extra("keras", "tensorflow")

# ruff: noqa: E402 - what follows imports Keras
from lstmbook.tensorflow.arrays import asarray, to_numpy
from lstmbook.tensorflow.attention import Attention
from lstmbook.tensorflow.cells.ablations import (
    CoupledLSTM,
    NoForgetGateLSTM,
    NoInputActivationLSTM,
    NoInputGateLSTM,
    NoOutputActivationLSTM,
    NoOutputGateLSTM,
)
from lstmbook.tensorflow.cells.convolutional import ConvLSTM1D, ConvLSTM2D
from lstmbook.tensorflow.cells.depthwise import DepthwiseLSTM
from lstmbook.tensorflow.cells.full_gate import FullGateLSTM
from lstmbook.tensorflow.cells.gru import GRU
from lstmbook.tensorflow.cells.layer_norm import LayerNormLSTM
from lstmbook.tensorflow.cells.lstm import LSTM
from lstmbook.tensorflow.cells.minimal import MinGRU, MinLSTM
from lstmbook.tensorflow.cells.mlstm import MLSTM
from lstmbook.tensorflow.cells.multiplicative import MultiplicativeLSTM
from lstmbook.tensorflow.cells.peephole import PeepholeLSTM
from lstmbook.tensorflow.cells.projected import ProjectedLSTM
from lstmbook.tensorflow.cells.rnn import RNN
from lstmbook.tensorflow.cells.slstm import SLSTM
from lstmbook.tensorflow.ctc import ctc_beam, ctc_greedy, ctc_loss
from lstmbook.tensorflow.encoder_decoder import EncoderDecoder
from lstmbook.tensorflow.engine import evaluate, fit, predict
from lstmbook.tensorflow.heads import SequenceHeads
from lstmbook.tensorflow.labeller import SequenceLabeller
from lstmbook.tensorflow.language import LanguageModel
from lstmbook.tensorflow.layers import Dense, Embedding
from lstmbook.tensorflow.models import SequenceClassifier, SequenceRegressor
from lstmbook.tensorflow.optimizers import SGD, Adam, AdamW, RMSprop
from lstmbook.tensorflow.pointer import PointerGenerator
from lstmbook.tensorflow.quantiles import SequenceQuantiles
from lstmbook.tensorflow.summary import summary
from lstmbook.tensorflow.weights import get_weights, load, save, set_weights

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
    "PointerGenerator",
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
