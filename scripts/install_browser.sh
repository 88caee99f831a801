#!/usr/bin/env bash
# Installs the browser that the tests of the sandbox's page drive, where it is missing: Debian's chromium and its driver.
set -euo pipefail

if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then
  exit 0
fi

refuse() {
  echo "The browser tests need chromium and chromedriver on the PATH, and $1." >&2
  echo "Install both by hand, then say make test-browser again." >&2
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
"${as_root[@]}" apt-get install -y -qq --no-install-recommends chromium chromium-driver fonts-dejavu-core ||
  refuse "apt-get could not install the packages chromium and chromium-driver"
