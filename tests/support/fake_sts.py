"""An STS that answers from memory."""

from types import SimpleNamespace
from typing import Any

import pytest

from privatelink.api import clients


class FakeSts:
    """Answers who is calling, or refuses with this code and message."""

    def __init__(self, refusal: tuple[str, str] | None = None) -> None:
        self.refusal = refusal

    def attach(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have every client of STS answered here."""
        real = clients.sts

        def attached(seconds: float) -> Any:
            client = real(seconds)
            client.meta.events.register("before-call.sts.*", self._answer)
            return client

        monkeypatch.setattr(clients, "sts", attached)

    def _answer(self, **_: Any) -> tuple[Any, dict[str, Any]]:
        if self.refusal:
            code, message = self.refusal
            return SimpleNamespace(status_code=403), {"Error": {"Code": code, "Message": message}}
        arn = "arn:aws:iam::111122223333:user/eve"
        return SimpleNamespace(status_code=200), {"Account": "111122223333", "Arn": arn, "UserId": "x"}
