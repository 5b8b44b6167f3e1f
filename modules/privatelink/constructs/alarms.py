"""ServiceAlarms: CloudWatch alarms for an endpoint service and its load balancers."""

from collections.abc import Mapping, Sequence

from privatelink.constructs.component import Component
from privatelink.facts import IpProtocol
from privatelink.framework import aws
from privatelink.topology.rules.alarms import Alarms

PERIOD_SECONDS = 60  # AWS reports the metrics once a minute; a longer period would only delay the alarm


class ServiceAlarms(Component):
    """Create CloudWatch alarms for connection resets of a service, and for failures of its load balancers.

    Creates an `aws_cloudwatch_metric_alarm` for the service; `watch_load_balancer` adds those of a load
    balancer.

    Arguments:
        name: start of the alarms' names.
        service_id: ID of the endpoint service, `vpce-svc-…`, which CloudWatch has as dimension `Service Id`.
        settings: thresholds of the alarms, evaluation periods in minutes, and ARNs of SNS topics to notify.

    https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        name: str,
        service_id: str,
        settings: Alarms,
    ) -> None:
        super().__init__(scope, id)
        self._name = name
        self._settings = settings
        self._add_alarm(
            "resets",
            "The service resets connections: they were idle for too long, or no healthy target takes them",
            namespace="AWS/PrivateLinkServices",
            metric_name="RstPacketsSent",
            dimensions={"Service Id": service_id},
            threshold=settings.reset_packets,
        )

    def watch_load_balancer(
        self,
        key: str | None,
        *,
        arn_suffix: str,
        target_group_arn_suffixes: Mapping[int, str],
        blocked_flow_protocols: Sequence[IpProtocol] = (),
    ) -> None:
        """Add the alarms of a load balancer.

        Creates an `aws_cloudwatch_metric_alarm` for each target group, one for port allocation errors of the
        load balancer, and one for each protocol of `blocked_flow_protocols`.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html

        Arguments:
            key: the load balancer's part of the alarms' addresses and names; None if there is only one.
            arn_suffix: ARN suffix of the load balancer, its dimension in CloudWatch.
            target_group_arn_suffixes: ARN suffix of each listener's target group, by port of the listener.
                Leave out one with an Application Load Balancer as target: AWS has no metric for it.
            blocked_flow_protocols: protocols for which the load balancer's inbound rules apply to PrivateLink
                traffic, and may block it.
        """
        balancer = {"LoadBalancer": arn_suffix}
        for port, group in target_group_arn_suffixes.items():
            self._add_alarm(
                "-".join(filter(None, ("unhealthy", key, f"port-{port}"))),
                f"Targets of port {port} fail their health checks",
                namespace="AWS/NetworkELB",
                metric_name="UnHealthyHostCount",
                dimensions={"TargetGroup": group, **balancer},
                threshold=self._settings.unhealthy_targets,
                # Each zone of the load balancer reports a count: their sum would count a target twice.
                statistic="Maximum",
                # AWS reports this metric only while the group has targets. Without any, as while instances
                # start, the alarm is in state INSUFFICIENT_DATA: neither ALARM nor OK would be true.
                treat_missing_data="missing",
            )
        self._add_alarm(
            "-".join(filter(None, ("port-allocation-errors", key))),
            "The load balancer drops connections: no port is left to its targets, which have to become more",
            namespace="AWS/NetworkELB",
            metric_name="PortAllocationErrorCount",
            dimensions=balancer,
            threshold=self._settings.port_allocation_errors,
        )
        for protocol in blocked_flow_protocols:
            self._add_alarm(
                "-".join(filter(None, ("blocked", protocol, key))),
                "The load balancer's security group keeps connections out that its rules do not admit",
                namespace="AWS/NetworkELB",
                metric_name=f"SecurityGroupBlockedFlowCount_Inbound_{protocol.upper()}",
                dimensions=balancer,
                threshold=self._settings.blocked_flows,
            )

    def _add_alarm(
        self,
        key: str,
        alarm_description: str,
        *,
        namespace: str,
        metric_name: str,
        dimensions: Mapping[str, str],
        threshold: int,
        statistic: str = "Sum",
        # A metric of events has no data while there are none, which is right.
        treat_missing_data: str = "notBreaching",
    ) -> None:
        name = f"{self._name}-{key}"
        self.add(
            aws.CloudwatchMetricAlarm,
            key,
            alarm_name=name,
            alarm_description=alarm_description,
            namespace=namespace,
            metric_name=metric_name,
            dimensions=dict(dimensions),
            statistic=statistic,
            period=PERIOD_SECONDS,
            evaluation_periods=self._settings.minutes,
            datapoints_to_alarm=self._settings.minutes,
            threshold=threshold,
            comparison_operator="GreaterThanOrEqualToThreshold",
            treat_missing_data=treat_missing_data,
            actions_enabled=True,
            alarm_actions=list(self._settings.topics),
            ok_actions=list(self._settings.topics),
            insufficient_data_actions=[],
            tags={"Name": name},
        )
