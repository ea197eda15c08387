"""Printing to a reader who may leave before the end (`| head`)."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def until_the_reader_leaves() -> Iterator[None]:
    """Print within it; when nobody reads any more, the rest is left out and nothing is wrong.

    What is still in the buffer is written here: Python's own flush at exit would complain about the reader, too.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
