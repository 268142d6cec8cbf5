#!/bin/sh
# Mutation testing of the parts that must not lie: `ledger`, `record`, `act`, `verify` (docs/RELIABILITY.md has what it brought out).
#
#   sh tests/mutants.sh FOLDER [SHARD]
#
# FOLDER: ledger, record, act or verify. SHARD: k/n, the k-th of n parts (from 0).
# The four folders are cut out into a package of their own, which builds in seconds: SQLite, the command line and the black-box tests
# stay outside, so what survives here is looked at again by hand, against the tests of the whole (docs/CONTRIBUTING.md).
# Needs `cargo install --locked cargo-mutants`. Writes into target/mutants; changes nothing else.
set -eu
folder=${1:?which folder: ledger, record, act or verify}
shard=${2:-0/1}
cd "$(dirname "$0")/.."
cut=target/mutants/$folder
rm -rf "$cut/src" "$cut/tests"
mkdir -p "$cut/src" "$cut/tests"
cp -r src/ledger src/record src/act src/verify src/names.rs "$cut/src/"
cp -r tests/vectors tests/vectors.rs tests/parts.rs "$cut/tests/"
cp Cargo.lock schema.sql "$cut/"
{
  echo '//! Cut out of provlog for mutation testing.'
  echo '#[macro_use]'
  echo 'mod names;'
  for part in ledger record act verify; do echo "pub mod $part;"; done
} >"$cut/src/lib.rs"
# The dependencies of the whole, without the database and the command line.
{
  sed -n '/^\[package\]/,/^version/p' Cargo.toml
  echo 'edition = "2024"'
  echo '[dependencies]'
  sed -n '/^\[dependencies\]/,/^\[target/p' Cargo.toml |
    grep -E '^(csv|chrono|sha2|serde|serde_json|hmac|siphasher|getrandom|base64|ed25519-dalek|der|unicode-normalization|unicode-width) '
  echo '[dev-dependencies]'
  grep -E '^(proptest|tempfile) ' Cargo.toml
  # Optimised once, and never rebuilt: hashing is not what is tested.
  printf '[profile.dev.package."*"]\nopt-level = 2\n[profile.dev]\ndebug = false\n[workspace]\n'
} >"$cut/Cargo.toml"
cd "$cut"
# A house rule among the tests reads the folders that stayed outside.
exec cargo mutants --no-shuffle --in-place --sharding round-robin --timeout 60 --shard "$shard" -f "src/$folder/**/*.rs" -o . \
  -- -- --skip no_key_of_a_payload_stands
