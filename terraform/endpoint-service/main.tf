# A VPC endpoint service: existing targets in an existing VPC, behind a Network Load Balancer.

locals {
  name        = coalesce(var.load_balancer.name, "${var.name}-nlb")
  internal    = var.load_balancer.scheme == "internal"
  elastic_ips = length(var.load_balancer.elastic_ips) > 0
  allow_from  = coalesce(var.load_balancer.allow_from, local.internal ? [] : ["0.0.0.0/0"])

  elsewhere = var.targets.registered_elsewhere != null
  groups    = length(var.targets.auto_scaling_groups) > 0
  target_type = (
    local.elsewhere ? var.targets.registered_elsewhere.type :
    var.targets.application_load_balancer != null ? "alb" :
    length(var.targets.instances) > 0 || local.groups ? "instance" : "ip"
  )
  target_ids = merge(
    var.targets.instances,
    var.targets.addresses,
    var.targets.auto_scaling_groups,
    { for balancer in var.targets.application_load_balancer[*] : "application-load-balancer" => balancer.arn },
  )

  # Each listener with its defaults, by port.
  listeners = { for listener in var.listeners : listener.port => merge(listener, {
    ssl_policy             = listener.protocol == "TLS" ? coalesce(listener.ssl_policy, "ELBSecurityPolicy-TLS13-1-2-2021-06") : null
    alpn_policy            = listener.protocol == "TLS" ? coalesce(listener.alpn_policy, "None") : null
    idle_timeout_seconds   = listener.protocol == "TCP" ? coalesce(listener.idle_timeout_seconds, 350) : null
    target_port            = coalesce(listener.target_port, listener.port)
    target_keys            = listener.targets == null ? keys(local.target_ids) : listener.targets
    group_protocol         = listener.protocol == "TLS" ? coalesce(listener.target_protocol, "TCP") : listener.protocol
    ip_protocols           = lookup({ UDP = ["udp"], TCP_UDP = ["tcp", "udp"] }, listener.protocol, ["tcp"])
    connection_termination = coalesce(listener.connection_termination, contains(["UDP", "TCP_UDP"], listener.protocol))
    health_check = merge(listener.health_check, {
      protocol        = coalesce(listener.health_check.protocol, local.target_type == "alb" ? "HTTP" : "TCP")
      timeout_seconds = coalesce(listener.health_check.timeout_seconds, min(10, listener.health_check.interval_seconds))
    })
  }) }

  # Each listener registers its targets, or attaches the Auto Scaling groups that register them.
  attachments = merge([for port, listener in local.listeners : {
    for target in listener.target_keys : "${port}-${target}" => {
      port        = port
      target_port = listener.target_port
      id          = local.target_ids[target]
    }
  }]...)

  # Security group rules, each once: two listeners may forward to one port of the targets.
  client_rules = merge([for port, listener in local.listeners : {
    for pair in setproduct(listener.ip_protocols, local.allow_from) :
    "${pair[0]}-${port}-from-${replace(pair[1], "/[.:/]/", "-")}" => {
      protocol = pair[0]
      port     = listener.port
      cidr     = pair[1]
    }
  }]...)
  rules_of_listeners = { for port, listener in local.listeners : port => merge(
    {
      for protocol in listener.ip_protocols :
      "${protocol}-${listener.target_port}" => { protocol = protocol, port = listener.target_port }
    },
    {
      for port in [coalesce(listener.health_check.port, listener.target_port)] :
      "tcp-${port}" => { protocol = "tcp", port = port }
    },
  ) }
  target_rules = merge(values(local.rules_of_listeners)...)
  rules_of_each_target = merge(flatten([for port, rules in local.rules_of_listeners : [for key, rule in rules : {
    for target in local.elsewhere || local.groups ? ["vpc"] : local.listeners[port].target_keys :
    "${key}-${target}" => merge(rule, { target = target, id = try(local.target_ids[target], null) })
  }]])...)
}

# ---- Network

data "aws_vpc" "network" {
  id = var.vpc_id
}

data "aws_subnet" "network" {
  for_each = var.subnet_ids

  id = each.value

  lifecycle {
    postcondition {
      condition     = self.vpc_id == data.aws_vpc.network.id
      error_message = "subnet in another VPC, ${self.vpc_id}: ${each.value} (allowed: one in ${data.aws_vpc.network.id}; fix: choose one in that VPC, or correct `vpc_id`) [vpc-mismatch]"
    }

    postcondition {
      condition     = each.key == (strcontains(each.key, "-az") ? self.availability_zone_id : self.availability_zone)
      error_message = "subnet in another zone, ${strcontains(each.key, "-az") ? self.availability_zone_id : self.availability_zone}: ${each.value} (allowed: a subnet in ${each.key}; fix: correct `subnet_ids`) [subnet-zone-mismatch]"
    }
  }
}

# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#availability-zones
check "network_room" {
  assert {
    condition = alltrue([for subnet in data.aws_subnet.network : subnet.available_ip_address_count >= 8])
    error_message = join("; ", [
      for subnet in data.aws_subnet.network : "subnet with ${subnet.available_ip_address_count} free addresses: ${subnet.id} (fix: use a subnet with 8 free addresses) [subnet-free-addresses]"
      if subnet.available_ip_address_count < 8
    ])
  }
}

# ---- Targets

data "aws_instance" "targets" {
  for_each = var.targets.instances

  instance_id = each.value
}

data "aws_subnet" "targets" {
  for_each = var.targets.instances

  id = data.aws_instance.targets[each.key].subnet_id

  lifecycle {
    postcondition {
      condition     = self.vpc_id == data.aws_vpc.network.id
      error_message = "instance in another VPC, ${self.vpc_id}: ${var.targets.instances[each.key]} (allowed: one in ${data.aws_vpc.network.id}; fix: choose one in that VPC, or correct `vpc_id`) [vpc-mismatch]"
    }
  }
}

data "aws_subnets" "targets" {
  count = local.groups ? 1 : 0

  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.network.id]
  }
}

data "aws_autoscaling_group" "targets" {
  for_each = var.targets.auto_scaling_groups

  name = each.value

  lifecycle {
    # A group without subnets has the default ones of its zones.
    postcondition {
      condition     = length(setsubtract(compact(split(",", self.vpc_zone_identifier)), data.aws_subnets.targets[0].ids)) == 0
      error_message = "Auto Scaling group in another VPC, with ${join(", ", setsubtract(compact(split(",", self.vpc_zone_identifier)), data.aws_subnets.targets[0].ids))}: ${var.targets.auto_scaling_groups[each.key]} (allowed: one in ${data.aws_vpc.network.id}; fix: choose one in that VPC, or correct `vpc_id`) [vpc-mismatch]"
    }
  }
}

data "aws_lb" "targets" {
  count = var.targets.application_load_balancer != null ? 1 : 0

  arn = var.targets.application_load_balancer.arn

  lifecycle {
    postcondition {
      condition     = self.load_balancer_type == "application"
      error_message = "load balancer of type ${self.load_balancer_type}: ${var.targets.application_load_balancer.arn} (allowed: type application; fix: use the ARN of a load balancer of this type) [load-balancer-type]"
    }

    postcondition {
      condition     = self.vpc_id == data.aws_vpc.network.id
      error_message = "load balancer in another VPC, ${self.vpc_id}: ${var.targets.application_load_balancer.arn} (allowed: one in ${data.aws_vpc.network.id}; fix: choose one in that VPC, or correct `vpc_id`) [vpc-mismatch]"
    }
  }
}

# ---- Load balancer

# AWS adds no security group to a load balancer that was created without one.
resource "aws_security_group" "load_balancer" {
  # AWS reserves names that start with sg-.
  name_prefix = "${startswith(lower(local.name), "sg-") ? "group-" : ""}${local.name}-"
  description = "Network Load Balancer: its direct clients in, its targets out"
  vpc_id      = data.aws_vpc.network.id

  tags = merge(var.tags, { Name = local.name })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_eip" "load_balancer" {
  for_each = { for zone, subnet_id in var.subnet_ids : zone => subnet_id if !local.internal && !local.elastic_ips }

  domain = "vpc"

  tags = merge(var.tags, { Name = "${local.name}-${each.key}" })
}

data "aws_eip" "load_balancer" {
  for_each = { for zone, subnet_id in var.subnet_ids : zone => subnet_id if !local.internal && local.elastic_ips }

  id = var.load_balancer.elastic_ips[each.key]
}

resource "aws_lb" "load_balancer" {
  name                             = local.name
  load_balancer_type               = "network"
  internal                         = local.internal
  ip_address_type                  = var.ip_address_type == "ipv4" ? "ipv4" : "dualstack"
  enable_cross_zone_load_balancing = var.load_balancer.cross_zone
  enable_deletion_protection       = var.load_balancer.deletion_protection
  security_groups                  = [aws_security_group.load_balancer.id]
  enforce_security_group_inbound_rules_on_private_link_traffic = (
    var.load_balancer.enforce_private_link_ingress ? "on" : "off"
  )

  tags = merge(var.tags, { Name = local.name })

  # The policy of the bucket must allow log delivery before:
  # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html
  dynamic "access_logs" {
    for_each = var.load_balancer.access_logs[*]
    content {
      enabled = true
      bucket  = access_logs.value.bucket
      prefix  = access_logs.value.prefix
    }
  }

  dynamic "subnet_mapping" {
    for_each = var.subnet_ids
    content {
      subnet_id = data.aws_subnet.network[subnet_mapping.key].id
      allocation_id = (
        local.internal ? null :
        local.elastic_ips ? data.aws_eip.load_balancer[subnet_mapping.key].id :
        aws_eip.load_balancer[subnet_mapping.key].id
      )
    }
  }

  lifecycle {
    # AWS deletes a load balancer only after it has left its endpoint service:
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html
    create_before_destroy = true
  }
}

data "aws_network_interface" "load_balancer" {
  for_each = { for zone, subnet_id in var.subnet_ids : zone => subnet_id if local.internal }

  filter {
    name   = "description"
    values = ["ELB ${aws_lb.load_balancer.arn_suffix}"]
  }

  filter {
    name   = "subnet-id"
    values = [data.aws_subnet.network[each.key].id]
  }
}

resource "aws_lb_target_group" "load_balancer_port" {
  for_each = local.listeners

  # Another port or protocol needs another group, which exists beside the old one for a moment.
  name_prefix            = "${each.key}-"
  vpc_id                 = data.aws_vpc.network.id
  target_type            = local.target_type
  port                   = each.value.target_port
  protocol               = each.value.group_protocol
  ip_address_type        = "ipv4"
  connection_termination = each.value.connection_termination
  deregistration_delay   = each.value.deregistration_delay_seconds
  proxy_protocol_v2      = each.value.proxy_protocol_v2
  # AWS's own defaults; a target group of type alb does not have the attribute:
  # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation
  preserve_client_ip = (
    local.target_type == "alb" ? null :
    local.target_type == "instance" || contains(["UDP", "TCP_UDP"], each.value.group_protocol) ? "true" : "false"
  )

  tags = merge(var.tags, { Name = "${local.name}-port-${each.key}" })

  health_check {
    enabled             = true
    protocol            = each.value.health_check.protocol
    port                = coalesce(each.value.health_check.port, "traffic-port")
    path                = each.value.health_check.protocol != "TCP" ? coalesce(each.value.health_check.path, "/") : null
    matcher             = each.value.health_check.protocol != "TCP" ? coalesce(each.value.health_check.healthy_codes, "200-399") : null
    interval            = each.value.health_check.interval_seconds
    timeout             = each.value.health_check.timeout_seconds
    healthy_threshold   = each.value.health_check.healthy_threshold
    unhealthy_threshold = each.value.health_check.unhealthy_threshold
  }

  lifecycle {
    create_before_destroy = true

    precondition {
      condition = alltrue([
        for subnet in data.aws_subnet.network :
        length(var.targets.instances) == 0 || var.load_balancer.cross_zone ||
        contains([
          for target, instance in data.aws_instance.targets :
          instance.availability_zone if contains(each.value.target_keys, target)
        ], subnet.availability_zone)
      ])
      error_message = join("; ", [
        for zone, subnet in data.aws_subnet.network : "no target in zone ${zone} (allowed: at least one target in each zone, or cross-zone load balancing; fix: add an instance in that zone, or set `load_balancer.cross_zone = true` for each load balancer) [target-zone-missing]"
        if !contains([
          for target, instance in data.aws_instance.targets :
          instance.availability_zone if contains(each.value.target_keys, target)
        ], subnet.availability_zone)
      ])
    }
  }
}

resource "aws_lb_listener" "load_balancer_port" {
  for_each = local.listeners

  load_balancer_arn        = aws_lb.load_balancer.arn
  port                     = each.key
  protocol                 = each.value.protocol
  certificate_arn          = each.value.certificate_arn
  ssl_policy               = each.value.ssl_policy
  alpn_policy              = each.value.alpn_policy
  tcp_idle_timeout_seconds = each.value.idle_timeout_seconds

  tags = merge(var.tags, { Name = "${local.name}-port-${each.key}" })

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.load_balancer_port[each.key].arn
  }

  # Rules of former targets are deleted after it forwards to others.
  depends_on = [
    aws_vpc_security_group_ingress_rule.load_balancer,
    aws_vpc_security_group_egress_rule.load_balancer_to_targets,
    aws_vpc_security_group_egress_rule.load_balancer_to_each_target,
    aws_vpc_security_group_ingress_rule.load_balancer_at_targets,
  ]
}

resource "aws_lb_target_group_attachment" "load_balancer_port" {
  for_each = local.groups ? {} : local.attachments

  target_group_arn = aws_lb_target_group.load_balancer_port[each.value.port].arn
  target_id        = each.value.id
  port             = each.value.target_port
  # An address outside the VPC has no zone:
  # https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html
  availability_zone = local.target_type != "ip" ? null : anytrue([
    for block in data.aws_vpc.network.cidr_block_associations :
    cidrhost("${each.value.id}/${split("/", block.cidr_block)[1]}", 0) == split("/", block.cidr_block)[0]
  ]) ? null : "all"
}

resource "aws_autoscaling_attachment" "load_balancer_port" {
  for_each = local.groups ? local.attachments : {}

  autoscaling_group_name = each.value.id
  lb_target_group_arn    = aws_lb_target_group.load_balancer_port[each.value.port].arn
}

# ---- Security group rules

resource "aws_vpc_security_group_ingress_rule" "load_balancer" {
  for_each = local.client_rules

  security_group_id = aws_security_group.load_balancer.id
  description       = "Direct clients of port ${each.value.port}"
  cidr_ipv4         = each.value.cidr
  ip_protocol       = each.value.protocol
  from_port         = each.value.port
  to_port           = each.value.port

  tags = merge(var.tags, { Name = "${each.value.protocol}-${each.value.port}" })

  lifecycle {
    create_before_destroy = true
  }
}

# To the security group of the targets, if there is one to refer to...
resource "aws_vpc_security_group_egress_rule" "load_balancer_to_targets" {
  for_each = { for key, rule in local.target_rules : key => rule if var.targets.application_load_balancer != null || var.targets.security_group != null }

  security_group_id = aws_security_group.load_balancer.id
  description       = "Traffic and health checks to the targets"
  referenced_security_group_id = (
    var.targets.security_group != null ? var.targets.security_group.id : sort(data.aws_lb.targets[0].security_groups)[0]
  )
  ip_protocol = each.value.protocol
  from_port   = each.value.port
  to_port     = each.value.port

  tags = merge(var.tags, { Name = "to-targets-${each.key}" })

  lifecycle {
    create_before_destroy = true
  }
}

# ... and otherwise to the address of each target, or to the VPC.
resource "aws_vpc_security_group_egress_rule" "load_balancer_to_each_target" {
  for_each = { for key, rule in local.rules_of_each_target : key => rule if var.targets.application_load_balancer == null && var.targets.security_group == null }

  security_group_id = aws_security_group.load_balancer.id
  description       = "Traffic and health checks to the targets"
  cidr_ipv4 = (
    local.elsewhere || local.groups ? data.aws_vpc.network.cidr_block :
    local.target_type == "instance" ? "${data.aws_instance.targets[each.value.target].private_ip}/32" : "${each.value.id}/32"
  )
  ip_protocol = each.value.protocol
  from_port   = each.value.port
  to_port     = each.value.port

  tags = merge(var.tags, { Name = "to-targets-${each.value.protocol}-${each.value.port}" })

  lifecycle {
    create_before_destroy = true
  }
}

# PrivateLink traffic, too, reaches the targets from the addresses of the load balancer:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html
resource "aws_vpc_security_group_ingress_rule" "load_balancer_at_targets" {
  for_each = { for key, rule in local.target_rules : key => rule if var.targets.security_group != null }

  security_group_id            = var.targets.security_group.id
  description                  = "Traffic and health checks from the load balancer"
  referenced_security_group_id = aws_security_group.load_balancer.id
  ip_protocol                  = each.value.protocol
  from_port                    = each.value.port
  to_port                      = each.value.port

  tags = merge(var.tags, { Name = "from-load-balancer-${each.key}" })

  lifecycle {
    create_before_destroy = true
  }
}

# ---- Endpoint service

locals {
  # Zones whose services consumers in other Regions cannot reach:
  # https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region
  zones_without_cross_region = setintersection(
    values(data.aws_subnet.network)[*].availability_zone_id,
    ["apne1-az3", "apne2-az2", "apne2-az4", "use1-az3", "usw1-az2"],
  )
}

resource "aws_vpc_endpoint_service" "endpoint_service" {
  acceptance_required        = var.acceptance_required
  network_load_balancer_arns = [aws_lb.load_balancer.arn]
  private_dns_name           = one(var.private_dns[*].name)
  supported_ip_address_types = { ipv4 = ["ipv4"], dualstack = ["ipv4", "ipv6"], ipv6 = ["ipv6"] }[var.ip_address_type]
  supported_regions          = setunion([split(":", data.aws_vpc.network.arn)[3]], var.supported_regions)

  tags = merge(var.tags, { Name = var.name })

  lifecycle {
    precondition {
      condition     = length(var.supported_regions) == 0 || length(local.zones_without_cross_region) == 0
      error_message = "zone without access from other Regions: ${join(", ", local.zones_without_cross_region)} (allowed: zones other than apne1-az3, apne2-az2, apne2-az4, use1-az3, usw1-az2; fix: use another zone, or remove `supported_regions`) [cross-region-zone-unsupported]"
    }
  }
}

data "aws_partition" "current" {}

# An account ID stands for the ARN of the account's root.
resource "aws_vpc_endpoint_service_allowed_principal" "endpoint_service" {
  for_each = toset([
    for principal in var.allowed_principals :
    can(regex("^[0-9]+$", principal)) ? "arn:${data.aws_partition.current.partition}:iam::${principal}:root" : principal
  ])

  vpc_endpoint_service_id = aws_vpc_endpoint_service.endpoint_service.id
  principal_arn           = each.key
}

# ---- Private DNS name

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServiceConfiguration.html
check "endpoint_service_has_no_private_dns_name" {
  assert {
    condition     = var.private_dns != null ? true : coalesce(aws_vpc_endpoint_service.endpoint_service.private_dns_name, "-") == "-"
    error_message = "private DNS name that the configuration no longer has: ${aws_vpc_endpoint_service.endpoint_service.private_dns_name} (fix: run `aws ec2 modify-vpc-endpoint-service-configuration --remove-private-dns-name --service-id ${aws_vpc_endpoint_service.endpoint_service.id}`) [private-dns-name-left]"
  }
}

# AWS assigns another TXT record to another name, and the service's attributes have it only after the change. The
# output of this resource is unknown in a plan that changes the name, and so is all that depends on it.
resource "terraform_data" "private_dns" {
  count = var.private_dns != null ? 1 : 0

  input = { name = var.private_dns.name }
}

locals {
  private_dns_zone = var.private_dns == null ? false : var.private_dns.zone_id != null
  # Of two branches that are both null Terraform knows the result, whatever the condition; so the other is "".
  private_dns_record = var.private_dns == null ? null : {
    domain = trimprefix(var.private_dns.name, "*.")
    name   = terraform_data.private_dns[0].output.name == var.private_dns.name ? one(aws_vpc_endpoint_service.endpoint_service.private_dns_name_configuration[*].name) : ""
    type   = terraform_data.private_dns[0].output.name == var.private_dns.name ? one(aws_vpc_endpoint_service.endpoint_service.private_dns_name_configuration[*].type) : ""
    value  = terraform_data.private_dns[0].output.name == var.private_dns.name ? one(aws_vpc_endpoint_service.endpoint_service.private_dns_name_configuration[*].value) : ""
  }
}

data "aws_route53_zone" "private_dns" {
  count = local.private_dns_zone ? 1 : 0

  zone_id = var.private_dns.zone_id

  lifecycle {
    postcondition {
      condition     = self.private_zone != true
      error_message = "private hosted zone for the TXT record that verifies ${var.private_dns.name}: ${var.private_dns.zone_id} (allowed: a public hosted zone; fix: use the public hosted zone of the domain) [verification-zone-private]"
    }

    postcondition {
      condition     = endswith(".${trimprefix(var.private_dns.name, "*.")}", ".${trimsuffix(self.name, ".")}")
      error_message = "DNS name outside the hosted zone: ${var.private_dns.name} (allowed: ${trimsuffix(self.name, ".")}, and names that end with .${trimsuffix(self.name, ".")}; fix: correct the name, or use the hosted zone of its domain) [hosted-zone-name-outside]"
    }
  }
}

resource "aws_route53_record" "private_dns" {
  count = local.private_dns_zone ? 1 : 0

  zone_id = data.aws_route53_zone.private_dns[0].zone_id
  name    = local.private_dns_record.name
  type    = "TXT"
  ttl     = 300
  records = [local.private_dns_record.value]
}

# Consumers can use the name once AWS has verified it, and this resource waits for that.
resource "aws_vpc_endpoint_service_private_dns_verification" "private_dns" {
  count = local.private_dns_zone || try(var.private_dns.record_exists, false) ? 1 : 0

  service_id            = aws_vpc_endpoint_service.endpoint_service.id
  wait_for_verification = true

  depends_on = [aws_route53_record.private_dns]

  lifecycle {
    # Another name has to be verified again.
    replace_triggered_by = [terraform_data.private_dns]
  }
}
