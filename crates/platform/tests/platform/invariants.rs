//! Random commands under each edition: the limit is never exceeded, no step is illegal, replay equals state, a snapshot is
//! the state, one seed one history.

use decider::{Decider, Millis, Stored};
use platform::Platform;
use platform::ids::{MessageId, NumberIx, TemplateIx, WabaIx};
use platform::portfolio::command::{
    Feedback, Inbound, PersonAct, PolicyCommand, RecipientCommand, Said, TemplateOptions,
};
use platform::portfolio::event::{Decision, Settings};
use platform::portfolio::messages::flag;
use platform::portfolio::{Answer, Command};
use proptest::prelude::*;
use rulebook::edition::EditionId;
use rulebook::escalation::{Path, PathKind, VIOLATION, tester};
use rulebook::first_step;
use rulebook::policy::{self, Gate};
use rulebook::rating::{BlockReason, RedReason, Signal};
use rulebook::status::{NumberFacts, StageChange, apply};
use rulebook::template::lifecycle::{Action, TemplateStatus};

use crate::world::{CELL, NUMBER, TEMPLATE, World, draft, settings};

/// The second number of the portfolio.
const OTHER: NumberIx = NumberIx(1);

#[derive(Clone, Debug)]
enum Step {
    Send(u64),
    /// By the other number.
    SendOther(u64),
    Reply(u64),
    Inbound(u64),
    Feedback(u32, u8),
    Block(u64),
    Unblock(u64),
    StopMarketing(u64),
    ResumeMarketing(u64),
    BlockUser(u64),
    UnblockUser(u64),
    FromAd(u64),
    FindMisuse,
    Watch(bool),
    Verify(usize),
    Analysed(usize),
    Merge(u64, u64),
    People(u64),
    Policy(u8, u32),
    Stage(usize),
    Moderate(bool),
    Review(bool),
    Edit(bool),
    Unpause,
    Advance(u64),
}

fn step() -> impl Strategy<Value = Step> {
    // People whom nobody plays, people of a file, and magic recipients of every kind.
    let person = prop_oneof![
        4 => 1_000_u64..1_040,
        4 => 495_500_000_000_u64..495_500_000_040,
        2 => (0_u64..34, 0_u64..2).prop_map(|(kind, of)| 19_970_000_000 + kind * 100_000 + of),
        1 => (0_u64..3).prop_map(|of| 19_980_131_026 + of),
        1 => Just(19_990_131_049),
    ];
    prop_oneof![
        8 => person.clone().prop_map(Step::Send),
        4 => person.clone().prop_map(Step::SendOther),
        2 => person.clone().prop_map(Step::Reply),
        2 => person.clone().prop_map(Step::Inbound),
        6 => (0_u32..200, 0_u8..7).prop_map(|(seq, kind)| Step::Feedback(seq, kind)),
        1 => person.clone().prop_map(Step::Block),
        1 => person.clone().prop_map(Step::Unblock),
        1 => person.clone().prop_map(Step::StopMarketing),
        1 => person.clone().prop_map(Step::ResumeMarketing),
        1 => person.clone().prop_map(Step::BlockUser),
        1 => person.clone().prop_map(Step::UnblockUser),
        1 => person.clone().prop_map(Step::FromAd),
        1 => Just(Step::FindMisuse),
        1 => any::<bool>().prop_map(Step::Watch),
        1 => (0_usize..3).prop_map(Step::Verify),
        1 => (0_usize..4).prop_map(Step::Analysed),
        1 => (person.clone(), person).prop_map(|(from, into)| Step::Merge(from, into)),
        1 => (0_u64..3).prop_map(Step::People),
        3 => (0_u8..12, 0_u32..6).prop_map(|(kind, which)| Step::Policy(kind, which)),
        1 => (0..StageChange::ALL.len()).prop_map(Step::Stage),
        1 => any::<bool>().prop_map(Step::Moderate),
        1 => any::<bool>().prop_map(Step::Review),
        1 => any::<bool>().prop_map(Step::Edit),
        1 => Just(Step::Unpause),
        4 => prop_oneof![0_u64..2_000, 0_u64..90_000_000, 0_u64..900_000_000].prop_map(Step::Advance),
    ]
}

fn feedback(kind: u8) -> Feedback {
    match kind {
        0 => Feedback::Delivered,
        1 => Feedback::Read,
        2 => Feedback::Failed { code: 131_026 },
        3 => Feedback::Signal(Signal::OptOut),
        4 => Feedback::Signal(Signal::Mute),
        _ => Feedback::Signal(Signal::Block(BlockReason::Spam)),
    }
}

fn run(world: &mut World, step: &Step) -> Option<Answer> {
    let command = match step {
        Step::Send(to) => return Some(world.send(*to)),
        Step::SendOther(to) => return Some(world.send_from(OTHER, *to, "sale")),
        Step::Reply(to) => return Some(world.reply(*to)),
        Step::Advance(ms) => {
            world.advance(Millis::new(*ms));
            return None;
        }
        Step::Inbound(from) => Command::Inbound(Box::new(Inbound {
            number: NUMBER,
            from: *from,
            reply_to: None,
            content: Vec::new(),
            profile: String::new(),
        })),
        Step::Feedback(seq, kind) => Command::Feedback {
            message: MessageId {
                number: NUMBER,
                seq: *seq,
            },
            feedback: feedback(*kind),
        },
        Step::Block(e164) => Command::Person {
            number: NUMBER,
            e164: *e164,
            act: PersonAct::Block(BlockReason::Other),
        },
        Step::Unblock(e164) => Command::Person {
            number: NUMBER,
            e164: *e164,
            act: PersonAct::Unblock,
        },
        Step::StopMarketing(e164) => Command::Person {
            number: NUMBER,
            e164: *e164,
            act: PersonAct::StopMarketing,
        },
        Step::ResumeMarketing(e164) => Command::Person {
            number: NUMBER,
            e164: *e164,
            act: PersonAct::ResumeMarketing,
        },
        Step::BlockUser(e164) => Command::Recipient(RecipientCommand::Block {
            number: NUMBER,
            e164: *e164,
        }),
        Step::UnblockUser(e164) => Command::Recipient(RecipientCommand::Unblock {
            number: NUMBER,
            e164: *e164,
        }),
        Step::People(seed) => Command::SetPeople {
            file: PEOPLE.to_owned(),
            seed: *seed,
        },
        Step::FromAd(from) => Command::FromAd(Box::new(Inbound {
            number: NUMBER,
            from: *from,
            reply_to: None,
            content: Vec::new(),
            profile: String::new(),
        })),
        Step::FindMisuse => Command::FindMisuse { waba: WabaIx(0) },
        Step::Watch(watched) => Command::SetWatch { watched: *watched },
        Step::Verify(way) => Command::Verify {
            path: first_step::Path::ALL[*way],
        },
        Step::Analysed(end) => Command::DecideFirstStep {
            number: OTHER,
            outcome: first_step::Outcome::ALL[*end],
        },
        Step::Merge(from, into) => Command::MergeContacts {
            from: *from,
            into: *into,
        },
        Step::Policy(kind, which) => policy(world, *kind, *which),
        // Nothing ends the numbers' lives: what comes after would all be refused.
        Step::Stage(index) => match StageChange::ALL[*index] {
            StageChange::Migrate | StageChange::Delete => return None,
            change => Command::Stage {
                number: OTHER,
                change,
            },
        },
        Step::Moderate(hold) => Command::Moderate {
            number: OTHER,
            hold: hold.then_some(RedReason::ProhibitedContent),
        },
        Step::Review(well) => Command::Review {
            template: TEMPLATE,
            decision: decision(*well),
        },
        Step::Edit(fit) => Command::EditTemplate {
            template: TEMPLATE,
            draft: draft(
                "sale",
                if *fit {
                    "Hello {{1}}, our sale goes on."
                } else {
                    "{{1}}"
                },
            ),
            options: TemplateOptions::default(),
        },
        Step::Unpause => Command::Unpause { template: TEMPLATE },
    };
    Some(world.run(command))
}

/// What moderators, testers and the business do about policy.
fn policy(world: &mut World, kind: u8, which: u32) -> Command {
    let (number, text) = (NUMBER, String::new());
    let violation = which;
    let command = match kind {
        0 => PolicyCommand::Violate {
            waba: WabaIx(0),
            number: Some(number),
            kind: "SPAM".into(),
            step: None,
        },
        1 => PolicyCommand::Violate {
            waba: WabaIx(0),
            number: None,
            kind: VIOLATION.into(),
            step: policy::Step::named(["warning", "1d", "5d", "30d", "lock", "disable"][which as usize]),
        },
        2 | 3 => PolicyCommand::Reverse { violation },
        4 => PolicyCommand::DeclarePaths {
            number,
            paths: PathKind::ALL.into_iter().skip(which as usize).map(way).collect(),
        },
        5 => PolicyCommand::AppealNumber {
            number,
            text,
            paths: None,
        },
        6 => PolicyCommand::AppealViolation { violation, text },
        7 => PolicyCommand::AppealTemplate {
            template: TEMPLATE,
            text,
        },
        8 => PolicyCommand::DecideAppeal {
            appeal: which,
            granted: which.is_multiple_of(2),
        },
        9 => PolicyCommand::BeginTest {
            number,
            content: Vec::new(),
        },
        10 => match answer_tester(world) {
            Some(message) => PolicyCommand::TesterReads {
                message,
                said: said(which),
            },
            None => PolicyCommand::Reverse { violation },
        },
        _ => {
            let hold = (which < 3).then_some(RedReason::NoWayToPerson);
            return Command::Moderate { number, hold };
        }
    };
    Command::Policy(Box::new(command))
}

fn way(kind: PathKind) -> Path {
    Path {
        kind,
        target: String::new(),
    }
}

/// The business answers the last tester, if it can.
fn answer_tester(world: &mut World) -> Option<MessageId> {
    let last = world.portfolio().policy.tests.checked_sub(1)?;
    match world.reply(tester(last)) {
        Answer::Accepted { message, .. } => Some(message),
        _ => None,
    }
}

fn said(which: u32) -> Said {
    let text = [
        "Hello!",
        "1. Orders\n2. An agent",
        "An agent will answer shortly.",
        "Call 0800 12 34",
        "",
        "See https://shop.example/help",
    ];
    Said {
        text: text[which as usize].to_owned(),
        options: Vec::new(),
        replies: Vec::new(),
        words: |words| words.as_bytes().to_vec(),
    }
}

/// Whether nothing at all may be sent.
fn is_stopped(world: &World) -> bool {
    let stopped = Gate::MESSAGES.and(Gate::LOCKED).and(Gate::DISABLED);
    world.portfolio().policy.gate(WabaIx(0)).any(stopped)
}

/// A limit of ten people, so that short histories meet it.
const SMALL: &str = "limits.tiers = [10, 20, \"unlimited\"]\nrating.known_after = 5\nmarketing.opt_out = true\n\
    misuse.ladder = true\n\
    limits.first_step.recipients = 4\nthroughput.raise.recipients = 6\nthroughput.raise.after = \"2h\"\n\
    marketing.experiment = 0.05\n\
    marketing.per_user = { counts = \"every\", cap = 2, others = 1, resends = 2, resend_penalty = \"24h\" }\n\
    low_quality.filtered = 0.2\nlow_quality.throttled_after = \"5d\"\nlow_quality.per_day = 2";

/// The third message of a template is held already.
const PACED: &str = "pacing.template.first = 2\npacing.template.reads = 2\npacing.portfolio.first = 3";

fn decision(well: bool) -> Decision {
    if well {
        return Decision::Approve;
    }
    Decision::Reject {
        reason: "INVALID_FORMAT".into(),
        explanation: "it says nothing".into(),
        recommendation: "say something".into(),
    }
}

/// People who do everything that people can do.
const PEOPLE: &str = r#"
[[group]]
name = "all sorts"
size = 40
country = "DE"
has_app = 0.9
phone_on = 0.8
replies = 0.3
chats = 0.5
asked = 0.7
tolerance = 1
stops_by = "word"
usual = { stop = 0.1, mute = 0.1, archive = 0.1, block = 0.05, report = 0.05 }
unasked = { stop = 0.2, block = 0.2, report = 0.2 }
too_many = { block = 0.5 }
"#;

fn nobody_got_what_was_filtered(world: &World) -> bool {
    let number = world.portfolio().number(NUMBER).expect("the number");
    let mut records = (0..number.messages.next_seq()).filter_map(|seq| number.messages.get(seq));
    records.all(|record| !record.is(flag::FILTERED) || !record.any(flag::DELIVERED | flag::READ))
}

/// Ready to send, with two numbers.
fn begin(edition: EditionId, paced: bool) -> World {
    let mut world = if paced {
        World::opened(Settings {
            edition: edition.number(),
            ..settings(&format!("{SMALL}\n{PACED}"))
        })
    } else {
        World::under(edition, SMALL)
    };
    assert_eq!(world.add_number(15_550_783_882), OTHER);
    world
}

fn held_have_not_left(world: &World) -> bool {
    [NUMBER, OTHER].iter().all(|number| {
        let number = world.portfolio().number(*number).expect("the number");
        let mut records = (0..number.messages.next_seq()).filter_map(|seq| number.messages.get(seq));
        records.all(|record| !record.is_held() || !record.any(flag::SENT | flag::DELIVERED))
    })
}

fn used_and_limit(world: &World, number: NumberIx) -> (u32, u32) {
    let portfolio = world.portfolio();
    let limits = &portfolio.edition().limits;
    let scope = portfolio.scope(portfolio.scope_of(number)).expect("the scope");
    (
        scope.used(limits, world.now),
        scope.limit(limits).people().unwrap_or(u32::MAX),
    )
}

/// What the rules about single steps speak of.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Standing {
    facts: Option<NumberFacts>,
    template: Option<TemplateStatus>,
}

/// Folds the history event by event and says which one was no legal step.
fn illegal_step(world: &World) -> Option<String> {
    let mut state = Platform::create(CELL);
    let mut before = Standing {
        facts: None,
        template: None,
    };
    for (at, event) in &world.events {
        Platform::evolve(&mut state, &platform::Event::Portfolio(event.clone()), *at);
        let Some(portfolio) = state.portfolio() else {
            continue;
        };
        let now = Standing {
            facts: portfolio.number(OTHER).map(|number| number.facts),
            template: portfolio.template(TemplateIx(0)).map(|template| template.status),
        };
        let number = before
            .facts
            .zip(now.facts)
            .is_none_or(|(from, to)| is_legal_stage(from, to));
        let template = before
            .template
            .zip(now.template)
            .is_none_or(|(from, to)| is_legal_status(from, to));
        if !number || !template {
            return Some(format!("{event:?}: {before:?} became {now:?}"));
        }
        before = now;
    }
    None
}

/// Flags and limits have rules of their own; all else moves by one named change.
fn is_legal_stage(from: NumberFacts, to: NumberFacts) -> bool {
    let to = NumberFacts {
        flagged: from.flagged,
        limit_used_up: from.limit_used_up,
        ..to
    };
    from == to
        || StageChange::ALL
            .iter()
            .any(|change| apply(&from, *change) == Ok(to))
}

fn is_legal_status(from: TemplateStatus, to: TemplateStatus) -> bool {
    from == to || Action::ALL.iter().any(|action| from.after(*action) == Ok(to))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn random_histories_keep_the_invariants_in_each_edition(
        steps in prop::collection::vec(step(), 1..120),
        edition in prop::sample::select(EditionId::all().collect::<Vec<_>>()),
        paced: bool,
    ) {
        let mut world = begin(edition, paced);
        for step in &steps {
            let number = if matches!(step, Step::SendOther(_)) { OTHER } else { NUMBER };
            let (before, limit_before) = used_and_limit(&world, number);
            let stopped = is_stopped(&world);
            let answer = run(&mut world, step);
            let accepted = matches!(answer, Some(Answer::Accepted { .. }));
            prop_assert!(!(stopped && accepted), "a message of an account that sends nothing");
            let (after, _) = used_and_limit(&world, number);
            let sent = matches!(step, Step::Send(_) | Step::SendOther(_));
            if sent && accepted && after > before {
                prop_assert!(before < limit_before, "a new recipient while {before} of {limit_before} were used");
            }
        }
        let digest = Platform::digest(&world.state);
        prop_assert_eq!(Platform::digest(&world.replayed()), digest, "replay differs");
        let stored = Platform::encode_state(&world.state);
        let again = Platform::decode_state(CELL, &stored).expect("readable");
        prop_assert_eq!(Platform::digest(&again), digest, "the snapshot differs");
        prop_assert_eq!(Platform::encode_state(&again), stored, "the snapshot is not stable");
        prop_assert!(held_have_not_left(&world), "a held message has left");
        prop_assert!(nobody_got_what_was_filtered(&world), "a filtered message has arrived");
        prop_assert_eq!(illegal_step(&world), None);
        let mut twin = begin(edition, paced);
        for step in &steps {
            run(&mut twin, step);
        }
        prop_assert_eq!(twin.events, world.events, "the same commands gave another history");
    }
}
