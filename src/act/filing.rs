//! An opt-out filing as it stands from a day on (FORMAT.md, "Registers"). Kept for ever: what may be personal is in the extra part.
//!
//! Owns: its two parts. Does not own: its texts and which of them may be personal (`record::filing`).

use super::{By, HANDLER, Members, Parts, REASON, Said, yes};
use crate::ledger::Kind;
use crate::ledger::part::PartWriter;
use crate::record::filing::{Category, FiledItem, Filing, Origin, Part};

const CATEGORIES: &str = "categories";
pub(super) const EFFECTIVE: &str = "effective";
const FILED_ON: &str = "filed_on";
pub(super) const FILING: &str = "filing";
const ITEMS: &str = "items";
const NUMBER: &str = "number";
const ORIGINS: &str = "origins";
const PUBLICATION: &str = "publication";
const START_DAY: &str = "start_day";
const STOPPED: &str = "stopped";

impl Said for Filing {
    const KIND: Kind = Kind::Filing;

    fn parts(&self, by: By<'_>) -> Parts {
        // The texts stand among the others by their keys.
        let text = |part: Part, writer: &mut PartWriter<'_>| {
            writer.text(part.key(), self.part(part));
        };
        let facts = |facts: &mut PartWriter<'_>| {
            text(Part::Acquisition, facts);
            facts
                .list(CATEGORIES, self.items.iter().map(|i| i.category.word()))
                .day(EFFECTIVE, Some(self.effective))
                .day(FILED_ON, self.filed_on)
                .text(FILING, Some(&self.id))
                .list(ITEMS, self.items.iter().map(|i| i.name.as_str()))
                .text(NUMBER, self.number.as_deref())
                .list(ORIGINS, self.items.iter().map(|i| i.origin.word()));
            text(Part::ProvisionMethod, facts);
            facts.text(PUBLICATION, self.publication.as_deref());
            text(Part::Purpose, facts);
            facts.day(START_DAY, self.start_day).text(STOPPED, yes(self.stopped));
            text(Part::UpdateMethod, facts);
        };
        let extra = |extra: &mut PartWriter<'_>| {
            text(Part::Address, extra);
            text(Part::Contact, extra);
            extra.text(HANDLER, by.handler);
            text(Part::Name, extra);
            extra.text(REASON, by.reason);
            text(Part::Representative, extra);
            text(Part::RequestMethod, extra);
            text(Part::Telephone, extra);
        };
        Parts::write(facts, extra)
    }

    fn read(facts: &[u8], extra: &[u8]) -> Option<Filing> {
        let (facts, extra) = (Members::of(facts), Members::of(extra));
        let list = |key| facts.list(key).unwrap_or_default();
        let (names, categories, origins) = (list(ITEMS), list(CATEGORIES), list(ORIGINS));
        if names.len() != categories.len() || names.len() != origins.len() {
            return None;
        }
        let items = names.into_iter().zip(categories).zip(origins).map(|((name, category), origin)| {
            let (category, origin) = (Category::from_word(&category)?, Origin::from_word(&origin)?);
            Some(FiledItem { name, category, origin })
        });
        Some(Filing {
            id: facts.text(FILING)?,
            effective: facts.day(EFFECTIVE)?,
            filed_on: facts.day(FILED_ON),
            number: facts.text(NUMBER),
            start_day: facts.day(START_DAY),
            parts: Part::ALL.map(|part| if part.is_personal() { &extra } else { &facts }.text(part.key())),
            items: items.collect::<Option<Vec<_>>>()?,
            publication: facts.text(PUBLICATION),
            stopped: facts.is_so(STOPPED),
        })
    }
}
