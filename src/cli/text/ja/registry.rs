//! Japanese: the registers of recipients, filings and requests to stop, and a principal's own copy.

use provlog::record::filing::{FilingFault, FilingRemark, Part};
use provlog::record::scheme::{SchemeFault, SchemeRemark};

use super::super::{Registry, Told, shown};

pub(crate) fn registry(say: &Registry<'_>) -> String {
    match say {
        Registry::RecipientSet { id, index } => format!("提供先 {id} を登録しました（エントリ {index}）"),
        Registry::NoRecipients => "提供先の登録はありません。".into(),
        Registry::FilingEntered { filing, index } => match filing.stopped {
            true => format!(
                "届出 {} による提供を {} でやめたことを登録しました（エントリ {index}）",
                filing.id, filing.effective
            ),
            false => format!("届出 {} を {} からの内容で登録しました（エントリ {index}）", filing.id, filing.effective),
        },
        Registry::NoFilings => "届出はありません。".into(),
        Registry::Ended => "［終了］".into(),
        Registry::MailNeedsConsent => {
            "注意: 広告宣伝の電子メールには、あらかじめ受信者の同意が必要です（特定電子メール法）。オプトアウトは根拠になりません。".into()
        }
        Registry::Filing(FilingRemark::FiledLate { filed_on, effective }) => format!(
            "警告: 届出日が {filed_on}、効力の生じる日が {effective} です。あらかじめ届け出る必要がありました（法第27条第2項・第3項）。{filed_on} より前の提供は届出の対象になりません"
        ),
        Registry::Filing(FilingRemark::FileNow) => {
            "警告: 個人情報保護委員会にまだ届け出ていません。遅滞なく届け出て（法第27条第3項）、--filed-on を付けて登録してください".into()
        }
        Registry::Filing(FilingRemark::FiledAfter { days }) => format!(
            "警告: 変更から {days} 日後の届出です。法は遅滞なく届け出るよう定めています（法第27条第3項。日数の定めはありません）"
        ),
        Registry::StopEntered { index, effective } => {
            format!("停止の求めを登録しました（エントリ {index}）。{effective} から提供を停止します")
        }
        Registry::StopWithdrawn { request, index, from } => {
            format!("エントリ {request} の停止の求めは {from} から撤回されています（エントリ {index}）")
        }
        Registry::NoStops => "停止の求めはありません。".into(),
        Registry::AllFilings => "すべて".into(),
        Registry::WithdrawnBy { by, from } => format!("{from} から撤回（エントリ {by}）"),
        Registry::StoppedBy { index, effective } => format!("停止の求め（エントリ {index}、{effective} から）"),
        Registry::Nameless => "ID も氏名もなく、停止を求めた人かどうか確かめられない".into(),
        Registry::Screened { split, day } => {
            format!("{day} に提供できる行は {} 行、提供できない行は {} 行です", split.allowed, split.stopped)
        }
        Registry::NamesakesLeftOut { records } => format!(
            "警告: ID のない {records} 件に同じ氏名があります。別の ID の人も同じ氏名のため、写しに入れていません。`provlog list --principal-name` で確かめてください"
        ),
        Registry::AnswerOverdue { due } => format!("警告: 回答の期限（請求から2週間）は {due} でした"),
        Registry::Disclosed { folder, records: 0, due, index } => format!(
            "{}: 開示の対象となる記録がない旨の回答を作りました。{due} までに本人に渡してください（エントリ {index}）",
            shown(folder)
        ),
        Registry::Disclosed { folder, records, due, index } => format!(
            "{}: {records} 件の記録の写しを作りました。{due} までに本人に渡してください（エントリ {index}）",
            shown(folder)
        ),
    }
}

pub(crate) fn label(key: &str) -> &'static str {
    match key {
        "id" => "ID",
        "from" => "この内容になった日",
        "name" => "氏名又は名称",
        "address" => "住所",
        "representative" => "代表者の氏名",
        "type" => "種別",
        "check_date" => "身元確認の日",
        "check_method" => "身元確認の方法",
        "check_evidence" => "身元確認の証跡",
        "purpose" => "目的",
        "index" => "エントリ",
        "filing" => "届出",
        "effective" => "効力の生じる日",
        "filed_on" => "届出日",
        "number" => "届出番号",
        "start_day" => "提供を開始する日",
        "stopped" => "終了",
        "publication" => "委員会による公表の希望",
        "telephone" => "電話番号",
        "contact" => "連絡先",
        "acquisition" => "取得の方法",
        "provision_method" => "提供の方法",
        "request_method" => "停止の求めを受け付ける方法",
        "update_method" => "更新の方法",
        "item" => "個人データの項目",
        "stop" => "停止の理由",
        _ => "?",
    }
}

pub(crate) fn filing_fault(fault: &FilingFault) -> Told {
    match fault {
        FilingFault::Missing(part) => {
            let source = match part {
                // Law.md, section 3: practice asks for these, no article does.
                Part::Telephone | Part::Contact | Part::Purpose => "届出書の記載事項",
                _ => "法第27条第2項、施行規則第11条の届出事項",
            };
            Told::new(
                format!("{}がありません（{source}）", label(part.key())),
                format!("{} を指定してください。", flag(*part)),
            )
        }
        FilingFault::NoStartDay => Told::new(
            "提供を開始する日がありません（法第27条第2項、施行規則第11条の届出事項）",
            "--start-day を指定してください。",
        ),
        FilingFault::NotFiled => Told::new(
            "届出日がありません。効力の生じる前に届け出る必要があります（法第27条第2項・第3項）",
            "先に個人情報保護委員会へ届け出て、--filed-on を指定してください。",
        ),
        FilingFault::NoItems => Told::new(
            "個人データの項目がありません。届け出ていない項目は提供できません（法第27条第2項）",
            "項目ごとに --item 名前:区分:出所 を指定してください（例: --item 氏名:ordinary:public）。",
        ),
        FilingFault::ItemTwice(item) => {
            Told::new(format!("項目「{item}」が二度あります"), "一つにしてください。")
        }
        FilingFault::SpecialCare(item) => Told::new(
            format!("「{item}」は要配慮個人情報で、オプトアウトでは提供できません（法第27条第2項ただし書）"),
            "外してください。提供には本人の同意が必要です。",
        ),
        FilingFault::FromOptOut(item) => Told::new(
            format!(
                "「{item}」は他者のオプトアウトにより提供を受けたもので、オプトアウトでは提供できません（法第27条第2項ただし書）"
            ),
            "外してください。提供には本人の同意が必要です。",
        ),
        FilingFault::Unlawful(item) => Told::new(
            format!(
                "「{item}」は不正に取得されたもので、オプトアウトでは提供できません（法第27条第2項ただし書、第20条第1項）"
            ),
            "外してください。",
        ),
    }
}

fn flag(part: Part) -> String {
    format!("--{}", part.key().replace('_', "-"))
}

pub(crate) fn scheme(fault: &SchemeFault) -> Told {
    match fault {
        SchemeFault::UnknownRecipient => Told::new(
            "この提供先は登録されていません",
            "`provlog recipient set` で登録するか、提供先の名称・住所・代表者を指定してください。",
        ),
        SchemeFault::UnknownFiling => {
            Told::new("そのような届出はありません", "`provlog filing list` で一覧できます。")
        }
        SchemeFault::FilingWithoutOptOut => Told::new(
            "届出が指定されていますが、根拠がオプトアウトではありません",
            "届出を外すか、根拠を直してください。",
        ),
        SchemeFault::NoFilingThatDay { day } => Told::new(
            format!("{day} に効力のある届出がありません（法第27条第2項）"),
            "日付を直してください。実際に起きたことは --as-happened で記録できます。",
        ),
        SchemeFault::NotInForce { filing, day } => Told::new(
            format!("届出 {filing} は {day} には効力がありません（法第27条第2項）"),
            "日付か届出を直してください。実際に起きたことは --as-happened で記録できます。",
        ),
        SchemeFault::SeveralFilings { ids } => Told::new(
            format!("効力のある届出が複数あります: {}", ids.join("、")),
            "どの届出によるものかを --filing で指定してください。",
        ),
        SchemeFault::ItemNotFiled { item, filing } => Told::new(
            format!(
                "項目「{item}」は届出 {filing} にありません。届け出ていない項目はオプトアウトでは提供できません（法第27条第2項）"
            ),
            "先に変更を届け出てください（`provlog filing change`）。実際に起きたことは --as-happened で記録できます。",
        ),
        SchemeFault::Stopped { request, effective } => Told::new(
            format!("本人が提供の停止を求めています（エントリ {request}、{effective} から。法第27条第2項）"),
            "この人のデータを提供しないでください。実際に起きたことは --as-happened で記録できます。",
        ),
    }
}

pub(crate) fn scheme_remark(remark: SchemeRemark) -> &'static str {
    match remark {
        SchemeRemark::NoFilingAtAll => {
            "根拠がオプトアウトですが、照らし合わせる届出が台帳にありません（`provlog filing add`）"
        }
        SchemeRemark::BeforeFilings => {
            "台帳にある最初の届出より前の提供のため、届出と照らし合わせていません（古い届出は `provlog filing add` で登録できます）"
        }
        SchemeRemark::RecipientNotRegistered => "この提供先IDは登録されていません（`provlog recipient set`）",
    }
}
