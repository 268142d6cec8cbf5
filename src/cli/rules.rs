//! `rules`: the tables that records are checked by, as they are.

use provlog::record::rules::{Asked, Condition, RULES, Rule, Source, WAYS};
use provlog::record::{Basis, Method, Side};
use serde_json::json;

use super::Outcome;
use super::args::Rules;
use super::output::{Output, cell};
use super::text;
use super::trouble::{Expected, Trouble};
use super::typed;

/// Display widths of the columns; the last is as wide as it is.
const WIDTHS: [usize; 5] = [10, 17, 9, 34, 12];

pub(crate) fn run(a: &Rules, out: &mut Output) -> Result<Outcome, Trouble> {
    let side = typed::side("--side", a.side.as_deref())?;
    let basis = typed::basis(a.basis.as_deref())?;
    let method = typed::word("--method", a.method.as_deref(), Method::from_word, Expected::Method)?;
    let lang = out.lang;
    if !out.json {
        line(out, text::rules_heading(lang));
    }
    for way in WAYS.iter().filter(|w| side.is_none_or(|s| s == w.side) && basis.is_none_or(|b| b == w.basis))
    {
        for m in Method::ALL.iter().copied().filter(|m| method.is_none_or(|method| method == *m)) {
            if !way.methods.contains(&m) {
                show(out, (way.side, way.basis, m), None);
                continue;
            }
            let applies =
                |r: &&Rule| r.side == way.side && r.bases.contains(&way.basis) && r.methods.contains(&m);
            for rule in RULES.iter().filter(applies) {
                show(out, (way.side, way.basis, m), Some(rule));
            }
        }
    }
    Ok(Outcome::Done)
}

fn show(out: &mut Output, way: (Side, Basis, Method), rule: Option<&Rule>) {
    let (side, basis, method) = way;
    let lang = out.lang;
    let Some(rule) = rule else {
        // The method itself is refused on this basis.
        let source = if side == Side::Provider { Source::Rules19 } else { Source::Rules23 };
        let article = text::source(lang, source);
        if out.json {
            return out.object(&json!({
                "side": side.word(), "basis": basis.word(), "method": method.word(), "allowed": false,
                "article": article,
            }));
        }
        return line(out, [side.word(), basis.word(), method.word(), text::not_allowed(lang), "", article]);
    };
    let condition = match rule.condition {
        Condition::Always => "always",
        Condition::NamedRecipient => "named-recipient",
        Condition::NamedBody => "named-body",
        Condition::Body => "body",
        Condition::ForeignRecipient => "foreign-recipient",
    };
    let item = match rule.asked {
        Asked::Principal => "principal",
        Asked::Field(field) => field.name(),
    };
    let day = |day: Option<chrono::NaiveDate>| day.map(|d| d.to_string());
    let article = text::source(lang, rule.source);
    if out.json {
        return out.object(&json!({
            "side": side.word(), "basis": basis.word(), "method": method.word(), "allowed": true, "item": item,
            "condition": condition, "from": day(rule.days.from), "until": day(rule.days.until), "article": article,
        }));
    }
    let name = match rule.asked {
        Asked::Principal => text::principal(lang),
        Asked::Field(field) => text::field(lang, field),
    };
    let name = match rule.condition {
        Condition::Always => name.to_owned(),
        _ => format!("{name} [{condition}]"),
    };
    let from = day(rule.days.from).unwrap_or_default();
    line(out, [side.word(), basis.word(), method.word(), &name, &from, article]);
}

fn line(out: &mut Output, cells: [&str; 6]) {
    let mut text: String = cells.iter().zip(WIDTHS).map(|(text, width)| cell(text, width) + " ").collect();
    text.push_str(cells[5]);
    out.line(text.trim_end());
}
