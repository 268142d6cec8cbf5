#!/bin/sh
# What takes longer than CI may: the campaign of docs/RELIABILITY.md, each part with the figures that it prints at its end.
# Minutes to hours; run it on a machine that does nothing else. Arguments: the parts to run (default: all).
#
#     sh tests/campaign.sh                     everything
#     sh tests/campaign.sh kills fuzz          two parts
set -eu
cd "$(dirname "$0")/.."
export RUST_BACKTRACE=0 PROVLOG_CAMPAIGN=1

run() {
  echo "== $*"
  cargo test --locked "$@" -- --show-output
}

for part in ${*:-crashpoints faults kills programs model residue fuzz supply}; do
  case $part in
    crashpoints) run --test crashpoints ;;
    faults) run --test io_faults ;;
    kills) PROVLOG_KILLS=${PROVLOG_KILLS:-3000} run --test kills ;;
    programs) PROVLOG_ROUNDS=${PROVLOG_ROUNDS:-20} run --test programs --test locks --test restore --test readers ;;
    model) PROPTEST_CASES=${PROPTEST_CASES:-2000} run --test model --test guards ;;
    residue) PROVLOG_RESIDUE=${PROVLOG_RESIDUE:-50000} run --test residue --test gone ;;
    # Needs cargo-fuzz; fuzz/run.sh says more.
    fuzz) sh fuzz/run.sh "${FUZZ_SECONDS:-600}" ;;
    supply) run --test supply; cargo deny check || echo "cargo-deny: not installed, or it found something (see above)" ;;
    *) echo "campaign.sh: no part is called $part" >&2; exit 2 ;;
  esac
done
