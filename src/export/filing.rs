//! Texts made from a filing: the notice for a privacy policy, and the content of the PPC's form (docs/LAW.md, "The opt-out scheme").
//!
//! Owns: their words in both languages. Does not own: what must be in a filing (`record::filing`).

use super::Language;
use crate::record::filing::{Filing, Part};

/// The text for a privacy policy, with the six points that it must hold.
#[must_use]
pub fn notice(f: &Filing, language: Language) -> String {
    let part = |part| f.part(part).unwrap_or("-");
    let (method, request) = (part(Part::ProvisionMethod), part(Part::RequestMethod));
    let (name, purpose) = (part(Part::Name), part(Part::Purpose));
    let start = f.start_day.map(|d| d.to_string()).unwrap_or_default();
    match language {
        Language::Japanese => {
            let items: Vec<&str> = f.items.iter().map(|i| i.name.as_str()).collect();
            let filed = match (f.filed_on, &f.number) {
                (Some(day), Some(number)) => format!("（届出日 {day}、届出番号 {number}）"),
                (Some(day), None) => format!("（届出日 {day}）"),
                (None, _) => String::new(),
            };
            format!(
                "個人データの第三者への提供（オプトアウト）について\n\n{name}は、個人情報の保護に関する法律第27条第2項に基づき、次のとおり個人データを第三者に提供します。\n\n1. 第三者への提供を利用目的とすること\n   {purpose}のため、個人データを第三者に提供します（提供を開始する日: {start}）。\n2. 第三者に提供される個人データの項目\n   {}\n3. 第三者への提供の方法\n   {method}\n4. 本人の求めによる提供の停止\n   ご本人の求めに応じて、ご本人が識別される個人データの第三者への提供を停止します。費用はかかりません。\n5. 本人の求めを受け付ける方法\n   {request}\n6. 個人情報保護委員会への届出\n   以上の事項は、個人情報保護委員会に届け出ています{filed}。\n",
                items.join("、"),
            )
        }
        Language::English => {
            let items: Vec<&str> = f.items.iter().map(|i| i.name.as_str()).collect();
            let filed = match (f.filed_on, &f.number) {
                (Some(day), Some(number)) => format!(" (on {day}, number {number})"),
                (Some(day), None) => format!(" (on {day})"),
                (None, _) => String::new(),
            };
            format!(
                "Provision of personal data to third parties (opt-out)\n\n{name} provides personal data to third parties under Article 27, paragraph 2 of the Act on the Protection of Personal Information, as follows.\n\n1. Provision to third parties is a purpose of use\n   Personal data is provided to third parties for: {purpose} (from {start} on).\n2. Data items provided\n   {}\n3. How they are provided\n   {method}\n4. Provision stops on request\n   When you ask for it, provision of the personal data that identifies you stops, free of charge.\n5. How to ask for it\n   {request}\n6. Filing with the Personal Information Protection Commission\n   These items have been filed with the Commission{filed}.\n",
                items.join(", "),
            )
        }
    }
}

/// The content of the PPC's form: label and value, in its order; a data item a row.
#[must_use]
pub fn form(f: &Filing, language: Language) -> Vec<(String, String)> {
    let ja = language == Language::Japanese;
    let label = |japanese: &str, english: &str| if ja { japanese } else { english }.to_owned();
    let day = |d: Option<chrono::NaiveDate>| d.map(|d| d.to_string()).unwrap_or_default();
    let part = |part| f.part(part).unwrap_or_default().to_owned();
    let mut rows = vec![
        (label("項目", "Item"), label("内容", "Content")),
        (label("届出日", "Date filed"), day(f.filed_on)),
        (label("届出番号", "Filing number"), f.number.clone().unwrap_or_default()),
        (label("氏名又は名称", "Name"), part(Part::Name)),
        (label("住所", "Address"), part(Part::Address)),
        (label("法人の代表者の氏名", "Representative"), part(Part::Representative)),
        (label("電話番号", "Telephone number"), part(Part::Telephone)),
        (label("連絡先", "Contact"), part(Part::Contact)),
        (
            label("第三者への提供を利用目的とすること", "Provision to third parties is a purpose of use"),
            part(Part::Purpose),
        ),
    ];
    for item in &f.items {
        rows.push((label("第三者に提供される個人データの項目", "Data item provided"), item.name.clone()));
    }
    rows.extend([
        (
            label("第三者に提供される個人データの取得の方法", "How the data is acquired"),
            part(Part::Acquisition),
        ),
        (label("第三者への提供の方法", "How it is provided"), part(Part::ProvisionMethod)),
        (
            label("本人の求めに応じて提供を停止すること", "Provision stops on the principal's request"),
            label("停止する", "It stops"),
        ),
        (label("本人の求めを受け付ける方法", "How the request is received"), part(Part::RequestMethod)),
        (label("個人データの更新の方法", "How the data is kept up to date"), part(Part::UpdateMethod)),
        (label("第三者への提供を開始する予定日", "Day on which provision starts"), day(f.start_day)),
        (
            label(
                "個人情報保護委員会による公表についての希望",
                "Wish concerning the Commission's publication",
            ),
            match f.publication.as_deref() {
                Some("yes") => label("希望する", "Wished"),
                Some(_) => label("希望しない", "Not wished"),
                None => String::new(),
            },
        ),
    ]);
    if f.stopped {
        rows.push((
            label("オプトアウトによる提供をやめた日", "Day on which provision ended"),
            f.effective.to_string(),
        ));
    }
    rows
}
