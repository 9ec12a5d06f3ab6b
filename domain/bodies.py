"""What people send as the body of an order, where it is none."""

from __future__ import annotations


class BodyInvalid(ValueError):
    """A body does not fit. ``problems`` say what is wrong, where, and what to do, without any value."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
