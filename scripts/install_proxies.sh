#!/usr/bin/env bash
# Installs the proxies that stand between client and server in the tests of tests/proxies, where they are missing: from the
# distribution, and mitmproxy from PyPI into build/proxies/.
set -euo pipefail
cd "$(dirname "$0")/.."

mitmproxy=mitmproxy==11.0.2
folder=build/proxies

refuse() {
  echo "The proxy tests need varnishd, nginx, haproxy, squid, tinyproxy and mitmproxy, and $1." >&2
  echo "Install them by hand, then say make test-proxies again." >&2
  exit 1
}

missing=()
for pair in varnishd:varnish nginx:nginx-light haproxy:haproxy squid:squid tinyproxy:tinyproxy; do
  command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
if [ "${#missing[@]}" -gt 0 ]; then
  command -v apt-get >/dev/null || refuse "there is no apt-get here to install ${missing[*]}"
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || refuse "installing ${missing[*]} takes root or sudo"
    as_root=(sudo)
  fi
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq || refuse "apt-get update failed"
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" ||
    refuse "apt-get could not install ${missing[*]}"
fi

if [ "$(cat "$folder/.mitmproxy" 2>/dev/null)" != "$mitmproxy" ]; then
  # Into a folder of its own: it pins libraries of which this project is tested with others.
  "${PYTHON:-python3}" -m venv "$folder/python"
  "$folder/python/bin/python" -m pip install --quiet --disable-pip-version-check "$mitmproxy" ||
    refuse "pip could not install $mitmproxy"
  echo "$mitmproxy" > "$folder/.mitmproxy"
fi
