"""CloudWatch Logs: the KMS key of a log group that exists already, which moto lacks."""

from moto.core.responses import BaseResponse
from moto.logs.exceptions import ResourceNotFoundException

from privatelink.sandbox.untyped import Moto


class Actions(BaseResponse):  # type: ignore[misc]
    """The API actions on the KMS key of a log group."""

    def associate_kms_key(self) -> str:
        """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html"""
        self._log_group().kms_key_id = self._get_param("kmsKeyId")
        return ""

    def disassociate_kms_key(self) -> str:
        """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DisassociateKmsKey.html"""
        self._log_group().kms_key_id = None
        return ""

    def _log_group(self) -> Moto:
        groups: dict[str, Moto] = self.logs_backend.groups
        if group := groups.get(self._get_param("logGroupName")):
            return group
        raise ResourceNotFoundException
