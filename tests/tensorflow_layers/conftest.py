"""TensorFlow is imported when the first of these tests asks for it."""

import pytest


@pytest.fixture(scope="package")
def tf():
    return pytest.importorskip("tensorflow")


@pytest.fixture(scope="package")
def keras(tf):
    return pytest.importorskip("keras")


@pytest.fixture(scope="package")
def lb(keras):
    from lstmbook import tensorflow

    return tensorflow
