"""Search attributes by which operations list claims: stages and codes, never protected data."""

from __future__ import annotations

from datetime import datetime

from temporalio.common import SearchAttributeKey

CLAIM_STAGE = SearchAttributeKey.for_keyword("ClaimStage")
PAYER = SearchAttributeKey.for_keyword("Payer")
WHO_OWES = SearchAttributeKey.for_keyword("WhoOwes")
NEXT_DEADLINE: SearchAttributeKey[datetime] = SearchAttributeKey.for_datetime("NextDeadline")
DENIAL_GROUP = SearchAttributeKey.for_keyword("DenialGroup")
ORGANISATION = SearchAttributeKey.for_keyword("Organisation")
