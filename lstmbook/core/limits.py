"""Numbers in the equations that all implementations, and ONNX, must take alike."""

EPS = 1e-5
"""Added to the variance in a layer normalisation."""

MOST = 50.0
"""Where exponents of sLSTM and mLSTM are cut; above it they only multiply a state still 0."""

CUT = (-80.0, 30.0)
"""Where m is cut in exp(-m), the floor of mLSTM's normaliser."""
