"""The notation in which the guides are written down: loops of slots, each slot one kind of segment.

A slot's `use` says which elements its guide uses: `1=85` required with this code, `?4` situational, `5.1 5.2=B`
components of a required composite, `?11 11.1 ?11.4` of a situational one; an element that is not listed is not
used. One table serves reader, writer and check.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from x12.engine.records import Record


@dataclass(frozen=True, slots=True)
class Slot:
    """One kind of segment in a loop.

    `into` is the field of the loop's object that takes what `record` reads: with `many` a tuple; a name of the
    form `address.` gathers this slot's fields in a nested object; empty spreads the record's fields over the
    loop's own. `most` bounds the repeats in all
    (-1: one, or no bound with `many`), `each` those of one qualifier; 0 is no bound. `must` is a qualifier
    (or several, `EI|SY`) one of which has to come. `key` is the
    element (or `1.1`) whose code tells this slot from others of the same segment id.
    """

    segment: str
    use: str
    record: Record
    into: str = ""
    many: bool = False
    required: bool = False
    most: int = -1
    each: int = 0
    key: str = ""
    must: str = ""
    extra: str = ""  # characters beyond the basic set which the writer lets pass


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop: its first item is the slot that opens it. `into` and `many` as in `Slot`; `shape` is the class of
    its object. Loops and slots of the same first segment standing together may come in any order.

    `assemble(values, open_frames)` makes the object where the loop's own values do not suffice; it is then
    delivered to the root's field `into`. `verify(values)` yields (code, message) of what does not balance; it looks
    at the fields named in `sums` only. `is_claim`
    marks the loop whose objects are counted as the claims of the set; `hoist` names the fields which are read in
    this loop but belong to the object of its parent. `context` is the class of the object that all claims below a
    level share.
    """

    name: str
    shape: Any
    items: Sequence[Slot | Loop]
    into: str = ""
    many: bool = False
    required: bool = False
    most: int = 0
    assemble: Any = None
    verify: Any = None
    sums: tuple[str, ...] = ()
    is_claim: bool = False
    hoist: tuple[str, ...] = ()
    context: Any = None

    @property
    def opening(self) -> Slot:
        first = self.items[0]
        assert isinstance(first, Slot)
        return first


@dataclass(frozen=True, slots=True)
class Guide:
    """An implementation guide: kind ("837P"), ST01, GS01, versions read (the first is written), the set's root
    loop without ST and SE; `has_version` tells whether ST03 exists; `claims_in` the root's field which must not
    stay empty; `tree` turns the content into the loops as they are written, where the two differ; `purpose` is the
    BHT02 that tells this guide from another of the same version."""

    kind: str
    transaction: str
    functional_id: str
    versions: tuple[str, ...]
    root: Loop
    has_version: bool = True
    claims_in: str = ""
    tree: Callable[[Any], Any] | None = None
    purpose: str = ""
