//! Japanese: what a command could not do, and what to do about it.

use clap::error::ErrorKind;
use provlog::ledger::rfc3161::ReplyFault;
use provlog::store::{Against, Failure, NotAttached};

use super::super::{Mistake, Told, bases};
use super::foreign::{disk, foreign, os};
use super::reason::{bad_value, damage};
use crate::cli::lang::Lang;
use crate::cli::trouble::{Expected, OptionProblem, Register, Trouble, Uncorrectable};

pub(crate) fn trouble(trouble: &Trouble) -> Told {
    match trouble {
        Trouble::Store(failure) => store(failure),
        Trouble::Source(e) => Told::new(
            format!("{} を読めません: {}", e.name, os(&e.error)),
            "パスと読み取り権限を確認してください。",
        ),
        Trouble::Write(path, e) => Told::new(
            format!("{} に書き込めません: {e}", path.display(), e = os(e)),
            "フォルダー、権限、空き容量を確認してください。",
        ),
        Trouble::OutputExists(path) => Told::new(
            format!("{} はすでにあります。上書きはしません", path.display()),
            "別の場所を指定するか、先に移動してください。",
        ),
        Trouble::BeingMade { path, lock } => Told::new(
            format!("ほかのプロセスが {} を作成中です", path.display()),
            format!(
                "終わるのを待つか、別の名前を指定してください。provlog がどこでも動いていなければ {} を削除してください。",
                lock.display()
            ),
        ),
        Trouble::Unplaced { folder, target, index, error } if folder == target => Told::new(
            format!(
                "{} は完成し、台帳にもエントリ {index} として記録しましたが、その名前をディスクに確実に書き込めませんでした: {error}",
                folder.display(),
                error = os(error)
            ),
            "ディスクを確認してください。その後もフォルダーがあれば、ほかにすることはありません。",
        ),
        Trouble::Unplaced { folder, target, index, error } => Told::new(
            format!(
                "フォルダーは完成し、台帳にもエントリ {index} として記録しましたが、{} という名前にできませんでした: {error}。フォルダーは {} にあります",
                target.display(),
                folder.display(),
                error = os(error)
            ),
            "原因を除いて同じコマンドをもう一度実行すると、その名前になります。自分で別の名前にしてもかまいません。",
        ),
        Trouble::Unsettled { folder, target, index } => Told::new(
            format!(
                "フォルダーについてのエントリ {index} が台帳に記録されたか確かめられないため、{} という名前にしていません。フォルダーは {} にあります",
                target.display(),
                folder.display()
            ),
            "上に示した原因を除いて同じコマンドをもう一度実行すると、フォルダーを完成させるか、削除します。",
        ),
        Trouble::UnfinishedOfAnother { folder } => Told::new(
            format!("{} は中断されたコマンドが残したもので、別の台帳のものです", folder.display()),
            "その台帳を --ledger FILE で指定して同じコマンドをもう一度実行すると、完成させるか削除します。または --out で別の名前を指定してください。",
        ),
        Trouble::Output(e) => {
            Told::new(format!("標準出力に書き込めません: {e}", e = os(e)), "出力先を確認してください。")
        }
        Trouble::LedgerItself { file } => Told::new(
            format!("{} は台帳そのもの、またはその先行書き込みログです。開いていません", file.display()),
            "読み込むファイルを指定してください。",
        ),
        Trouble::BadOption { option, value, expected } => {
            Told::new(format!("{option}: 「{value}」は受け付けられません"), expectation(*expected))
        }
        Trouble::Options { option, problem } => options(option, *problem),
        Trouble::NoSuchIndex { indexes, size } => {
            let list: Vec<String> = indexes.iter().take(10).map(u64::to_string).collect();
            Told::new(
                format!(
                    "エントリ {} はありません。台帳のエントリは 0 から数えて {size} 件です",
                    list.join(", ")
                ),
                "`provlog list` で索引を確認してください。",
            )
        }
        Trouble::RegistersChanged => Told::new(
            "検査している間に、届出・提供先・停止の求めのいずれかが登録されました。何も記録していません",
            "もう一度実行してください。",
        ),
        Trouble::PlanChanged => Told::new(
            "この間に台帳への書き込みがあり、消去できるものが表示した計画と違っています。何も消去していません",
            "もう一度実行し、新しい計画を確認してください。",
        ),
        Trouble::NotRegistered { register: Register::Recipients, id } => Told::new(
            format!("提供先「{id}」は登録されていません"),
            "`provlog recipient list` で一覧でき、`provlog recipient set` で登録できます。",
        ),
        Trouble::NotRegistered { register: Register::Filings, id } => Told::new(
            format!("届出「{id}」は（その日に効力のあるものとしては）ありません"),
            "`provlog filing list` で一覧でき、`provlog filing add` で登録できます。",
        ),
        Trouble::FilingExists { id } => Told::new(
            format!("届出「{id}」はすでにあります"),
            "変更は `provlog filing change` で登録してください。新しい届出には別の ID を付けてください。",
        ),
        Trouble::FilingStopped { id } => Told::new(
            format!("届出「{id}」による提供は終わっています"),
            "新しい届出は、別の ID で `provlog filing add` を使って登録してください。",
        ),
        Trouble::BeforeFiling { effective, filed } => Told::new(
            format!("{effective} は、届出が今の内容になった日（{filed}）より前です"),
            "--effective を直してください。",
        ),
        Trouble::NotAStopRequest { index } => Told::new(
            format!("エントリ {index} は、効力のある停止の求めではありません"),
            "`provlog optout list` で一覧できます。",
        ),
        Trouble::NoPrincipal => Told::new(
            "本人が指定されていません",
            "--principal-id か --principal-name（できれば両方）を指定してください。",
        ),
        Trouble::SeveralPrincipals { ids } => Told::new(
            format!("同じ氏名の人が複数います（ID {}）。何も開示していません", ids.join("、")),
            "請求した人を確かめ、--principal-id を指定してください。",
        ),
        Trouble::Uncorrectable { index, why } => match why {
            Uncorrectable::NotARecord => Told::new(
                format!("エントリ {index} は提供の記録ではありません。訂正できるのは記録だけです"),
                "`provlog list --side provision` で記録を確認してください。",
            ),
            Uncorrectable::Erased => Told::new(
                format!("エントリ {index} は消去済みで、訂正する内容が残っていません"),
                "足りないことは新しく記録してください。",
            ),
            Uncorrectable::Void => Told::new(
                format!("エントリ {index} は、誤って作られたものとして取り消されています"),
                "実際に提供があったのなら、新しく記録してください。",
            ),
            Uncorrectable::NothingChanges => Told::new(
                format!("エントリ {index} はすでにその内容です。何も記録していません"),
                "変える内容を --set 項目=値 か --clear 項目 で指定してください。項目名は `provlog show 索引 --json` で分かります。",
            ),
            Uncorrectable::Reopens => Told::new(
                format!("エントリ {index} の最後の日は、別の日に直せますが、なくすことはできません"),
                "正しい日を --set period_to=日付 で指定してください。",
            ),
            Uncorrectable::Changed => Told::new(
                format!("エントリ {index} は、この間に別の人が訂正しました。何も記録していません"),
                "`provlog show 索引` で確かめ、必要ならもう一度実行してください。",
            ),
        },
        Trouble::NotAField { typed } => Told::new(
            format!("「{typed}」は、訂正できる項目の「項目=値」ではありません"),
            "principal_name や period_to などの項目名は `provlog show 索引 --json` で分かります。",
        ),
        Trouble::NotAHold { index } => Told::new(
            format!("エントリ {index} は、有効な保全ではありません"),
            "`provlog hold list` で保全を確認してください。",
        ),
        Trouble::NothingMatches => Told::new(
            "条件に合う記録がありません。何も書き込んでいません",
            "索引か別の条件を指定してください。同じ条件の `provlog list` で対象を確認できます。",
        ),
        Trouble::NoSuchSize { at, size } => Told::new(
            format!(
                "--at {at}: 台帳のエントリは {size} 件です。1 から {size} までの件数の時点を出力できます"
            ),
            "件数は、含めたい最後のエントリの索引に 1 を足した数です。索引は `provlog list` で確認できます。",
        ),
        Trouble::Altered { entries, count } => {
            let named: Vec<String> = entries.iter().map(u64::to_string).collect();
            let more = count.saturating_sub(entries.len() as u64);
            let more = if more == 0 { String::new() } else { format!(" ほか {more} 件") };
            Told::new(
                format!("エントリ {}{more} は、記録されたままの内容ではありません", named.join("、")),
                "印の付いた内容に頼らないでください。そのエントリ、直前のエントリ、又はそれについてのエントリが変えられています。`provlog verify` を実行し、docs/WHEN-VERIFICATION-FAILS.ja.md に従ってください。",
            )
        }
        Trouble::MayHaveBeenErased { newest, line } => {
            let told = super::problem::may_have_been_erased(*newest, None);
            let line = line.map(|l| format!("{l} 行目: ")).unwrap_or_default();
            Told::new(format!("{line}{}。何も記録していません", told.what), told.todo)
        }
        Trouble::KeyTaken { key, index, line } => {
            let line = line.map(|l| format!("（{l} 行目）")).unwrap_or_default();
            Told::new(
                format!(
                    "キー「{key}」{line}は、内容の異なるエントリ {index} ですでに使われています。何も記録していません"
                ),
                "再送は同じ内容で行ってください。別の提供には別のキーを付けてください。",
            )
        }
        Trouble::AlreadyImported { file, index } => Told::new(
            format!("{file} はエントリ {index} ですでに取り込まれています"),
            format!("何もする必要はありません。`provlog show {index}` でその取込を確認できます。"),
        ),
        Trouble::NothingClaimed { file } => Told::new(
            format!("{file} のどの行にも記録日がないため、採用する日付がありません"),
            "--trust-record-dates を付けずに取り込むか、対応表で記録日の列を claimed_recorded_on としてください。",
        ),
        Trouble::SameFileTwice { file, other } => Told::new(
            format!("{file} の内容は {other} とまったく同じです"),
            "同じファイルは一度だけ指定してください。",
        ),
        Trouble::FileChanged { file } => Told::new(
            format!("取り込んでいる間に {file} が変わりました。何も取り込んでいません"),
            "ほかのプログラムで閉じてから、もう一度取り込んでください。",
        ),
        Trouble::MustStay { kept } => Told::new(
            format!(
                "指定されたエントリのうち {kept} 件は残さなければなりません（上の一覧）。何も消去していません"
            ),
            "それらを外すか、一覧にある日が来てから行ってください。",
        ),
        Trouble::Checkpoint { path, finding } => {
            let told = super::finding(finding);
            Told::new(format!("{}: {}", path.display(), told.what), told.todo)
        }
        Trouble::NoCheckpoint { index } => Told::new(
            format!("エントリ {index} を含むチェックポイントがまだなく、ほかの人に証明できません"),
            "先に `provlog checkpoint` で作ってください。",
        ),
        Trouble::Timestamp { path, why } => Told::new(
            format!(
                "{}: {}",
                path.display(),
                match why {
                    NotAttached::Reply(ReplyFault::TooLong) =>
                        "64 KiB を超えており、RFC 3161 の応答ではありません".to_owned(),
                    NotAttached::Reply(ReplyFault::NotAReply) =>
                        "RFC 3161 の応答（DER）ではありません".into(),
                    NotAttached::Reply(ReplyFault::Refused(status)) => {
                        format!("認証局が断っています（状態 {status}）")
                    }
                    NotAttached::Reply(ReplyFault::OtherHash) => "ハッシュが SHA-256 ではありません".into(),
                    NotAttached::OtherImprint => {
                        "この台帳が発行したままのチェックポイントに対するものではありません".into()
                    }
                }
            ),
            "`provlog checkpoint --timestamp-query FILE` で要求を作り、それに対する応答を保存してください。",
        ),
        Trouble::ErasurePending => Told::new(
            "記録は消去しましたが、ほかのプロセスのため、消去した内容が先行書き込みログに残っている可能性があります",
            "台帳を開いているほかのプログラムを閉じてください。次に書き込むコマンド（`provlog record` など）が消去を終わらせます。",
        ),
    }
}

fn store(failure: &Failure) -> Told {
    match failure {
        Failure::NoLedger(path) => Told::new(
            format!("{} に台帳がありません", path.display()),
            "--ledger FILE か PROVLOG_LEDGER で指定するか、`provlog init` で作ってください。",
        ),
        Failure::Interrupted(path) => Told::new(
            format!(
                "{} に台帳がありません。`provlog init` がそこで中断されたか、まだ実行中です",
                path.display()
            ),
            "`provlog init` をもう一度実行してください。残っているものを削除して、初めから作ります。",
        ),
        Failure::BeingMade(path, lock) => Told::new(
            format!("ほかのプロセスが {} を作成中です", path.display()),
            format!(
                "終わるのを待ってください。provlog がどこでも動いていなければ {} を削除してください。",
                lock.display()
            ),
        ),
        Failure::AlreadyThere(path) => Told::new(
            format!("{} はすでにあります。上書きはしません", path.display()),
            "--ledger FILE で別の名前を指定してください。",
        ),
        Failure::NotADatabase(path) => Told::new(
            format!("{} は provlog の台帳ではありません（SQLite のファイルではありません）", path.display()),
            "--ledger FILE で台帳のファイルを指定してください。",
        ),
        Failure::OtherProgram(path, id) => Told::new(
            format!("{} は別のプログラムのデータベースです（application_id {id:#010x}）", path.display()),
            "--ledger FILE で台帳のファイルを指定してください。",
        ),
        Failure::Newer(path, version) => Told::new(
            format!(
                "{} は新しい版の provlog で作られています（スキーマ {version}）。何も変更していません",
                path.display()
            ),
            "その版の provlog を使ってください。",
        ),
        Failure::ReadOnly(path) => Told::new(
            format!(
                "{}、そばにあるファイル、またはそのフォルダーに、このアカウントでは書き込めません",
                path.display()
            ),
            "台帳を所有するアカウントで実行するか、権限を直してください。読むだけのコマンド（verify、list、show）はこのままで使えます。",
        ),
        Failure::Unreadable(path) => Told::new(
            format!("{} を、このアカウントでは読めません", path.display()),
            "読める人が実行するか、権限を直してください。",
        ),
        Failure::HardLinked(path) => Told::new(
            format!(
                "{} には別の名前（ハードリンク）があります。一方の名前で記録した内容が、もう一方の名前では失われます",
                path.display()
            ),
            "もう一方の名前を消す（`find フォルダー -samefile ファイル` で分かります）か、コピーを作ってそれを使ってください。シンボリックリンクは問題ありません。",
        ),
        Failure::Moved(path) => Told::new(
            format!(
                "実行中に {} が別のファイルに置き換えられました。このコマンドで記録した内容は、今そこにあるファイルには入っていません",
                path.display()
            ),
            "書き込むプログラムをすべて止め、正しいファイルを戻してから（docs/RESTORE.ja.md）、もう一度実行してください。",
        ),
        Failure::ForeignLog(path) => Told::new(
            format!(
                "{} のそばの先行書き込みログは、このファイルのものではありません。コピーを戻したとき、前のファイルのログが残ったと考えられます。何も変更していません",
                path.display()
            ),
            format!(
                "{0}-wal と {0}-shm を別のフォルダーへ移し（コピーにないエントリが入っていることがあるので、捨てないでください）、`provlog verify` を実行してください。くわしくは docs/RESTORE.ja.md にあります。",
                path.display()
            ),
        ),
        Failure::ForeignSchema { path, object } => Told::new(
            format!(
                "何も書き込んでいません: {} の構造が台帳のものではありません（{}）",
                path.display(),
                super::finding::schema_object(object)
            ),
            "書き込む内容を捨てる、変える、写し取るおそれのあるものが、加えられたか、取り除かれたか、変えられています。`provlog verify` を実行すると、すべて示されます。",
        ),
        Failure::NotWal(path) => Told::new(
            format!(
                "{} はジャーナルモードが失われたコピーです（VACUUM INTO などで作られたもの）",
                path.display()
            ),
            format!("元に戻してください: sqlite3 {} 'PRAGMA journal_mode=WAL'", path.display()),
        ),
        Failure::OwnerMustOpen(path) => Told::new(
            format!(
                "{} の最新のエントリは先行書き込みログにあり、{0}-shm がないと、このアカウントでは読めません",
                path.display()
            ),
            "台帳の所有者が一度開いてください（`provlog verify`）。その後は読めます。",
        ),
        Failure::ChangedMeanwhile(path) => Told::new(
            format!("読んでいる間に {} が書き換えられたため、読んだ内容は使えません", path.display()),
            "もう一度実行してください。",
        ),
        Failure::NoClock => {
            Told::new("パソコンの時計が使える時刻を示していません", "時計を合わせてください。")
        }
        Failure::ClockFarAhead { newest, now } => Told::new(
            format!(
                "時計の日付は {} ですが、最新のエントリは {} です。誤った時計で記録すると、その後のすべての記録が何年も消去できなくなります。何も記録していません",
                now.legal_day(),
                newest.legal_day()
            ),
            "カレンダーで今日の日付を確認してください。時計が正しければ、今日の日付（日本）を --confirm-date YYYY-MM-DD で指定し、誤っていれば時計を合わせてください。",
        ),
        Failure::ClockBehind { now, newest } => Told::new(
            format!("時計（{now}）が最新のエントリ（{newest}）より遅れています。何も消去していません"),
            "時計を合わせてください。進んだ時計で記録したエントリがあるときは、その時刻が過ぎるまで待ってください。",
        ),
        Failure::NotToday { confirmed, today } => Told::new(
            format!("--confirm-date {confirmed} は今日ではありません（時計では日本の {today} です）"),
            "カレンダーで今日の日付を確認し、時計が誤っていれば先に合わせてください。",
        ),
        Failure::DayNotStated => Told::new(
            "パソコンの時計だけを根拠に消去することはできません",
            "カレンダーを見て、今日の日付（日本）を --confirm-date YYYY-MM-DD で指定してください。",
        ),
        Failure::Locked(path) => Told::new(
            format!("ほかのプロセスが {} を長く使用しています", path.display()),
            "もう一度実行してください。必要なら --wait SECONDS で待つ時間を延ばしてください。",
        ),
        Failure::NoSecret(path) => Told::new(
            format!("照合用の秘密ファイルが {} にありません", path.display()),
            "`provlog init` が作ったファイルをバックアップから戻してください。これがないと記録も検索もできません。",
        ),
        Failure::SecretUnreadable(path) => Told::new(
            format!("照合用の秘密ファイル {} を、このアカウントでは読めません", path.display()),
            "記録や本人の検索をする人は、このファイルを読める必要があります。読めるアカウントで実行するか、権限を直してください。",
        ),
        Failure::NotASecret(path) => Told::new(
            format!("{} は照合用の秘密ファイルではありません", path.display()),
            "`provlog init` が作ったファイルをバックアップから戻してください。",
        ),
        Failure::WrongSecret(path) => Told::new(
            format!("{} は別の台帳の照合用の秘密ファイルです", path.display()),
            "この台帳のファイルをバックアップから戻してください。",
        ),
        Failure::NoSigningKey(path) => Told::new(
            format!("署名鍵が {} にありません", path.display()),
            "保管場所から戻してください。失われたときは `provlog key --rotate --reason TEXT` で新しい鍵を作れます。",
        ),
        Failure::SigningKeyUnreadable(path) => Told::new(
            format!("署名鍵 {} を、このアカウントでは読めません", path.display()),
            "鍵を持つアカウントで署名するか、権限を直してください。",
        ),
        Failure::NotASigningKey(path) => Told::new(
            format!("{} は署名鍵（Ed25519、PKCS#8 PEM）ではありません", path.display()),
            "`provlog init` または `provlog key` が作ったファイルを戻してください。",
        ),
        Failure::WrongSigningKey(path) => Told::new(
            format!("{} はこの台帳が示す鍵ではありません", path.display()),
            "この台帳の鍵を戻してください。失われたときは `provlog key --rotate --reason TEXT` で新しい鍵を作れます。",
        ),
        Failure::NoAnchor => Told::new(
            "この台帳には控え（アンカー）がありません",
            "`provlog anchor --set PATH` で置いてください。",
        ),
        Failure::AnchorTaken(path) => Told::new(
            format!("{} はすでにあります。上書きはせず、控え（アンカー）は置いていません", path.display()),
            "`provlog anchor --set PATH` で別の場所を指定してください。",
        ),
        Failure::AnchorOutOfReach(path, why) => Told::new(
            format!(
                "{} の控え（アンカー）を読めません: {why}。何も書き込んでいません",
                path.display(),
                why = os(why)
            ),
            "そのディスクや共有につないでください。それでも書き込むときは --anchor-later（記録されます）、控えが失われたときは `provlog anchor --reset --reason TEXT` を使ってください。",
        ),
        Failure::AgainstAnchor(against) => against_anchor(against, "何も書き込んでいません"),
        Failure::DoneAgainstAnchor { against, entries } => against_anchor(
            against,
            &format!("このコマンドの内容は台帳に書き込みました{}", entries_of(*entries)),
        ),
        Failure::KeyNotPlaced { path, error, index } => Told::new(
            format!(
                "新しい鍵は台帳に書き込みましたが（エントリ {index}）、鍵ファイル {} を所定の場所に置けません: {error}",
                path.display(),
                error = os(error)
            ),
            "原因を直し、ファイルはそのままにしてください。次のチェックポイントを発行するときに所定の場所に置かれます。",
        ),
        Failure::InDoubt(path) => Told::new(
            format!(
                "この内容が {} に書き込まれたかどうか分かりません。ディスクに確定させるときにも、取り消すときにもエラーが起きました",
                path.display()
            ),
            "まずディスクを調べてください。その後 `provlog list` で書き込まれたかどうかを確認できます。`record` は同じ --key であれば二重に記録しません。",
        ),
        Failure::NotAnchored { path, why, entries } => Told::new(
            format!(
                "台帳には書き込みましたが{}、{} の控え（アンカー）を進められません: {why}",
                entries_of(*entries),
                path.display(),
                why = os(why)
            ),
            "原因を直してください。次に書き込むコマンドが控えを進めます。同じ --key での再送は二重になりません。",
        ),
        Failure::OldSqlite(version) => Told::new(
            format!("このプログラムの SQLite {version} は古く、データを失うおそれがあります"),
            "同梱の SQLite（3.51.3 以降）でビルドし直してください。",
        ),
        Failure::Damaged { index: Some(index), why } => Told::new(
            format!("エントリ {index} は使えません（{}）", damage(*why)),
            "`provlog verify` を実行すると、何が変えられたかが分かります。",
        ),
        Failure::Damaged { index: None, why } => Told::new(
            format!("台帳が壊れています（{}）", damage(*why)),
            "`provlog verify --deep` を実行し、ファイルはそのまま保管して、バックアップに戻ってください。",
        ),
        Failure::BadValue(why) => {
            Told::new(format!("受け付けられない値があります（{}）", bad_value(*why)), "値を直してください。")
        }
        Failure::ThreadLost => Told::new(
            "provlog の処理の一部が、結果を出さずに終わりました。入力の誤りではなく、プログラムの不具合です",
            "もう一度実行してください。繰り返すときは、実行したコマンドと版（`provlog --version`）を開発元に知らせてください。",
        ),
        Failure::NoRandomness => Told::new(
            "システムから乱数を得られません。ソルトや鍵を作れません",
            "しばらくしてからもう一度実行してください。起動の直後や、制限された環境では、乱数がまだ得られないことがあります。",
        ),
        Failure::Io(path, e) => Told::new(
            format!("{} を扱えません: {e}", path.display(), e = os(e)),
            "パス、権限、空き容量を確認してください。",
        ),
        Failure::Sqlite(path, e) => Told::new(
            match failure.disk_fault() {
                Some(fault) => format!(
                    "{} でエラーが起きました: {}（{}）",
                    path.display(),
                    disk(fault),
                    foreign("SQLite ", &e.to_string())
                ),
                None => format!(
                    "{} で SQLite のエラーが起きました（{}）",
                    path.display(),
                    foreign("SQLite ", &e.to_string())
                ),
            },
            "ディスク（空き容量、故障）を確認し、`provlog verify --deep` を実行してください。",
        ),
    }
}

fn entries_of(entries: Option<(u64, u64)>) -> String {
    match entries {
        None => String::new(),
        Some((first, last)) if first == last => format!("（エントリ {first}）"),
        Some((first, last)) => format!("（エントリ {first} から {last}）"),
    }
}

/// `written`: このコマンドが台帳に何をしたか。
fn against_anchor(against: &Against, written: &str) -> Told {
    match against {
        Against::State { path, anchored, ledger } => Told::new(
            format!(
                "{} の控え（アンカー）がこの台帳と食い違っています。控えは {} 件（最後の葉ハッシュ {}）、台帳は {} 件（{}）です。台帳が切り取られたか、古い複写に戻されたか、置き換えられています。{written}",
                path.display(),
                anchored.size,
                anchored.head,
                ledger.size,
                ledger.head
            ),
            "このファイルをそのまま保全し、最新の複写を戻してください。ないときは `provlog anchor --reset --reason TEXT` で、両方の状態を記録してここから続けられます。",
        ),
        Against::OfAnother(path) => Told::new(
            format!("{} は別の台帳の控え（アンカー）です。{written}", path.display()),
            "正しい台帳を --ledger FILE で指定してください。この台帳が置き換えられたものであれば、両方を保全して調べてください。",
        ),
        Against::Unreadable(path) => Told::new(
            format!("{} は控え（アンカー）ではないか、変えられています。{written}", path.display()),
            "保管場所から戻すか、`provlog anchor --reset --reason TEXT` でここから続けてください（記録されます）。",
        ),
    }
}

fn expectation(expected: Expected) -> String {
    let words = match expected {
        Expected::Day => "2026-11-23、2026/11/23、令和8年11月23日 のように日付を指定してください。",
        Expected::Basis => return format!("{} のいずれかを指定してください。", bases(Lang::Ja)),
        Expected::Side => "provision（提供した記録）か receipt（提供を受けた記録）を指定してください。",
        Expected::Month => "2026-11 のように月を指定してください。",
        Expected::Method => "each、bulk、contract のいずれかを指定してください。",
        Expected::Kind => "provision、import、export、erasure などの種類を指定してください。",
        Expected::Encoding => "utf-8、cp932、utf-16le、utf-16be のいずれかを指定してください。",
        Expected::Years => "法令は 3 年以上の保存を求めています。3 から 100 までの数を指定してください。",
        Expected::Origin => "example.co.jp/provisions のように、空白と + を含まない名前を指定してください。",
        Expected::Text => "空でなく、長すぎず、制御文字を含まない文字列を指定してください。",
        Expected::VerifierKey => "`provlog key` が表示する形（NAME+ID+KEY）で鍵を指定してください。",
        Expected::PartyType => "body（法人など）か person（個人）を指定してください。",
        Expected::FiledItem => {
            "名前:区分:出所 の形で指定してください。区分は ordinary か special-care（要配慮個人情報）、出所は principal（本人）、public（公開情報）、third-party（第三者）、opt-out（他者のオプトアウト）、unlawful（不正取得）のいずれかです（例: 氏名:ordinary:public）。"
        }
        Expected::NotFuture => "まだ来ていない日です（日本時間）。直してください。",
        Expected::YesNo => "yes か no を指定してください。",
        Expected::Period => "期間の終わりが始まりより前です。--from と --to を入れ替えてください。",
    };
    words.to_owned()
}

fn options(option: &str, problem: OptionProblem) -> Told {
    match problem {
        OptionProblem::NeedsReason => Told::new(
            format!("{option} には理由が必要です"),
            "--reason TEXT を付けてください。台帳に記録されます。",
        ),
        OptionProblem::NeedsCheckpoint => Told::new(
            format!("{option} はチェックポイントのためのものです"),
            "--checkpoint FILE か --bundle FOLDER を付けてください。",
        ),
        OptionProblem::NeedsPartial => Told::new(
            format!("{option} は --partial とともにだけ使えます"),
            "--partial を付けるか、このオプションを外してください。",
        ),
        OptionProblem::NotWithDryRun => Told::new(
            format!("{option} は、何も変えない --dry-run とは併用できません"),
            "どちらかを外してください。",
        ),
        OptionProblem::NeedsOneFile => Told::new(
            format!("{option} で見るファイルは一つです"),
            "一つだけ指定してください。できた対応表は、ほかのファイルにも使えます。",
        ),
        OptionProblem::NotWithFrom => Told::new(
            format!("{option} は一件の提供のためのもので、--from は複数件を取り込みます"),
            "各行にキーを付けてください（列または JSON のキー `key`）。",
        ),
        OptionProblem::NothingNamed => {
            Told::new("削除の対象が指定されていません", "索引を指定するか、--expired を付けてください。")
        }
        OptionProblem::NamedAndFilter => {
            Told::new("索引の指定と条件は同時に使えません", "どちらか一つを使ってください。")
        }
        OptionProblem::NamedAndExpired => {
            Told::new("索引の指定と --expired は同時に使えません", "どちらか一つを使ってください。")
        }
    }
}

pub(crate) fn usage(error: &clap::Error) -> Told {
    let m = Mistake::of(error);
    let argument = m.argument.as_deref().unwrap_or("?");
    let what = match m.kind {
        ErrorKind::UnknownArgument => format!("{argument} というオプションはありません"),
        ErrorKind::InvalidSubcommand => format!("「{argument}」というコマンドはありません"),
        ErrorKind::MissingRequiredArgument => format!("必要なものがありません: {argument}"),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "コマンドが指定されていません".to_owned()
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => match m.value.as_deref() {
            Some("") | None => format!("{argument} には値が必要です"),
            Some(value) => format!("{argument}: 「{value}」は受け付けられません"),
        },
        ErrorKind::ArgumentConflict => {
            format!("{argument} が二度指定されているか、ほかのオプションと矛盾しています")
        }
        _ => format!(
            "コマンドの書き方が正しくありません（{}）",
            foreign("コマンドの読み取りプログラム", m.error.to_string().lines().next().unwrap_or_default())
        ),
    };
    let list = "`provlog --help` と `provlog COMMAND --help` で一覧を確認してください。";
    let todo = match m.suggestion {
        Some(suggestion) => format!("{suggestion} のことですか。{list}"),
        None => list.to_owned(),
    };
    Told::new(what, todo)
}
