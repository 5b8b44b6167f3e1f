"""Hosted zones of load balancers: one for each Region."""

import re

import boto3
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("moto")]


def test_each_region_has_a_hosted_zone_of_its_own() -> None:
    from privatelink.sandbox.hosted_zones import NETWORK_LOAD_BALANCERS as ZONES

    assert len(set(ZONES.values())) == len(ZONES)
    assert all(re.fullmatch("Z[A-Z0-9]{11,31}", zone) for zone in ZONES.values())
    known = {
        region
        for partition in boto3.Session().get_available_partitions()
        for region in boto3.Session().get_available_regions("elbv2", partition)
    }
    assert ZONES.keys() <= known
