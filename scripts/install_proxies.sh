#!/usr/bin/env bash
# Installs the proxies that stand between client and server in the tests of tests/proxies, where they are missing.
set -euo pipefail

if command -v varnishd >/dev/null && command -v nginx >/dev/null && command -v haproxy >/dev/null; then
  exit 0
fi

refuse() {
  echo "The proxy tests need varnishd, nginx and haproxy on the PATH, and $1." >&2
  echo "Install them by hand, then say make test-proxies again." >&2
  exit 1
}

command -v apt-get >/dev/null || refuse "there is no apt-get here to install them"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || refuse "installing them takes root or sudo"
  as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq || refuse "apt-get update failed"
"${as_root[@]}" apt-get install -y -qq --no-install-recommends varnish nginx-light haproxy ||
  refuse "apt-get could not install the packages varnish, nginx-light and haproxy"
