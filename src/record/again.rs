//! What was erased may come in again: whether a record can be one of those.
//!
//! Erased means gone: nothing is left by which it would be known again. So all that is told is whether it is later than
//! everything that was ever erased.
//!
//! Owns: that comparison. Does not own: what was erased (`store`), what is done then (`import`, `cli`).

use chrono::NaiveDate;

use super::provision::Provision;

/// The day that counts: the last of the provision, else the first.
#[must_use]
pub fn day(p: &Provision) -> Option<NaiveDate> {
    p.last_day().or(p.rare().period_from)
}

/// True where it may have been erased before: nothing shows that it is later than `newest`, the newest base of what was erased
/// (`None`: nothing was). A record is never erased with a base before its last day.
#[must_use]
pub fn may_have_been_erased(p: &Provision, newest: Option<NaiveDate>) -> bool {
    newest.is_some_and(|newest| day(p).is_none_or(|day| day <= newest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::provision::Method;

    #[test]
    fn what_is_later_than_everything_that_was_erased_was_not() {
        let on = |text: &str| Some(text.parse::<NaiveDate>().unwrap());
        let newest = on("2022-05-10");
        let each = |day| Provision { day, ..Provision::default() };
        assert!(may_have_been_erased(&each(on("2022-05-10")), newest));
        assert!(!may_have_been_erased(&each(on("2022-05-11")), newest));
        assert!(!may_have_been_erased(&each(on("2000-01-01")), None));
        assert!(may_have_been_erased(&each(None), newest), "nothing shows that it is later");
        let bulk = |from: &str, to| {
            let mut p = Provision { method: Method::Bulk, ..Provision::default() };
            (p.rare_mut().period_from, p.rare_mut().period_to) = (on(from), to);
            p
        };
        assert!(!may_have_been_erased(&bulk("2022-01-01", on("2022-05-11")), newest));
        assert!(may_have_been_erased(&bulk("2022-01-01", on("2022-05-10")), newest));
        assert!(may_have_been_erased(&bulk("2022-01-01", None), newest));
        assert!(!may_have_been_erased(&bulk("2022-06-01", None), newest));
    }
}
