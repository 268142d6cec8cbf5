//! Japanese: what verification found, and what to do.

use provlog::ledger::note::NoteFault;
use provlog::ledger::{Base, PartName};
use provlog::verify::finding::SchemaObject;
use provlog::verify::{Finding, Notice};

use super::super::{Told, on_one_line, shown};
use super::foreign::foreign;
use super::reason::broken;

/// What to do about an altered ledger.
const PRESERVE: &str = "このファイルをそのまま別の場所に保全し、誰が触れることができたかを調べ、バックアップや出力済みのフォルダーと比べてください。";

pub(crate) fn finding(finding: &Finding) -> Told {
    let told = |what: String| Told::new(what, PRESERVE);
    let folder = |what: String| {
        Told::new(what, "このフォルダーをそのまま保全し、台帳からもう一度出力してもらってください。")
    };
    match finding {
        Finding::NoGenesis => told("エントリ 0（起点）がないか、読めません".into()),
        Finding::Gap { expected, found } => told(format!(
            "エントリ {expected} がありません。次にあるのはエントリ {found} です。エントリが取り除かれています"
        )),
        Finding::BeforeGenesis { found } => told(format!(
            "索引が {found} の行があります。エントリ 0 より前のエントリはありえません。差し込まれたものです"
        )),
        Finding::Altered { index, expected, found } => told(format!(
            "エントリ {index} は変えられています。内容のハッシュは {found} ですが、記録されたハッシュは {expected} です"
        )),
        Finding::StrayCells { index } => told(format!(
            "エントリ {index} に、どの部分にも属さない値があります。ハッシュの対象ではなく、後から書き込まれたものです"
        )),
        Finding::Unreadable { index, why } => {
            let why = broken(*why);
            told(format!("エントリ {index} は記録されたままの内容ではありえません（{why}）"))
        }
        Finding::MissingPart { index, part } => told(format!(
            "エントリ {index} の{}がなく、それを挙げる消去のエントリもありません",
            part_name(*part)
        )),
        Finding::NotCanonical { index, part, offset } => told(format!(
            "エントリ {index} の{}が正規の形ではありません（{offset} バイト目）",
            part_name(*part)
        )),
        Finding::BaseBeforeLog { index, base, newest } => told(format!(
            "エントリ {index} の保存期間の起算日は {} ですが、記録された時点で台帳は {newest} に達しています",
            base_text(*base)
        )),
        Finding::BaseBeforeProvision { index, base, provided_on } => told(format!(
            "エントリ {index} の保存期間の起算日 {base} が、提供年月日 {provided_on} より前です"
        )),
        Finding::NoBase { index } => {
            told(format!("エントリ {index} は記録ですが、保存期間の起算日がありません"))
        }
        Finding::ErasedTooEarly { index, erasure, erased_on, free } => told(format!(
            "エントリ {index} は {erased_on} にエントリ {erasure} で消去されましたが、消去できる最初の日は {free} でした"
        )),
        Finding::ErasedWhileOpen { index, erasure } => told(format!(
            "エントリ {index} は、最後の提供日が定まらないうちにエントリ {erasure} で消去されました"
        )),
        Finding::ErasedUnderHold { index, erasure, hold } => told(format!(
            "エントリ {index} は、エントリ {hold} で保全の対象となっていたのに、エントリ {erasure} で消去されました"
        )),
        Finding::CorrectionLeft { index, about } => told(format!(
            "エントリ {index} は、消去されたエントリ {about} の訂正です。一緒に消去されているはずです"
        )),
        Finding::CorrectionErasedAlone { index, about } => {
            told(format!("訂正のエントリ {index} だけが消去され、訂正されたエントリ {about} は残っています"))
        }
        Finding::BaseBeforeClaim { index, base, claimed_on } => told(format!(
            "エントリ {index} の保存期間は {base} から数えられていますが、ファイルの申告する記録日は {claimed_on} です"
        )),
        Finding::TrustUnreadable { trust } => {
            told(format!("日付の採用（エントリ {trust}）がどの記録についてのものか読み取れません"))
        }
        Finding::CorrectionOfNoRecord { index, about } => {
            told(format!("エントリ {index} は、記録ではないエントリ {about} を訂正しています"))
        }
        Finding::HoldUnreadable { hold } => {
            told(format!("エントリ {hold} の保全が何を対象としているか読み取れません"))
        }
        Finding::ErasedPermanent { index, erasure } => told(format!(
            "エントリ {erasure} は、いつまでも残すべきエントリ {index} を消去したことになっています"
        )),
        Finding::ErasureOutOfRange { erasure, index } => told(format!(
            "エントリ {erasure} は、自分より前にないエントリ {index} を消去したことになっています"
        )),
        Finding::ErasedTwice { index, erasure } => told(format!(
            "エントリ {erasure} は、ほかの消去のエントリがすでに挙げているエントリ {index} を消去したことになっています"
        )),
        Finding::NotErased { index, erasure } => told(format!(
            "エントリ {erasure} はエントリ {index} を消去したとしていますが、内容が残っています"
        )),
        Finding::ErasureUnreadable { erasure } => {
            told(format!("消去のエントリ {erasure} から、何を消去したかを読み取れません"))
        }
        Finding::ErasureClaim { erasure, index, claimed, actual } => told(format!(
            "消去のエントリ {erasure} はエントリ {index} の起算日または削除できる最初の日を {claimed} としていますが、正しくは {actual} です"
        )),
        Finding::DayNotStated { erasure } => {
            told(format!("消去のエントリ {erasure} に、日付を確認した記載がありません"))
        }
        Finding::ConfirmedOtherDay { erasure, confirmed_on, day } => told(format!(
            "消去のエントリ {erasure} は {confirmed_on} を確認していますが、作られたのは {day} です"
        )),
        Finding::ClockBehindAtErasure { erasure, time, newest } => told(format!(
            "消去のエントリ {erasure} の時刻は {time} ですが、このエントリより先に、時刻が {newest} のエントリが記録されています"
        )),
        Finding::OlderThanErasure { index, time, erasure, erased_at } => told(format!(
            "エントリ {index}（{time}）は、消去のエントリ {erasure}（{erased_at}）の後にあります。消去したとき時計が進んでいたと考えられます"
        )),
        Finding::NodeWrong { level, number, expected, found } => {
            let found = found.map_or_else(|| "なし".to_owned(), |d| d.to_string());
            told(format!(
                "段 {level} の部分木 {number} のハッシュは {found} ですが、エントリから計算すると {expected} です"
            ))
        }
        Finding::TooManyNodes { expected, found } => told(format!(
            "部分木のハッシュが {found} 個ありますが、エントリからは {expected} 個です。末尾のエントリが切り取られたと考えられます"
        )),
        Finding::LookupMissing { index } => told(format!(
            "エントリ {index} は検索の手がかりの一部から見つかりません。絞り込んだ一覧から漏れるおそれがあります"
        )),
        Finding::LookupStray { index } => told(format!(
            "検索の手がかりが、関係のないエントリ {index} を指しています。そのエントリは切り取られたのかもしれません"
        )),
        Finding::LookupsOutOfOrder { first, last } => told(format!(
            "エントリ {first} から {last} までの検索の手がかりの並びが崩れています。絞り込んだ一覧から漏れるおそれがあります"
        )),
        Finding::LookupsOfNoRun => told("どのエントリにも属さない検索の手がかりがあります".into()),
        Finding::FingerprintLeft { index } => told(format!(
            "消去したエントリ {index} の照合値が残っています。秘密ファイルを持つ人が、どの記録だったかを調べられます"
        )),
        Finding::ErasedTable { erasure } => {
            told(format!("消去済みエントリの表が、消去のエントリ {erasure} の内容と一致しません"))
        }
        Finding::NewestWrong { expected, found } => {
            let found = found.map_or_else(|| "なし".to_owned(), |t| t.to_string());
            told(format!("控えてある最新の時刻は {found} ですが、エントリの最新の時刻は {expected} です"))
        }
        Finding::CheckpointUnreadable { fault } => Told::new(
            format!("チェックポイントを読めません（{}）", note_fault(*fault)),
            "発行されたときのままの、一バイトも違わないファイルを使ってください。",
        ),
        Finding::CheckpointUnsigned { names } => Told::new(
            format!(
                "チェックポイントに、知っている鍵の署名がありません（書かれている名前: {}）",
                names.join("、")
            ),
            "この台帳のものであれば、控えておいた鍵を --key NAME+ID+KEY で指定してください。それまでは何の証明にもなりません。",
        ),
        Finding::CheckpointForged { key } => Told::new(
            format!(
                "チェックポイントの署名は鍵 {key} によるものではありません。チェックポイントが変えられています"
            ),
            "別の場所に控えておいたものを使い、これを変えた人を調べてください。",
        ),
        Finding::CheckpointOfAnother { found, expected } => Told::new(
            format!("別の台帳のチェックポイントです（{expected} ではなく {found}）"),
            "それが属する台帳を --ledger FILE で指定してください。",
        ),
        Finding::CheckpointByOldKey { size } => Told::new(
            format!("{size} 件のチェックポイントが、そのとき有効でなかった鍵で署名されています"),
            "その鍵を持つ人を調べてください。台帳の鍵は、それより前に、または後になってから替えられています。",
        ),
        Finding::CutBehindCheckpoint { size, found } => told(format!(
            "チェックポイントを作ったとき台帳には {size} 件ありましたが、今は {found} 件です。末尾が切り取られたか、古い複写に置き換えられています"
        )),
        Finding::CheckpointDiffers { size, expected, found } => told(format!(
            "台帳はチェックポイントの台帳の続きではありません。先頭 {size} 件の根は {found} ですが、{expected} でした。書き換えられたか、置き換えられています"
        )),
        Finding::KeptCheckpoint { size } => {
            told(format!("台帳に残る {size} 件のチェックポイントは、この台帳が発行したものではありえません"))
        }
        Finding::TimestampDiffers { size } => {
            told(format!("台帳に残るタイムスタンプが、{size} 件のチェックポイントに対するものではありません"))
        }
        Finding::StampedBeforeErasure { size, time, erasure, erased_at } => told(format!(
            "消去のエントリ {erasure} の時刻は {erased_at} ですが、その後の、エントリ {size} 件の時点のチェックポイントは {time} に時刻認証されています。消去したとき、時計が進んでいました"
        )),
        Finding::CutBehindAnchor { size, found } => told(format!(
            "控え（アンカー）は {size} 件ですが、台帳は {found} 件です。末尾が切り取られたか、古い複写に置き換えられています"
        )),
        Finding::AnchorDiffers { size, expected, found } => told(format!(
            "台帳は控え（アンカー）の続きではありません。先頭 {size} 件の根は {found} ですが、控えは {expected} です。書き換えられたか、置き換えられています"
        )),
        Finding::NotItsAnchor { path } => {
            told(format!("{} はこの台帳の控え（アンカー）ではありません", shown(path)))
        }
        Finding::KeyUnreadable { index } => told(format!("エントリ {index} に使える公開鍵がありません")),
        Finding::ManifestLine { file, line } => {
            folder(format!("{file} に、ダイジェストとフォルダー内のパスでない行があります: {line}"))
        }
        Finding::FileMissing { path } => folder(format!("{path} は目録にありますが、フォルダーにありません")),
        Finding::FileChanged { path } => {
            folder(format!("{path} は変えられています。ダイジェストが目録と一致しません"))
        }
        Finding::FileExtra { path } => folder(format!("{path} はフォルダーにありますが、目録にありません")),
        Finding::FileUnknown { path } => {
            folder(format!("{path} は目録にありますが、このようなフォルダーにこの名前のファイルはありません"))
        }
        Finding::Resaved { path } => Told::new(
            format!(
                "{path} は、表計算ソフト（Excel）で開いて保存されたようです。行末、引用符、区切り、日付、または先頭が、出力したものと異なります"
            ),
            "フォルダーをもう一度出力してもらうか、手を加えていない複写を使ってください。記録を見るには records.xlsx（`provlog export --xlsx`）を使ってください。",
        ),
        Finding::CheckpointMissing => folder(
            "鍵が指定されましたが、その鍵で署名されたはずのチェックポイントがフォルダーにありません".into(),
        ),
        Finding::StampDiffers { path } => folder(format!(
            "{path} は、フォルダーのチェックポイントに対するものではないか、タイムスタンプ（RFC 3161）ではありません"
        )),
        Finding::NotInRange { file, index } => {
            folder(format!("{file} のエントリ {index} の内容が、範囲のエントリと合いません"))
        }
        Finding::ReadingDiffers { index } => {
            told(format!("data/current.csv は、エントリ {index} を訂正したとおりに示していません"))
        }
        Finding::NotInLog { index } => folder(format!(
            "origin.jsonl のエントリ {index} が、この台帳のものではないか、その事実ではありません"
        )),
        Finding::RangeBehindCheckpoint { size, found } => {
            folder(format!("チェックポイントは {size} 件ですが、範囲は {found} 件で終わっています"))
        }
        Finding::SchemaMissing { object } => {
            told(format!("どの台帳にもあるはずの{}がファイルにありません", schema_object(object)))
        }
        Finding::SchemaAltered { object } => {
            told(format!("{}の定義が、どの台帳にもあるものと異なります", schema_object(object)))
        }
        Finding::SchemaForeign { object } => told(format!(
            "台帳にはないはずのものがファイルにあります: {}。書き込む内容を変えたり、消去する内容を写し取ったりできるものです",
            schema_object(object)
        )),
        Finding::ConstantsDiffer { table } => told(format!(
            "表 {table} の行が、どの台帳にもあるものと異なります。データベースの閲覧ソフトでは誤った語が表示されます"
        )),
        Finding::ValueUnused { table, id } => told(format!(
            "表 {table} の行 {id}: どの記録からも使われていない値です。後から入れられたか、消去が元に戻されています"
        )),
        Finding::ValueMisplaced { table, id } => {
            told(format!("表 {table} の行 {id}: 鍵付きハッシュがその値のものではありません"))
        }
        Finding::FingerprintDiffers { index } => told(format!(
            "エントリ {index}: 内容の鍵付き指紋がその内容のものではありません。すでにある行が見分けられなくなります"
        )),
        Finding::ImportOfNone { index, import } => told(format!(
            "エントリ {index} はエントリ {import} で取り込まれたことになっていますが、それより前にそのような取り込みはありません"
        )),
        Finding::StateWrong => told("表 state の行が、エントリから求めたものと異なります".into()),
        Finding::AboutWrong { index } => told(format!(
            "エントリ {index}: この種別では前のエントリを指す必要があるのに指していないか、指さない種別なのに指しています"
        )),
        Finding::BaseOnPermanent { index } => told(format!(
            "エントリ {index} には保存期間の起算日がありますが、この種別は永久に保存するものです"
        )),
        Finding::NotUnderstood { index } => told(format!(
            "エントリ {index} には、この種別では書けない内容があります。ほかのプログラムか、より新しい版で書かれたものです"
        )),
        Finding::Sqlite { message } => Told::new(
            format!("SQLite によるファイルの検査で異常が見つかりました（{}）", foreign("SQLite ", message)),
            "ディスクを調べ、このファイルはそのまま保管して、バックアップに戻ってください。",
        ),
    }
}

pub(crate) fn notice(notice: &Notice) -> String {
    match notice {
        Notice::Trusted { trust, first, last } => format!(
            "エントリ {first} から {last} の保存期間は、エントリ {trust} の決定により、取り込んだファイルに記録日の申告があれば、その日付から数えます。その日付を証明するものはありません。"
        ),
        Notice::ClockBack { index, time, newest } => format!(
            "エントリ {index} で時計が戻っています（{newest} の後に {time}）。保存期間がこれで短くなることはありません。"
        ),
        Notice::LaterThanClock { index, time } => {
            format!("エントリ {index}（{time}）は、このコンピューターの時計より後の時刻です。")
        }
        Notice::NothingSigned => "署名も外部の控えもまだありません。末尾を切り取られた台帳や、全体を書き換えられた台帳も、検証に通ってしまいます。`provlog checkpoint` でチェックポイントを作り、別の場所に保管してください。".into(),
        Notice::Stamped { size, time } => format!(
            "{size} 件のチェックポイントにタイムスタンプ（{time}）があります。認証局の署名はここでは確かめていません（openssl ts -verify）。"
        ),
        Notice::AnchorOutOfReach { path } => {
            format!("{} の控え（アンカー）を今は読めないため、台帳と照らし合わせていません。", shown(path))
        }
        Notice::NoCheckpointGiven { last } => format!(
            "チェックポイントは発行されています（最新は {last} 件のとき）が、照らし合わせるものが指定されていません。切り取りや全体の書き換えがないことは、別の場所に控えたもの（--checkpoint FILE）でしか示せません。"
        ),
        Notice::LedgersOwnKey => "チェックポイントは、台帳自身が示す鍵で確かめました。台帳を置き換える人は、その鍵も置き換えられます。控えておいた鍵を --key NAME+ID+KEY で指定してください。".into(),
        Notice::ErasurePending => "消去が終わっていません。消去した内容が先行書き込みログに残っている可能性があります。台帳を開いているほかのプログラムを閉じてください。次に書き込むコマンドが消去を終わらせます。".into(),
        Notice::Breaches { records } => {
            format!("違反の内容が記録されているものが {records} 件あります（`provlog list --breaches`）。")
        }
        Notice::LookupsNotCompared => "【未確認】照合用の秘密ファイルが手元にないため、検索の手がかり、記録の内容の指紋、共有の値の置き場所は照合していません。".into(),
        Notice::Statistics => "ほかのソフトの ANALYZE による統計表がファイルに残っています。次に書き込むコマンドが取り除きます。".into(),
        Notice::FreePages { pages, bytes } => format!(
            "【未確認】空きページ {pages} 個（{bytes} バイト）とページの空き部分には台帳の内容はなく、そこに何があるかはどの検査でも分かりません。"
        ),
        Notice::Litter { path } => {
            format!("{path} はフォルダーのものではありません。中を表示したソフト（Finder、エクスプローラー、Excel など）が残したものです。")
        }
        Notice::OtherRelease { path } => format!(
            "{path} は、この版の provlog が書くものと異なります。別の版が書いたか、変えられています。検証の根拠にはなりません。配布元のものを使ってください。"
        ),
        Notice::NotLogged => "NOT-LOGGED.txt があります。出力したとき台帳に書き込めなかったため、台帳にはこのフォルダーの記録がありません。".into(),
    }
}

fn note_fault(fault: NoteFault) -> String {
    match fault {
        NoteFault::TooLong => "64 KiB を超えています".into(),
        NoteFault::NotText => "LF で行が終わる普通のテキストではありません".into(),
        NoteFault::NoText => "空行の前に本文がありません".into(),
        NoteFault::NoSignature => "署名がありません".into(),
        NoteFault::TooManySignatures => "署名が 16 を超えています".into(),
        NoteFault::SignatureLine(n) => format!("{n} 番目の署名の行が署名ではありません"),
        NoteFault::NotACheckpoint => "本文が名前、件数、根の三行ではありません".into(),
        NoteFault::NotAProof => "証明ではありません".into(),
        NoteFault::NotAKey => "検証用の鍵ではありません".into(),
    }
}

fn part_name(part: PartName) -> &'static str {
    match part {
        PartName::Facts => "事実の部分",
        PartName::Extra => "補足の部分",
    }
}

fn base_text(base: Base) -> String {
    match base {
        Base::None => "なし".into(),
        Base::Open => "未定".into(),
        Base::Day(day) => day.to_string(),
    }
}

/// 表、索引、トリガー、ビューの名前
pub(super) fn schema_object(object: &SchemaObject) -> String {
    let SchemaObject { kind, name, table } = object;
    let kind = match kind.as_str() {
        "table" => "表",
        "index" => "索引",
        "trigger" => "トリガー",
        "view" => "ビュー",
        _ => "もの",
    };
    match name == table {
        true => format!("{kind} {}", on_one_line(name)),
        false => format!("表 {} の{kind} {}", on_one_line(table), on_one_line(name)),
    }
}
