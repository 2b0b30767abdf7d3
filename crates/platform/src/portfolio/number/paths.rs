//! How people reach a person at a number, as the business declares (H1 to H3).

use decider::mix;
use rulebook::escalation::Path;

use crate::portfolio::snapshot::sections::{Section, write};

/// Stored: by number in order, its ways.
pub(crate) const SECTION: Section = Section {
    id: 42,
    version: 1,
    store: |portfolio| {
        let paths: Vec<&[Path]> = portfolio
            .numbers
            .iter()
            .map(|number| number.paths.as_slice())
            .collect();
        paths.iter().any(|paths| !paths.is_empty()).then(|| write(&paths))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(postcard::from_bytes(bytes).map(|stored: Vec<Vec<Path>>| {
            for (number, paths) in portfolio.numbers.iter_mut().zip(stored) {
                number.paths = paths;
            }
        })),
        _ => None,
    },
};

/// Changes with every change.
pub(super) fn digest(paths: &[Path]) -> u64 {
    let of = |hash: u64, path: &Path| {
        let bytes = path.target.bytes().chain([path.kind.number()]);
        bytes.fold(hash, |hash, byte| mix(hash ^ u64::from(byte)))
    };
    paths.iter().fold(paths.len() as u64, of)
}
