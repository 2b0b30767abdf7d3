//! What somebody wants of a portfolio: the business through the Graph API, or the tester through the control API.

mod care;
mod policy;

mod recipients;
mod surface;

use rulebook::first_step::{Outcome, Path};
use rulebook::media::MediaKind;
use rulebook::rating::{BlockReason, RedReason, Signal};
use rulebook::status::StageChange;
use rulebook::template::draft::TemplateDraft;
use rulebook::template::parameters::SentParameters;
use rulebook::throughput::Level;

use crate::ids::{MediumIx, MessageId, NumberIx, TemplateIx, WabaIx};
use crate::portfolio::event::{Administrator, Decision, Settings};

pub use care::CareCommand;
pub use policy::{PolicyCommand, Said};

pub use recipients::RecipientCommand;
pub use surface::{SurfaceCommand, Upload};

/// One wish; decides one thing.
#[derive(Clone, Debug)]
pub enum Command {
    /// Begins the portfolio. The first command of its cell.
    Open(Box<Open>),
    /// Adds a WABA.
    AddWaba {
        /// Its name.
        name: String,
    },
    /// Adds a business phone number: PENDING until its name is approved and its certificate issued.
    AddNumber {
        /// The account that owns it.
        waba: WabaIx,
        /// Digits with country code.
        e164: u64,
        /// The display name asked for.
        verified_name: String,
    },
    /// Moves a number from stage to stage (certificate, register, deregister, ban ...).
    Stage {
        /// Which number.
        number: NumberIx,
        /// What happens to it.
        change: StageChange,
    },
    /// Sends a message (Graph: `POST /<PHONE>/messages`).
    Send(Send),
    /// Sends a marketing template by the interface for marketing (Graph: `POST /<PHONE>/marketing_messages`).
    Marketing(Box<Send>),
    /// Marks a person's message as read by the business.
    MarkRead {
        /// The inbound message.
        message: MessageId,
    },
    /// Submits a template.
    CreateTemplate {
        /// The account.
        waba: WabaIx,
        /// What is submitted.
        draft: Box<TemplateDraft>,
        /// What else is asked for.
        options: TemplateOptions,
    },
    /// Replaces the content of a template; it goes back to review.
    EditTemplate {
        /// Which template.
        template: TemplateIx,
        /// The whole template as it shall be (name and language unchanged).
        draft: Box<TemplateDraft>,
        /// What else is asked for; what is left out stays.
        options: TemplateOptions,
    },
    /// Deletes one language of a template, or all languages of its name.
    DeleteTemplate {
        /// The account.
        waba: WabaIx,
        /// The name.
        name: String,
        /// One language only.
        only: Option<TemplateIx>,
    },
    /// Ends a pause by pacing.
    Unpause {
        /// Which template.
        template: TemplateIx,
    },
    /// The tester decides a review now instead of the rules in due time.
    Review {
        /// Which template.
        template: TemplateIx,
        /// The decision.
        decision: Decision,
    },
    /// A person writes.
    Inbound(Box<Inbound>),
    /// A person calls: opens the customer service window like a message.
    Call {
        /// The number called.
        number: NumberIx,
        /// Who calls.
        from: u64,
    },
    /// What becomes of a message at its recipient.
    Feedback {
        /// The message.
        message: MessageId,
        /// What happened.
        feedback: Feedback,
    },
    /// A person blocks or unblocks the number, whatever message they last had.
    Person {
        /// The number.
        number: NumberIx,
        /// Who.
        e164: u64,
        /// What they do.
        act: PersonAct,
    },
    /// The business blocks or unblocks a person.
    Recipient(RecipientCommand),
    /// A person comes by a free entry point (an ad or a page that leads into the chat) and writes.
    FromAd(Box<Inbound>),
    /// A number gets another throughput.
    SetThroughput {
        /// Which number.
        number: NumberIx,
        /// How fast it may be from now on.
        level: Level,
    },
    /// A utility template of an account turned out to be marketing.
    FindMisuse {
        /// The account.
        waba: WabaIx,
    },
    /// Business or identity are verified.
    Verify {
        /// What, and by whom; not by volume.
        path: Path,
    },
    /// The tester decides whether a limit takes its first step.
    DecideFirstStep {
        /// A number whose limit it is, or that of its portfolio.
        number: NumberIx,
        /// How the analysis ends.
        outcome: Outcome,
    },
    /// The platform watches the portfolio because of suspicious activity, or no longer.
    SetWatch {
        /// From now on.
        watched: bool,
    },
    /// Something about a template after its approval.
    Care(CareCommand),
    /// Two identities turn out to be one person.
    MergeContacts {
        /// The identity that is given up.
        from: u64,
        /// The identity that stays.
        into: u64,
    },
    /// Says who looks after the portfolio: they are told of what concerns it.
    SetAdministrators {
        /// All of them.
        administrators: Vec<Administrator>,
    },
    /// Something around the messages: PINs and codes, media, profiles, QR codes, settings.
    Surface(SurfaceCommand),
    /// Gives the portfolio simulated people.
    SetPeople {
        /// The people file; empty for nobody.
        file: String,
        /// Every draw about them derives from it.
        seed: u64,
    },
    /// Policy: violations, appeals, ways to a person.
    Policy(Box<PolicyCommand>),
    /// The platform's reviewers rate a number RED by themselves, or lift that.
    Moderate {
        /// Which number.
        number: NumberIx,
        /// Why it is RED; `None` lifts it.
        hold: Option<RedReason>,
    },
}

/// The first command of a portfolio.
#[derive(Clone, Debug)]
pub struct Open {
    /// The portfolio's name.
    pub name: String,
    /// Which rules, and how this portfolio behaves.
    pub settings: Settings,
}

/// What a template is asked for beside its content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TemplateOptions {
    /// How long its messages may wait for their delivery, in seconds; -1 for the longest.
    pub ttl: Option<i64>,
    /// The platform may take it in the category that it finds right.
    pub allow_category_change: bool,
}

/// A message to a person.
#[derive(Clone, Debug)]
pub struct Send {
    /// From which number.
    pub number: NumberIx,
    /// To whom: digits with country code.
    pub to: u64,
    /// What.
    pub what: What,
    /// Text and parameter values, kept apart from the events; the edge's own format.
    pub content: Vec<u8>,
}

/// The kinds of message that can be sent.
#[derive(Clone, Debug)]
pub enum What {
    /// Free-form: only inside an open customer service window.
    Free,
    /// Free-form, with uploaded files, each with what it is to be.
    Media(Vec<(MediumIx, MediaKind)>),
    /// An approved template.
    Template {
        /// Name and language, hashed by [`TemplateKey::of`].
        key: TemplateKey,
        /// What was given for its placeholders.
        parameters: SentParameters,
    },
}

/// A template's name and language as one number, so that a send carries no text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TemplateKey(pub u64);

impl TemplateKey {
    /// The key of `name` in `language`.
    pub fn of(name: &str, language: &str) -> Self {
        let mut hash = decider::mix(name.len() as u64);
        for chunk in name.as_bytes().chunks(8).chain(language.as_bytes().chunks(8)) {
            let mut word = [0_u8; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            hash = decider::mix(hash ^ u64::from_le_bytes(word));
        }
        TemplateKey(hash)
    }
}

/// A message from a person.
#[derive(Clone, Debug)]
pub struct Inbound {
    /// To which number.
    pub number: NumberIx,
    /// From whom.
    pub from: u64,
    /// The message that it answers.
    pub reply_to: Option<MessageId>,
    /// Text, kept apart from the events; the edge's own format.
    pub content: Vec<u8>,
    /// The profile name, kept apart from the events.
    pub profile: String,
}

/// What becomes of a sent message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Feedback {
    /// It arrived.
    Delivered,
    /// It was read (receipts on).
    Read,
    /// It could not be delivered.
    Failed {
        /// The platform's error code, such as 131026.
        code: u32,
    },
    /// The person reacts against it.
    Signal(Signal),
    /// The person taps a button of the template.
    Tapped {
        /// Its place among the buttons, counted from 0.
        button: u8,
    },
}

/// What a person does to a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PersonAct {
    /// Blocks it, with a reason.
    Block(BlockReason),
    /// Unblocks it.
    Unblock,
    /// Stops its marketing through the platform ("offers and announcements: stop").
    StopMarketing,
    /// Lets its marketing come again.
    ResumeMarketing,
}
