"""Papers to patients and payers: a PDF and a small manifest in the mail house's SFTP folder."""

from __future__ import annotations

import json
from collections.abc import Mapping

from gateways.sftp import SftpConnection, put_recognised

MAIL = "/mail"


class PaperMail(SftpConnection):
    """The mail house prints what has a manifest. Raises the ClearinghouseError family."""

    async def send(self, name: str, pdf: bytes, manifest: Mapping[str, object]) -> None:
        """Deliver NAME.pdf, then NAME.json: the manifest comes last and says that the paper is complete.

        The same name with the same bytes again is success; values of ``manifest`` are plain JSON.

        Raises:
            NameTaken: the name is there with other bytes.
        """
        document = json.dumps(manifest, sort_keys=True, ensure_ascii=False, indent=1).encode()
        async with self.client() as client:
            await put_recognised(client, MAIL, f"{name}.pdf", pdf)
            await put_recognised(client, MAIL, f"{name}.json", document)

    async def send_text(self, name: str, manifest: Mapping[str, object]) -> None:
        """Deliver a text message as NAME.json alone: number and words are in it, and no paper.

        Raises:
            NameTaken: the name is there with other bytes.
        """
        document = json.dumps(manifest, sort_keys=True, ensure_ascii=False, indent=1).encode()
        async with self.client() as client:
            await put_recognised(client, MAIL, f"{name}.json", document)
