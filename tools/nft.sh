#!/bin/sh
# Unpack nft into the virtual environment if the system has none, without installing it or root rights. If this fails, the
# sandbox runs without a data plane and prints the reason.
set -eu
target=${1:-.venv/nft}
if command -v nft >/dev/null || [ -x /usr/sbin/nft ] || [ -x "$target/usr/sbin/nft" ]; then
  exit 0
fi
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
  echo "nft is missing: install the package nftables for the data plane of the sandbox" >&2
  exit 0
fi
packages="nftables libnftables1 libnftnl11 libmnl0 libxtables12 libjansson4 libgmp10 libedit2 libbsd0 libmd0"
download=$(mktemp -d)
trap 'rm -rf "$download"' EXIT
if ! (cd "$download" && apt-get download $packages >/dev/null 2>&1); then
  echo "nft cannot be downloaded: run apt-get update if package lists are out of date, or install nftables" >&2
  exit 0
fi
rm -rf "$target.new"
mkdir -p "$target.new"
for package in "$download"/*.deb; do
  dpkg-deb -x "$package" "$target.new"
done
rm -rf "$target"
mv "$target.new" "$target"
