# What the module creates, planned without an AWS account.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  name       = "shop"
  vpc_id     = "vpc-0a1b2c3d4e5f60001"
  subnet_ids = { ap-northeast-2a = "subnet-0a1b2c3d4e5f6000a" }
  targets    = { addresses = { web = "10.10.0.10" } }
  listeners  = [{ port = 443 }]
}

run "an_account_id_stands_for_its_root" {
  command = plan

  variables {
    allowed_principals = ["111122223333", "arn:aws:iam::444455556666:role/team/reader"]
  }

  assert {
    condition = toset([for principal in aws_vpc_endpoint_service_allowed_principal.endpoint_service : principal.principal_arn]) == toset([
      "arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:role/team/reader"
    ])
    error_message = "other principals than those of the input"
  }
}

run "defaults_are_safe" {
  command = plan

  assert {
    condition     = aws_vpc_endpoint_service.endpoint_service.acceptance_required && length(aws_vpc_endpoint_service_allowed_principal.endpoint_service) == 0
    error_message = "without acceptance, or with principals, the service is open to others"
  }

  assert {
    condition     = aws_lb.load_balancer.internal && length(aws_vpc_security_group_ingress_rule.load_balancer) == 0
    error_message = "the load balancer has direct clients"
  }

  assert {
    condition     = aws_lb.load_balancer.enforce_security_group_inbound_rules_on_private_link_traffic == "off"
    error_message = "the rules for direct clients apply to PrivateLink traffic, whose addresses they do not have"
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.load_balancer_to_each_target["tcp-443-web"].cidr_ipv4 == "10.10.0.10/32"
    error_message = "the load balancer may connect to more than the targets, or not to them"
  }
}

run "a_listener_forwards_to_its_own_target_group" {
  command = plan

  variables {
    listeners = [
      { port = 443, target_port = 8443, health_check = { protocol = "HTTP", path = "/health", port = 8080 } },
      { port = 5432 },
    ]
  }

  assert {
    condition     = { for port, group in aws_lb_target_group.load_balancer_port : port => group.port } == { "443" = 8443, "5432" = 5432 }
    error_message = "target groups do not have the listeners' target ports"
  }

  assert {
    condition = (
      one(aws_lb_target_group.load_balancer_port["443"].health_check).path == "/health" &&
      one(aws_lb_target_group.load_balancer_port["443"].health_check).matcher == "200-399" &&
      one(aws_lb_target_group.load_balancer_port["5432"].health_check).protocol == "TCP"
    )
    error_message = "health checks are not those of the listeners"
  }

  assert {
    condition     = toset(keys(aws_vpc_security_group_egress_rule.load_balancer_to_each_target)) == toset(["tcp-8443-web", "tcp-8080-web", "tcp-5432-web"])
    error_message = "traffic and health checks do not reach the targets"
  }
}

run "tls_listeners_decrypt" {
  command = plan

  variables {
    listeners = [{ port = 443, protocol = "TLS", certificate_arn = "arn:aws:acm:ap-northeast-2:111122223333:certificate/0a1b2c3d" }]
  }

  assert {
    condition     = aws_lb_listener.load_balancer_port["443"].ssl_policy == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    error_message = "no TLS 1.2 or 1.3"
  }

  assert {
    condition     = aws_lb_target_group.load_balancer_port["443"].protocol == "TCP"
    error_message = "the targets get TLS, which nobody asked for"
  }
}

run "udp_listeners_allow_udp" {
  command = plan

  variables {
    listeners     = [{ port = 53, protocol = "TCP_UDP" }]
    load_balancer = { allow_from = ["10.99.0.0/16"] }
  }

  assert {
    condition     = toset(keys(aws_vpc_security_group_ingress_rule.load_balancer)) == toset(["tcp-53-from-10-99-0-0-16", "udp-53-from-10-99-0-0-16"])
    error_message = "direct clients cannot connect over both protocols"
  }

  assert {
    condition     = aws_lb_target_group.load_balancer_port["53"].connection_termination
    error_message = "UDP flows continue to a deregistered target"
  }
}

run "an_internet_facing_load_balancer_has_elastic_ips" {
  command = plan

  variables {
    load_balancer = { scheme = "internet-facing" }
  }

  assert {
    condition     = keys(aws_eip.load_balancer) == ["ap-northeast-2a"]
    error_message = "no Elastic IP in each zone"
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.load_balancer["tcp-443-from-0-0-0-0-0"].cidr_ipv4 == "0.0.0.0/0"
    error_message = "an internet-facing load balancer without clients"
  }
}

run "existing_elastic_ips_are_used" {
  command = plan

  variables {
    load_balancer = { scheme = "internet-facing", elastic_ips = { ap-northeast-2a = "eipalloc-0a1b2c3d4e5f6000a" } }
  }

  assert {
    condition     = length(aws_eip.load_balancer) == 0 && one(aws_lb.load_balancer.subnet_mapping).allocation_id == "eipalloc-0a1b2c3d4e5f6000a"
    error_message = "the Elastic IP is not that of the input"
  }
}

run "instances_are_targets" {
  command = plan

  variables {
    targets = {
      instances      = { blue = "i-0a1b2c3d4e5f6000a" }
      security_group = { id = "sg-0a1b2c3d4e5f6000a" }
    }
  }

  assert {
    condition     = aws_lb_target_group_attachment.load_balancer_port["443-blue"].target_id == "i-0a1b2c3d4e5f6000a"
    error_message = "the instance is not registered"
  }

  assert {
    condition = (
      aws_vpc_security_group_egress_rule.load_balancer_to_targets["tcp-443"].referenced_security_group_id == "sg-0a1b2c3d4e5f6000a" &&
      aws_vpc_security_group_ingress_rule.load_balancer_at_targets["tcp-443"].security_group_id == "sg-0a1b2c3d4e5f6000a"
    )
    error_message = "the security group of the targets does not allow the load balancer"
  }
}

run "an_application_load_balancer_is_a_target" {
  command = plan

  variables {
    targets = { application_load_balancer = {
      arn = "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/app/shop/0a1b2c3d4e5f6000"
    } }
  }

  assert {
    condition     = one(aws_lb_target_group.load_balancer_port["443"].health_check).protocol == "HTTP"
    error_message = "AWS refuses a TCP health check of an Application Load Balancer"
  }
}

run "a_private_dns_name_is_verified_in_its_hosted_zone" {
  command = plan

  variables {
    private_dns = { name = "api.example.com", zone_id = "Z0123456789ABCDEFGHIJ" }
  }

  assert {
    condition     = aws_route53_record.private_dns[0].type == "TXT" && length(aws_vpc_endpoint_service_private_dns_verification.private_dns) == 1
    error_message = "nothing verifies the name"
  }
}

run "a_private_dns_name_waits_for_its_record" {
  command = plan

  variables {
    private_dns = { name = "api.example.com" }
  }

  assert {
    condition     = length(aws_route53_record.private_dns) == 0 && length(aws_vpc_endpoint_service_private_dns_verification.private_dns) == 0
    error_message = "AWS cannot verify the name before the TXT record exists"
  }
}

# ---- What only AWS knows is checked in the plan.

run "a_subnet_of_another_vpc_is_refused" {
  command = plan

  override_data {
    target = data.aws_subnet.network
    values = { vpc_id = "vpc-0a1b2c3d4e5f60009", availability_zone = "ap-northeast-2a", available_ip_address_count = 4000 }
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

run "a_full_subnet_is_reported" {
  command = plan

  override_data {
    target = data.aws_subnet.network
    values = { vpc_id = "vpc-0a1b2c3d4e5f60001", availability_zone = "ap-northeast-2a", available_ip_address_count = 7 }
  }

  expect_failures = [check.network_room]
}

run "an_instance_of_another_vpc_is_refused" {
  command = plan

  variables {
    targets = { instances = { blue = "i-0a1b2c3d4e5f6000a" } }
  }

  override_data {
    target = data.aws_subnet.targets
    values = { vpc_id = "vpc-0a1b2c3d4e5f60009" }
  }

  expect_failures = [data.aws_subnet.targets]
}

run "a_network_load_balancer_is_no_target" {
  command = plan

  variables {
    targets = { application_load_balancer = {
      arn = "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/app/shop/0a1b2c3d4e5f6000"
    } }
  }

  override_data {
    target = data.aws_lb.targets
    values = { load_balancer_type = "network", vpc_id = "vpc-0a1b2c3d4e5f60001", security_groups = ["sg-0a1b2c3d4e5f6000b"] }
  }

  expect_failures = [data.aws_lb.targets]
}

run "a_zone_without_an_instance_is_refused" {
  command = plan

  variables {
    targets = { instances = { blue = "i-0a1b2c3d4e5f6000a" } }
  }

  override_data {
    target = data.aws_instance.targets
    values = { subnet_id = "subnet-0a1b2c3d4e5f6000c", availability_zone = "ap-northeast-2c", private_ip = "10.10.32.20" }
  }

  expect_failures = [aws_lb_target_group.load_balancer_port]
}

run "cross_zone_load_balancing_needs_no_instance_in_each_zone" {
  command = plan

  variables {
    targets       = { instances = { blue = "i-0a1b2c3d4e5f6000a" } }
    load_balancer = { cross_zone = true }
  }

  override_data {
    target = data.aws_instance.targets
    values = { subnet_id = "subnet-0a1b2c3d4e5f6000c", availability_zone = "ap-northeast-2c", private_ip = "10.10.32.20" }
  }
}

run "a_zone_without_access_from_other_regions_is_refused" {
  command = plan

  variables {
    subnet_ids        = { apne2-az1 = "subnet-0a1b2c3d4e5f6000a", apne2-az2 = "subnet-0a1b2c3d4e5f6000b" }
    supported_regions = ["eu-west-1"]
  }

  override_data {
    target = data.aws_subnet.network["apne2-az2"]
    values = { vpc_id = "vpc-0a1b2c3d4e5f60001", availability_zone_id = "apne2-az2", available_ip_address_count = 4000 }
  }

  expect_failures = [aws_vpc_endpoint_service.endpoint_service]
}

run "the_hosted_zone_of_another_domain_is_refused" {
  command = plan

  variables {
    private_dns = { name = "api.example.org", zone_id = "Z0123456789ABCDEFGHIJ" }
  }

  expect_failures = [data.aws_route53_zone.private_dns]
}

run "access_logs_are_in_the_bucket" {
  command = plan

  variables {
    load_balancer = { access_logs = { bucket = "acme-logs", prefix = "shop" } }
  }

  assert {
    condition     = aws_lb.load_balancer.access_logs[0].enabled && aws_lb.load_balancer.access_logs[0].bucket == "acme-logs"
    error_message = "no access logs in the bucket"
  }

  assert {
    condition     = aws_lb.load_balancer.access_logs[0].prefix == "shop"
    error_message = "the prefix is not that of the input"
  }
}
