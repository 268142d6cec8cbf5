//! Japanese: what stays when an answer, or the rest of a command, is lost.

use std::io;

use super::super::{Told, shown};
use super::foreign::os;
use crate::cli::kept::Kept;
use crate::cli::status::Outcome;

/// Beside what has been reported already.
pub(crate) fn outcome(outcome: Outcome) -> Told {
    match outcome {
        Outcome::Done => Told::new("", ""),
        Outcome::Refused => Told::new(
            "内容が受け付けられませんでした",
            "これより前のオブジェクトに、何がなぜ受け付けられないかがあります。",
        ),
        Outcome::Findings(_) => Told::new(
            "検証で異常が見つかりました",
            "これより前のオブジェクトに、それぞれの内容と対処があります。",
        ),
    }
}

pub(crate) fn answer_lost(kept: &[Kept], why: &io::Error) -> Told {
    Told::new(
        format!("{}。ただし、結果を標準出力に書き込めませんでした: {}", list(kept), os(why)),
        again(kept),
    )
}

pub(crate) fn done_before(kept: &[Kept]) -> Told {
    Told::new(format!("その前に済んだことは、そのまま残っています: {}", list(kept)), again(kept))
}

fn list(kept: &[Kept]) -> String {
    let one = |kept: &Kept| match kept {
        Kept::Entries { first, last } if first == last => format!("エントリ {first} として記録しました"),
        Kept::Entries { first, last } => format!("エントリ {first} から {last} として記録しました"),
        Kept::Made(path) => format!("{} を作りました", shown(path)),
        Kept::Stamped(size) => format!("{size} 件のチェックポイントのタイムスタンプを保存しました"),
    };
    kept.iter().map(one).collect::<Vec<_>>().join("、")
}

fn again(kept: &[Kept]) -> String {
    let entry = kept.iter().find_map(|kept| match kept {
        Kept::Entries { first, .. } => Some(first),
        _ => None,
    });
    match entry {
        Some(first) => {
            format!("もう一度実行しないでください。記録した内容は `provlog show {first}` で確認できます。")
        }
        None => "もう一度実行しないでください。".to_owned(),
    }
}
