//! Principals' requests to stop provision by opt-out (Act 27(2)(vi) and (vii); docs/LAW.md, "The opt-out scheme").
//!
//! Owns: whom a request is about, and when it is in force. Does not own: what follows for a record (`scheme`), how an entry is
//! written (`act`).

use std::collections::HashMap;

use chrono::NaiveDate;

use super::fold::fold;
use super::recipient::Registered;

/// A request.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct StopRequest {
    /// The principal's ID.
    pub principal_id: Option<String>,
    /// The principal's name.
    pub principal_name: Option<String>,
    /// When it came: a legal day (Japan).
    pub received: NaiveDate,
    /// From when on nothing is provided any more.
    pub effective: NaiveDate,
    /// How it came.
    pub channel: Option<String>,
    /// The filing that it is about; `None`: all.
    pub filing: Option<String>,
    /// Since when it is withdrawn, and by which entry.
    pub withdrawn: Option<(NaiveDate, u64)>,
}

impl StopRequest {
    /// In force on a day, for provision by this filing (`None`: no filing is known).
    #[must_use]
    pub fn in_force(&self, day: NaiveDate, filing: Option<&str>) -> bool {
        self.effective <= day
            && self.withdrawn.is_none_or(|(from, _)| day < from)
            // Where it is not known by which filing data goes out, the request counts.
            && (self.filing.is_none() || filing.is_none() || self.filing.as_deref() == filing)
    }
}

/// All requests, and whom they are about.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Stops {
    all: Vec<Registered<StopRequest>>,
    by_id: HashMap<String, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
}

impl Stops {
    /// These, in the order of the log.
    #[must_use]
    pub fn new(all: Vec<Registered<StopRequest>>) -> Stops {
        let (mut by_id, mut by_name) = (HashMap::<_, Vec<usize>>::new(), HashMap::<_, Vec<usize>>::new());
        for (at, request) in all.iter().enumerate() {
            let keys =
                [(&mut by_id, &request.value.principal_id), (&mut by_name, &request.value.principal_name)];
            for (map, key) in keys {
                if let Some(key) = key {
                    map.entry(fold(key).into_owned()).or_default().push(at);
                }
            }
        }
        Stops { all, by_id, by_name }
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Registered<StopRequest>] {
        &self.all
    }

    /// The indexes of the entries that they are made of, withdrawals too.
    pub fn entries(&self) -> impl Iterator<Item = u64> {
        let both = |r: &Registered<StopRequest>| [Some(r.index), r.value.withdrawn.map(|(_, by)| by)];
        self.all.iter().flat_map(both).flatten()
    }

    /// The first request in force that is about this principal: by ID where both have one, else by name.
    #[must_use]
    pub fn stopping(
        &self,
        id: Option<&str>,
        name: Option<&str>,
        day: NaiveDate,
        filing: Option<&str>,
    ) -> Option<&Registered<StopRequest>> {
        if self.all.is_empty() {
            return None;
        }
        let at = |map: &HashMap<String, Vec<usize>>, key: Option<&str>| -> Vec<usize> {
            key.and_then(|key| map.get(fold(key).as_ref())).cloned().unwrap_or_default()
        };
        let by_name = at(&self.by_name, name).into_iter();
        let by_name = by_name.filter(|at| id.is_none() || self.all[*at].value.principal_id.is_none());
        let found = at(&self.by_id, id).into_iter().chain(by_name).map(|at| &self.all[at]);
        found.filter(|request| request.value.in_force(day, filing)).min_by_key(|request| request.index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn request(
        index: u64,
        id: Option<&str>,
        name: Option<&str>,
        filing: Option<&str>,
    ) -> Registered<StopRequest> {
        let value = StopRequest {
            principal_id: id.map(str::to_owned),
            principal_name: name.map(str::to_owned),
            received: day("2026-06-01"),
            effective: day("2026-06-03"),
            filing: filing.map(str::to_owned),
            ..StopRequest::default()
        };
        Registered { index, value }
    }

    #[test]
    fn a_request_is_about_an_id_or_about_a_name_where_one_side_has_no_id() {
        let stops = Stops::new(vec![
            request(1, Some("C-1"), Some("見本 花子"), None),
            request(2, None, Some("架空 次郎"), None),
            request(3, Some("Ｃ－９"), None, None),
        ]);
        let on = day("2026-06-03");
        for (id, name, by) in [
            (Some("Ｃ-１"), None, Some(1)),
            (Some("C-2"), Some("見本 花子"), None),
            (None, Some("見本花子"), Some(1)),
            (Some("C-2"), Some("架空　次郎"), Some(2)),
            (Some("C-9"), Some("誰か"), Some(3)),
            (None, None, None),
        ] {
            assert_eq!(stops.stopping(id, name, on, None).map(|r| r.index), by, "{id:?} {name:?}");
        }
    }

    #[test]
    fn a_request_counts_from_its_day_until_it_is_withdrawn_and_for_its_filing() {
        let mut one = request(1, Some("C-1"), None, Some("A"));
        let stopped = |r: &Registered<StopRequest>, on: &str, filing| {
            Stops::new(vec![r.clone()]).stopping(Some("C-1"), None, day(on), filing).is_some()
        };
        assert!(!stopped(&one, "2026-06-02", Some("A")));
        assert!(stopped(&one, "2026-06-03", Some("A")));
        assert!(!stopped(&one, "2026-06-03", Some("B")));
        assert!(stopped(&one, "2026-06-03", None));
        one.value.withdrawn = Some((day("2026-07-01"), 9));
        assert!(stopped(&one, "2026-06-30", Some("A")));
        assert!(!stopped(&one, "2026-07-01", Some("A")));
    }
}
