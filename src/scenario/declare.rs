//! Declarations that say everything about a table once. `table!` takes a struct with its keys'
//! documentation, defaults and ranges, and makes the struct and its [`Read`](super::reader::Read):
//!
//! ```text
//! table! {
//!     /// What the struct is.
//!     pub struct Site {
//!         /// Documentation of the key, with its unit.
//!         pub pue: f64 = "1.0" where ">= 1, <= 10",     // default in TOML, bounds of the number
//!         /// …
//!         pub power_cap: Option<Watts>,                 // may be left out
//!         /// …
//!         pub lead_time: Distribution as Durations,     // written in the way of another type
//!         /// …
//!         pub every: Span => "run.step",                // default: the value of that key
//!     } then Site::check;                               // fn(Self, &Node, &mut Reader) -> Option<Self>
//! }
//! ```
//! `choice!` does the same for an externally tagged enum, `words!` for an enum of plain words.

/// The type in whose way a field is written.
macro_rules! via {
    ($ty:ty) => {
        $ty
    };
    ($ty:ty, $via:ty) => {
        $via
    };
}

/// An optional literal as an `Option<&'static str>`.
macro_rules! text {
    () => {
        None
    };
    ($text:literal) => {
        Some($text)
    };
}

macro_rules! table {
    (
        $(#[$meta:meta])*
        pub struct $Name:ident { $(
            $(#[doc = $doc:literal])+
            pub $field:ident : $ty:ty $(as $via:ty)? $(= $default:literal)? $(=> $same:literal)? $(where $range:literal)?
        ),* $(,)? } $(then $hook:path;)?
    ) => {
        $(#[$meta])*
        pub struct $Name { $( $(#[doc = $doc])+ pub $field: $ty, )* }

        impl $Name {
            /// The keys of this table.
            fn table_form() -> $crate::scenario::form::TableForm {
                #[allow(unused_mut)]
                let mut form = $crate::scenario::form::TableForm::default();
                $( form.add::<$crate::scenario::declare::via!($ty $(, $via)?), $ty>($crate::scenario::declare::Declared {
                    name: stringify!($field),
                    doc: concat!($($doc, "\n"),+),
                    default: $crate::scenario::declare::text!($($default)?),
                    same_as: $crate::scenario::declare::text!($($same)?),
                    range: $crate::scenario::declare::text!($($range)?),
                }); )*
                form
            }
        }

        impl $crate::scenario::reader::Read for $Name {
            fn form() -> $crate::scenario::form::Form {
                $crate::scenario::form::Form::Table(Self::table_form())
            }

            fn read(node: &$crate::scenario::tree::Node, reader: &mut $crate::scenario::reader::Reader<'_>) -> Option<Self> {
                #[allow(unused_variables)]
                let form = Self::table_form();
                reader.table(node, &form)?;
                // Every key is read before any failure returns, so that all problems are told.
                $( let $field = reader.field::<$crate::scenario::declare::via!($ty $(, $via)?), $ty>(node, &form, stringify!($field)); )*
                let value = Self { $( $field: $field? ),* };
                $( let value = $hook(value, node, reader)?; )?
                Some(value)
            }
        }
    };
}

macro_rules! choice {
    (
        $(#[$meta:meta])*
        pub enum $Name:ident $(($flat:ident))? { $(
            $(#[doc = $doc:literal])+
            $tag:literal => $Variant:ident($Inner:ty $(as $via:ty)?)
        ),+ $(,)? }
    ) => {
        $(#[$meta])*
        pub enum $Name { $( $(#[doc = $doc])+ $Variant($Inner), )+ }

        impl $Name {
            /// The tag, as a scenario writes it.
            #[must_use]
            pub fn tag(&self) -> &'static str {
                match self { $( Self::$Variant(_) => $tag, )+ }
            }

            fn tags() -> Vec<$crate::scenario::form::Key> {
                vec![$( $crate::scenario::form::Key {
                    name: $tag,
                    doc: concat!($($doc, "\n"),+),
                    presence: $crate::scenario::form::Presence::Optional,
                    form: <$crate::scenario::declare::via!($Inner $(, $via)?) as $crate::scenario::reader::Read<$Inner>>::form(),
                    range: None,
                } ),+]
            }
        }

        impl $crate::scenario::reader::Read for $Name {
            $( const FLAT: bool = $crate::scenario::declare::is_flat!($flat); )?

            fn form() -> $crate::scenario::form::Form {
                $crate::scenario::form::Form::Choice(Self::tags())
            }

            fn read(node: &$crate::scenario::tree::Node, reader: &mut $crate::scenario::reader::Reader<'_>) -> Option<Self> {
                let (tag, inner) = reader.tag(node, &Self::tags(), <Self as $crate::scenario::reader::Read>::FLAT)?;
                let _ = inner;
                reader.within(tag, |reader| match tag {
                    $( $tag => <$crate::scenario::declare::via!($Inner $(, $via)?) as $crate::scenario::reader::Read<$Inner>>::read(inner, reader).map(Self::$Variant), )+
                    _ => None,
                })
            }
        }
    };
}

macro_rules! is_flat {
    (flat) => {
        true
    };
}

macro_rules! words {
    (
        $(#[$meta:meta])*
        pub enum $Name:ident { $(
            $(#[doc = $doc:literal])+
            $word:literal => $Variant:ident
        ),+ $(,)? }
    ) => {
        $(#[$meta])*
        pub enum $Name { $( $(#[doc = $doc])+ $Variant, )+ }

        impl $Name {
            /// The words, as a scenario writes them.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word for this.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $( Self::$Variant => $word, )+ }
            }

            /// What a word means.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $( $word => Some(Self::$Variant), )+ _ => None }
            }
        }

        impl $crate::scenario::reader::Read for $Name {
            fn form() -> $crate::scenario::form::Form {
                $crate::scenario::form::Form::Leaf($crate::scenario::form::Leaf::Word(Self::WORDS))
            }

            fn read(node: &$crate::scenario::tree::Node, reader: &mut $crate::scenario::reader::Reader<'_>) -> Option<Self> {
                $crate::scenario::leaf::word(node, reader, Self::WORDS).and_then(|word| Self::from_word(&word))
            }
        }
    };
}

pub(super) use {choice, is_flat, table, text, via, words};

use super::form::{Form, Key, Presence, TableForm};
use super::range::Range;
use super::reader::Read;

/// What a declaration says about a key, as text.
pub(super) struct Declared {
    pub(super) name: &'static str,
    pub(super) doc: &'static str,
    pub(super) default: Option<&'static str>,
    pub(super) same_as: Option<&'static str>,
    pub(super) range: Option<&'static str>,
}

impl TableForm {
    /// Adds the key of a declaration, whose value is a `T` written in the way of `V`.
    pub(super) fn add<V: Read<T>, T>(&mut self, declared: Declared) {
        let form = V::form();
        if V::FLAT {
            if let Form::Choice(tags) = form {
                self.one_of.extend(tags);
                self.may_lack = V::OPTIONAL;
            }
            return;
        }
        let presence = match (declared.default, declared.same_as) {
            (Some(text), _) => Presence::Default(text),
            (None, Some(path)) => Presence::SameAs(path),
            (None, None) if V::OPTIONAL => Presence::Optional,
            (None, None) => Presence::Required,
        };
        self.keys.push(Key {
            name: declared.name,
            doc: declared.doc,
            presence,
            form,
            range: declared.range.map(Range),
        });
    }
}
