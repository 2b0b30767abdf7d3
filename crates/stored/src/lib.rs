//! Stored forms: the macro that declares events with their permanent kind numbers, the bytes of values, and snapshots
//! in sections.
//!
//! Promises: a (kind, version) is never edited: a change adds a version; a section that this version does not know is
//! refused, not dropped. Golden files of each seat hold the bytes of every version.
//! Must not know: what the events and sections mean, where the bytes are kept.

mod section;

pub use postcard::Error;
pub use section::{Loaded, Section, StoredSection, load, store};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Declares an `Event` enum: kind number, version, name of the frozen struct. Nothing else lists the events.
#[macro_export]
macro_rules! events {
    ($($(#[$doc:meta])* $kind:literal v $version:literal $name:ident),+ $(,)?) => {
        /// What happened.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Event {
            $($(#[$doc])* $name($name),)+
        }

        impl Event {
            /// The permanent number of the kind, and the version that is written today.
            pub const fn kind(&self) -> (u16, u8) {
                match self { $(Event::$name(_) => ($kind, $version),)+ }
            }

            /// The kind's name.
            pub const fn name(&self) -> &'static str {
                match self { $(Event::$name(_) => stringify!($name),)+ }
            }

            pub(crate) fn write(&self, out: &mut Vec<u8>) {
                match self { $(Event::$name(event) => $crate::write(event, out),)+ }
            }

            pub(crate) fn read(kind: u16, version: u8, bytes: &[u8]) -> Option<Result<Event, $crate::Error>> {
                match (kind, version) {
                    $(($kind, $version) => Some($crate::read(bytes).map(Event::$name)),)+
                    _ => None,
                }
            }
        }

        /// The fields of what happened, without the name of the kind.
        impl serde::Serialize for Event {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                match self { $(Event::$name(event) => event.serialize(to),)+ }
            }
        }

        $(impl From<$name> for Event {
            fn from(event: $name) -> Event { Event::$name(event) }
        })+
    };
}

/// Appends the stored form of `value`.
pub fn write<T: Serialize>(value: &T, out: &mut Vec<u8>) {
    let written = postcard::serialize_with_flavor(value, Extend(out));
    debug_assert!(written.is_ok(), "writing to memory does not fail");
}

/// The stored form of `value`.
pub fn to_bytes<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(value, &mut bytes);
    bytes
}

/// Reads what [`write()`] wrote.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    postcard::from_bytes(bytes)
}

/// A postcard flavor that appends to a vector.
struct Extend<'a>(&'a mut Vec<u8>);

impl postcard::ser_flavors::Flavor for Extend<'_> {
    type Output = ();

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    // Most fields are integers of a few bytes, for which a call costs more than they do: here, and to copy them.
    #[inline(always)]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        match *bytes {
            [a] => self.0.push(a),
            [a, b] => self.0.extend([a, b]),
            [a, b, c] => self.0.extend([a, b, c]),
            [a, b, c, d] => self.0.extend([a, b, c, d]),
            [a, b, c, d, e] => self.0.extend([a, b, c, d, e]),
            _ => self.0.extend_from_slice(bytes),
        }
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}
