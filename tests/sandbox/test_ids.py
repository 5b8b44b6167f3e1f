"""Ids and tokens as AWS makes them."""

import importlib
import re
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("moto")]


@pytest.fixture(scope="module")
def ids() -> Any:
    return importlib.import_module("privatelink.sandbox.ids")


def test_an_id_is_a_prefix_and_17_hexadecimal_digits(ids: Any) -> None:
    made = {ids.hex_id("vpce-svc") for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"vpce-svc-[0-9a-f]{17}", item) for item in made)


def test_a_token_has_the_length_that_is_asked_for(ids: Any) -> None:
    made = {ids.token(8) for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"[a-z0-9]{8}", item) for item in made)
    assert re.fullmatch(r"[a-z0-9]{13}", ids.token(13))


def test_motos_seed_gives_the_same_again(ids: Any) -> None:
    from moto.moto_api._internal import mock_random

    def made() -> tuple[str, str]:
        mock_random.seed(7)
        return ids.hex_id("eni"), ids.token(8)

    try:
        assert made() == made()
    finally:
        mock_random.seed()
