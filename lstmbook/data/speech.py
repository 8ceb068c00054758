r"""Words spoken by espeak-ng, the open speech synthesizer, through its C library.

The library runs in a process of its own, so that the same words sound the same every time: what was
said before would move the noise of breath.
"""

import ctypes
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from lstmbook.errors import DataFileError, ValueRangeError, import_extra

RATE = 8000
# voices of English with an accent each, and variants that change the throat
VOICES = (
    "en-us+m1", "en-us+f2", "en-us+f3", "en-us+m7", "en+m3", "en+f4", "en+m5",
    "en-gb-scotland", "en-gb-x-rp", "en-029",
)  # fmt: skip
# of espeak-ng/speak_lib.h
SYNCHRONOUS, UTF8, SPEED, PITCH = 2, 1, 1, 3
WRONG_VOICE = 7  # exit status of the child
CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


def speak(utterances: Sequence[tuple[str, str, int, int]]) -> list[np.ndarray]:
    r"""Return what is said: for each utterance samples (N,) float32 in -1..1, 8000 a second.

    Parameters
    ----------
    utterances : sequence of (text, voice, speed, pitch)
        A voice of `VOICES` or another one of espeak-ng, words a minute (80 to 450), 0 to 100.
        Silence at both ends is cut off.

    Raises
    ------
    MissingExtraError
        If espeakng-loader is not installed: ``pip install lstmbook[applications]``.
    ValueRangeError
        If there is no such voice.
    DataFileError
        If the synthesizer does not work here.
    """
    loader = import_extra("espeakng_loader", "applications")
    signal = import_extra("scipy.signal", "data")
    order = {
        "library": str(loader.get_library_path()),
        "folder": str(loader.get_data_path()),
        "utterances": [list(utterance) for utterance in utterances],
    }
    if not order["utterances"]:
        return []
    # the child finds this package where its parent found it
    path = os.pathsep.join(filter(None, sys.path))
    got = subprocess.run(
        [sys.executable, "-m", "lstmbook.data.speech"],
        input=json.dumps(order).encode(), capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    if got.returncode == WRONG_VOICE:
        raise ValueRangeError(f"voice: expected one of espeak-ng's, got {got.stderr.decode()!r}")
    if got.returncode:
        last = (got.stderr.decode(errors="replace").strip().splitlines() or ["no message"])[-1]
        raise DataFileError(f"espeak-ng does not work here: {last}; install espeakng-loader again")
    with np.load(io.BytesIO(got.stdout)) as file:
        down = Fraction(RATE, int(file["rate"]))
        sounds = [file[str(k)] for k in range(len(order["utterances"]))]
    return [
        _without_silence(
            signal.resample_poly(
                sound.astype(np.float32) / 32768, down.numerator, down.denominator
            ).astype(np.float32)
        )
        for sound in sounds
    ]


def main() -> None:
    r"""Say what standard input orders, as an .npz file on standard output."""
    order = json.load(sys.stdin)
    library = ctypes.CDLL(order["library"])
    rate = library.espeak_Initialize(SYNCHRONOUS, 0, order["folder"].encode(), 0)
    if rate <= 0:
        raise OSError(f"espeak-ng did not start from {order['folder']}")
    heard: list[np.ndarray] = []

    def keep(samples, count, _events) -> int:
        if samples and count:
            heard.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    callback = CALLBACK(keep)  # held here as long as the library may call it
    library.espeak_SetSynthCallback(callback)
    said = {}
    for k, (text, voice, speed, pitch) in enumerate(order["utterances"]):
        if library.espeak_SetVoiceByName(voice.encode()):
            sys.stderr.write(voice)
            sys.exit(WRONG_VOICE)
        library.espeak_SetParameter(SPEED, int(speed), 0)
        library.espeak_SetParameter(PITCH, int(pitch), 0)
        heard.clear()
        library.espeak_ng_SetRandSeed(1)
        letters = text.encode("utf-8") + b"\0"
        library.espeak_Synth(letters, len(letters), 0, 0, 0, UTF8, None, None)
        library.espeak_Synchronize()
        said[str(k)] = np.concatenate(heard) if heard else np.zeros(1, np.int16)
    out = io.BytesIO()
    np.savez(out, rate=rate, **said)
    sys.stdout.buffer.write(out.getvalue())


def _without_silence(sound: np.ndarray) -> np.ndarray:
    loud = np.flatnonzero(np.abs(sound) > 0.005)
    return sound[loud[0] : loud[-1] + 1] if len(loud) else sound


if __name__ == "__main__":
    main()
