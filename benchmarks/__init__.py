"""Speed of the layers as ratios to torch.nn.LSTM, all measured in one run: `make benchmark`."""
