"""TA1 (interchange acknowledgement) and 999 (implementation acknowledgement, 005010X231A1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True, kw_only=True)
class InterchangeAcknowledgement:
    """TA1: TA101 control_number (ISA13 of what is acknowledged), TA102/03 its date and time, TA104 status (A
    accepted, E accepted with errors, R rejected), TA105 note (000 none, 001 control number mismatch, 021
    number of groups, 022 structure, 023 premature end, 025 duplicate, ...)."""

    control_number: int
    date: date
    time: time
    status: str
    note: str = "000"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorContext:
    """CTX: name CTX01-1 (SITUATIONAL TRIGGER: what makes the rule apply; CLM01, TRN02, NM109, ...: the business unit
    the error lies in) with its value CTX01-2; for a trigger segment CTX02, position CTX03, loop CTX04, element,
    component and repetition CTX05, element_reference and component_reference CTX06."""

    name: str
    value: str = ""
    segment: str = ""
    position: int | None = None
    loop: str = ""
    element: int | None = None
    component: int | None = None
    repetition: int | None = None
    element_reference: str = ""
    component_reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementError:
    """IK4: element, component, repetition (IK401), IK402 element_reference, IK403 code (1 missing, 4 short, 5
    long, 6 character, 7 code value, 8 date, 10 exclusion, I10 not used, ...), IK404 value; its CTX."""

    element: int
    component: int | None = None
    repetition: int | None = None
    element_reference: str = ""
    code: str
    value: str = ""
    contexts: tuple[ErrorContext, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentError:
    """IK3: IK301 segment, IK302 position (ST is 1), IK303 loop, IK304 code (1 unknown, 2 unexpected, 3
    required missing, 4 loop too often, 5 segment too often, 6 not in set, 7 order, 8 element errors, I4 not
    used, I6 situational missing, I7, I8, I9); its CTX; IK4 elements."""

    segment: str
    position: int
    loop: str = ""
    code: str
    contexts: tuple[ErrorContext, ...] = ()
    elements: tuple[ElementError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionAcknowledgement:
    """AK2 and IK5: AK201 transaction (837, 835, ...), AK202 control_number, AK203 version; IK501 status (A, E,
    R, M, W, X), IK502 to IK506 codes (5 segments in error, 3 control numbers, 4 count, I5, ...)."""

    transaction: str
    control_number: str
    version: str = ""
    segments: tuple[SegmentError, ...] = ()
    status: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImplementationAcknowledgement:
    """One 999 transaction set: AK101 functional_id (HC, HP, HS, ...), AK102 group control_number, AK103
    version; AK2 transactions; AK901 status (A, E, P, R), AK902 included, AK903 received, AK904 accepted,
    AK905 to AK909 codes."""

    functional_id: str
    control_number: int
    version: str = ""
    transactions: tuple[TransactionAcknowledgement, ...] = ()
    status: str
    included: int
    received: int
    accepted: int
    codes: tuple[str, ...] = ()
