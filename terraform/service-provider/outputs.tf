output "vpc_id" {
  description = "ID of the VPC"
  value       = module.vpc.vpc_id
}

output "subnet_ids" {
  description = "Subnet ID of each zone"
  value       = module.vpc.subnet_ids
}

output "load_balancer_addresses" {
  description = "Address of the load balancer in each zone: the private address, or the Elastic IP if it is internet-facing"
  value       = module.endpoint_service.load_balancer_addresses
}

output "load_balancer_dns_name" {
  description = "DNS name of the load balancer, for direct clients"
  value       = module.endpoint_service.load_balancer_dns_name
}

output "load_balancer_security_group_id" {
  description = "ID of the load balancer's security group, which targets must allow"
  value       = module.endpoint_service.load_balancer_security_group_id
}

output "service_id" {
  description = "ID of the endpoint service"
  value       = module.endpoint_service.service_id
}

output "service_name" {
  description = "Name of the endpoint service, for its consumers"
  value       = module.endpoint_service.service_name
}

output "service_zones" {
  description = "Availability Zones of the endpoint service"
  value       = module.endpoint_service.service_zones
}

output "private_dns_name" {
  description = "Private DNS name of the endpoint service"
  value       = module.endpoint_service.private_dns_name
}

output "private_dns_record" {
  description = "TXT record by which AWS verifies the private DNS name, as `<name>.<domain>` or below a parent of the domain"
  value       = module.endpoint_service.private_dns_record
}

output "target_group_arns" {
  description = "ARN of the target group by port of the listener, in which targets can be registered"
  value       = module.endpoint_service.target_group_arns
}
