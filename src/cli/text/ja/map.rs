//! Japanese: the comments of a proposed map.

use super::super::MapWords;

pub(crate) const WORDS: MapWords = MapWords {
    opening: "台帳の見出しをどう読んだかの対応表です。# より後ろは読まれません。\n\
        undecided にある見出しを、それぞれ項目（項目 = \"見出し\"）か leave_out に移してから、次のとおり確かめてください。\n\
        provlog import --map このファイル 台帳 --dry-run",
    short_rows: "行末の空のセルが省かれている",
    found_out: "今回はこう読んだ。ここに書かなければ毎回見分ける",
    heading: "一行目から記録が始まり、見出しがない場合。列は \"#1\"、\"#2\" … と呼びます",
    columns: "項目 = 見出し。複数の列は [\"…\", \"…\"] と書くと、つなげて読みます",
    perhaps: "候補: {}",
    twice: "{} の二つ目の列",
    unknown: "分からない見出し",
    others: "列のない項目です。使うときは見出しを書き、行頭の # を消してください（[constants] より上に置きます）。",
    constants: "列がなく、全行に共通の値",
    days: "1/4/2026 が四月一日なら \"dmy\"、一月四日なら \"mdy\"",
    items: "データの項目の区切り。書いたもの以外では区切りません",
    ditto: "上のセルと同じという印と、空欄が上と同じ意味になる項目",
    skip: "取り込まない行: その列の値がこのどれかである行。",
    words: "この台帳での、提供の根拠の呼び方。",
};
