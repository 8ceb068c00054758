"""Without PyTorch nothing in this folder can be tested."""

import pytest

pytest.importorskip("torch")
