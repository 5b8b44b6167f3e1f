# A VPC and a VPC endpoint service in it.

module "vpc" {
  source = "../vpc"

  name             = var.name
  cidr             = var.cidr
  subnets          = var.subnets
  internet_gateway = var.load_balancer.scheme == "internet-facing"
  flow_logs        = var.flow_logs
  tags             = var.tags
}

module "endpoint_service" {
  source = "../endpoint-service"

  name       = var.name
  vpc_id     = module.vpc.vpc_id
  subnet_ids = module.vpc.subnet_ids

  targets       = var.targets
  load_balancer = var.load_balancer
  listeners     = var.listeners

  acceptance_required = var.acceptance_required
  allowed_principals  = var.allowed_principals
  open_to_everyone    = var.open_to_everyone
  private_dns         = var.private_dns
  supported_regions   = var.supported_regions

  security_group_rules = var.security_group_rules

  tags = var.tags
}
