"""ServiceAlarms: CloudWatch alarms for what a provider sees of a private service that fails."""

from collections.abc import Mapping, Sequence

from privatelink.constructs.component import Component
from privatelink.framework import aws
from privatelink.topology.rules.alarms import Alarms

PERIOD_SECONDS = 60  # how often AWS reports the metrics; an alarm that looked more rarely would tell later


class ServiceAlarms(Component):
    """Have CloudWatch tell when a service resets connections, or a load balancer of it fails.

    Creates an `aws_cloudwatch_metric_alarm` for the service, and with `watch_load_balancer` those of a load
    balancer.

    Arguments:
        name: what the alarms' names start with.
        service_id: id of the endpoint service.
        settings: the limits, and the topics told when an alarm begins and when it ends.

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
            metric="RstPacketsSent",
            dimensions={"Service Id": service_id},
            limit=settings.reset_packets,
        )

    def watch_load_balancer(
        self,
        key: str,
        *,
        arn_suffix: str,
        target_groups: Mapping[int, str],
        protocols_held: Sequence[str] = (),
    ) -> None:
        """Add the alarms of a load balancer.

        Creates an `aws_cloudwatch_metric_alarm` for each target group, one for the load balancer's ports
        towards the targets, and one for each protocol of `protocols_held`.

        Arguments:
            key: what tells it from the service's other load balancers; empty where there is one.
            arn_suffix: the end of its ARN, by which its metrics know it.
            target_groups: the same of the target group of each listener, by the listener's port; without
                those of an Application Load Balancer, which AWS does not count.
            protocols_held: of tcp and udp those whose PrivateLink traffic its security group may keep out.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
        """
        balancer = {"LoadBalancer": arn_suffix}
        for port, group in target_groups.items():
            self._add_alarm(
                "-".join(filter(None, ("unhealthy", key, f"port-{port}"))),
                f"Targets of port {port} fail their health checks",
                namespace="AWS/NetworkELB",
                metric="UnHealthyHostCount",
                dimensions={"TargetGroup": group, **balancer},
                limit=self._settings.unhealthy_targets,
                # Each node of the load balancer reports its own count: their sum would count a target twice.
                statistic="Maximum",
                # AWS reports it only while the group has targets. One without any is not unhealthy, as when
                # its instances are still starting, but not well either: the alarm says that it cannot tell.
                missing_data="missing",
            )
        self._add_alarm(
            "-".join(filter(None, ("port-allocation-errors", key))),
            "The load balancer drops connections: no port is left to its targets, which have to become more",
            namespace="AWS/NetworkELB",
            metric="PortAllocationErrorCount",
            dimensions=balancer,
            limit=self._settings.port_allocation_errors,
        )
        for protocol in protocols_held:
            self._add_alarm(
                "-".join(filter(None, ("blocked", protocol, key))),
                "The load balancer's security group keeps connections out that its rules do not admit",
                namespace="AWS/NetworkELB",
                metric=f"SecurityGroupBlockedFlowCount_Inbound_{protocol.upper()}",
                dimensions=balancer,
                limit=self._settings.blocked_flows,
            )

    def _add_alarm(
        self,
        key: str,
        description: str,
        *,
        namespace: str,
        metric: str,
        dimensions: Mapping[str, str],
        limit: int,
        statistic: str = "Sum",
        # What is counted only as it happens is not reported when it does not: no data, no failure.
        missing_data: str = "notBreaching",
    ) -> None:
        name = f"{self._name}-{key}"
        self.add(
            aws.CloudwatchMetricAlarm,
            key,
            alarm_name=name,
            alarm_description=description,
            namespace=namespace,
            metric_name=metric,
            dimensions=dict(dimensions),
            statistic=statistic,
            period=PERIOD_SECONDS,
            evaluation_periods=self._settings.minutes,
            datapoints_to_alarm=self._settings.minutes,
            threshold=limit,
            comparison_operator="GreaterThanOrEqualToThreshold",
            treat_missing_data=missing_data,
            actions_enabled=True,
            alarm_actions=list(self._settings.topics),
            ok_actions=list(self._settings.topics),
            insufficient_data_actions=[],
            tags={"Name": name},
        )
