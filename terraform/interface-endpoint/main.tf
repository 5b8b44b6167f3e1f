# An interface endpoint in an existing VPC: to an endpoint service, or to a service of AWS.

locals {
  service = (
    strcontains(var.service_name, ".vpce-svc-") ? "custom" :
    endswith(var.service_name, ".s3") ? "s3" : "aws"
  )
  own_group = length(var.security_group_ids) == 0

  clients = length(var.allow_from) > 0 ? var.allow_from : merge(
    { vpc = data.aws_vpc.network.cidr_block },
    var.ip_address_type == "ipv4" ? {} : { vpc-ipv6 = data.aws_vpc.network.ipv6_cidr_block },
  )
  client_rules = merge([for key, client in local.clients : {
    for rule in concat(
      [for port in var.ports : { protocol = "tcp", port = port }],
      [for port in var.udp_ports : { protocol = "udp", port = port }],
      ) : "${rule.protocol}-${rule.port}-from-${key}" => merge(rule, {
        client = client
        kind = (
          startswith(client, "sg-") ? "security_group" :
          startswith(client, "pl-") ? "prefix_list" :
          strcontains(client, ":") ? "ipv6" : "ipv4"
        )
    })
  }]...)
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

# ---- Security group

data "aws_security_group" "endpoint" {
  for_each = var.security_group_ids

  id = each.value

  lifecycle {
    postcondition {
      condition     = self.vpc_id == data.aws_vpc.network.id
      error_message = "security group in another VPC, ${self.vpc_id}: ${each.value} (allowed: one in ${data.aws_vpc.network.id}; fix: choose one in that VPC, or correct `vpc_id`) [vpc-mismatch]"
    }
  }
}

resource "aws_security_group" "endpoint" {
  count = local.own_group ? 1 : 0

  # AWS reserves names that start with sg-.
  name_prefix = "${startswith(lower(var.name), "sg-") ? "group-" : ""}${var.name}-endpoint-"
  description = "Interface endpoint: clients in, on the ports of the service"
  vpc_id      = data.aws_vpc.network.id

  tags = merge(var.tags, { Name = "${var.name}-endpoint" })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "endpoint" {
  for_each = { for key, rule in local.client_rules : key => rule if local.own_group }

  security_group_id            = aws_security_group.endpoint[0].id
  description                  = "Clients of the service on port ${each.value.port}"
  cidr_ipv4                    = each.value.kind == "ipv4" ? each.value.client : null
  cidr_ipv6                    = each.value.kind == "ipv6" ? each.value.client : null
  prefix_list_id               = each.value.kind == "prefix_list" ? each.value.client : null
  referenced_security_group_id = each.value.kind == "security_group" ? each.value.client : null
  ip_protocol                  = each.value.protocol
  from_port                    = split("-", each.value.port)[0]
  to_port                      = reverse(split("-", each.value.port))[0]

  tags = merge(var.tags, { Name = "${each.value.protocol}-${each.value.port}" })

  lifecycle {
    create_before_destroy = true
  }
}

# ---- Endpoint

data "aws_vpc_endpoint_service" "endpoint" {
  service_name    = var.service_name
  service_regions = var.service_region != null ? [var.service_region] : null
  # S3 and DynamoDB have services of two types under one name.
  service_type = local.service == "custom" ? null : "Interface"
}

locals {
  # An endpoint without a policy keeps the one it had; this is the policy that AWS gives a new endpoint.
  full_access = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "*", Resource = "*" }] })
  default_policy = (
    local.service != "custom" && data.aws_vpc_endpoint_service.endpoint.vpc_endpoint_policy_supported ? local.full_access : null
  )

  zones = values(data.aws_subnet.network)[*].availability_zone
  # Within a Region, zone names of this account; another Region has other zones, and AWS chooses among them.
  zones_without_service = var.service_region != null ? [] : setsubtract(local.zones, data.aws_vpc_endpoint_service.endpoint.availability_zones)
}

resource "aws_vpc_endpoint" "endpoint" {
  vpc_id              = data.aws_vpc.network.id
  vpc_endpoint_type   = "Interface"
  service_name        = data.aws_vpc_endpoint_service.endpoint.service_name
  service_region      = var.service_region
  subnet_ids          = values(data.aws_subnet.network)[*].id
  security_group_ids  = local.own_group ? [aws_security_group.endpoint[0].id] : values(data.aws_security_group.endpoint)[*].id
  ip_address_type     = var.ip_address_type
  private_dns_enabled = var.private_dns
  policy              = var.policy != null ? var.policy : local.default_policy

  tags = merge(var.tags, { Name = var.name })

  dns_options {
    dns_record_ip_type = coalesce(var.dns_record_ip_type, var.ip_address_type)
    # Without a gateway endpoint beside it, an S3 endpoint must resolve the name for the VPC as well:
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html#private-dns-s3
    private_dns_only_for_inbound_resolver_endpoint = var.private_dns && local.service == "s3" ? false : null
  }

  # The rules of its former group are deleted after it has left the group.
  depends_on = [aws_vpc_security_group_ingress_rule.endpoint]

  lifecycle {
    # A DNS name can move to another endpoint, which has to happen before this one is deleted.
    create_before_destroy = true

    precondition {
      condition     = length(local.zones_without_service) == 0
      error_message = "the service is not offered in this zone: ${join(", ", local.zones_without_service)} (allowed: zones of the service: ${join(", ", data.aws_vpc_endpoint_service.endpoint.availability_zones)}; fix: add ${join(", ", local.zones_without_service)} to the zones of the service, or remove it from those of the endpoint) [endpoint-zone-without-service]"
    }

    precondition {
      condition     = var.policy == null || data.aws_vpc_endpoint_service.endpoint.vpc_endpoint_policy_supported
      error_message = "endpoint policy for a service without support for it: ${var.service_name} (allowed: no endpoint policy; fix: remove `policy`, and restrict the clients with security groups) [endpoint-policy-unsupported]"
    }

    precondition {
      condition     = !var.private_dns || coalesce(data.aws_vpc_endpoint_service.endpoint.private_dns_name, "-") != "-"
      error_message = "private DNS, although the service has no private DNS name: ${var.service_name} (allowed: only for a service with `private_dns`; fix: add `private_dns` to the service, or remove it here) [private-dns-name-missing]"
    }
  }
}

data "aws_network_interface" "endpoint" {
  for_each = var.subnet_ids

  filter {
    name   = "description"
    values = ["VPC Endpoint Interface ${aws_vpc_endpoint.endpoint.id}"]
  }

  filter {
    name   = "subnet-id"
    values = [data.aws_subnet.network[each.key].id]
  }
}

# ---- Acceptance

# Destroying this resource rejects the connection.
resource "aws_vpc_endpoint_connection_accepter" "acceptance" {
  count    = var.accept ? 1 : 0
  provider = aws.accepter

  vpc_endpoint_service_id = data.aws_vpc_endpoint_service.endpoint.service_id
  vpc_endpoint_id         = aws_vpc_endpoint.endpoint.id
}

locals {
  # The endpoint's own state is as old as its last refresh.
  endpoint_state = (
    var.accept ? aws_vpc_endpoint_connection_accepter.acceptance[0].vpc_endpoint_state : aws_vpc_endpoint.endpoint.state
  )
}

# Terraform counts pendingAcceptance as success.
check "endpoint_available" {
  assert {
    condition     = local.service != "custom" || local.endpoint_state == "available"
    error_message = "endpoint without traffic, in state ${local.endpoint_state}: ${aws_vpc_endpoint.endpoint.id} (fix: have the owner of the service accept the connection) [endpoint-not-available]"
  }
}

# ---- DNS names

locals {
  # DNS entries of the endpoint: one for the Region, one for each zone, and private DNS names.
  regional_entry = one([
    for entry in aws_vpc_endpoint.endpoint.dns_entry : entry if can(regex("^vpce-[0-9a-f]+-[0-9a-z]+[.]", entry.dns_name))
  ])
  hosted_zone_id = var.hosted_zone == null ? null : one(concat(
    aws_route53_zone.hosted_zone[*].zone_id,
    data.aws_route53_zone.hosted_zone[*].zone_id,
  ))
  existing_hosted_zone = var.hosted_zone == null ? false : var.hosted_zone.name == null
}

# Another VPC needs another hosted zone, which ignores changes of its VPCs.
resource "terraform_data" "hosted_zone_vpc" {
  count = var.hosted_zone != null && !local.existing_hosted_zone ? 1 : 0

  input = { id = data.aws_vpc.network.id }
}

resource "aws_route53_zone" "hosted_zone" {
  count = var.hosted_zone != null && !local.existing_hosted_zone ? 1 : 0

  name          = var.hosted_zone.name
  comment       = "Names of interface endpoints"
  force_destroy = false

  tags = merge(var.tags, { Name = var.hosted_zone.name })

  vpc {
    vpc_id = data.aws_vpc.network.id
  }

  lifecycle {
    # Associations with further VPCs are resources of their own.
    ignore_changes = [vpc]
    # Otherwise the zone would stay with a former VPC.
    replace_triggered_by = [terraform_data.hosted_zone_vpc]
  }
}

data "aws_route53_zone" "hosted_zone" {
  count = local.existing_hosted_zone ? 1 : 0

  zone_id = var.hosted_zone.id

  lifecycle {
    postcondition {
      condition     = self.private_zone == true
      error_message = "public hosted zone for the addresses of an endpoint: ${var.hosted_zone.id} (allowed: a private hosted zone; fix: use a private hosted zone that is associated with the VPC) [hosted-zone-public]"
    }

    postcondition {
      condition = alltrue([for name in var.names : endswith(".${name}", ".${trimsuffix(self.name, ".")}")])
      error_message = join("; ", [
        for name in var.names : "DNS name outside the hosted zone: ${name} (allowed: ${trimsuffix(self.name, ".")}, and names that end with .${trimsuffix(self.name, ".")}; fix: correct the name, or use the hosted zone of its domain) [hosted-zone-name-outside]"
        if !endswith(".${name}", ".${trimsuffix(self.name, ".")}")
      ])
    }
  }
}

resource "aws_route53_record" "hosted_zone_a" {
  for_each = { for name in var.names : name => name if var.ip_address_type != "ipv6" }

  zone_id = local.hosted_zone_id
  name    = each.key
  type    = "A"

  alias {
    name                   = local.regional_entry.dns_name
    zone_id                = local.regional_entry.hosted_zone_id
    evaluate_target_health = false
  }
}

resource "aws_route53_record" "hosted_zone_aaaa" {
  for_each = { for name in var.names : name => name if var.ip_address_type != "ipv4" }

  zone_id = local.hosted_zone_id
  name    = each.key
  type    = "AAAA"

  alias {
    name                   = local.regional_entry.dns_name
    zone_id                = local.regional_entry.hosted_zone_id
    evaluate_target_health = false
  }
}
