#!/bin/sh
# The whole life of a log on invented data, step by step. Stops at the first unexpected status.
#
# PROVLOG_BIN=FILE takes that program and builds none; TOUR_TODAY=DAY is the day confirmed for the deletion (today in
# Japan, unless the tests say otherwise).
set -u
cd "$(dirname "$0")/.." || exit 1
root=$PWD
samples=$root/samples

case "${PROVLOG_LANG:-${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}}" in
ja*) lang=ja ;;
*) lang=en ;;
esac
PROVLOG_LANG=$lang
export PROVLOG_LANG
unset PROVLOG_LEDGER

# say JAPANESE ENGLISH
say() {
  if [ "$lang" = ja ]; then printf '\n# %s\n' "$1"; else printf '\n# %s\n' "$2"; fi
}

stop() {
  say "途中で止まりました: $1" "The tour stops: $1"
  exit 1
}

# expect STATUS COMMAND... : shows the command, runs it, and stops the tour at any other status.
expect() {
  wanted=$1
  shift
  shown=
  for word in "$@"; do
    case $word in
    *[!A-Za-z0-9_./=:-]* | '') shown="$shown '$word'" ;;
    *) shown="$shown $word" ;;
    esac
  done
  printf '$%s\n' "$shown"
  "$@"
  found=$?
  if [ "$wanted" != 0 ]; then printf '(status %s)\n' "$found"; fi
  [ "$found" = "$wanted" ] || stop "status $found, expected $wanted"
}

if [ -n "${PROVLOG_BIN:-}" ]; then
  program=$PROVLOG_BIN
else
  cargo build --release --locked || stop "cargo build"
  program=${CARGO_TARGET_DIR:-$root/target}/release/provlog
fi
[ -x "$program" ] || stop "$program"
provlog() { "$program" "$@"; }

place=$(mktemp -d) || exit 1
trap 'rm -rf "$place"' EXIT
cd "$place" || exit 1
cp "$samples"/*.csv "$samples"/*.toml "$samples"/batch.jsonl . || stop "samples"

say "台帳を作る" "Make a ledger"
expect 0 provlog init --operator サンプル株式会社

say "Excel で保存された一年分の記録簿を、まず検査だけする" "A year's history saved by Excel: first check it only"
expect 0 provlog import history-2025-cp932.csv --map history-2025.map.toml --dry-run
say "取り込む（根拠の列がないので、オプションで補う）" "Import it (it has no column for the basis: a flag gives it)"
expect 0 provlog import history-2025-cp932.csv --map history-2025.map.toml
say "同じファイルは二度取り込めない" "The same file is not imported twice"
expect 1 provlog import history-2025-cp932.csv --map history-2025.map.toml

say "誤りのあるファイルは、すべての誤りが示され、何も取り込まれない" "A file with errors: all of them are listed, nothing is imported"
expect 1 provlog import history-with-errors.csv --basis opt-out
say "よい行だけを取り込み、残りは理由を添えて書き出す（行が残るので状態 1）" "Take the good rows, write the others out with the reason (rows were left: status 1)"
expect 1 provlog -q import history-with-errors.csv --basis opt-out --partial --rejects rejects.csv

say "夜間バッチから提供を一件記録する" "A nightly job records a provision"
for attempt in 1 2; do
  expect 0 provlog record --provided-on 2026-11-20 --recipient ㈱架空商事 \
    --recipient-address 東京都架空区見本一丁目2番3号 --representative '見本 太郎' \
    --principal-id N-100 --principal-name '例示 秋子' --item 氏名 --item 住所 --basis opt-out --key 2026-11-20/batch-1
  [ "$attempt" = 2 ] || say "同じキーで再送しても二重にならない" "The same again under the same key: nothing is recorded twice"
done
say "まとめて記録する（JSON Lines）" "Many at once (JSON Lines)"
expect 0 provlog record --from batch.jsonl --provided-on 2026-11-20 --recipient ㈱架空商事 \
  --recipient-address 東京都架空区見本一丁目2番3号 --representative '見本 太郎' --basis opt-out

say "検証する" "Verify"
expect 0 provlog verify
say "一人の本人の記録を探す" "Find the records of one person"
expect 0 provlog list --principal-name 凡例卯月
say "一つのエントリの全体を見る" "One entry, whole"
expect 0 provlog show 13
say "検査のために上半期を出力する" "Export half a year for an inspector"
expect 0 provlog export --out inspection --from 2025-04-01 --to 2025-09-30
expect 0 ls inspection/data
say "出力したフォルダーは、台帳なしで確かめられる" "The exported folder is checked without the ledger"
expect 0 provlog verify --bundle inspection

say "台帳を複写し、複写の中の氏名を書き換えると、検証で分かる" "Copy the ledger, change a name inside the copy: verification tells"
cp provlog.db.fingerprint-secret tampered.db.fingerprint-secret
LC_ALL=C sed 's/凡例 卯月/凡例 弥生/' provlog.db >tampered.db || stop "sed"
if cmp -s provlog.db tampered.db; then stop "nothing was changed in the copy"; fi
expect 1 provlog --ledger tampered.db verify

say "チェックポイントを社外に出しておくと、末尾を切り取られた台帳も分かる" "With a checkpoint that left the house, a log whose end was cut off is found too"
cp provlog.db old-copy.db
cp provlog.db.fingerprint-secret old-copy.db.fingerprint-secret
expect 0 provlog record --provided-on 2026-11-20 --recipient ㈱架空商事 \
  --recipient-address 東京都架空区見本一丁目2番3号 --representative '見本 太郎' --principal-id N-200 --item 氏名 --basis opt-out
printf '$ provlog checkpoint > sent.checkpoint\n'
provlog checkpoint >sent.checkpoint || stop "checkpoint"
expect 0 cat sent.checkpoint
expect 0 provlog verify --checkpoint sent.checkpoint
expect 0 provlog --ledger old-copy.db verify
expect 5 provlog --ledger old-copy.db verify --checkpoint sent.checkpoint

say "保存期間のうちは削除できない" "Inside the retention period nothing is deleted"
expect 1 provlog delete 13 --apply --reason 試し

say "2021年に作られた小さな台帳では、保存期間が終わっている" "In a small ledger made in 2021 the retention period has ended"
cp "$samples"/ledger-2021/* . || stop "samples/ledger-2021"
expect 0 provlog delete --expired
say "2021年から時計が飛んでいるので、日付の確認を求められる" "The clock has jumped since 2021: the date must be confirmed"
expect 1 provlog -q delete --expired --apply --reason 保存期間の満了
today=${TOUR_TODAY:-$(TZ=JST-9 date +%Y-%m-%d)}
expect 0 provlog delete --expired --apply --reason 保存期間の満了 --confirm-date "$today"
say "内容は消え、台帳は検証に通る" "The contents are gone, and the log still verifies"
expect 0 provlog list
expect 0 provlog verify

say "おわり" "The end"
