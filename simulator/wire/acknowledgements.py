"""TA1 and 999: what the clearinghouse says of the form of an interchange."""

from __future__ import annotations

import x12

DUPLICATE = "025"


def interchange_acknowledgement(received: x12.Interchange, *, duplicate: bool) -> x12.InterchangeAcknowledgement:
    """The TA1 that answers an interchange."""
    return x12.interchange_acknowledgement(received, refusal=DUPLICATE if duplicate else "")


def implementation_acknowledgement(group: x12.FunctionalGroup) -> x12.ImplementationAcknowledgement:
    """The 999 that answers a functional group. A value is never repeated back: it may be protected data."""
    return x12.group_acknowledgement(group, echo=False)
