"""Detailed monitoring of instances, which moto can set only when an instance starts.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-detailed-monitoring.html
"""

from moto.core.responses import ActionResult
from moto.ec2.responses._base_response import EC2BaseResponse


class Actions(EC2BaseResponse):  # type: ignore[misc]
    """The EC2 API actions on detailed monitoring."""

    def monitor_instances(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_MonitorInstances.html"""
        return self._set_monitoring("enabled")

    def unmonitor_instances(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnmonitorInstances.html"""
        return self._set_monitoring("disabled")

    def _set_monitoring(self, state: str) -> ActionResult:
        instances = [self.ec2_backend.get_instance(name) for name in self._get_param("InstanceIds", [])]
        for instance in instances:
            instance.monitoring_state = state
        shown = [{"InstanceId": item.id, "Monitoring": {"State": state}} for item in instances]
        return ActionResult({"InstanceMonitorings": shown})
