#!/bin/sh
# All tests, other people's tools among them: installs these where it may, then runs `cargo test`, which says what it left
# out. Arguments go to `cargo test`.
set -eu
cd "$(dirname "$0")/.."

# Debian's: openssl (keys, timestamps), Go's note and tlog (checkpoints, proofs).
if ! command -v openssl >/dev/null || [ ! -d /usr/share/gocode/src/golang.org/x/mod ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends openssl golang-go golang-golang-x-mod-dev; } >&2 || true
  else
    echo "run.sh: as root it would install openssl and golang-golang-x-mod-dev; without them some tests are left out" >&2
  fi
fi

# Python's, in an environment of their own: the Library of Congress's bagit, and a reader of CSV on the Web.
venv=$PWD/target/tools
if [ ! -e "$venv/ready" ]; then
  { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet bagit csvw && touch "$venv/ready"; } >&2 ||
    echo "run.sh: bagit and csvw could not be installed; tests that need them are left out" >&2
fi
if [ -e "$venv/ready" ]; then
  PATH=$venv/bin:$PATH
  export PATH
fi

exec cargo test --locked "$@" -- --show-output
