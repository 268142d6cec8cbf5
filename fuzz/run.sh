#!/bin/sh
# Fuzzes each target for so many seconds, beginning with its corpus, and says how many inputs were run:
#
#   fuzz/run.sh SECONDS [TARGET...]
#
# Needs cargo-fuzz (`cargo install cargo-fuzz --locked`) and the stable toolchain: without a sanitizer no flag is asked for that it
# would refuse. The package has no unsafe code, and overflows and assertions are checked. What is found anew goes to
# fuzz/found/TARGET, never into the corpus; `PROVLOG_FUZZ_MERGE=1` adds to the corpus what reaches code that it did not reach
# (whoever commits it looks at how much that is). An input that breaks something stays in fuzz/artifacts/TARGET, and the status is 1.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:?"usage: fuzz/run.sh SECONDS [TARGET...]"}
shift
[ $# -gt 0 ] || set -- $(sed -n 's/^path = "fuzz_targets\/\(.*\)\.rs"$/\1/p' fuzz/Cargo.toml)

cargo fuzz build --sanitizer none >&2

status=0
for target; do
  found=fuzz/found/$target
  log=fuzz/found/$target.log
  mkdir -p "$found"
  cargo fuzz run --sanitizer none "$target" "$found" "fuzz/corpus/$target" -- \
    -max_total_time="$seconds" -max_len=16384 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 >"$log" 2>&1 || {
    status=1
    if grep -aq "^SUMMARY: " "$log"; then
      echo "fuzz: $target: BROKEN, see $log and fuzz/artifacts/$target"
    else
      echo "fuzz: $target: was ended before its time, see $log"
    fi
  }
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
  reached=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
  echo "fuzz: $target: ${runs:-0} inputs in $seconds s, ${reached:-0} edges reached"
  if [ "${PROVLOG_FUZZ_MERGE:-0}" = 1 ] && [ "$status" = 0 ]; then
    cargo fuzz run --sanitizer none "$target" "fuzz/corpus/$target" "$found" -- -set_cover_merge=1 -use_counters=0 -max_len=16384 >>"$log" 2>&1
  fi
done
exit $status
