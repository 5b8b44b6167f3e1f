"""The small topology with its two sides in two accounts."""

from tests.support.topology_strategies import ZONES, both_sides


def two_accounts(consumers_zones, services_zones=ZONES, **service):
    """A service and a consumer in accounts of their own, in these zones, with other fields of the service."""
    topology = both_sides()
    topology["service"]["network"]["zones"] = list(services_zones)
    topology["service"]["account"] = {"role_arn": "arn:aws:iam::111111111111:role/a"}
    topology["service"]["allowed_principals"] = ["arn:aws:iam::222222222222:root"]
    topology["service"].update(service)
    topology["consumers"]["client"]["account"] = {"role_arn": "arn:aws:iam::222222222222:role/b"}
    topology["consumers"]["client"]["network"]["zones"] = list(consumers_zones)
    return topology
