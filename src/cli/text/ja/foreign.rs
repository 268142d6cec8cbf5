//! Japanese: what the system and other programs say.

use std::io;

use super::super::foreign::{Known, OsFault};
use provlog::store::DiskFault;

pub(crate) fn os(error: &io::Error) -> String {
    match Known::of(error) {
        Known::As(fault) => os_fault(fault).to_owned(),
        Known::Foreign(words) => foreign("システム", &words),
    }
}

/// ほかのプログラムの言葉を、そのままのものとして示す。
pub(crate) fn foreign(who: &str, words: &str) -> String {
    format!("{who}の説明: 「{words}」")
}

pub(crate) fn disk(fault: DiskFault) -> &'static str {
    match fault {
        DiskFault::Full => "ディスクに空きがありません",
        DiskFault::Failing => "ディスクの読み書きに失敗しました",
    }
}

pub(crate) fn os_fault(fault: OsFault) -> &'static str {
    match fault {
        OsFault::NotFound => "ファイルまたはフォルダーがありません",
        OsFault::PermissionDenied => "このアカウントには権限がありません",
        OsFault::AlreadyExists => "同じ名前のものがすでにあります",
        OsFault::NotADirectory => "パスの途中にフォルダーではないものがあります",
        OsFault::IsADirectory => "フォルダーです",
        OsFault::DirectoryNotEmpty => "フォルダーが空ではありません",
        OsFault::ReadOnlyFilesystem => "読み取り専用のディスクです",
        OsFault::StorageFull => "ディスクに空きがありません",
        OsFault::QuotaExceeded => "このアカウントが使える容量の上限に達しています",
        OsFault::FileTooLarge => "ファイルが、そこに置ける大きさを超えています",
        OsFault::InvalidFilename => "名前が長すぎるか、そこでは使えない名前です",
        OsFault::TimedOut => "待ち時間を過ぎました",
        OsFault::BrokenPipe => "出力を読むプログラムが終了しています",
        OsFault::NotUtf8 => "UTF-8 のテキストではありません",
        OsFault::EndsEarly => "途中で終わっています",
        OsFault::OutOfMemory => "メモリーが足りません",
        OsFault::Busy => "ほかのプログラムが使用中です",
        OsFault::Device => "ディスクまたは機器が故障しているおそれがあります",
        OsFault::Changed => "読み取っている間にファイルが変更されました",
        OsFault::SheetNotWritten => "シートを組み立てるための一時ファイルに書き込めません",
        OsFault::NotOpened => "SQLite が必要なファイルを開けません",
    }
}
