"""The identity of a caller whose access key AWS did not issue: any key works in the sandbox.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

from moto.sts.models import STSBackend

from privatelink.sandbox.untyped import Moto


def install() -> None:
    """Return the ARN of an IAM user: moto's is of STS, so no service allows it as a principal."""
    known = STSBackend.get_caller_identity

    def get_caller_identity(self: Moto, access_key_id: str, region: str) -> tuple[str, str, str]:
        user_id, arn, account = known(self, access_key_id, region)
        return user_id, arn.replace(":sts:", ":iam:") if ":user/" in arn else arn, account

    STSBackend.get_caller_identity = get_caller_identity
