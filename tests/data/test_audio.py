"""From sound to vectors."""

import io
import wave

import numpy as np
import pytest

from lstmbook.data.audio import log_mel, mel_filters, read_wav
from lstmbook.errors import DataFileError, ShapeError, ValueRangeError


def wav(samples, rate=8000, channels=1, width=2):
    memory = io.BytesIO()
    with wave.open(memory, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return memory.getvalue()


def test_read_wav():
    samples = np.array([0, 16384, -32768, 32767], dtype="<i2")
    got, rate = read_wav(wav(samples))
    assert rate == 8000 and got.dtype == np.float32
    np.testing.assert_allclose(got, [0, 0.5, -1, 32767 / 32768])


@pytest.mark.parametrize("band", [3, 8, 15, 22])
def test_a_tone_is_in_its_band(band):
    mel = np.linspace(2595 * np.log10(1 + 60 / 700), 2595 * np.log10(1 + 4000 / 700), 28)
    hertz = 700 * (10 ** (mel[band + 1] / 2595) - 1)  # the middle of that band
    tone = np.sin(2 * np.pi * hertz * np.arange(8000) / 8000)
    got = log_mel(tone, 8000)
    assert set(got.argmax(axis=1)) == {band}
    louder = log_mel(2 * tone, 8000)
    np.testing.assert_allclose((louder - got)[:, band], np.log(4), atol=1e-4)


def test_number_of_frames():
    for samples in (1, 255, 256, 257, 336, 8000):
        frames = 1 + max(0, samples - 256) // 80
        assert log_mel(np.ones(samples), 8000).shape == (frames, 26)
    assert log_mel(np.zeros(300), 8000).min() == pytest.approx(np.log(1e-6))


def test_filters_cover_every_frequency_between_the_ends():
    filters = mel_filters(26, 256, 8000)
    assert filters.shape == (26, 129) and filters.min() == 0 and filters.max() <= 1
    assert (filters.sum(axis=1) > 0).all()
    inner = filters.sum(axis=0)[4:118]
    assert inner.min() > 1 - 1e-9 and inner.max() <= 1 + 1e-9


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: read_wav(b"no sound"), DataFileError, "expected a WAV file, got something else"),
        (
            lambda: read_wav(wav(np.zeros(4, "<i2"), channels=2)),
            DataFileError,
            "1 channel of 2 bytes, got 2 of 2",
        ),
        (lambda: log_mel([], 8000), ShapeError, r"samples \(N,\), got shape \(0,\)"),
        (lambda: log_mel(np.ones((4, 2)), 8000), ShapeError, r"got shape \(4, 2\)"),
        (lambda: log_mel(np.ones(9), 8000, hop=0), ValueRangeError, "hop: expected a number"),
        (lambda: log_mel(np.ones(9), 8000, bands=0), ValueRangeError, "bands: .* got 0"),
    ],
)
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()
