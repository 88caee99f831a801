#!/usr/bin/env bash
# Installs what the tests with foreign clients run, where it is missing: curl, Node, Ruby, PHP and Perl from the
# distribution, and into build/foreign/ a validating proxy and a public Flowroute client from npm, and another from PyPI.
set -euo pipefail
cd "$(dirname "$0")/.."

from_npm="@stoplight/prism-cli@5.16.0 flowroute-sms@1.1.1"
client=flowroute-messaging-fossum==0.2.0
folder=build/foreign

refuse() {
  echo "The tests with foreign clients need $1, and $2." >&2
  echo "Install it by hand, then say make test-foreign again." >&2
  exit 1
}

missing=()
for pair in curl:curl node:nodejs npm:npm ruby:ruby php:php-cli perl:perl; do
  command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
if [ "${#missing[@]}" -gt 0 ]; then
  command -v apt-get >/dev/null || refuse "${missing[*]}" "there is no apt-get here to install them"
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || refuse "${missing[*]}" "installing them takes root or sudo"
    as_root=(sudo)
  fi
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq || refuse "${missing[*]}" "apt-get update failed"
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" ||
    refuse "${missing[*]}" "apt-get could not install them"
fi

mkdir -p "$folder"
if [ "$(cat "$folder/.npm" 2>/dev/null)" != "$from_npm" ]; then
  # Without quotes: they are several packages, and npm removes what one call does not name.
  # shellcheck disable=SC2086
  npm install --prefix "$folder" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error $from_npm ||
    refuse "$from_npm" "npm could not install them"
  echo "$from_npm" > "$folder/.npm"
fi
if [ "$(cat "$folder/.client" 2>/dev/null)" != "$client" ]; then
  # Into a folder of its own, away from the versions that this project is tested with.
  "${PYTHON:-python3}" -m venv "$folder/python"
  "$folder/python/bin/python" -m pip install --quiet --disable-pip-version-check "$client" ||
    refuse "$client" "pip could not install it"
  echo "$client" > "$folder/.client"
fi
