# A VPC and an interface endpoint in it.

module "vpc" {
  source = "../vpc"

  name      = var.name
  cidr      = var.cidr
  subnets   = var.subnets
  flow_logs = var.flow_logs
  tags      = var.tags
}

locals {
  # The clients of the VPC by a key that Terraform knows before the VPC exists.
  clients_of_vpc = { (replace(var.cidr, "/[.:/]/", "-")) = var.cidr }
}

module "endpoint" {
  source    = "../interface-endpoint"
  providers = { aws = aws, aws.accepter = aws.accepter }

  name       = var.name
  vpc_id     = module.vpc.vpc_id
  subnet_ids = module.vpc.subnet_ids

  service_name         = var.service_name
  service_region       = var.service_region
  ports                = var.ports
  udp_ports            = var.udp_ports
  security_group_rules = var.security_group_rules
  allow_from           = length(var.allow_from) + length(var.security_group_ids) > 0 ? var.allow_from : local.clients_of_vpc
  security_group_ids   = var.security_group_ids
  policy               = var.policy
  dns_record_ip_type   = var.dns_record_ip_type
  private_dns          = var.private_dns
  accept               = var.accept
  hosted_zone          = var.hosted_zone
  names                = var.names

  tags = var.tags
}
