"""The key of recorded histories. It is public: what it hides there is made up."""

from __future__ import annotations

import base64

KEYS_OF_RECORDINGS = f"recordings:{base64.b64encode(b'claimflow recorded histories 001').decode()}"
