"""What all tests share: nothing that the kit remembers between commands goes into the home of whoever runs them."""

import os
import tempfile

import pytest


@pytest.fixture(scope="session", autouse=True)
def _memory_of_its_own():
    """What is remembered ends with the tests; processes that they start inherit it."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"XDG_STATE_HOME": folder, "LOCALAPPDATA": folder}
        yield
