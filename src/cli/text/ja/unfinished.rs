//! Japanese: what a stopped command left, and what became of it.

use super::super::{Unfinished, shown};

pub(crate) fn unfinished(say: &Unfinished<'_>) -> String {
    match say {
        Unfinished::FileRemoved { path } => {
            format!("中断されたコマンドが残した作りかけの {} を削除しました", shown(path))
        }
        Unfinished::FolderRemoved { path } => format!(
            "中断されたコマンドが残した作りかけの {} を削除しました（台帳には記録されていません）",
            shown(path)
        ),
        Unfinished::FolderPlaced { path, index } => format!(
            "{} はエントリ {index} のフォルダーです。作ったコマンドが名前を付ける前に中断されていたため、今その名前にしました。新しく作るには別の名前を指定してください",
            shown(path)
        ),
        Unfinished::LedgerRemoved { paths } => {
            let list: Vec<String> = paths.iter().map(|path| shown(path)).collect();
            format!(
                "以前の `provlog init` が中断されていたため、残っていたものを削除して初めから作ります: {}",
                list.join("、")
            )
        }
    }
}
