"""A boto3 client whose answers are functions of the parameters; parameters it does not expect fail a test."""

from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

Answer = Callable[..., dict[str, Any]]


class FakeClient:
    """Answers the operations it was given; each is called with the parameters of the request."""

    def __init__(self, answers: Mapping[str, Answer], region: str = "ap-northeast-2") -> None:
        self._answers = answers
        self.meta = SimpleNamespace(region_name=region)

    def __getattr__(self, operation: str) -> Answer:
        if operation not in self._answers:
            raise AssertionError(f"nobody expected {operation}")
        return self._answers[operation]

    def get_paginator(self, operation: str) -> Any:
        """A paginator of one page for each item of the answer's only list."""
        answer = self._answers[operation]

        def pages(**parameters: Any) -> Iterator[dict[str, Any]]:
            ((key, items),) = answer(**parameters).items()
            yield from ({key: [item]} for item in items)

        return SimpleNamespace(paginate=pages)


def among(rows: Mapping[str, dict[str, Any]], key: str, parameter: str) -> Answer:
    """Answer with the rows asked for by id; an id that is not there is an error of the test."""

    def answer(**parameters: Any) -> dict[str, Any]:
        assert list(parameters) == [parameter], parameters
        return {key: [rows[wanted] for wanted in parameters[parameter]]}

    return answer


def filtered(rows: Mapping[str, dict[str, Any]], key: str, name: str) -> Answer:
    """Answer with the rows whose id is among the values of the one filter; unknown ids are left out."""

    def answer(**parameters: Any) -> dict[str, Any]:
        ((only,),) = parameters.values()
        assert only["Name"] == name, parameters
        return {key: [rows[wanted] for wanted in only["Values"] if wanted in rows]}

    return answer
