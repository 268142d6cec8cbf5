#!/bin/sh
# Makes samples/ledger-2021: a small ledger whose records were made in May 2021. Needs a debug build, whose clock can be
# set for tests. Not run by the tests: the ledger is committed. Its keys are samples: use them for nothing else.
set -eu
cd "$(dirname "$0")/.."
cargo build --quiet
provlog=$PWD/target/debug/provlog
rm -rf samples/ledger-2021
mkdir samples/ledger-2021
cd samples/ledger-2021
PROVLOG_TEST_CLOCK=2021-05-10T01:00:00.000Z "$provlog" -q init --operator サンプル株式会社 --origin sample.invalid/provisions
number=0
for day in 10 11 14; do
  for person in 一郎 次郎 三郎 四郎; do
    number=$((number + 1))
    PROVLOG_TEST_CLOCK=2021-05-${day}T02:00:00.000Z USER=sample "$provlog" -q record \
      --provided-on "2021-05-$day" --recipient 架空商事株式会社 --recipient-address 東京都架空区見本一丁目2番3号 \
      --representative '見本 太郎' --principal-id "S-$number" --principal-name "仮名 $person" \
      --item 氏名 --item 住所 --basis opt-out
  done
done
# Writers keep their log beside the file; this one is empty.
rm -f provlog.db-wal provlog.db-shm
