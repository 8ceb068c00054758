"""From sound to vectors."""

import cmath
import io
import math
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


SOUND = wav(np.arange(100, dtype="<i2"))


@pytest.mark.parametrize(
    "content",
    [
        SOUND[:-1],
        SOUND[:44],
        SOUND[:30],
        SOUND[:3],
        b"",
        SOUND[:20] + bytes(24) + SOUND[44:],
        wav(np.zeros(4, "u1"), width=1),
        wav(np.zeros(4, "<i4"), width=4),
    ],
)
def test_damaged_sound_is_refused(content):
    with pytest.raises(DataFileError, match="expected a WAV file"):
        read_wav(content)


def test_a_chunk_that_is_no_sound_does_no_harm():
    more = SOUND + b"note" + (4).to_bytes(4, "little") + b"abcd"
    assert np.array_equal(read_wav(more)[0], read_wav(SOUND)[0])


def test_read_wav():
    samples = np.array([0, 16384, -32768, 32767], dtype="<i2")
    got, rate = read_wav(wav(samples, rate=11025))
    assert rate == 11025 and got.dtype == np.float32
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


def by_definition(signal, rate, bands, window, hop):
    """Log energies by a sum over every frame, frequency and triangle."""
    size, step = int(rate * window), int(rate * hop)
    mel = [2595 * math.log10(1 + f / 700) for f in (60, rate / 2)]
    points = [mel[0] + (mel[1] - mel[0]) * k / (bands + 1) for k in range(bands + 2)]
    edges = [700 * (10 ** (m / 2595) - 1) for m in points]
    bell = [0.5 - 0.5 * math.cos(2 * math.pi * k / (size - 1)) for k in range(size)]
    rows = []
    for start in range(0, len(signal) - size + 1, step):
        frame = [signal[start + k] * bell[k] for k in range(size)]
        row = [0.0] * bands
        for f in range(size // 2 + 1):
            turn = -2j * math.pi * f / size
            power = abs(sum(v * cmath.exp(turn * k) for k, v in enumerate(frame))) ** 2
            hertz = f * rate / size
            for b in range(bands):
                low, centre, high = edges[b : b + 3]
                rise, fall = (hertz - low) / (centre - low), (high - hertz) / (high - centre)
                row[b] += power * max(0, min(rise, fall))
        rows.append([math.log(v + 1e-6) for v in row])
    return np.array(rows)


@pytest.mark.parametrize(
    "rate, bands, window, hop", [(8000, 7, 0.008, 0.003), (4000, 5, 0.01, 0.01)]
)
def test_log_mel_by_definition(rate, bands, window, hop):
    signal = np.random.default_rng(1).normal(size=150)
    got = log_mel(signal, rate, bands=bands, window=window, hop=hop)
    np.testing.assert_allclose(got, by_definition(signal, rate, bands, window, hop), atol=1e-5)


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
            "1 channel of int16, got 2 of int16",
        ),
        (lambda: log_mel([], 8000), ShapeError, r"samples \(N,\), got shape \(0,\)"),
        (lambda: log_mel(np.ones((4, 2)), 8000), ShapeError, r"got shape \(4, 2\)"),
        (lambda: log_mel(np.ones(9), 8000, hop=0), ValueRangeError, "hop: expected a number"),
        (lambda: log_mel(np.ones(9), 8000, hop=1.5), ValueRangeError, "hop: expected a number"),
        (lambda: log_mel(np.ones(9), 8000, window=2), ValueRangeError, "window: expected a number"),
        (lambda: log_mel(np.ones(9), 1000, window=0.003), ValueRangeError, "window: .* 4 samples"),
        (lambda: log_mel(np.ones(9), 8000, bands=0), ValueRangeError, "bands: expected"),
        (lambda: log_mel(np.ones(9), 8000, bands=65), ValueRangeError, "bands: .* from 1 to 64"),
        (lambda: log_mel(np.ones(9), 0), ValueRangeError, "rate: expected a number"),
        (lambda: log_mel(np.ones(9), float("nan")), ValueRangeError, "rate: expected a number"),
        (lambda: log_mel([1.0, np.nan], 8000), ValueRangeError, "signal: expected finite"),
    ],
)
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize(
    "bands, size, rate", [(26, 256, 8000), (1, 4, 1000), (60, 240, 44100), (128, 512, 44100)]
)
def test_every_filter_has_the_weight_of_its_triangle(bands, size, rate):
    """Written once more by hand, band by band, from m = 2595 log10(1 + f / 700)."""
    lowest, highest = (2595 * math.log10(1 + f / 700) for f in (60, rate / 2))
    edges = [
        700 * (10 ** ((lowest + k * (highest - lowest) / (bands + 1)) / 2595) - 1)
        for k in range(bands + 2)
    ]
    found = mel_filters(bands, size, rate)
    assert found.shape == (bands, size // 2 + 1) and (found.sum(axis=1) > 0).all()
    narrow = 0
    for band, (low, centre, high) in enumerate(zip(edges, edges[1:], edges[2:])):
        wanted = np.zeros(size // 2 + 1)
        for j in range(size // 2 + 1):
            f = j * rate / size
            if low < f < high:
                wanted[j] = (
                    (f - low) / (centre - low) if f <= centre else (high - f) / (high - centre)
                )
        if not wanted.any():
            narrow += 1
            below, share = divmod(centre * size / rate, 1)
            wanted[int(below)], wanted[int(below) + 1] = 1 - share, share
        np.testing.assert_allclose(found[band], wanted, atol=1e-9)
    assert (narrow > 0) == (rate == 44100)


def test_the_spoken_digits_have_no_narrow_band():
    mel = np.linspace(*(2595 * np.log10(1 + np.array([60, 4000]) / 700)), 28)
    edges = 700 * (10 ** (mel / 2595) - 1)
    hertz = np.arange(129) * 8000 / 256
    assert all(((hertz > a) & (hertz < b)).any() for a, b in zip(edges, edges[2:]))
