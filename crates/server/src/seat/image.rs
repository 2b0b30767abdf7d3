//! A running seat in one file, and a seat taken up from it.
//!
//! What comes back is the whole: state, history, texts and files, clock and seed, so that what is done afterwards leads
//! to what it would have led to. Webhooks that were put out already, delivered or not, are not put out again.
//! Must not know: how the file is laid out.

use std::io::{Read, Write};

use decider::Timestamp;
use ledger::Ledger;
use ledger::archive::{self, Archive, ArchiveError};
use ledger::segments::Options;
use serde::{Deserialize, Serialize};

use super::{ClockConfig, Seat, SeatConfig, Storage};
use crate::OpenError;

/// What the file says of the seat beside its ledger.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    /// What wrote it.
    made_by: String,
    seed: u64,
    now_ms: u64,
}

/// A file that was read, fit to be taken up.
pub struct Image {
    about: About,
    archive: Archive,
}

impl Image {
    /// Reads a file that [`Seat::write_image`] wrote.
    pub fn read(input: &mut dyn Read) -> Result<Image, ArchiveError> {
        let archive = Archive::read(input)?;
        let about = serde_json::from_slice(&archive.about);
        let about = about.map_err(|_| ArchiveError::Damaged("it is not of a sandbox"))?;
        Ok(Image { about, archive })
    }
}

impl Seat {
    /// Writes everything that is durable now. Blocks.
    pub fn write_image(&self, out: &mut dyn Write) -> Result<(), ArchiveError> {
        let now = self.now();
        // What is due by now has happened before it is written, where the clock is ours to hold.
        let _ = self.engine().advance(now);
        let about = About {
            made_by: concat!("goodstanding ", env!("CARGO_PKG_VERSION")).to_owned(),
            seed: self.seed(),
            now_ms: now.millis(),
        };
        let about = serde_json::to_vec(&about).unwrap_or_default();
        archive::write(self.reader().as_ref(), &self.engine().heads(), &about, out)
    }

    /// Takes up what a file holds, with its seed, and with its clock where this seat's is not the system's. A data
    /// directory must be empty. Blocks.
    pub fn open_image(mut config: SeatConfig, image: Image) -> Result<Seat, OpenError> {
        super::check(&config)?;
        let Image { about, archive } = image;
        config.seed = about.seed;
        if let ClockConfig::Virtual { start, .. } = &mut config.clock {
            *start = Timestamp::from_millis(about.now_ms);
        }
        let ledger: Box<dyn Ledger> = match &config.storage {
            Storage::Ephemeral => Box::new(archive.into_memory()?),
            Storage::Dir(dir) => Box::new(archive.into_dir(dir, Options::default())?),
        };
        Seat::open_on(config, ledger)
    }
}
