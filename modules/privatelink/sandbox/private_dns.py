"""The private DNS name of an endpoint service, and the verification of its domain.

https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
"""

from moto.route53.models import route53_backends

from privatelink.sandbox.ids import token


class PrivateDnsName:
    """A private DNS name and the TXT record that verifies it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.record_name = f"_{token(20)}"
        self.record_value = f"vpce:{token(20)}"
        self.state = "pendingVerification"

    @property
    def domain(self) -> str:
        """The domain to verify: the name without a wildcard."""
        return self.name.removeprefix("*.")

    def verify(self) -> None:
        """Look for the TXT record in the public hosted zones of all accounts in the sandbox."""
        # The record may be below the name or any parent domain.
        labels = self.domain.split(".")
        names = {f"{self.record_name}.{'.'.join(labels[start:])}" for start in range(len(labels) - 1)}
        found = any(
            record.type == "TXT"
            and record.name.rstrip(".") in names
            and f'"{self.record_value}"' in record.records
            for account in list(route53_backends.values())
            for backend in list(account.values())
            for zone in backend.zones.values()
            if not zone.private_zone
            for record in zone.rrsets
        )
        self.state = "verified" if found else "failed"

    def describe(self) -> dict[str, str]:
        """Return a `PrivateDnsNameConfiguration`."""
        return {
            "State": self.state,
            "Type": "TXT",
            "Name": self.record_name,
            "Value": self.record_value,
        }
