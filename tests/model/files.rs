//! Files that are imported, and what was erased coming in once more.
//!
//! Owns: their rows. Does not own: running and comparing (`play`), the rules (`ledger`).

use proptest::sample::Index;
use serde_json::json;

use super::calendar::{Day, day_text};
use super::commands::{confirm_args, one_of};
use super::ledger::Content;
use super::play::{Given, Must, Play, Played, count};
use super::steps::{How, Row, When};
use super::why::Why;
use crate::support::Words;

impl Play<'_> {
    pub(super) fn erased_once_more(
        &mut self,
        more: &Index,
        imported: bool,
        again: bool,
        confirmed: Option<Day>,
    ) -> Played {
        let is_erased =
            |index: &u64| self.ledger.entries[usize::try_from(*index).unwrap()].erased_by.is_some();
        let erased: Vec<Given> =
            self.given.iter().filter(|(index, _)| is_erased(index)).map(|(_, g)| g.clone()).collect();
        let Some(given) = one_of(more, &erased) else { return Ok(()) };
        let plain = !given.content.receipt && !given.content.bulk && given.content.note.is_none();
        if imported && plain {
            let rows = vec![given.content];
            let file = self.file(&rows);
            let how = if again { How::Again } else { How::Plain };
            return self.import("erased row", file, rows, how, confirmed);
        }
        let key = given.key.unwrap_or_else(|| "key of an erased row".to_owned());
        let content = Content { claimed: None, ..given.content };
        self.record("erased key", content, Some(key), (true, again), confirmed)
    }

    pub(super) fn row(&self, row: &Row) -> Content {
        let claimed = row.claimed.map(|off| self.day(When::FromToday(off)));
        Content {
            day: Some(self.day(row.on)),
            principal: format!("P-{}", row.principal),
            claimed,
            ..Content::default()
        }
    }

    /// A file of its own with these rows.
    pub(super) fn file(&mut self, rows: &Vec<Content>) -> String {
        self.next_file += 1;
        let mut text = "提供年月日,提供先,提供先住所,代表者,本人ID,提供項目,記録日\n".to_owned();
        for row in rows {
            let claimed = row.claimed.map(day_text).unwrap_or_default();
            text.push_str(&format!(
                "{},架空商事株式会社,東京都架空区{}丁目,見本 太郎,{},氏名,{claimed}\n",
                day_text(row.day.unwrap()),
                self.next_file,
                row.principal,
            ));
        }
        text
    }

    pub(super) fn import(
        &mut self,
        name: &str,
        file: String,
        rows: Vec<Content>,
        how: How,
        confirmed: Option<Day>,
    ) -> Played {
        let mut whys = self.ledger.may_write(self.clock, confirmed);
        let mut come_again = 0;
        for row in &rows {
            whys.extend(self.ledger.may_record(self.clock, row, false));
            let may_be_erased = self.ledger.may_be_erased(row);
            come_again += u64::from(may_be_erased);
            whys.extend((may_be_erased && !how.again()).then_some(Why::MayBeErased));
        }
        whys.extend(self.ledger.has_imported(&file).then_some(Why::SameFile));
        let trusting = how.trusts();
        whys.extend(
            (trusting && rows.iter().all(|row| row.claimed.is_none())).then_some(Why::NothingClaimed),
        );
        whys.dedup();
        self.room.write("rows.csv", &file);
        let mut args = "import rows.csv --basis opt-out --json".words();
        if trusting {
            args.extend("--trust-record-dates --reason compared".words());
        }
        args.extend(how.again().then(|| "--again".to_owned()));
        args.extend(confirm_args(confirmed));
        for row in &rows {
            let claimed = row.claimed.map(day_text).unwrap_or_default();
            self.told.push(format!("  a row of {}, claiming {claimed:?}:", day_text(row.day.unwrap())));
        }
        let (done, ran) = self.write(name, Must::of(whys), confirmed, &args)?;
        if done {
            let said = ran.objects().pop().unwrap_or_default();
            let expected = json!({ "imported": rows.len(), "again": come_again });
            if ["imported", "again"].iter().any(|key| said[key] != expected[key]) {
                return Err(format!("acknowledged as {said}, and it is {expected}"));
            }
            if trusting {
                count(self.tally, format!("{name}: trusting"));
            }
            if come_again > 0 {
                count(self.tally, format!("{name}: again"));
            }
            let first = self.ledger.size() + if trusting { 2 } else { 1 };
            for (index, content) in (first..).zip(&rows) {
                self.given.insert(index, Given { key: None, content: content.clone() });
            }
            self.ledger.import(self.clock, file.clone(), rows, trusting);
            self.files.push(file);
        }
        Ok(())
    }
}
