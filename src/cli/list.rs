//! `list`: entries, as a table for people or as JSON Lines. Also the filter that `export` shares.

use std::ops::ControlFlow;

use chrono::NaiveDate;
use provlog::ledger::Kind;
use provlog::record::correction::Reading;
use provlog::record::{Field, Method, Provision};
use provlog::store::{Entry, Filter, Fingerprints, RecordState, Store};
use serde_json::{Map, Value, json};

use super::altered::Altered;
use super::args::{Args, Filter as Typed, List};
use super::output::{Output, cell};
use super::status::Outcome;
use super::text::{self, Say};
use super::trouble::{Expected, Trouble};
use super::{session, typed};

pub(crate) fn run(a: &List, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let kind = match &a.kind {
        None => None,
        Some(word) => Some(Kind::from_name(word.as_bytes()).ok_or_else(|| Trouble::BadOption {
            option: "--kind",
            value: word.clone(),
            expected: Expected::Kind,
        })?),
    };
    let filter = Filter { kind, breaches: a.breaches, ..filter(&a.filter)? };
    let store = session::reading(args)?;
    let fingerprints = secret_for(&store, &filter)?;
    let mut shown = 0;
    let mut more = false;
    let mut altered = Altered::default();
    if !out.json {
        heading(out);
    }
    store.in_one_state(|| {
        store.records(&filter, fingerprints.as_ref(), &mut |record| {
            if a.limit.is_some_and(|limit| shown >= limit) {
                more = true;
                return Ok(ControlFlow::Break(()));
            }
            shown += 1;
            altered.shown(record.index, record.altered);
            if out.json {
                out.object(&object(&record));
            } else {
                row(out, &record);
            }
            // Nobody reads on: no need to.
            Ok::<_, Trouble>(if out.is_gone() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })
    })?;
    if more {
        out.remark(&Say::CutOff { shown });
    } else if shown == 0 {
        out.remark(&Say::NothingMatches);
    }
    altered.end()
}

/// The fingerprint secret, where the filter needs it.
pub(crate) fn secret_for(store: &Store, filter: &Filter) -> Result<Option<Fingerprints>, Trouble> {
    if filter.needs_secret() { Ok(Some(store.fingerprints()?)) } else { Ok(None) }
}

/// The filter that was typed.
pub(crate) fn filter(typed: &Typed) -> Result<Filter, Trouble> {
    let (from, to) = match typed.month.as_deref() {
        Some(month) => {
            let wrong = || Trouble::BadOption {
                option: "--month",
                value: month.to_owned(),
                expected: Expected::Month,
            };
            let first: NaiveDate = format!("{month}-01").parse().map_err(|_| wrong())?;
            let last = first.checked_add_months(chrono::Months::new(1)).and_then(|next| next.pred_opt());
            (Some(first), Some(last.ok_or_else(wrong)?))
        }
        None => (typed::day("--from", typed.from.as_deref())?, typed::day("--to", typed.to.as_deref())?),
    };
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        return Err(Trouble::BadOption { option: "--to", value: to.to_string(), expected: Expected::Period });
    }
    let basis = typed::basis(typed.basis.as_deref())?;
    let side = typed::side("--side", typed.side.as_deref())?;
    Ok(Filter {
        from,
        to,
        recipient: typed.recipient.clone(),
        recipient_id: typed.recipient_id.clone(),
        side,
        breaches: false,
        principal_id: typed.principal_id.clone(),
        principal_name: typed.principal_name.clone(),
        basis,
        kind: None,
    })
}

const WIDTHS: [usize; 6] = [8, 12, 12, 28, 24, 0];

fn heading(out: &mut Output) {
    let names = text::list_heading(out.lang);
    table_row(out, names);
}

fn table_row(out: &mut Output, cells: [&str; 6]) {
    let line: Vec<String> = cells.iter().zip(WIDTHS).map(|(text, width)| cell(text, width)).collect();
    out.line(line.join(" ").trim_end());
}

fn row(out: &mut Output, r: &Entry) {
    let lang = out.lang;
    let index = r.index.to_string();
    let kind = text::kind(lang, r.fields.kind);
    let day = r.fields.time.legal_day().to_string();
    let altered = if r.altered { text::mark_altered(lang) } else { "" };
    match (r.current(), r.state) {
        (Some(p), _) => {
            let provided_on = when(p);
            let recipient = recipient(p, text::unspecified(lang));
            let principal: Vec<&str> =
                [&p.principal_id, &p.principal_name].into_iter().flatten().map(String::as_str).collect();
            let basis = p.basis.map(|b| text::basis(lang, b)).unwrap_or_default();
            let mark = match &r.reading {
                Reading::Recorded => "",
                Reading::Amended(_) => text::mark_amended(lang),
                Reading::Void => text::mark_void(lang),
            };
            let last = format!("{altered}{mark}{} ({basis})", p.items.join("、"));
            table_row(out, [&index, kind, &provided_on, &recipient, &principal.join(" "), &last]);
        }
        (None, RecordState::Erased { by }) => {
            let erased = text::say(lang, &Say::ErasedBy { by });
            table_row(out, [&index, kind, &day, &erased, "", altered]);
        }
        (None, RecordState::Unreadable) => {
            let unreadable = text::say(lang, &Say::Unreadable);
            table_row(out, [&index, kind, &day, &unreadable, "", altered]);
        }
        (None, RecordState::Present) => table_row(out, [&index, kind, &day, "-", "", altered]),
    }
}

/// The day of a provision, or its period.
fn when(p: &Provision) -> String {
    let day = |day: Option<NaiveDate>| day.map(|d| d.to_string()).unwrap_or_default();
    match p.method {
        Method::Bulk => format!("{}/{}", day(p.rare().period_from), day(p.rare().period_to)),
        Method::Each | Method::Contract => day(p.day),
    }
}

fn recipient(p: &Provision, unspecified: &str) -> String {
    match &p.party_name {
        Some(name) => name.clone(),
        None if p.unspecified_recipients => unspecified.to_owned(),
        None => String::new(),
    }
}

fn fields(p: &Provision, o: &mut Map<String, Value>) {
    for field in Field::ALL {
        let value = match field {
            Field::Items => Some(json!(p.items)),
            Field::Breaches => Some(json!(p.rare().breaches)).filter(|_| !p.rare().breaches.is_empty()),
            _ => p.text(*field).map(|text| text.into()),
        };
        if let Some(value) = value {
            o.insert(field.name().into(), value);
        }
    }
}

/// An entry as `list --json` shows it: `index kind recorded_at hash`, and the fields of a record.
pub(crate) fn object(r: &Entry) -> Value {
    let mut o = Map::new();
    o.insert("index".into(), r.index.into());
    o.insert("kind".into(), r.fields.kind.name().into());
    o.insert("recorded_at".into(), r.fields.time.to_string().into());
    o.insert("retention_base".into(), r.fields.base.to_string().into());
    if let Some(about) = r.fields.about {
        o.insert("about".into(), about.into());
    }
    o.insert("hash".into(), r.leaf.to_string().into());
    if r.altered {
        o.insert("altered".into(), true.into());
    }
    match r.state {
        RecordState::Present => {}
        RecordState::Erased { by } => {
            o.insert("erased".into(), true.into());
            o.insert("erased_by".into(), by.into());
        }
        RecordState::Unreadable => {
            o.insert("unreadable".into(), true.into());
        }
    }
    if let Some(p) = r.current() {
        fields(p, &mut o);
    }
    if !r.corrections.is_empty() {
        o.insert("corrections".into(), json!(r.corrections));
    }
    match &r.reading {
        Reading::Recorded => {}
        Reading::Void => {
            o.insert("void".into(), true.into());
        }
        Reading::Amended(_) => {
            // The record as it was recorded, beside how it reads now.
            let mut recorded = Map::new();
            r.provision.iter().for_each(|p| fields(p, &mut recorded));
            o.insert("recorded".into(), recorded.into());
        }
    }
    if let Some(import) = r.import {
        o.insert("import".into(), import.import.into());
        o.insert("line".into(), import.line.into());
    }
    if let Some((facts, extra)) = &r.act {
        let parsed = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
        o.insert("facts".into(), parsed(facts));
        if let Some(extra) = extra {
            o.insert("extra".into(), parsed(extra));
        }
    }
    Value::Object(o)
}
