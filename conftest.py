"""One thread and no log lines, as in the Makefile, also where pytest is started by hand.

This has to happen before anything imports NumPy, PyTorch or TensorFlow.
"""

import os
from pathlib import Path

ONE_THREAD_AND_QUIET = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "IPYTHONDIR": str(Path(__file__).parent / "tools" / "ipython"),
}
for name, value in ONE_THREAD_AND_QUIET.items():
    os.environ.setdefault(name, value)
