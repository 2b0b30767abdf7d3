//! What surrounds the messages: PINs and codes, media, profiles, QR codes, settings.

use decider::{Ctx, Timestamp};
use rulebook::media::{MediaKind, TYPES, bytes_max};
use rulebook::refusal::Refusal;
use rulebook::status::{Stage, StageChange};
use rulebook::template::draft::Category;

use crate::ids::{MediumIx, NumberIx, WabaIx};
use crate::portfolio::command::{Send, SurfaceCommand, Upload, What};
use crate::portfolio::event::{
    CodeEntered, CodeSent, InsightsEnabled, MediumDeleted, MediumStored, PinSet, ProfileSet, QrDeleted,
    QrSaved, RegistrationCalled, SentAsMarketing, SettingsSet,
};
use crate::portfolio::number::Number;
use crate::portfolio::surface::access::{Pin, PinHash, PinOutcome};
use crate::portfolio::{Answer, Event, Portfolio};

/// QR codes of one number (the platform's page on QR codes).
const QR_CODES_MAX: usize = 2_000;
/// Files that are kept at once: each costs 60 bytes beside its content.
const MEDIA_MAX: u32 = 9_999_999;

impl Portfolio {
    pub(super) fn surface(&self, command: &SurfaceCommand, ctx: &Ctx, out: &mut Vec<Event>) -> Answer {
        match command {
            SurfaceCommand::Register { number, pin } => self.register(*number, *pin, ctx, out),
            SurfaceCommand::Deregister { number } => self.deregister(*number, ctx.now, out),
            SurfaceCommand::SetPin { number, pin } => self.set_pin(*number, *pin, ctx, out),
            SurfaceCommand::RequestCode { number, voice } => self.request_code(*number, *voice, ctx, out),
            SurfaceCommand::VerifyCode { number, code } => self.verify_code(*number, *code, ctx.now, out),
            SurfaceCommand::StoreMedium(upload) => self.store_medium(upload, ctx.now, out),
            SurfaceCommand::DeleteMedium { medium } => self.delete_medium(*medium, ctx.now, out),
            SurfaceCommand::SaveQr { number, code, text } => self.save_qr(*number, *code, text, ctx, out),
            SurfaceCommand::DeleteQr { number, code } => self.delete_qr(*number, *code, out),
            SurfaceCommand::SetProfile { number, profile } => self.about(*number, out, || {
                let (number, profile) = (*number, profile.clone());
                ProfileSet { number, profile }.into()
            }),
            SurfaceCommand::SetSettings { number, topic, json } => self.about(*number, out, || {
                let (number, topic, json) = (*number, *topic, json.clone());
                SettingsSet { number, topic, json }.into()
            }),
            SurfaceCommand::EnableInsights { waba } => self.enable_insights(*waba, out),
        }
    }

    fn register(&self, ix: NumberIx, pin: Pin, ctx: &Ctx, out: &mut Vec<Event>) -> Answer {
        let number = match self.callable(ix, ctx.now) {
            Ok(number) => number,
            Err(no) => return no,
        };
        let removed = self.removed_lately(number, ctx.now);
        if let Some(at) = removed {
            return Answer::refused(
                Refusal::RegisterTooSoon,
                until("the number was removed just now", at, ctx.now),
            );
        }
        if number.facts.stage == Stage::Pending {
            // The number says what it lacks.
            return self.stage(ix, StageChange::Register, out);
        }
        if number.facts.stage != Stage::Connected
            && let Err(no) = self.within_number_cap()
        {
            return no;
        }
        let outcome = match self.check_pin(ix, pin, ctx.now) {
            Ok(outcome) => outcome,
            Err((refusal, detail)) => {
                if refusal == Refusal::PinMismatch {
                    called(ix, PinOutcome::Wrong, out);
                }
                return Answer::refused(refusal, detail);
            }
        };
        called(ix, outcome, out);
        if outcome == PinOutcome::NotAsked {
            self.push_pin(ix, pin, ctx, out);
        }
        if number.is_connected() {
            return Answer::Done;
        }
        self.stage(ix, StageChange::Register, out)
    }

    fn deregister(&self, ix: NumberIx, now: Timestamp, out: &mut Vec<Event>) -> Answer {
        match self.callable(ix, now) {
            Ok(number) if number.facts.stage == Stage::Connected => called(ix, PinOutcome::NotAsked, out),
            Ok(_) => {}
            Err(no) => return no,
        }
        self.stage(ix, StageChange::Deregister, out)
    }

    /// A number that may be registered or deregistered once more.
    fn callable(&self, ix: NumberIx, now: Timestamp) -> Result<&Number, Answer> {
        let number = self.known(ix)?;
        let limits = &self.rules.registration;
        let wait = self
            .surface
            .access(ix)
            .and_then(|access| access.calls_wait(now, limits));
        match wait {
            None => Ok(number),
            Some(at) => {
                let detail = until(&format!("{} calls were made", limits.calls), at, now);
                Err(Answer::refused(Refusal::RegistrationRate, detail))
            }
        }
    }

    /// Until when the same phone number cannot be registered because it was removed.
    fn removed_lately(&self, number: &Number, now: Timestamp) -> Option<Timestamp> {
        let same = (0..).map(NumberIx).zip(&self.numbers);
        let same = same.filter(|(_, other)| other.e164 == number.e164 && other.facts.deleted);
        let removed = same
            .filter_map(|(ix, _)| self.surface.access(ix)?.removed())
            .max()?;
        let at = removed + self.rules.registration.after_removal;
        (now < at).then_some(at)
    }

    fn check_pin(&self, ix: NumberIx, pin: Pin, now: Timestamp) -> Result<PinOutcome, (Refusal, String)> {
        let Some(access) = self.surface.access(ix) else {
            return Ok(PinOutcome::NotAsked);
        };
        let Some(kept) = access.pin() else {
            return Ok(PinOutcome::NotAsked);
        };
        let limits = &self.rules.registration;
        if let Some(at) = access.pins_wait(now, limits) {
            let detail = until(&format!("{} wrong PINs were tried", limits.pin_guesses), at, now);
            return Err((Refusal::PinGuesses, detail));
        }
        let again = access.last_wrong_pin().map(|at| at + limits.pin_pause);
        let enforced = self.settings.as_ref().is_some_and(|s| s.enforce_rates);
        if let Some(at) = again.filter(|at| enforced && now < *at) {
            return Err((
                Refusal::PinGuessRate,
                until("a wrong PIN was tried just now", at, now),
            ));
        }
        if kept.is_of(self.cell, ix, pin) {
            Ok(PinOutcome::Right)
        } else {
            let detail = "the PIN is not the one that was set for this number".to_owned();
            Err((Refusal::PinMismatch, detail))
        }
    }

    fn push_pin(&self, number: NumberIx, pin: Pin, ctx: &Ctx, out: &mut Vec<Event>) {
        let PinHash { salt, hash } = PinHash::new([ctx.draw(0), ctx.draw(1)], self.cell, number, pin);
        out.push(PinSet { number, salt, hash }.into());
    }

    fn set_pin(&self, ix: NumberIx, pin: Pin, ctx: &Ctx, out: &mut Vec<Event>) -> Answer {
        match self.known(ix) {
            Err(unknown) => unknown,
            Ok(number) if number.facts.stage == Stage::Pending => Answer::refused(
                Refusal::NumberNotVerified,
                "a PIN can be set once the number is verified and has its certificate",
            ),
            Ok(_) => {
                self.push_pin(ix, pin, ctx, out);
                Answer::Done
            }
        }
    }

    fn request_code(&self, ix: NumberIx, voice: bool, ctx: &Ctx, out: &mut Vec<Event>) -> Answer {
        let number = match self.known(ix) {
            Ok(number) => number,
            Err(unknown) => return unknown,
        };
        if number.facts.certificate && !number.facts.linked_elsewhere {
            return Answer::refused(Refusal::CodeNotSent, "the number is verified already");
        }
        if let Err(no) = self.within_codes(ix, Refusal::CodeNotSent, ctx.now) {
            return no;
        }
        // Six digits without a leading zero, as people read them out.
        let code = 100_000 + (ctx.draw(0) % 900_000) as u32;
        let until_ms = (ctx.now + self.rules.registration.code_lifetime).millis();
        out.push(
            CodeSent {
                number: ix,
                code,
                voice,
                until_ms,
            }
            .into(),
        );
        Answer::Done
    }

    fn verify_code(&self, ix: NumberIx, code: u32, now: Timestamp, out: &mut Vec<Event>) -> Answer {
        let number = match self.known(ix) {
            Ok(number) => number,
            Err(unknown) => return unknown,
        };
        if let Err(no) = self.within_codes(ix, Refusal::CodeWrong, now) {
            return no;
        }
        let sent = self.surface.access(ix).and_then(|access| access.code(now));
        let right = sent.is_some_and(|sent| sent.code == code);
        out.push(CodeEntered { number: ix, right }.into());
        if !right {
            let detail = match sent {
                Some(_) => "the code is not the one that was sent last",
                None => "no code is awaited: the last one has expired, or none was sent",
            };
            return Answer::refused(Refusal::CodeWrong, detail);
        }
        self.certify(ix, number, out);
        Answer::Done
    }

    /// Whoever proved that a number is theirs gets its certificate; where the seat reviews by itself, its display name is
    /// fine as well.
    fn certify(&self, ix: NumberIx, number: &Number, out: &mut Vec<Event>) {
        let reviews = self.settings.as_ref().is_some_and(|s| s.auto_review);
        if reviews && !number.facts.name_approved {
            self.stage(ix, StageChange::NameApproved, out);
        }
        if !number.facts.certificate {
            self.stage(ix, StageChange::CertificateIssued, out);
        }
    }

    fn within_codes(&self, ix: NumberIx, refusal: Refusal, now: Timestamp) -> Result<(), Answer> {
        let limits = &self.rules.registration;
        let wait = self
            .surface
            .access(ix)
            .and_then(|access| access.codes_wait(now, limits));
        match wait {
            None => Ok(()),
            Some(at) => {
                let detail = until(&format!("{} codes were sent or tried", limits.codes), at, now);
                Err(Answer::refused(refusal, detail))
            }
        }
    }

    fn store_medium(&self, upload: &Upload, now: Timestamp, out: &mut Vec<Event>) -> Answer {
        if let Err(unknown) = self.known(upload.number) {
            return unknown;
        }
        let Some(&(_, kind)) = TYPES.get(usize::from(upload.mime)) else {
            return Answer::refused(Refusal::MediaUpload, "files of this type are not taken");
        };
        let limits = &self.rules.media;
        let most = bytes_max(kind, &upload.bytes, limits);
        let size = u32::try_from(upload.bytes.len()).unwrap_or(u32::MAX);
        if size > most || size == 0 {
            let detail = format!(
                "a file of type {} has 1 to {most} bytes; this one has {size}",
                kind.label()
            );
            return Answer::refused(Refusal::MediaUpload, detail);
        }
        let medium = self.surface.media.next();
        if medium.0 > MEDIA_MAX {
            return Answer::refused(
                Refusal::MediaUpload,
                "the portfolio has as many files as ids can name",
            );
        }
        let kept = if upload.inbound {
            limits.kept_inbound
        } else {
            limits.kept
        };
        out.push(
            MediumStored {
                medium,
                number: upload.number,
                mime: upload.mime,
                size,
                sha256: upload.sha256,
                inbound: upload.inbound,
                until_ms: (now + kept).millis(),
            }
            .into(),
        );
        Answer::Medium(medium)
    }

    fn delete_medium(&self, medium: MediumIx, now: Timestamp, out: &mut Vec<Event>) -> Answer {
        if self.surface.media.get(medium, now).is_none() {
            return Answer::Unknown("medium");
        }
        out.push(MediumDeleted { medium }.into());
        Answer::Done
    }

    /// Whether a message can go with its files. One that is not there is the caller's slip; one of the wrong kind shows
    /// when it is sent on: the reason for which the message will fail then.
    pub(super) fn check_media(
        &self,
        media: &[(MediumIx, MediaKind)],
        now: Timestamp,
    ) -> Result<Option<Refusal>, (Refusal, String)> {
        let mut fails = None;
        for (medium, asked) in media {
            let Some(file) = self.surface.media.get(*medium, now) else {
                let detail = format!(
                    "Param {}['id'] is not a valid whatsapp business account media attachment ID",
                    asked.label()
                );
                return Err((Refusal::MediaUnknown, detail));
            };
            if file.kind().serves_as(*asked) {
                continue;
            }
            if self.fails_at_once() {
                let detail = format!(
                    "a file of type {} cannot be sent as {}",
                    file.mime(),
                    asked.label()
                );
                return Err((Refusal::MediaUpload, detail));
            }
            fails = Some(Refusal::MediaUpload);
        }
        Ok(fails)
    }

    /// As any other send, but for marketing templates only; the price is another.
    pub(super) fn send_marketing(&self, send: &Send, ctx: &Ctx, out: &mut Vec<Event>) -> Answer {
        let What::Template { key, .. } = &send.what else {
            return Answer::refused(Refusal::NotMarketing, "only templates can be sent this way");
        };
        let number = match self.known(send.number) {
            Ok(number) => number,
            Err(unknown) => return unknown,
        };
        let template = self.template_named(number.waba, *key);
        let template = template.and_then(|ix| self.template(ix));
        if template.is_some_and(|template| template.draft.category != Category::Marketing) {
            return Answer::refused(
                Refusal::NotMarketing,
                "only marketing templates can be sent this way",
            );
        }
        let answer = self.send(send, ctx, out);
        if let Answer::Accepted { message, .. } = answer {
            out.push(SentAsMarketing { message }.into());
        }
        answer
    }

    fn save_qr(
        &self,
        ix: NumberIx,
        code: Option<u64>,
        text: &str,
        ctx: &Ctx,
        out: &mut Vec<Event>,
    ) -> Answer {
        if let Err(unknown) = self.known(ix) {
            return unknown;
        }
        let pages = &self.surface.pages;
        let code = match code {
            Some(code) if pages.qr_code(ix, code).is_none() => return Answer::Unknown("QR code"),
            Some(code) => code,
            None if pages.qr_codes(ix).len() >= QR_CODES_MAX => {
                let detail = format!("a number has at most {QR_CODES_MAX} QR codes");
                return Answer::refused(Refusal::InvalidParameter, detail);
            }
            None => ctx.draw(0),
        };
        out.push(
            QrSaved {
                number: ix,
                code,
                text: text.to_owned(),
            }
            .into(),
        );
        Answer::Qr(code)
    }

    fn delete_qr(&self, ix: NumberIx, code: u64, out: &mut Vec<Event>) -> Answer {
        if self.surface.pages.qr_code(ix, code).is_none() {
            return Answer::Unknown("QR code");
        }
        self.about(ix, out, || QrDeleted { number: ix, code }.into())
    }

    /// One event about a number that is there.
    fn about(&self, ix: NumberIx, out: &mut Vec<Event>, event: impl FnOnce() -> Event) -> Answer {
        if let Err(unknown) = self.known(ix) {
            return unknown;
        }
        out.push(event());
        Answer::Done
    }

    fn enable_insights(&self, waba: WabaIx, out: &mut Vec<Event>) -> Answer {
        if waba.index() >= self.wabas.len() {
            return Answer::Unknown("WABA");
        }
        if !self.may_have_insights(waba) {
            let detail = "a number of the account is in a country whose businesses have no template insights";
            return Answer::refused(Refusal::InsightsUnavailable, detail);
        }
        if !self.surface.pages.has_insights(waba) {
            out.push(InsightsEnabled { waba }.into());
        }
        Answer::Done
    }
}

fn called(number: NumberIx, pin: PinOutcome, out: &mut Vec<Event>) {
    out.push(RegistrationCalled { number, pin }.into());
}

/// A reason, and how long it lasts.
fn until(reason: &str, at: Timestamp, now: Timestamp) -> String {
    let seconds = at.since(now).get().div_ceil(1_000);
    let (count, unit) = match seconds {
        0..300 => (seconds, "s"),
        300..7_200 => (seconds.div_ceil(60), "min"),
        _ => (seconds.div_ceil(3_600), "h"),
    };
    format!("{reason}: try again in {count} {unit}")
}
