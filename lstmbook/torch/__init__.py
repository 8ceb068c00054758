"""LSTM and its variants in PyTorch: layers that are `nn.Module`s, for any training loop."""

from lstmbook.errors import import_extra

import_extra("torch", "torch")

# ruff: noqa: E402 - what follows imports torch
from lstmbook.torch.arrays import asarray, to_numpy
from lstmbook.torch.attention import Attention
from lstmbook.torch.cells.ablations import (
    CoupledLSTM,
    NoForgetGateLSTM,
    NoInputActivationLSTM,
    NoInputGateLSTM,
    NoOutputActivationLSTM,
    NoOutputGateLSTM,
)
from lstmbook.torch.cells.convolutional import ConvLSTM1D, ConvLSTM2D
from lstmbook.torch.cells.depthwise import DepthwiseLSTM
from lstmbook.torch.cells.full_gate import FullGateLSTM
from lstmbook.torch.cells.gru import GRU
from lstmbook.torch.cells.layer_norm import LayerNormLSTM
from lstmbook.torch.cells.lstm import LSTM
from lstmbook.torch.cells.minimal import MinGRU, MinLSTM
from lstmbook.torch.cells.mlstm import MLSTM
from lstmbook.torch.cells.multiplicative import MultiplicativeLSTM
from lstmbook.torch.cells.peephole import PeepholeLSTM
from lstmbook.torch.cells.projected import ProjectedLSTM
from lstmbook.torch.cells.rnn import RNN
from lstmbook.torch.cells.slstm import SLSTM
from lstmbook.torch.ctc import ctc_beam, ctc_greedy, ctc_loss
from lstmbook.torch.encoder_decoder import EncoderDecoder
from lstmbook.torch.engine import evaluate, fit, predict
from lstmbook.torch.heads import SequenceHeads
from lstmbook.torch.labeller import SequenceLabeller
from lstmbook.torch.language import LanguageModel
from lstmbook.torch.layers import Dense, Embedding
from lstmbook.torch.models import SequenceClassifier, SequenceRegressor
from lstmbook.torch.optimizers import SGD, Adam, AdamW, RMSprop
from lstmbook.torch.pointer import PointerGenerator
from lstmbook.torch.quantiles import SequenceQuantiles
from lstmbook.torch.summary import summary
from lstmbook.torch.weights import get_grads, get_weights, load, save, set_weights

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
    "get_grads",
    "get_weights",
    "load",
    "predict",
    "save",
    "set_weights",
    "summary",
    "to_numpy",
]
