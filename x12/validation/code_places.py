"""Where codes stand in each transaction, and the day that counts for them.

Diagnoses, procedures and places count by the first date of service; reasons and remarks by the day of the payment;
claim status by its own date.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from x12.transactions.claim_status import Status
from x12.transactions.parts import Adjustment, Party, Procedure, find_date
from x12.validation import places
from x12.validation.codes import CodeCheck
from x12.validation.situation import Hit

_DIAGNOSES = {"A": "icd10cm", "B": "icd9cm"}
_PROCEDURES = {"HC": "procedure", "HP": "procedure", "N4": "ndc", "N6": "", "NU": "revenue"}
_HOME = ("", "US", "CA")


def professional_codes(claim: Any, check: CodeCheck) -> None:
    """The codes of one claim of an 837P."""
    lines = claim.lines
    served = find_date(lines[0].dates, "472") if lines else None
    on = None if served is None else served.start
    good, sites = check.good(on), check.sites(on)
    for at, one in enumerate(claim.diagnoses):
        if (key := one.qualifier + one.code) not in good:
            kind, place = _DIAGNOSES.get(one.qualifier[:1], "icd10cm"), places.diagnoses(claim)
            if check.check(kind, one.code, on, Hit("", place, at % 12 + 1, 2, "HI", "2300")):
                good.add(key)
    if (code := claim.place_of_service) not in sites and check.check(
        "place_of_service", code, on, Hit("", claim.position, 5, 1, "CLM", "2300")
    ):
        sites.add(code)
    for line in lines:
        procedure = line.procedure
        if (
            procedure.code not in good
            or procedure.modifiers not in good
            or procedure.qualifier != "HC"
            or (line.place_of_service and line.place_of_service not in sites)
        ) and _service(procedure, line, on, check):
            good.update((procedure.code, procedure.modifiers))
            if line.place_of_service:
                sites.add(line.place_of_service)
        if line.drug is not None or line.adjudications:
            _rare(line, on, check)
    if claim.billing_provider is not check.last:
        check.last = billing = claim.billing_provider
        _taxonomy(billing.taxonomy, billing.provider, "2000A", on, check)
        _state(billing.provider, "2010AA", on, check)
    rendering = claim.rendering_provider
    if rendering is not None and rendering.taxonomy not in check.taxonomies:
        _taxonomy(rendering.taxonomy, rendering, "2310B", on, check)
    address = claim.subscriber.person.address
    if address is not None and address.state not in check.states:
        _state(claim.subscriber.person, "2010BA", on, check)
    if claim.patient is not None:
        _state(claim.patient.person, "2010CA", on, check)
    if claim.service_facility is not None:
        _state(claim.service_facility, "2310C", on, check)
    if claim.related_causes is not None and claim.related_causes.country in _HOME and claim.related_causes.state:
        check.check("state", claim.related_causes.state, on, Hit("", claim.position, 11, 4, "CLM", "2300"))
    for other in claim.other_coverages:
        _reasons(other.adjustments, on, other.position and other.position + 1, "2320", check)


def institutional_codes(claim: Any, check: CodeCheck) -> None:
    """The codes of one claim of an 837I: diagnoses and procedures by the last day of the statement."""
    period = claim.statement_period
    on = None if period is None else period.end or period.start
    for name in ("principal_diagnosis", "admitting_diagnosis", "visit_reasons", "external_causes", "other_diagnoses"):
        held = getattr(claim, name)
        for at, one in enumerate(held if isinstance(held, tuple) else (held,) if held is not None else ()):
            kind = _DIAGNOSES.get(one.qualifier[:1], "icd9cm")
            check.check(kind, one.code, on, _health(claim, name, at))
    procedures = (claim.principal_procedure,) if claim.principal_procedure is not None else ()
    for name, several in (("principal_procedure", procedures), ("other_procedures", claim.other_procedures)):
        for at, one in enumerate(several):
            if one.qualifier != "CAH":
                kind = "icd10pcs" if one.qualifier.startswith("BB") else "icd9proc"
                check.check(kind, one.code, one.performed_on or on, _health(claim, name, at))
    for name in ("occurrence_spans", "occurrences", "value_amounts", "condition_codes"):
        for at, one in enumerate(getattr(claim, name)):
            code = one if isinstance(one, str) else one.code
            check.check("nubc", code, on, _health(claim, name, at), "warning")
    for line in claim.lines:
        check.check("revenue", line.revenue_code, on, Hit("", places.service(line), 1, 0, "SV2", "2400"))
        if line.procedure is not None:
            kind = _PROCEDURES.get(line.procedure.qualifier, "")
            if kind:
                place = Hit("", places.service(line), 2, 2, "SV2", "2400")
                check.check(kind, line.procedure.code, on, place)
            for index, modifier in enumerate(line.procedure.modifiers, 3):
                check.check("modifier", modifier, on, Hit("", places.service(line), 2, index, "SV2", "2400"))
        _rare(line, on, check)
    billing, attending = claim.billing_provider, claim.attending_provider
    _taxonomy(billing.taxonomy, billing.provider, "2000A", on, check)
    if attending is not None:
        _taxonomy(attending.taxonomy, attending, "2310A", on, check)
    _state(billing.provider, "2010AA", on, check)
    _state(claim.subscriber.person, "2010BA", on, check)
    if claim.patient is not None:
        _state(claim.patient.person, "2010CA", on, check)
    for other in claim.other_coverages:
        _reasons(other.adjustments, on, other.position and other.position + 1, "2320", check)


def _health(claim: Any, name: str, index: int) -> Hit:
    return Hit("", places.health_code(claim, name, index), index % 12 + 1, 2, "HI", "2300")


def _service(procedure: Procedure, line: Any, on: date | None, check: CodeCheck) -> bool:
    at = places.service(line)
    good = True
    kind = _PROCEDURES.get(procedure.qualifier, "")
    if kind:
        good = check.check(kind, procedure.code, on, Hit("", at, 1, 2, "SV1", "2400"))
    for index, modifier in enumerate(procedure.modifiers, 3):
        good = check.check("modifier", modifier, on, Hit("", at, 1, index, "SV1", "2400")) and good
    if line.place_of_service:
        place = Hit("", at, 5, 0, "SV1", "2400")
        good = check.check("place_of_service", line.place_of_service, on, place) and good
    return good


def _rare(line: Any, on: date | None, check: CodeCheck) -> None:
    if line.drug is not None and line.drug.qualifier == "N4":
        check.check("ndc", line.drug.code, on, Hit("", line.drug.position, 3, 0, "LIN", "2410"))
    for one in line.adjudications:
        _reasons(one.adjustments, one.dates[0].start if one.dates else on, one.position and one.position + 1,
                 "2430", check)  # fmt: skip


def _taxonomy(code: str, party: Party, loop: str, on: date | None, check: CodeCheck) -> None:
    if code and code not in check.taxonomies:
        at = party.position + (1 if loop != "2000A" else -1) if party.position else 0
        if check.check("taxonomy", code, on, Hit("", at, 3, 0, "PRV", loop), "warning"):
            check.keep_taxonomy(code)


def _state(party: Party, loop: str, on: date | None, check: CodeCheck) -> None:
    address = party.address
    if address is not None and (state := address.state) not in check.states and state and address.country in _HOME:
        hit = Hit("", places.city(party), 2, 0, "N4", loop)
        if check.check("state", state, on, hit):
            check.states.add(state)


def _reasons(adjustments: Sequence[Adjustment], on: date | None, first: int, loop: str, check: CodeCheck) -> None:
    good = check.good(on)
    for index, one in enumerate(adjustments):
        reason = one.reason
        if reason not in good:
            place = Hit("", places.adjustment(first, adjustments, index), 2, 0, "CAS", loop)
            if check.check("carc", reason, on, place, "warning"):
                good.add(reason)


def payment_codes(claim: Any, on: date, check: CodeCheck) -> None:
    """The codes of one claim payment of an 835, on the day of the payment: nothing of it can be refused."""
    good = check.good(on)
    if claim.adjustments:
        _reasons(claim.adjustments, on, claim.position and claim.position + 1, "2100", check)
    for code in claim.remark_codes:
        if "R" + code not in good:
            segment = "MIA" if claim.outpatient is None else "MOA"
            if check.check("rarc", code, on, Hit("", places.claim_remark(claim), 0, 0, segment, "2100"), "warning"):
                good.add("R" + code)
    for line in claim.lines:
        for one in line.adjustments:
            if one.reason not in good:
                first = line.position and line.position + 1 + len(line.dates)
                _reasons(line.adjustments, on, first, "2110", check)
                break
        for index, code in enumerate(line.remark_codes):
            if "R" + code not in good:
                place = Hit("", places.remark(line, index), 2, 0, "LQ", "2110")
                if check.check("rarc", code, on, place, "warning"):
                    good.add("R" + code)
        key = (line.procedure.qualifier, line.procedure.code)
        if key not in good:
            kind = _PROCEDURES.get(key[0], "")
            place = Hit("", line.position, 1, 2, "SVC", "2110")
            if not kind or check.check(kind, key[1], on, place, "warning"):
                good.add(key)


def status_codes(claim: Any, check: CodeCheck) -> None:
    """The status categories and codes of one claim of a 277 or 277CA, each on its own date."""
    _statuses(claim.statuses, claim.position, "2200D", check)
    for index, line in enumerate(claim.lines):
        if line.statuses:
            _statuses(line.statuses, places.status_line(claim, index), "2220D", check)


def _statuses(statuses: Sequence[Status], opening: int, loop: str, check: CodeCheck) -> None:
    for index, status in enumerate(statuses, 1):
        on, at = status.effective_date, opening and opening + index
        for element, code in zip((1, 10, 11), status.codes, strict=False):
            check.check("claim_status_category", code.category, on, Hit("", at, element, 1, "STC", loop), "warning")
            if not code.code_list:  # RX: another list
                check.check("claim_status", code.status, on, Hit("", at, element, 2, "STC", loop), "warning")
