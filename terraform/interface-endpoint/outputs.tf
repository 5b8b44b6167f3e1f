output "endpoint_id" {
  description = "ID of the interface endpoint"
  value       = aws_vpc_endpoint.endpoint.id
}

output "endpoint_state" {
  description = "State of the endpoint: pendingAcceptance until the owner of the service accepts the connection, then available"
  value       = local.endpoint_state
}

output "connection_to_accept" {
  description = "The connection, for the owner of the service: endpoint ID and service name"
  value = {
    endpoint_id  = aws_vpc_endpoint.endpoint.id
    service_name = var.service_name
  }
}

output "endpoint_addresses" {
  description = "Private address of the endpoint in each zone"
  value = { for zone, interface in data.aws_network_interface.endpoint : zone => (
    var.ip_address_type == "ipv6" ? one(interface.ipv6_addresses) : interface.private_ip
  ) }
}

output "endpoint_dns_names" {
  description = "DNS names of the endpoint: one for the Region, and one for each zone"
  value = {
    regional = one(local.regional_entry[*].dns_name)
    # The provider lacks the name of a new zone until the next refresh. In another Region, there may be none.
    zonal = { for zone, subnet in data.aws_subnet.network : zone => (
      var.service_region == null
      ? try(replace(local.regional_entry.dns_name, "/^[^.]+/", "$0-${subnet.availability_zone}"), null)
      : one([
        for entry in aws_vpc_endpoint.endpoint.dns_entry : entry.dns_name if strcontains(entry.dns_name, "-${subnet.availability_zone}.")
      ])
    ) }
  }
}

output "endpoint_names" {
  description = "DNS names in the hosted zone, each with the ID of the endpoint; null without a hosted zone"
  value       = var.hosted_zone != null ? { for name in var.names : name => aws_vpc_endpoint.endpoint.id } : null
}
