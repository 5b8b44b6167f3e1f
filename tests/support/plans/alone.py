"""Plans of tests/data/plans: edits of alone/ and application/, a dangerous one beside its harmless twin."""

from tests.support.plans.scenario import Scenario

_GROUPS = "  target_group_arns   = [for name, group in aws_lb_target_group.scaled : group.arn]\n"
_NAMES = '  for_each = toset(["scaled"])\n'
_SIZES = "  min_size            = 2\n  max_size            = 4\n  desired_capacity    = 2\n"
_ZONES = "  vpc_zone_identifier = aws_subnet.backend[*].id\n"
_NLB_SUBNETS = "  subnets            = aws_subnet.provider[*].id\n"
_ENFORCE = '  enforce_security_group_inbound_rules_on_private_link_traffic = "off"\n'
_CONSUMERS = '  cidr_blocks       = ["10.0.0.0/8"]\n'
_TASKS = "  desired_count                 = 2\n"
_TASK_ZONES = '  load_balancing_cross_zone_enabled = "true"\n'
_FORWARD = '    target_group_arn = aws_lb_target_group.scaled["scaled"].arn\n'
_WEB_PORT = '  port              = 80\n  protocol          = "HTTP"\n'
_WEB_RULE = "    to_port         = 8080\n    security_groups = [aws_security_group.alb.id]\n"
_ACL_SUBNETS = "  subnet_ids = aws_subnet.backend[*].id\n"
_INGRESS = "  ingress {\n    rule_no    = 100\n"
_ROUTES = 'resource "aws_route_table" "backend" {\n  vpc_id = aws_vpc.provider.id\n'
_SERVICE = 'resource "aws_vpc_endpoint_service" "shop" {\n'
_FROM_NLB = "  source_security_group_id = aws_security_group.nlb.id\n"
_DENY = """  ingress {
    rule_no    = 50
    action     = "deny"
    protocol   = "tcp"
    from_port  = 8443
    to_port    = 8445
    cidr_block = "10.10.0.0/23"
  }
"""
_MORE = """resource "aws_subnet" "more" {
  vpc_id            = aws_vpc.provider.id
  availability_zone = "ap-northeast-2a"
  cidr_block        = "10.10.20.0/24"
}

"""


_PORT = "  port              = 443\n"
_ATTACHMENT = """resource "aws_autoscaling_attachment" "backend" {
  autoscaling_group_name = aws_autoscaling_group.backend.id
  lb_target_group_arn    = aws_lb_target_group.scaled["scaled"].arn
}

"""
_TO_WEB = "    target_group_arn = aws_lb_target_group.web.arn\n"
_ANSWER = """    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      status_code  = "403"
    }
"""


def _rule(action: str) -> str:
    return f"""resource "aws_lb_listener_rule" "api" {{
  listener_arn = aws_lb_listener.web.arn
  action {{
{action}  }}
  condition {{
    path_pattern {{
      values = ["/api/*"]
    }}
  }}
}}

"""


def _schedule(desired: int) -> str:
    return f"""resource "aws_autoscaling_schedule" "night" {{
  scheduled_action_name  = "night"
  autoscaling_group_name = aws_autoscaling_group.backend.name
  recurrence             = "0 20 * * *"
  min_size               = {desired}
  max_size               = {desired}
  desired_capacity       = {desired}
}}

"""


def _weights(scaled: int, empty: int) -> str:
    groups = (('scaled["scaled"]', scaled), ("empty", empty))
    blocks = "".join(
        f"      target_group {{\n"
        f"        arn    = aws_lb_target_group.{name}.arn\n"
        f"        weight = {weight}\n      }}\n"
        for name, weight in groups
    )
    return f"    forward {{\n{blocks}    }}\n"


def _route(destination: str, target: str) -> str:
    return f"  route {{\n    cidr_block = {destination}\n    {target}\n  }}\n"


def _stopped(state: str) -> str:
    return f"""resource "aws_ec2_instance_state" "web" {{
  count       = 2
  instance_id = aws_instance.web[count.index].id
  state       = "{state}"
}}

"""


def _scenario(name: str, edits: dict[str, str], *finds: str) -> Scenario:
    return Scenario(name, edits, finds, base="alone")


def _application(name: str, edits: dict[str, str], *finds: str) -> Scenario:
    return Scenario(name, edits, finds, base="application")


ALONE = (
    _scenario("scaling-group-detached", {_GROUPS: "  target_group_arns   = []\n"}, "path-broken"),
    # The set of target groups is known after the apply, and has the old one still.
    _scenario("scaling-group-gets-another", {_NAMES: '  for_each = toset(["scaled", "more"])\n'}),
    _scenario("scaling-group-at-zero", {_SIZES: _SIZES.replace("2", "0")}, "path-broken"),
    _scenario("scaling-group-larger", {_SIZES: _SIZES.replace("4", "6").replace("= 2\n  max", "= 3\n  max")}),
    _scenario(
        "scaling-group-leaves-zone",
        {_ZONES: "  vpc_zone_identifier = [aws_subnet.backend[0].id]\n"},
        "path-broken",
    ),
    _scenario(
        "scaling-group-leaves-zone-of-others",
        {
            _ZONES: "  vpc_zone_identifier = [aws_subnet.backend[0].id]\n",
            _NAMES: _NAMES + '  load_balancing_cross_zone_enabled = "true"\n',
        },
    ),
    _scenario("tasks-at-zero", {_TASKS: _TASKS.replace("2", "0")}, "path-broken"),
    _scenario("tasks-more", {_TASKS: _TASKS.replace("2", "3")}),
    # ECS spreads tasks over zones with best effort.
    _scenario(
        "tasks-of-own-zone", {_TASK_ZONES: _TASK_ZONES.replace("true", "false")}, "path-not-determined"
    ),
    _scenario(
        "tasks-by-load-balancer-setting",
        {_NLB_SUBNETS: _NLB_SUBNETS + "  enable_cross_zone_load_balancing = true\n"},
    ),
    _scenario("rules-enforced-on-some", {_ENFORCE: _ENFORCE.replace("off", "on")}, "path-not-determined"),
    _scenario(
        "rules-enforced-on-anyone",
        {_ENFORCE: _ENFORCE.replace("off", "on"), _CONSUMERS: _CONSUMERS.replace("10.0.0.0/8", "0.0.0.0/0")},
    ),
    _scenario("weight-on-empty-group", {_FORWARD: _weights(0, 1)}, "path-broken"),
    _scenario("weight-on-group-with-targets", {_FORWARD: _weights(1, 0)}),
    # The listener of the other port has these targets.
    _scenario(
        "listener-on-other-targets",
        {_FORWARD: "    target_group_arn = aws_lb_target_group.tasks.arn\n"},
        "listener-forwards-elsewhere",
    ),
    _scenario(
        "idle-timeout-shorter", {_PORT: _PORT + "  tcp_idle_timeout_seconds = 60\n"}, "idle-timeout-shortened"
    ),
    _scenario("idle-timeout-longer", {_PORT: _PORT + "  tcp_idle_timeout_seconds = 3600\n"}),
    _scenario("no-capacity-at-night", {_SERVICE: _schedule(0) + _SERVICE}, "capacity-scheduled-at-zero"),
    _scenario("less-capacity-at-night", {_SERVICE: _schedule(2) + _SERVICE}),
    _scenario(
        "scaling-group-attached-twice",
        {_GROUPS: "  target_group_arns   = []\n", _SERVICE: _ATTACHMENT + _SERVICE},
        "scaling-group-attached-twice",
    ),
    _scenario("scaling-group-by-attachment", {_GROUPS: "", _SERVICE: _ATTACHMENT + _SERVICE}),
    _application(
        "application-rule-answers",
        {_SERVICE: _rule(_ANSWER) + _SERVICE},
        "application-rule-changed",
    ),
    _application(
        "application-rule-forwards",
        {_SERVICE: _rule('    type             = "forward"\n' + _TO_WEB) + _SERVICE},
    ),
    _application(
        "application-listener-port-changed", {_WEB_PORT: _WEB_PORT.replace("80", "81")}, "path-broken"
    ),
    _application(
        "application-listener-added",
        {
            _SERVICE: f"""resource "aws_lb_listener" "more" {{
  load_balancer_arn = aws_lb.web.arn
{_WEB_PORT.replace("80", "81")}  default_action {{
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }}
}}

"""
            + _SERVICE
        },
    ),
    _application(
        "web-closed-to-application",
        {_WEB_RULE: _WEB_RULE.replace("[aws_security_group.alb.id]", "[]")},
        "path-broken",
    ),
    _application("web-opened-wider", {_WEB_RULE: _WEB_RULE.replace("8080", "8090")}),
    # A subnet that is made in the same plan makes the whole set unknown.
    _scenario(
        "acl-denies-and-gets-subnet",
        {
            _ACL_SUBNETS: "  subnet_ids = concat(aws_subnet.backend[*].id, [aws_subnet.more.id])\n",
            _INGRESS: _DENY + _INGRESS,
            _SERVICE: _MORE + _SERVICE,
        },
        "path-broken",
    ),
    _scenario(
        "acl-gets-subnet",
        {
            _ACL_SUBNETS: "  subnet_ids = concat(aws_subnet.backend[*].id, [aws_subnet.more.id])\n",
            _SERVICE: _MORE + _SERVICE,
        },
    ),
    _scenario(
        "route-to-appliance",
        {
            _ROUTES: _ROUTES
            + _route('"10.10.0.0/24"', "network_interface_id = aws_network_interface.appliance.id")
        },
        "path-not-determined",
    ),
    _scenario(
        "route-to-internet",
        {_ROUTES: _ROUTES + _route('"0.0.0.0/0"', "gateway_id = aws_internet_gateway.provider.id")},
    ),
    _application("instances-stopped", {_SERVICE: _stopped("stopped") + _SERVICE}, "path-broken"),
    _application("instances-kept-running", {_SERVICE: _stopped("running") + _SERVICE}),
    _scenario(
        "backend-open-to-itself",
        {_FROM_NLB: "  self                     = true\n"},
        "path-broken",
    ),
    # The addresses of the load balancer instead of its group.
    _scenario(
        "backend-open-to-subnets",
        {_FROM_NLB: "  cidr_blocks              = aws_subnet.provider[*].cidr_block\n"},
    ),
)
