//! Names for programs: what `--json` calls a finding, a problem or a row that is left out, beside the list of these.
//!
//! Owns: how such a name is written down. Does not own: the names (beside each list; tests/names.rs keeps them as they are).

/// Gives each variant of an enum its name, in one place: it is the same in every language, and it stays when the variant is
/// called otherwise. A variant without a name does not compile.
macro_rules! names {
    ($type:ident: $($variant:ident => $name:literal,)*) => {
        impl $type {
            /// The names of all of them, in their order.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// Its name for programs, the same in every language.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $($type::$variant { .. } => $name,)*
                }
            }
        }
    };
}
