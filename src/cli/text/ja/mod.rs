//! Japanese.

mod ending;
mod finding;
mod foreign;
mod help;
pub(crate) mod map;
mod problem;
mod reason;
mod registry;
mod trouble;
mod unfinished;

use provlog::import::{NoticeKind, Report, RowNotice, Skip};
use provlog::ledger::Kind;
use provlog::record::deletion::Verdict;
use provlog::record::rules::{Remark, Source};
use provlog::record::{Basis, Field};
use provlog::verify::bundle::{BundleSummary, Listed, NotChecked};
use std::path::Path;

use super::{Frame, Say, on_one_line, shown};

pub(super) use ending::{answer_lost, done_before, outcome};
pub(super) use finding::{finding, notice};
#[cfg(test)]
pub(super) use foreign::os_fault;
pub(super) use help::help;
pub(super) use problem::problem;
pub(super) use reason::form_fault;
pub(super) use registry::{filing_fault, label, registry};
pub(super) use trouble::{trouble, usage};
pub(super) use unfinished::unfinished;

pub(super) fn say(say: &Say<'_>) -> String {
    match say {
        Say::Made { ledger, secret, signing_key, genesis } => format!(
            "台帳を作りました: {}\n  事業者                {}\n  台帳の名前            {}\n  保存期間              {} 年\n  照合用の秘密ファイル  {}\n  署名鍵                {}\n  公開鍵                {}\n三つのファイルすべてをバックアップしてください。記録や検索をする人には照合用の秘密ファイルが必要です。署名鍵は別の人が保管してください。",
            shown(ledger),
            genesis.operator,
            genesis.origin,
            genesis.years,
            shown(secret),
            shown(signing_key),
            genesis.public_key,
        ),
        Say::Recorded { index, leaf, existing: false, again } => {
            let again = match again {
                true => "。以前に消去された可能性があり、保存期間は今日から改めて数えます",
                false => "",
            };
            format!("記録しました: エントリ {index}、ハッシュ {leaf}{again}")
        }
        Say::Recorded { index, leaf, existing: true, .. } => {
            format!("このキーですでに記録されています: エントリ {index}、ハッシュ {leaf}")
        }
        Say::RecordedMany { loaded } => {
            let existing = match loaded.existing {
                0 => String::new(),
                n => format!("。{n} 件は同じキーですでに記録されていました"),
            };
            let existing = format!("{existing}{}", come_again(loaded.again, false));
            match (loaded.first, loaded.last) {
                (Some(first), Some(last)) => format!(
                    "{} 件を記録しました（エントリ {} から {}）、最後のハッシュ {}{existing}",
                    loaded.recorded, first.index, last.index, last.leaf
                ),
                _ => format!("0 件を記録しました{existing}"),
            }
        }
        Say::NothingRecorded { accepted, refused } => format!(
            "何も記録していません。{refused} 行が受け付けられません（{accepted} 行は問題ありません）。直してから、もう一度実行してください。"
        ),
        Say::OpenToOthers { files } => format!(
            "警告: このコンピューターを使うだれもが、次のファイルを読むか、変えることができます: {}\n  -> ほかの人の権限を外す（chmod o= ファイル）か、ファイルのあるフォルダーを閉じてください",
            super::listed(files, "、")
        ),
        Say::Recording => "記録中".into(),
        Say::Opening { file } => format!("{file} を読んでいます"),
        Say::Checking => "検査中".into(),
        Say::Importing => "取込中".into(),
        Say::ClockAhead { days, newest, today } => format!(
            "注意: 時計の日付は {today} で、最新のエントリ（{newest}）より {days} 日進んでいます。誤りであれば時計を合わせてください。時計が進んでいると、記録の保存期間が長くなります。"
        ),
        Say::Waiting => "ほかのプロセスが台帳に書き込んでいます。待っています ...".into(),
        Say::EncodingFound { file, encoding, given, delimiter } => {
            let how = if *given { "" } else { "（自動判別。違うときは --encoding で指定してください）" };
            let parted = match delimiter {
                b'\t' => "。セルの区切りはタブです",
                b';' => "。セルの区切りはセミコロンです",
                _ => "",
            };
            format!("{file}: {} として読みます{how}{parted}", encoding.word())
        }
        Say::ColumnLeftOut { file, column } => {
            let column = on_one_line(column);
            format!("{file}: 列「{column}」は取り込みません")
        }
        Say::FileReport { report, known } => file_report(report, *known),
        Say::SheetRead { file, sheet, hidden, others } => {
            let sheet = on_one_line(sheet);
            let mut said = format!("{file}: シート「{sheet}」を読みます");
            if !hidden.is_empty() {
                said.push_str(&format!("。非表示のシートは見ていません: {}", on_one_line(&hidden.join("、"))));
            }
            if !others.is_empty() {
                said.push_str(&format!("。ほかのシート: {}", on_one_line(&others.join("、"))));
            }
            said
        }
        Say::RowSkipped { file, line, why } => {
            let why = match why {
                Skip::Example => "記入例",
                Skip::Total => "合計",
                Skip::Heading => "見出しの繰り返し",
                Skip::Mapped => "対応表の指定",
            };
            format!("{file}:{line}: {why}のため、取り込みません")
        }
        Say::TitlesLeftOut { file, from, to } => {
            let lines = if from == to { format!("{from} 行目") } else { format!("{from} 行目から {to} 行目") };
            format!("{file}: {lines}は見出しの上にあるため、取り込みません")
        }
        Say::ClaimedDate { file, column } => {
            let column = on_one_line(column);
            format!("{file}: 列「{column}」は申告された日付として残します。保存期間は今日の取込から数えます（この日付から数えるには --trust-record-dates）")
        }
        Say::DateTrusted { file, column } => {
            let column = on_one_line(column);
            format!("{file}: 保存期間を、今日の取込からではなく、列「{column}」の日付から数えます。これは決定として記録されます。日付のない行は今日から数えます")
        }
        Say::Checked { file, checked } => {
            format!("{file}: {} 行は問題なく、{} 行は受け付けられません", checked.accepted, checked.refused)
        }
        Say::MapProposed { map, file, undecided } => {
            let map = shown(map);
            let open = match undecided {
                0 => String::new(),
                n => format!("undecided にある {n} 個の見出しを決めてください。"),
            };
            format!("{map}: {file} の見出しをどう読んだかを書き出しました。{open}次に: provlog import --map {map} {file} --dry-run")
        }
        Say::DryRun => "検査だけを行いました。何も変えていません。".into(),
        Say::NothingImported { accepted: 0, refused: 0 } => "何も取り込んでいません。".into(),
        Say::NothingImported { accepted, refused } => format!(
            "何も取り込んでいません（{accepted} 行は問題なく、{refused} 行は受け付けられません）。ファイルを直すか、--partial --rejects FILE でよい行だけを取り込んでください。"
        ),
        Say::Imported { file, import, loaded, known, trusted } => {
            let known = match known {
                0 => String::new(),
                n => format!("。{n} 行はすでに台帳にあります"),
            };
            let known = format!("{known}{}", come_again(loaded.again, *trusted));
            match (loaded.first, loaded.last) {
            (Some(first), Some(last)) => format!(
                "{file} から {} 件を取り込みました（取込のエントリ {import}、記録 {} から {}）、最後のハッシュ {}{known}",
                loaded.recorded, first.index, last.index, last.leaf
            ),
            _ => format!("{file} から取り込んだ記録はありません（取込のエントリ {import}）{known}"),
        }
        }
        Say::SomeRefused { refused } => {
            format!("{refused} 行は受け付けられず、台帳に入っていません。")
        }
        Say::RowNotice { file, line, notice } => {
            let place = match (file, line) {
                (Some(file), Some(line)) => format!("{file}:{line}: "),
                _ => String::new(),
            };
            format!("{place}{}", row_notice(notice))
        }
        Say::MoreNotices { kind, more } => format!("... ほかに {more} 件: {kind}"),
        Say::CutOff { shown } => format!("はじめの {shown} 件です。続きがあります（--limit）。"),
        Say::Corrected { about, index, leaf, void: false } => {
            format!("エントリ {about} を訂正しました（エントリ {index}、ハッシュ {leaf}）。元の内容は show {about} で読めます")
        }
        Say::Corrected { about, index, leaf, void: true } => {
            format!("エントリ {about} を取り消しました（エントリ {index}、ハッシュ {leaf}）。元の内容は show {about} で読めます")
        }
        Say::CorrectedBy { entries, void } => {
            let entries: Vec<String> = entries.iter().map(u64::to_string).collect();
            let what = if *void { "取消済み（誤って作られた記録）" } else { "訂正済み。訂正後の内容を表示しています" };
            format!("  {what}（エントリ {}）", entries.join(", "))
        }
        Say::AsRecorded { value: Some(value) } => format!("（記録時: {value}）"),
        Say::AsRecorded { value: None } => "（記録時: なし）".into(),
        Say::HoldPlaced { indexes, held } => {
            let indexes: Vec<String> = indexes.iter().map(u64::to_string).collect();
            format!("{held} 件を保全の対象にしました（エントリ {}）", indexes.join(", "))
        }
        Say::HoldReleased { hold, index } => format!("エントリ {hold} の保全を解除しました（エントリ {index}）"),
        Say::HoldLine { hold, day, reason } => {
            let reason = on_one_line(reason);
            let runs: Vec<String> = hold.runs.iter().flatten().map(ToString::to_string).collect();
            let released = hold.released.map(|by| format!("、エントリ {by} で解除")).unwrap_or_default();
            format!("{:>8}  {day}  対象 {}{released}  {reason}", hold.index, runs.join(" "))
        }
        Say::NoHolds => "保全はありません。".into(),
        Say::NothingMatches => "該当するエントリはありません。".into(),
        Say::ErasedBy { by: Some(by) } => format!("エントリ {by} で消去済み"),
        Say::ErasedBy { by: None } => {
            "内容がなく、それを挙げる消去のエントリもありません。`provlog verify` を実行してください".into()
        }
        Say::Unreadable => "読めません。`provlog verify` を実行してください".into(),
        Say::EntryTitle { index, kind: k, time } => format!("エントリ {index}: {}、{time}", kind(*k)),
        Say::ImportedFrom { import, line } => {
            format!("  エントリ {import} の取込による記録（ファイルの {line} 行目）")
        }
        Say::DeletableFrom { free, trust } => {
            let why = trust.map(|t| format!("（エントリ {t} により、申告された記録日から数える）"));
            format!("  削除できる最初の日: {free}{}", why.unwrap_or_default())
        }
        Say::HeaderFollows => "ヘッダー（ハッシュの対象。src/ledger/FORMAT.md を参照）:".into(),
        Say::LeafHash { leaf } => format!("葉ハッシュ: {leaf}"),
        Say::FindingLead => "異常:".into(),
        Say::NoticeLead => "注意:".into(),
        Say::Verified { summary, findings } => {
            let head = summary.head.map(|h| h.to_string()).unwrap_or_default();
            let root = summary
                .root
                .map_or_else(|| "（エントリが欠けているため計算していません）".into(), |r| r.to_string());
            let result = match findings {
                0 => "検証OK: すべてのエントリは記録されたときのままです。".to_owned(),
                n => format!("検証NG: 異常が {n} 件あります。次にすること: docs/WHEN-VERIFICATION-FAILS.ja.md"),
            };
            format!(
                "{result}\n  エントリ  {}（記録 {}、消去済み {}）\n  末尾      {head}\n  根        {root}",
                summary.size, summary.records, summary.erased
            )
        }
        Say::PlanOnly { erasable, kept } => format!(
            "計画: {erasable} 件を消去でき、{kept} 件は残ります。何も変えていません。実行するには --apply --reason TEXT を付けてください。"
        ),
        Say::NothingToErase => "保存期間を過ぎた記録はありません。何も消去していません。".into(),
        Say::ErasedNow { erased, entries } => {
            let entries: Vec<String> = entries.iter().map(|e| e.index.to_string()).collect();
            format!("{erased} 件の記録を消去しました（消去のエントリ {}）", entries.join("、"))
        }
        Say::CheckpointIssued { issued } => format!(
            "{}\n台帳を書き換えられる人が変えられない場所に保管し、検証用の鍵を控えてください。\n{}",
            if issued.before {
                format!(
                    "{} 件のこのチェックポイントは発行済みです。その後、追加はありません。",
                    issued.checkpoint.size
                )
            } else {
                format!("{} 件のチェックポイントです。", issued.checkpoint.size)
            },
            issued.key
        ),
        Say::KeyChanged { index, key } => format!(
            "署名鍵を替えました（エントリ {index}）。これからのチェックポイントは次の鍵で署名します。\n{key}\n別の場所に控えてください。これまでのチェックポイントは有効なままです。"
        ),
        Say::ContinuesCheckpoint { believed } => format!(
            "台帳は {} 件のチェックポイントの続きです（署名した鍵: {}）。",
            believed.size, believed.key
        ),
        Say::ProofWritten { file, size } => format!(
            "エントリが {size} 件の台帳に含まれることの証明です: {}（C2SP tlog-proof）",
            shown(file)
        ),
        Say::QueryWritten { file } => format!(
            "タイムスタンプの要求です: {}。時刻認証局に送り（Content-Type: application/timestamp-query）、応答を `provlog checkpoint --attach REPLY.tsr` で保存してください。",
            shown(file)
        ),
        Say::TimestampAttached { stamped } => format!(
            "{} 件のチェックポイントに対するタイムスタンプで、時刻は {} です。認証局の署名はここでは確かめていません: openssl ts -verify -in REPLY.tsr -data CHECKPOINT -CAfile ROOT.pem",
            stamped.size, stamped.time
        ),
        Say::NotAnchored => {
            "この台帳には外部の控え（アンカー）がありません。別のディスクに `provlog anchor --set PATH` で置けます。".into()
        }
        Say::Anchored { path, size } => {
            format!("台帳は {} にある {size} 件の控え（アンカー）の続きです。", shown(path))
        }
        Say::AnchorChanged { index, off: false } => format!(
            "外部の控え（アンカー）を置きました（エントリ {index}）。これからは、控えに書けたものだけを完了とします。"
        ),
        Say::AnchorChanged { index, off: true } => {
            format!("外部の控え（アンカー）をやめました（エントリ {index}）。")
        }
        Say::BundleVerified { summary: s, findings } => format!(
            "{}\n{}{}{}",
            match findings {
                0 => "検証OK: フォルダーの内容は、台帳に記録されたままです。".to_owned(),
                n => format!("検証NG: 異常が {n} 件あります。"),
            },
            bundle_extent(s),
            if s.is_selection() {
                "\n  これは一部です。台帳のすべてを示すものではありません。"
            } else {
                ""
            },
            match &s.signed {
                Some(signed) => format!("\n  署名した鍵 {}", signed.key),
                None => "\n  署名がありません。台帳全体が書き換えられていないことは示されません".to_owned(),
            }
        ),
        Say::BundleNotRead { file, why } => {
            format!(
                "検証NG: {file} が FORMAT.md の定める形ではありません（{}）\n  -> このフォルダーをそのまま保全し、台帳からもう一度出力してもらってください。",
                form_fault(*why)
            )
        }
        Say::BundleStopped { why } => format!("検証NG: 検査を続けられません。{why}"),
        Say::BundleNotChecked { what } => format!("確かめていないこと: {}", not_checked(*what)),
        Say::BundleNotProved { files } => {
            let files: Vec<String> = files.iter().map(|file| shown(Path::new(file))).collect();
            format!("証明の対象でないもの（検証の根拠にはしません）: {}", files.join("、"))
        }
        Say::NotSigned => {
            "フォルダーに署名がありません。その時点の署名鍵がないか、台帳に書き込めないため、チェックポイントを作れません。".into()
        }
        Say::NotLogged => "台帳に書き込めないため、この出力を台帳に記録できませんでした。".into(),
        Say::Exported { folder, opened, counted, logged } => {
            let logged = logged.map(|l| format!("。エントリ {l} として記録しました")).unwrap_or_default();
            let counted = match counted {
                None => "（1 件ごとに証明付き。その間に何があるかは示していません）".to_owned(),
                Some((withheld, erased, since)) => {
                    let since = erased_since(*since);
                    format!("、内容を伏せたエントリ {withheld} 件、消去済み {erased} 件{since}")
                }
            };
            format!("{} に出力しました: 内容を出力した記録 {opened} 件{counted}{logged}", shown(folder))
        }
    }
}

/// How many records may have been erased before; what that means for them, unless claimed record dates count.
fn come_again(records: u64, trusted: bool) -> String {
    match (records, trusted) {
        (0, _) => String::new(),
        (n, true) => format!("。そのうち {n} 件は以前に消去された可能性があります"),
        (n, false) => {
            format!("。そのうち {n} 件は以前に消去された可能性があり、保存期間は今日から改めて数えます")
        }
    }
}

fn not_checked(what: NotChecked) -> &'static str {
    match what {
        NotChecked::Signature => "署名した者（署名がありません）",
        NotChecked::Key => "正しい鍵による署名か（鍵が指定されていません。--key）",
        NotChecked::Timestamp => "タイムスタンプに認証局の署名があるか（openssl ts -verify）",
        NotChecked::BeforeRange => "範囲より前のエントリ",
        NotChecked::Between => "示したエントリの間にあるもの",
        NotChecked::ErasedSince => "この時点より後の消去が適法か",
    }
}

fn bundle_extent(s: &BundleSummary) -> String {
    match s.range {
        Some(Listed { first, .. }) if first == s.size => {
            format!("  出力したエントリはありません（台帳 {}、全体で {} 件）", s.origin, s.size)
        }
        Some(Listed { first, withheld, erased, since }) => format!(
            "  エントリ  台帳 {} の {first} から {} まで（内容を出力 {}、内容を伏せたもの {withheld}、消去済み {erased}{}）",
            s.origin,
            s.size.saturating_sub(1),
            s.opened,
            erased_since(since)
        ),
        None => format!(
            "  台帳 {} の {} 件。全 {} 件の中にあることの証明が 1 件ごとに付いています。その間に何があるかは示していません",
            s.origin, s.opened, s.size
        ),
    }
}

fn erased_since(since: u64) -> String {
    match since {
        0 => String::new(),
        n => format!("、その後に消去したもの {n} 件（適法な消去であることは、このフォルダーでは示せません）"),
    }
}

/// So many of the other parties are named.
const PARTIES: usize = 5;

fn file_report(r: &Report, known: Option<u64>) -> String {
    let mut lines = Vec::new();
    let numbers = |lines: &[u64]| lines.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    if let Some((first, last)) = r.days {
        lines.push(format!("  {first} から {last} まで"));
    }
    let skipped: Vec<String> = r
        .skipped
        .iter()
        .map(|(why, count)| {
            let name = match why {
                Skip::Example => "記入例",
                Skip::Total => "合計",
                Skip::Heading => "見出しの繰り返し",
                Skip::Mapped => "対応表の指定",
            };
            format!("{name} {count}")
        })
        .collect();
    if !skipped.is_empty() {
        lines.push(format!("  取り込まない行: {}", skipped.join("、")));
    }
    let mut parties: Vec<_> = r.parties.iter().collect();
    parties.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    let named: Vec<String> =
        parties.iter().take(PARTIES).map(|(name, count)| format!("{name}（{count} 件）")).collect();
    if !named.is_empty() {
        let more = match parties.len() - named.len() {
            0 => String::new(),
            n => format!("、ほか {n}"),
        };
        lines.push(format!("  提供先: {}{more}", named.join("、")));
    }
    if let Some(claims) = &r.claims {
        let (rows, first, last) = (claims.rows, claims.first, claims.last);
        lines.push(format!("  申告された記録日: {first} から {last}（{rows} 行）"));
    }
    if let n @ 1.. = r.nobody {
        let lines_of = numbers(&r.nobody_lines);
        lines.push(format!(
            "  だれのことか特定できない本人: {n} 行（{lines_of} 行目）。記録には本人を特定するに足りる事項が必要です"
        ));
    }
    if let n @ 1.. = r.without_id {
        lines.push(format!("  氏名だけで ID のない本人: {n} 件"));
    }
    if let n @ 1.. = r.duplicates {
        lines.push(format!(
            "  ファイルの中で重複しているらしい行: {n} 行（{} 行目）",
            numbers(&r.duplicate_lines)
        ));
    }
    if let Some(short) = r.short_ids() {
        lines.push(format!(
            "  通常の {} 桁より短い ID: {} 件（{} 行目）。先頭の 0 が失われた可能性があります",
            short.usual,
            short.rows,
            numbers(&short.lines)
        ));
    }
    if let Some(n @ 1..) = known {
        lines.push(format!("  すでに台帳にあるらしい行: {n} 行"));
    }
    lines.join("\n")
}

fn row_notice(notice: &RowNotice) -> String {
    let column = notice.column.as_deref().map(|c| format!("{}: ", on_one_line(c))).unwrap_or_default();
    let value = notice.value.as_deref().map(quoted).unwrap_or_default();
    let words = match notice.what {
        NoticeKind::Remark(Remark::NoConsentEvidence) => {
            "根拠は同意ですが、同意の証跡の記載がありません（--consent-evidence または列で補えます）".into()
        }
        NoticeKind::Remark(Remark::OpenPeriod) => {
            "最後の日が未定です。`provlog correct 索引 --set period_to=日付` で確定するまで、この記録は消去できません".into()
        }
        NoticeKind::Remark(Remark::LooksLikeFormula(f)) => format!(
            "「{}」が表計算の数式のように始まっています。そのまま残すので、出力を開くときは注意してください",
            field(f)
        ),
        NoticeKind::ExcelSerial => "数値を、Excel の日付の番号として読みました".into(),
        NoticeKind::GuardTakenOff => {
            "表計算ソフトの計算を防ぐ先頭のアポストロフィを除いて読みました".into()
        }
        NoticeKind::FormulaText => "数式の形で書かれた文字列を、文字列として読みました".into(),
        NoticeKind::TimeLeftOut => "日付だけを取り込み、時刻は取り込みません".into(),
        NoticeKind::ClaimInFuture => "この記録日はまだ来ていません。そのまま残しますが、何もこの日からは数えません".into(),
        NoticeKind::Ditto => "同上の印を、上の行の値として読みました".into(),
        NoticeKind::Repeated => "空欄を、上の行の値として読みました".into(),
        NoticeKind::LooksLikeDay => "Excel が番号を日付に変えたもののようです。そのまま残します".into(),
        NoticeKind::Breaches => "実際に起きたこととして、違反の内容とともに記録します".into(),
        NoticeKind::Scheme(remark) => registry::scheme_remark(remark).into(),
        NoticeKind::EraOutOfRange => "元号の期間を外れた日付です。西暦に直した日として扱います".into(),
    };
    format!("{column}{value}{words}")
}

pub(super) fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Erase { base, free } => {
            format!("消去: 起算日 {base} の保存期間は終わっています（{free} から消去できます）")
        }
        Verdict::KeepUntil { base, free } => {
            format!("残す: 保存期間の起算日は {base} です。削除できる最初の日は {free} です")
        }
        Verdict::KeepHeld { hold } => format!("残す: エントリ {hold} で保全の対象になっています"),
        Verdict::KeepWithRecord { about } => {
            format!("残す: エントリ {about} の訂正です。その記録と一緒に消去されます")
        }
        Verdict::KeepExtraOfRecord => {
            "残す: 記録の備考などは記録と一緒に消去します。--extra はいつまでも残すエントリのためのものです"
                .into()
        }
        Verdict::KeepNoExtra => "残す: 理由、担当者などの補足はありません".into(),
        Verdict::KeepInUse { by } => format!("残す: 保存中の記録 {by} がこの提供先を参照しています"),
        Verdict::KeepPermanent => {
            "残す: この種類のエントリはいつまでも残します。事実の部分に個人の情報はありません".into()
        }
        Verdict::KeepOpen => "残す: 最後の提供日がまだ決まっていません".into(),
        Verdict::KeepInForce => "残す: 効力があります".into(),
        Verdict::AlreadyErased { by } => format!("残す: すでにエントリ {by} で消去されています"),
    }
}

pub(super) fn field(field: Field) -> &'static str {
    field.label().ja
}

pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Genesis => "起点",
        Kind::Provision => "提供",
        Kind::Receipt => "受領",
        Kind::Correction => "訂正",
        Kind::Erasure => "消去",
        Kind::Import => "取込",
        Kind::Export => "出力",
        Kind::Hold => "保留",
        Kind::Release => "保留解除",
        Kind::Trust => "日付の採用",
        Kind::Recipient => "提供先",
        Kind::Filing => "届出",
        Kind::StopRequest => "停止の求め",
        Kind::Key => "鍵",
        Kind::Anchor => "外部の控え",
        Kind::Disclosure => "開示",
    }
}

pub(super) fn basis(basis: Basis) -> &'static str {
    basis.label().ja
}

pub(super) fn source(source: Source) -> &'static str {
    match source {
        Source::Act29Rules20 => "法第29条第1項・施行規則第20条第1項",
        Source::Rules19 => "法第29条第1項・施行規則第19条",
        Source::Act30Rules24 => "法第30条第3項・施行規則第24条",
        Source::Rules23 => "法第30条第3項・施行規則第23条",
        Source::Act31Rules28 => "法第31条・施行規則第28条",
        Source::Provlog => "provlog（法令の定めではない）",
    }
}

pub(super) fn principal() -> &'static str {
    "本人（ID又は氏名）"
}

pub(super) fn not_allowed() -> &'static str {
    "できません"
}

pub(super) fn rules_heading() -> [&'static str; 6] {
    ["記録する側", "根拠", "方法", "記録事項", "適用開始日", "定め"]
}

pub(super) fn mark_amended() -> &'static str {
    "［訂正済み］"
}

pub(super) fn mark_altered() -> &'static str {
    "［改変］"
}

pub(super) fn mark_void() -> &'static str {
    "［取消］"
}

pub(super) fn unspecified() -> &'static str {
    "（不特定かつ多数）"
}

pub(super) fn quoted(value: &str) -> String {
    format!("「{}」 ", on_one_line(value))
}

pub(super) fn list_heading() -> [&'static str; 6] {
    ["索引", "種類", "日付", "提供先", "本人", "項目（根拠）"]
}

pub(super) fn frame() -> Frame {
    Frame {
        template: "{about}\n\n使い方: {usage}\n\n{all-args}\n",
        usage: "provlog [オプション] コマンド",
        options: "オプション",
        arguments: "引数",
        commands: "コマンド",
    }
}
