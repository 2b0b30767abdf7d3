//! Kills the gateway while an app sends through it to a platform that counts: nothing reaches the platform twice, whatever
//! the app was told is remembered, what was cut off reads as unknown until a status settles it, and the platform never counts
//! more people than the limit allows.

mod app;
mod front;
mod platform;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use decider::mix;

use crate::Options;
use app::{App, Said};
use front::Front;
use platform::{LIMIT, Platform};

/// Sends of an earlier round that are asked about again after each kill.
const ASKED_AGAIN: usize = 32;

/// The code with which a used-up limit is refused.
const USED_UP: u64 = 131_048;

/// The story; what it saw, or what was wrong.
pub(crate) async fn crash_anywhere_sends_at_most_once(
    options: &Options,
    dir: &Path,
) -> Result<String, String> {
    let platform = Platform::start().await?;
    let config = front::configure(dir, &platform)?;
    let app = App::default();
    let mut front = Front::start(&options.binary, &config, dir, &platform, None).await?;
    let mut seen = Seen::default();
    for round in 0..options.kills {
        let within = |problem: String| format!("kill {round}: {problem}");
        let kill_after = Duration::from_millis(5 + mix(options.seed ^ round) % 250);
        let cut_off = app.send_until(&front, kill_after).await;
        front.kill()?;
        let token = Some(front.token.clone());
        front = Front::start(&options.binary, &config, dir, &platform, token).await?;
        for nth in cut_off {
            seen.note(settled(&front, &platform, &app, nth).await.map_err(within)?);
        }
        let known: Vec<(u64, Said)> = app.told().into_iter().rev().take(ASKED_AGAIN).collect();
        remembered(&front, &app, &known).await.map_err(within)?;
        platform.check().map_err(within)?;
    }
    let known: Vec<(u64, Said)> = app.told().into_iter().collect();
    remembered(&front, &app, &known).await?;
    platform.check()?;
    front.kill()?;
    let (sends, people) = (platform.sends(), platform.counted());
    let full = known
        .iter()
        .filter(|(_, said)| *said == Said::Refused(USED_UP))
        .count();
    if full == 0 && options.kills >= 50 {
        return Err(format!(
            "only {people} people were reached: the limit was never met"
        ));
    }
    let told = format!(
        "{} kills of the gateway, {} sends begun, {sends} reached the platform, none twice; {people} of {LIMIT} people, {full} refused for it; cut off: {seen}",
        options.kills,
        app.begun(),
    );
    Ok(told)
}

/// What became of the sends that were cut off.
#[derive(Default)]
struct Seen(BTreeMap<&'static str, usize>);

impl Seen {
    fn note(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts: Vec<String> = self
            .0
            .iter()
            .map(|(what, count)| format!("{count} {what}"))
            .collect();
        f.write_str(&parts.join(", "))
    }
}

/// Repeats a send that was cut off: it reads as unknown until the platform tells, unless it was never begun.
async fn settled(front: &Front, platform: &Platform, app: &App, nth: u64) -> Result<&'static str, String> {
    let before = platform.message(nth);
    let said = app.send(front, nth).await?;
    let after = platform.message(nth);
    match (&said, &before) {
        (Said::Unknown, Some(message)) => {
            front.status(platform, nth, message).await?;
            match app.send(front, nth).await? {
                Said::Taken => Ok("unknown until a status"),
                other => Err(format!("send {nth} was settled by a status, and reads {other:?}")),
            }
        }
        // Durable, and not a byte of it had gone.
        (Said::Unknown, None) if after.is_none() => Ok("unknown for good"),
        (Said::Accepted(id), Some(message)) if id == message => Ok("settled in time"),
        (Said::Refused(_), None) if after.is_none() => Ok("refused"),
        // Its attempt was not durable: the app's second call is the first one that is admitted.
        (Said::Accepted(id), None) if after.as_ref() == Some(id) => Ok("begun anew"),
        _ => Err(format!(
            "send {nth} reads {said:?}; the platform had {before:?} and has {after:?}"
        )),
    }
}

/// What the app was told stays so: the same answer again, or that the platform took it.
async fn remembered(front: &Front, app: &App, known: &[(u64, Said)]) -> Result<(), String> {
    for (nth, said) in known {
        let again = app.send(front, *nth).await?;
        let same = match (said, &again) {
            (Said::Accepted(_), Said::Taken | Said::Unknown) => true,
            // What was refused before may be admitted later.
            (Said::Refused(_), _) => continue,
            (said, again) => said == again,
        };
        if !same {
            return Err(format!("send {nth} was told {said:?}, and now {again:?}"));
        }
    }
    Ok(())
}
