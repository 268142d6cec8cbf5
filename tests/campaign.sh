#!/bin/sh
# What takes longer than CI may: the campaign of docs/RELIABILITY.md, each part with the figures that it prints at its end.
# Minutes to hours; run it on a machine that does nothing else. Arguments: the parts to run (default: all).
#
#     sh tests/campaign.sh                     everything
#     sh tests/campaign.sh kills fuzz          two parts
set -eu
cd "$(dirname "$0")/.."
export RUST_BACKTRACE=0

run() {
  echo "== $*"
  cargo test --locked --test all -- --show-output "$@"
}

for part in ${*:-crashpoints faults kills programs model residue fuzz supply}; do
  case $part in
    crashpoints) run crashpoints:: ;;
    faults) run io_faults:: ;;
    kills) PROVLOG_KILLS=${PROVLOG_KILLS:-3000} run kills:: ;;
    programs) PROVLOG_ROUNDS=${PROVLOG_ROUNDS:-20} run programs:: locks:: restore:: readers:: ;;
    model) PROPTEST_CASES=${PROPTEST_CASES:-2000} run model:: guards:: ;;
    residue) PROVLOG_RESIDUE=${PROVLOG_RESIDUE:-50000} run residue:: gone:: ;;
    # Needs cargo-fuzz; fuzz/run.sh says more.
    fuzz) sh fuzz/run.sh "${FUZZ_SECONDS:-600}" ;;
    supply) run supply::; cargo deny check || echo "cargo-deny: not installed, or it found something (see above)" ;;
    *) echo "campaign.sh: no part is called $part" >&2; exit 2 ;;
  esac
done
