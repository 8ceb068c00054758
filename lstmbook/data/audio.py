r"""From sound to a sequence of vectors."""

import io
import warnings

import numpy as np

from lstmbook.core.checks import check_finite, check_int, check_number
from lstmbook.errors import DataFileError, ShapeError, ValueRangeError, import_extra


def read_wav(content: bytes) -> tuple[np.ndarray, int]:
    r"""Return the samples (N,) float32 in -1..1 and the rate in Hz of a 16-bit mono WAV file.

    Raises
    ------
    DataFileError
        If it is another kind of file, or damaged.
    MissingExtraError
        If SciPy is not installed (it comes with scikit-learn).
    """
    wavfile = import_extra("scipy.io.wavfile", "data")
    try:
        with warnings.catch_warnings():
            # chunks that are not sound are no fault, a file that ends too early is one
            warnings.simplefilter("ignore", wavfile.WavFileWarning)
            warnings.filterwarnings("error", "Reached EOF", wavfile.WavFileWarning)
            rate, samples = wavfile.read(io.BytesIO(content))
    except Exception as error:  # scipy has no error of its own for what it cannot read
        raise DataFileError(f"expected a WAV file, got something else: {error}") from error
    if samples.dtype != np.int16 or samples.ndim != 1:
        channels = 1 if samples.ndim == 1 else samples.shape[1]
        raise DataFileError(
            f"expected a WAV file with 1 channel of int16, got {channels} of {samples.dtype}"
        )
    return samples.astype(np.float32) / 32768, rate


def mel_filters(bands: int, size: int, rate: int) -> np.ndarray:
    r"""Return triangular filters (bands, size // 2 + 1), evenly spaced in mel from 60 Hz up.

    A triangle so narrow that it lies between two frequencies of the transform would weigh none of
    them: such a band takes the power between those two, at its centre.
    """
    mel = np.linspace(_mel(60), _mel(rate / 2), bands + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    hertz = np.fft.rfftfreq(size, 1 / rate)
    low, centre, high = (edges[k : k + bands, None] for k in range(3))
    rising, falling = (hertz - low) / (centre - low), (high - hertz) / (high - centre)
    filters = np.maximum(0, np.minimum(rising, falling))
    between = np.maximum(0, 1 - np.abs(hertz - centre) * size / rate)  # 1 at the centre, linear
    return np.where(filters.any(axis=1, keepdims=True), filters, between)


def _mel(hertz: float) -> float:
    # mel = 2595 log10(1 + f / 700)
    return 2595 * np.log10(1 + hertz / 700)


def log_mel(
    signal: np.ndarray, rate: int, *, bands: int = 26, window: float = 0.032, hop: float = 0.01
) -> np.ndarray:
    r"""Return the log energy in mel bands over time.

    Parameters
    ----------
    signal : array_like, shape (N,)
        Samples.
    rate : int
        Samples per second.
    bands : int
        Number of bands D.
    window, hop : float
        Length of a frame and step from frame to frame, in seconds.

    Returns
    -------
    ndarray of float32, shape (T, bands)
        T = 1 + (N - window) / hop, rounded down; a shorter signal is filled to one frame. Natural
        logarithm of the energy, at least -13.8 (silence).

    Raises
    ------
    ShapeError, ValueRangeError
        If the signal is empty or not (N,), or a number is out of range.

    Examples
    --------
    >>> tone = np.sin(2 * np.pi * 1000 * np.arange(8000) / 8000)
    >>> log_mel(tone, 8000).shape
    (97, 26)
    """
    signal = np.asarray(signal, dtype=np.float64)
    if signal.ndim != 1 or len(signal) == 0:
        raise ShapeError(f"signal: expected samples (N,), got shape {signal.shape}")
    check_finite("signal", signal)
    check_number("rate", rate, 1000, 1e6)
    size = int(rate * check_number("window", window, 0.001, 1.0))
    if size < 4:
        raise ValueRangeError(f"window: expected at least 4 samples, got {size} at {rate} Hz")
    step = max(1, int(rate * check_number("hop", hop, 0.0005, 1.0)))
    bands = check_int("bands", bands, least=1, most=size // 4)
    signal = np.pad(signal, (0, max(0, size - len(signal))))
    frames = np.lib.stride_tricks.sliding_window_view(signal, size)[::step]
    power = np.abs(np.fft.rfft(frames * np.hanning(size))) ** 2
    return np.log(power @ mel_filters(bands, size, rate).T + 1e-6).astype(np.float32)
