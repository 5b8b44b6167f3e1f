output "vpc_id" {
  description = "ID of the VPC"
  value       = module.vpc.vpc_id
}

output "subnet_ids" {
  description = "Subnet ID of each zone"
  value       = module.vpc.subnet_ids
}

output "endpoint_id" {
  description = "ID of the interface endpoint"
  value       = module.endpoint.endpoint_id
}

output "endpoint_state" {
  description = "State of the endpoint: pendingAcceptance until the owner of the service accepts the connection, then available"
  value       = module.endpoint.endpoint_state
}

output "connection_to_accept" {
  description = "The connection, for the owner of the service: endpoint ID and service name"
  value       = module.endpoint.connection_to_accept
}

output "endpoint_addresses" {
  description = "Private address of the endpoint in each zone"
  value       = module.endpoint.endpoint_addresses
}

output "endpoint_dns_names" {
  description = "DNS names of the endpoint: one for the Region, and one for each zone"
  value       = module.endpoint.endpoint_dns_names
}

output "endpoint_names" {
  description = "DNS names in the hosted zone, each with the ID of the endpoint; null without a hosted zone"
  value       = module.endpoint.endpoint_names
}
