//! Why what is stored, or shown in a folder, cannot be an entry as it was recorded.
//!
//! Owns: the list. Does not own: how it is said (`cli/text`), finding it out (`store`, `bundle`, [`super::examine`]).

/// What cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// Its time is none.
    Time,
    /// There is no kind of that number.
    Kind,
    /// The entry that it is about is no index.
    About,
    /// Its retention base is no day.
    Base,
    /// The salt of a part stands there, and the hash that an erasure leaves.
    ThereAndErased,
    /// An interned value that it refers to is not there.
    Reference,
    /// A text of it is not UTF-8.
    Text,
    /// A day of it is none.
    Day,
    /// The salt of a part is none.
    Salt,
    /// It is a genesis, and not entry 0; or entry 0, and no genesis.
    Genesis,
    /// It is about an entry that is not earlier than itself.
    AboutLater,
}

impl Broken {
    /// All.
    pub const ALL: &'static [Broken] = &[
        Broken::Time,
        Broken::Kind,
        Broken::About,
        Broken::Base,
        Broken::ThereAndErased,
        Broken::Reference,
        Broken::Text,
        Broken::Day,
        Broken::Salt,
        Broken::Genesis,
        Broken::AboutLater,
    ];
}
