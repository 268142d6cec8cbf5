//! A principal's own copy: as CSV, as JSON, and as a page to print (docs/LAW.md, "What a principal may see").
//!
//! Owns: what they look like in both languages. Does not own: which records and items are in them (`record::disclosure`).

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::headings;
use super::{Language, Rows, with_mark};
use crate::record::disclosure::{Item, columns, value};
use crate::record::{Field, Provision};

/// What stands above the records.
#[derive(Clone, Debug)]
pub struct Head<'a> {
    /// Who keeps the log.
    pub operator: &'a str,
    /// The principal as asked for.
    pub principal_id: Option<&'a str>,
    /// Likewise.
    pub principal_name: Option<&'a str>,
    /// When the copy was asked for.
    pub received: NaiveDate,
    /// When it was made.
    pub made: NaiveDate,
}

fn heading(language: Language, item: Item) -> &'static str {
    match (item, language) {
        (Item::Field(field), _) => headings::field(language, field),
        (Item::ConsentObtained, Language::Japanese) => "本人の同意を得ている旨",
        (Item::ConsentObtained, Language::English) => "Consent was obtained",
    }
}

fn name(item: Item) -> &'static str {
    match item {
        Item::Field(field) => field.name(),
        Item::ConsentObtained => "consent_obtained",
    }
}

/// What a person reads in a cell.
fn shown(p: &Provision, item: Item, language: Language) -> String {
    let text = value(p, item).unwrap_or_default();
    match (item, language, text.as_str()) {
        (Item::ConsentObtained | Item::Field(Field::UnspecifiedRecipients), Language::Japanese, "yes") => {
            "はい".into()
        }
        (Item::Field(Field::Items), Language::Japanese, _) => text.replace('\n', "、"),
        (Item::Field(Field::Items), Language::English, _) => text.replace('\n', ", "),
        _ => text,
    }
}

/// The columns in which any of the records has something; all of them where there is no record.
fn used(records: &[Provision]) -> Vec<Item> {
    let any = |item: &Item| records.is_empty() || records.iter().any(|p| value(p, *item).is_some());
    columns().into_iter().filter(any).collect()
}

/// The records as CSV, to be opened in a spreadsheet.
///
/// # Errors
/// Those of writing to memory.
pub fn csv(records: &[Provision], language: Language) -> csv::Result<Vec<u8>> {
    let items = used(records);
    let mut rows = Rows::default();
    rows.out.write_record(items.iter().map(|item| heading(language, *item)))?;
    for p in records {
        rows.for_people(items.iter().map(|item| shown(p, *item, language)))?;
    }
    with_mark(rows)
}

/// The same for programs.
#[must_use]
pub fn json(head: &Head<'_>, records: &[Provision]) -> String {
    let records: Vec<Value> = records
        .iter()
        .map(|p| {
            let mut o = Map::new();
            for item in columns() {
                let Some(text) = value(p, item) else { continue };
                let value = match item {
                    Item::Field(Field::Items) => text.split('\n').collect(),
                    _ => Value::from(text),
                };
                o.insert(name(item).to_owned(), value);
            }
            Value::Object(o)
        })
        .collect();
    let whole = json!({
        "operator": head.operator,
        "principal_id": head.principal_id,
        "principal_name": head.principal_name,
        "request_received": head.received.to_string(),
        "made_on": head.made.to_string(),
        "records": records,
    });
    format!("{whole:#}\n")
}

/// A page to print, which needs nothing beside it.
#[must_use]
pub fn page(head: &Head<'_>, records: &[Provision], language: Language) -> String {
    let words = match language {
        Language::Japanese => Words {
            lang: "ja",
            title: "第三者提供記録の開示",
            law: "個人情報の保護に関する法律第33条第5項に基づく請求への回答",
            operator: "事業者",
            principal: "本人",
            received: "請求を受けた日",
            made: "作成日",
            count: "件数",
            none: "開示の対象となる記録はありません。",
        },
        Language::English => Words {
            lang: "en",
            title: "Records of provision to and from third parties",
            law: "Answer to a request under Article 33, paragraph 5 of the Act on the Protection of Personal Information",
            operator: "Operator",
            principal: "Principal",
            received: "Request received",
            made: "Made on",
            count: "Records",
            none: "There are no records to disclose.",
        },
    };
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n<style>\nbody {{ font-family: sans-serif; margin: 2em; }}\nh1 {{ font-size: 1.3em; }}\ndl {{ display: grid; grid-template-columns: max-content auto; gap: 0.3em 1.5em; }}\ndd {{ margin: 0; }}\ntable {{ border-collapse: collapse; width: 100%; margin: 0 0 1.5em; break-inside: avoid; }}\nth, td {{ border: 1px solid #666; padding: 0.3em 0.6em; text-align: left; vertical-align: top; white-space: pre-wrap; overflow-wrap: anywhere; }}\nth {{ width: 14em; background: #eee; }}\n@page {{ size: A4; margin: 18mm; }}\n</style>\n</head>\n<body>\n<h1>{}</h1>\n<p>{}</p>\n<dl>\n",
        words.lang, words.title, words.title, words.law
    );
    let principal: Vec<&str> = [head.principal_id, head.principal_name].into_iter().flatten().collect();
    let facts = [
        (words.operator, head.operator.to_owned()),
        (words.principal, principal.join(" ")),
        (words.received, head.received.to_string()),
        (words.made, head.made.to_string()),
        (words.count, records.len().to_string()),
    ];
    for (label, value) in facts {
        html.push_str(&format!("<dt>{}</dt><dd>{}</dd>\n", escaped(label), escaped(&value)));
    }
    html.push_str("</dl>\n");
    if records.is_empty() {
        html.push_str(&format!("<p>{}</p>\n", words.none));
    }
    for p in records {
        html.push_str("<table>\n");
        for item in columns() {
            let text = shown(p, item, language);
            if !text.is_empty() {
                let label = heading(language, item);
                html.push_str(&format!("<tr><th>{}</th><td>{}</td></tr>\n", escaped(label), escaped(&text)));
            }
        }
        html.push_str("</table>\n");
    }
    html.push_str("</body>\n</html>\n");
    html
}

struct Words {
    lang: &'static str,
    title: &'static str,
    law: &'static str,
    operator: &'static str,
    principal: &'static str,
    received: &'static str,
    made: &'static str,
    count: &'static str,
    none: &'static str,
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_takes_nothing_in_a_name_for_markup() {
        let head = Head {
            operator: "<b>&\"",
            principal_id: None,
            principal_name: Some("<script>"),
            received: NaiveDate::default(),
            made: NaiveDate::default(),
        };
        let page = page(&head, &[], Language::English);
        assert!(
            page.contains("&lt;script&gt;")
                && page.contains("&lt;b&gt;&amp;&quot;")
                && !page.contains("<script>")
        );
        assert!(page.contains("There are no records to disclose."));
    }
}
