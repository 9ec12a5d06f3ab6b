"""What goes wrong with the local stack, said in one line to the person who started it."""

from __future__ import annotations


class StackError(RuntimeError):
    """A piece of the local stack could not be started, found or stopped.

    Its text is one line that says what, where and what to do; the command line prints it and exits with 2.
    """
