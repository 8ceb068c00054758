"""TensorFlow is imported when the first of these tests asks for it."""

import pytest


@pytest.fixture(scope="session")
def tf():
    return pytest.importorskip("tensorflow")


@pytest.fixture(scope="session")
def keras(tf):
    return pytest.importorskip("keras")


@pytest.fixture(scope="session")
def lb(keras):
    from lstmbook import tensorflow

    return tensorflow
