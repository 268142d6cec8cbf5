//! `data/records.csv-metadata.json`: what the columns are, for programs (W3C CSV on the Web).
//!
//! Owns: the metadata. Does not own: the columns themselves (`records`).

use serde_json::{Value, json};

use super::Language;
use super::headings::{self, Column};
use crate::record::Field;
use crate::record::field::Shape;

/// The metadata of `records.csv`, whose headings are in this language; the titles are in both.
#[must_use]
pub fn metadata(language: Language) -> String {
    let tag = match language {
        Language::Japanese => "ja",
        Language::English => "en",
    };
    let both = |of: &dyn Fn(Language) -> &'static str| {
        let (ja, en) = (of(Language::Japanese), of(Language::English));
        json!({ "ja": ja, "en": en })
    };
    let special = |name: &str, c: Column, datatype: &str| json!({ "name": name, "titles": both(&|l| headings::column(l, c)), "datatype": datatype });
    let field = |f: &Field| {
        let datatype = match f.shape() {
            Shape::Day => "date",
            Shape::Text | Shape::List | Shape::Flag | Shape::Word => "string",
        };
        let titles = both(&|l| headings::field(l, *f));
        let mut column = json!({ "name": f.name(), "titles": titles, "datatype": datatype });
        if f.is_list() {
            column["separator"] = "\n".into();
        }
        column
    };
    let mut columns: Vec<Value> = vec![special("index", Column::Index, "nonNegativeInteger")];
    columns.extend(Field::ALL.iter().map(field));
    columns.push(special("import", Column::Import, "nonNegativeInteger"));
    columns.push(special("key", Column::Key, "hexBinary"));
    columns.push(special("line", Column::Line, "positiveInteger"));
    columns.push(special("facts_salt", Column::FactsSalt, "base64Binary"));
    columns.push(special("extra_salt", Column::ExtraSalt, "base64Binary"));
    let whole = json!({
        "@context": "http://www.w3.org/ns/csvw",
        "url": "records.csv",
        "lang": tag,
        "dialect": { "encoding": "utf-8", "header": true, "lineTerminators": ["\r\n"], "doubleQuote": true },
        "tableSchema": { "columns": columns, "primaryKey": "index" },
    });
    format!("{whole:#}\n")
}
