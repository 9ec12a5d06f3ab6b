"""835s for tests: the body written by hand, the envelope and its counts around it."""

from __future__ import annotations

from collections.abc import Sequence

_ISA = "ISA*00*          *00*          *ZZ*PPO01          *ZZ*ELM01          *260320*0930*^*00501*{:09}*0*T*:"
_GS = "GS*HP*PPO01*ELM01*20260320*0930*{}*X*005010X221A1"


def interchange(*sets: Sequence[str], number: int = 1) -> bytes:
    """Wrap transaction sets, each the segments between ST and SE, into one interchange, a segment a line."""
    segments = [_ISA.format(number), _GS.format(number)]
    for at, body in enumerate(sets, start=1):
        segments += [f"ST*835*{at:04}", *body, f"SE*{len(body) + 2}*{at:04}"]
    segments += [f"GE*{len(sets)}*{number}", f"IEA*1*{number:09}"]
    return "".join(f"{segment}~\n" for segment in segments).encode("ascii")


def head(
    trace: str,
    dollars: str,
    *,
    handling: str = "I",
    method: str = "ACH",
    payer: str = "EVERGREEN PPO",
    originator: str = "1999999999",
    day: str = "20260320",
) -> list[str]:
    """BPR to the payee: what stands before the claims."""
    paid = "CCP*01*999999992*DA*1000200030*1999999999**01*999999992*DA*1000200030"
    bpr = f"BPR*{handling}*{dollars}*C*{method}*{paid}*{day}"
    if method == "NON":
        bpr = f"BPR*{handling}*{dollars}*C*NON************{day}"
    return [
        bpr,
        f"TRN*1*{trace}*{originator}",
        f"DTM*405*{day}",
        f"N1*PR*{payer}",
        "N3*1 HILL ROAD",
        "N4*ALBANY*NY*12207",
        "PER*BL*DESK*TE*5185550100",
        "N1*PE*ELM STREET FAMILY PRACTICE*XX*1234567893",
        "LX*1",
    ]


def claim(number: object, status: str, charge: str, paid: str, patient: str = "", icn: str = "ICN1") -> list[str]:
    """CLP and the patient's name."""
    loop = f"CLP*{number}*{status}*{charge}*{paid}*{patient}*12*{icn}*11*1"
    return [loop, "NM1*QC*1*TESTPATIENT*ANN****MI*W000000001"]


def line(
    procedure: str, charge: str, paid: str, *cas: str, control: str = "", remarks: Sequence[str] = ()
) -> list[str]:
    """SVC with its date, CAS (``CO*45*25``), line control number and remark codes."""
    segments = [f"SVC*HC:{procedure}*{charge}*{paid}**1", "DTM*472*20260302", *(f"CAS*{one}" for one in cas)]
    segments += [f"REF*6R*{control}"] if control else []
    return segments + [f"LQ*HE*{remark}" for remark in remarks]
