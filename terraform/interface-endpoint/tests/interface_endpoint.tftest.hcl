# What the module creates, planned without an AWS account.

mock_provider "aws" {
  source = "./tests/aws"
}

mock_provider "aws" {
  alias  = "accepter"
  source = "./tests/aws"
}

variables {
  name         = "shop"
  vpc_id       = "vpc-0a1b2c3d4e5f60001"
  subnet_ids   = { ap-northeast-2a = "subnet-0a1b2c3d4e5f6000a" }
  service_name = "com.amazonaws.ap-northeast-2.ssm"
  ports        = [443]
}

run "the_vpc_may_use_the_endpoint" {
  command = plan

  assert {
    condition     = { for key, rule in aws_vpc_security_group_ingress_rule.endpoint : key => rule.cidr_ipv4 } == { tcp-443-from-vpc = "10.20.0.0/16" }
    error_message = "the clients are not those of the VPC"
  }

  assert {
    condition     = aws_vpc_endpoint.endpoint.vpc_endpoint_type == "Interface" && !aws_vpc_endpoint.endpoint.private_dns_enabled
    error_message = "not an interface endpoint without private DNS"
  }

  assert {
    condition     = length(aws_vpc_endpoint_connection_accepter.acceptance) == 0
    error_message = "the connection is accepted, which nobody asked for"
  }
}

run "clients_and_ports_are_those_of_the_inputs" {
  command = plan

  variables {
    udp_ports  = [53]
    allow_from = { office = "10.99.0.0/16", web = "sg-0a1b2c3d4e5f6000a", cloudfront = "pl-0a1b2c3d4e5f6000a", ipv6 = "2001:db8::/56" }
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.endpoint) == 8
    error_message = "not a rule for each client and each port"
  }

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.endpoint["udp-53-from-office"].cidr_ipv4 == "10.99.0.0/16" &&
      aws_vpc_security_group_ingress_rule.endpoint["udp-53-from-office"].ip_protocol == "udp" &&
      aws_vpc_security_group_ingress_rule.endpoint["tcp-443-from-web"].referenced_security_group_id == "sg-0a1b2c3d4e5f6000a" &&
      aws_vpc_security_group_ingress_rule.endpoint["tcp-443-from-cloudfront"].prefix_list_id == "pl-0a1b2c3d4e5f6000a" &&
      aws_vpc_security_group_ingress_rule.endpoint["tcp-443-from-ipv6"].cidr_ipv6 == "2001:db8::/56"
    )
    error_message = "a client has a rule of another kind"
  }
}

run "a_range_of_ports_is_one_rule" {
  command = plan

  variables {
    ports = [443, "1024-65535"]
  }

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.endpoint["tcp-443-from-vpc"].to_port == 443 &&
      aws_vpc_security_group_ingress_rule.endpoint["tcp-1024-65535-from-vpc"].from_port == 1024 &&
      aws_vpc_security_group_ingress_rule.endpoint["tcp-1024-65535-from-vpc"].to_port == 65535
    )
    error_message = "the rules do not have the ports of the input"
  }
}

run "an_increased_quota_allows_more_rules" {
  command = plan

  variables {
    ports                = range(1000, 1061)
    security_group_rules = 61
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.endpoint) == 61
    error_message = "not a rule for each port"
  }
}

run "existing_security_groups_replace_the_new_one" {
  command = plan

  variables {
    security_group_ids = { shared = "sg-0a1b2c3d4e5f6000a" }
  }

  assert {
    condition     = length(aws_security_group.endpoint) == 0 && aws_vpc_endpoint.endpoint.security_group_ids == toset(["sg-0a1b2c3d4e5f6000a"])
    error_message = "the endpoint does not have the security groups of the input"
  }
}

run "a_dualstack_endpoint_allows_ipv6_clients" {
  command = plan

  variables {
    ip_address_type = "dualstack"
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.endpoint["tcp-443-from-vpc-ipv6"].cidr_ipv6 == "2001:db8:20::/56"
    error_message = "IPv6 clients of the VPC cannot connect"
  }

  assert {
    condition     = one(aws_vpc_endpoint.endpoint.dns_options).dns_record_ip_type == "dualstack"
    error_message = "names resolve to other addresses than the endpoint has"
  }
}

run "names_resolve_to_the_endpoint" {
  command = plan

  variables {
    hosted_zone = { name = "shop.internal" }
    names       = ["api.shop.internal"]
  }

  assert {
    condition     = one(aws_route53_record.hosted_zone_a["api.shop.internal"].alias).name == "vpce-0a1b2c3d4e5f60001-abcdefgh.ssm.ap-northeast-2.vpce.amazonaws.com"
    error_message = "the name does not resolve to the endpoint"
  }

  assert {
    condition     = length(aws_route53_record.hosted_zone_aaaa) == 0
    error_message = "an IPv4 endpoint has no IPv6 address"
  }
}

run "the_connection_is_accepted" {
  command = plan

  variables {
    accept = true
  }

  assert {
    condition     = aws_vpc_endpoint_connection_accepter.acceptance[0].vpc_endpoint_service_id == "vpce-svc-0a1b2c3d4e5f60001"
    error_message = "another service's connection"
  }
}

# ---- What only AWS knows is checked in the plan.

run "a_subnet_of_another_vpc_is_refused" {
  command = plan

  override_data {
    target = data.aws_subnet.network
    values = { vpc_id = "vpc-0a1b2c3d4e5f60009", availability_zone = "ap-northeast-2a" }
  }

  expect_failures = [data.aws_subnet.network]
}

run "a_subnet_of_another_zone_is_refused" {
  command = plan

  variables {
    subnet_ids = { ap-northeast-2c = "subnet-0a1b2c3d4e5f6000a" }
  }

  expect_failures = [data.aws_subnet.network]
}

run "a_security_group_of_another_vpc_is_refused" {
  command = plan

  variables {
    security_group_ids = { shared = "sg-0a1b2c3d4e5f6000a" }
  }

  override_data {
    target = data.aws_security_group.endpoint
    values = { vpc_id = "vpc-0a1b2c3d4e5f60009" }
  }

  expect_failures = [data.aws_security_group.endpoint]
}

run "a_zone_without_the_service_is_refused" {
  command = plan

  override_data {
    target = data.aws_vpc_endpoint_service.endpoint
    values = { availability_zones = ["ap-northeast-2c"], vpc_endpoint_policy_supported = true }
  }

  expect_failures = [aws_vpc_endpoint.endpoint]
}

run "a_policy_needs_a_service_that_supports_one" {
  command = plan

  variables {
    policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "*", Resource = "*" }] })
  }

  override_data {
    target = data.aws_vpc_endpoint_service.endpoint
    values = { availability_zones = ["ap-northeast-2a"], vpc_endpoint_policy_supported = false }
  }

  expect_failures = [aws_vpc_endpoint.endpoint]
}

run "private_dns_needs_a_service_with_a_private_dns_name" {
  command = plan

  variables {
    private_dns = true
  }

  override_data {
    target = data.aws_vpc_endpoint_service.endpoint
    values = { availability_zones = ["ap-northeast-2a"], vpc_endpoint_policy_supported = true, private_dns_name = "" }
  }

  expect_failures = [aws_vpc_endpoint.endpoint]
}

run "a_pending_connection_is_reported" {
  command = plan

  variables {
    service_name = "com.amazonaws.vpce.ap-northeast-2.vpce-svc-0123456789abcdef0"
  }

  override_resource {
    target          = aws_vpc_endpoint.endpoint
    override_during = plan
    values          = { id = "vpce-0a1b2c3d4e5f60001", state = "pendingAcceptance", dns_entry = [] }
  }

  expect_failures = [check.endpoint_available]
}

run "a_public_hosted_zone_is_refused" {
  command = plan

  variables {
    hosted_zone = { id = "Z0123456789ABCDEFGHIJ" }
    names       = ["api.shop.internal"]
  }

  expect_failures = [data.aws_route53_zone.hosted_zone]
}
