//! Stored forms: the macro that declares events with their permanent kind numbers, and how their bytes are made.
//!
//! Promises: a (kind, version) is never edited: a change adds a version. Golden files hold the bytes of every version.

/// Declares an `Event` enum: kind number, version, name of the frozen struct. Nothing else lists the events.
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
                match self { $(Event::$name(event) => $crate::codec::write(event, out),)+ }
            }

            pub(crate) fn read(kind: u16, version: u8, bytes: &[u8]) -> Option<Result<Event, postcard::Error>> {
                match (kind, version) {
                    $(($kind, $version) => Some(postcard::from_bytes(bytes).map(Event::$name)),)+
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

pub(crate) use events;

use serde::Serialize;

/// Appends the stored form of `value`.
pub(crate) fn write<T: Serialize>(value: &T, out: &mut Vec<u8>) {
    let written = postcard::serialize_with_flavor(value, Extend(out));
    debug_assert!(written.is_ok(), "writing to memory does not fail");
}

/// A postcard flavor that appends to a vector.
struct Extend<'a>(&'a mut Vec<u8>);

impl postcard::ser_flavors::Flavor for Extend<'_> {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}
