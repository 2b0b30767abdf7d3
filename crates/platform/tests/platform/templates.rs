//! Templates at the decider: review, edit, delete.

use decider::Millis;
use platform::ids::{TemplateIx, WabaIx};
use platform::portfolio::command::{Feedback, TemplateOptions};
use platform::portfolio::event::{Decision, Settings};
use platform::portfolio::{Answer, Command, Event};
use rulebook::first_step::Path;
use rulebook::refusal::Refusal;
use rulebook::template::draft::Category;
use rulebook::template::lifecycle::TemplateStatus;

use crate::world::{NUMBER, TEMPLATE, World, draft, refusal, settings};

#[test]
fn the_rules_review_in_due_time_and_a_rejection_says_why() {
    let mut world = World::with("");
    let good = draft("news", "Hello {{1}}, here are this week's news.");
    let twin = draft("twin", "Hello {{1}}, our sale begins today.");
    for draft in [good, twin] {
        let answer = world.run(Command::CreateTemplate {
            waba: WabaIx(0),
            draft,
            options: TemplateOptions::default(),
        });
        assert!(matches!(answer, Answer::Template(_)), "{answer:?}");
    }
    let statuses = |world: &World| -> Vec<TemplateStatus> {
        world
            .portfolio()
            .templates
            .iter()
            .map(|template| template.status)
            .collect()
    };
    assert_eq!(
        statuses(&world)[1..],
        [TemplateStatus::InReview, TemplateStatus::InReview]
    );
    world.advance(Millis::minutes(1));
    assert_eq!(
        statuses(&world)[1..],
        [TemplateStatus::Approved, TemplateStatus::Rejected]
    );
    let rejection = world.portfolio().templates[2].rejection.clone().expect("why");
    assert!(rejection.1.contains("sale"), "{rejection:?}");
}

#[test]
fn a_rejected_template_is_edited_and_approved() {
    let mut world = World::with("");
    let draft_ = |body| draft("news", body);
    let answer = world.run(Command::CreateTemplate {
        waba: WabaIx(0),
        draft: draft_("Hello {{1}}, news for you."),
        options: TemplateOptions::default(),
    });
    let Answer::Template(template) = answer else {
        panic!("{answer:?}")
    };
    let decision = Decision::Reject {
        reason: "PROMOTIONAL".into(),
        explanation: "too loud".into(),
        recommendation: "say less".into(),
    };
    world.done(Command::Review {
        template,
        decision: decision.clone(),
    });
    assert_eq!(
        refusal(&world.send_from(NUMBER, 1_000, "news")),
        Some(Refusal::TemplateNotApproved)
    );
    let again = world.run(Command::Review { template, decision });
    assert_eq!(refusal(&again), Some(Refusal::TemplateNotEditable));
    let answer = world.run(Command::EditTemplate {
        template,
        draft: draft_("Hello {{1}}, some news for you."),
        options: TemplateOptions::default(),
    });
    assert!(matches!(answer, Answer::Template(_)), "{answer:?}");
    world.advance(Millis::minutes(1));
    assert!(matches!(
        world.send_from(NUMBER, 1_000, "news"),
        Answer::Accepted { .. }
    ));
}

#[test]
fn one_name_in_one_language_once() {
    let mut world = World::with("");
    let again = draft("sale", "Something else for {{1}} today.");
    let answer = world.run(Command::CreateTemplate {
        waba: WabaIx(0),
        draft: again.clone(),
        options: TemplateOptions::default(),
    });
    assert_eq!(refusal(&answer), Some(Refusal::TemplateExists));
    let answer = world.run(Command::EditTemplate {
        template: TEMPLATE,
        draft: again,
        options: TemplateOptions::default(),
    });
    assert!(matches!(answer, Answer::Template(_)), "{answer:?}");
    assert_eq!(refusal(&world.send(1_000)), Some(Refusal::TemplateNotApproved));
    world.advance(Millis::minutes(1));
    assert!(matches!(world.send(1_000), Answer::Accepted { .. }));
    world.done(Command::DeleteTemplate {
        waba: WabaIx(0),
        name: "sale".into(),
        only: None,
    });
    assert_eq!(refusal(&world.send(1_001)), Some(Refusal::TemplateNotFound));
    assert_eq!(world.count(|e| matches!(e, Event::TemplateDeleted(_))), 1);
}

fn create(world: &mut World, name: &str, language: &str) -> Answer {
    let mut draft = draft(name, "Hello {{1}}, here is something of ours.");
    draft.language = language.to_owned();
    world.run(Command::CreateTemplate {
        waba: WabaIx(0),
        draft,
        options: TemplateOptions::default(),
    })
}

fn edit(world: &mut World) -> Option<Refusal> {
    let draft = draft("sale", "Hello {{1}}, our sale begins today.");
    let answer = world.run(Command::EditTemplate {
        template: TEMPLATE,
        draft,
        options: TemplateOptions::default(),
    });
    refusal(&answer)
}

fn review(world: &mut World, decision: Decision) {
    let template = TEMPLATE;
    world.done(Command::Review { template, decision });
}

fn delete(world: &mut World, name: &str, only: Option<TemplateIx>) {
    let (waba, name) = (WabaIx(0), name.to_owned());
    world.done(Command::DeleteTemplate { waba, name, only });
}

#[test]
fn an_approved_template_is_edited_once_a_day_and_ten_times_a_month() {
    let mut world = World::with("");
    let too_often = Some(Refusal::TemplateNotEditable);
    for nth in 0..10 {
        assert_eq!(edit(&mut world), None, "edit {nth}");
        review(&mut world, Decision::Approve);
        world.advance(Millis::DAY - Millis::new(1));
        assert_eq!(edit(&mut world), too_often, "again on day {nth}");
        world.advance(Millis::new(1));
    }
    assert_eq!(edit(&mut world), too_often, "the eleventh within 30 days");
    world.advance(Millis::days(20) - Millis::new(1));
    assert_eq!(edit(&mut world), too_often);
    world.advance(Millis::new(1));
    assert_eq!(edit(&mut world), None, "the first is 30 days old");
    // What was rejected may be edited at any time.
    for _ in 0..3 {
        let (reason, explanation, recommendation) = Default::default();
        review(
            &mut world,
            Decision::Reject {
                reason,
                explanation,
                recommendation,
            },
        );
        assert_eq!(edit(&mut world), None);
    }
}

#[test]
fn the_name_of_an_approved_template_is_reserved_for_30_days() {
    let mut world = World::with("");
    let created = |answer: Answer| match answer {
        Answer::Template(_) => None,
        other => Some(refusal(&other).expect("refused")),
    };
    let reserved = Some(Refusal::TemplateNameReserved);
    // Never approved: its name is free at once.
    create(&mut world, "draft", "en_US");
    delete(&mut world, "draft", None);
    assert_eq!(created(create(&mut world, "draft", "en_US")), None);
    // One language: the name is free in others.
    delete(&mut world, "sale", Some(TEMPLATE));
    assert_eq!(created(create(&mut world, "sale", "en_US")), reserved);
    assert_eq!(created(create(&mut world, "sale", "de")), None);
    // All languages.
    let gone = world.add_template("gone", "Hello {{1}}, this is the last of it.");
    assert_eq!(gone, TemplateIx(4));
    delete(&mut world, "gone", None);
    assert_eq!(created(create(&mut world, "gone", "fr")), reserved);
    world.advance(Millis::days(30) - Millis::new(1));
    assert_eq!(created(create(&mut world, "gone", "fr")), reserved);
    world.advance(Millis::new(1));
    assert_eq!(created(create(&mut world, "gone", "fr")), None);
    assert_eq!(created(create(&mut world, "sale", "en_US")), None);
}

#[test]
fn an_account_has_so_many_templates_and_submits_so_many_an_hour() {
    let mut world =
        World::with("templates.cap = 4\ntemplates.cap_verified = 5\ntemplates.creations_an_hour = 3");
    world.advance(Millis::HOUR);
    for nth in 0..3 {
        assert!(matches!(
            create(&mut world, &format!("t{nth}"), "en_US"),
            Answer::Template(_)
        ));
    }
    assert_eq!(
        refusal(&create(&mut world, "t3", "en_US")),
        Some(Refusal::TemplateCap)
    );
    delete(&mut world, "t2", None);
    assert_eq!(
        refusal(&create(&mut world, "t3", "en_US")),
        Some(Refusal::TemplateCreationRate)
    );
    world.advance(Millis::HOUR);
    assert!(matches!(create(&mut world, "t3", "en_US"), Answer::Template(_)));
    // Whoever is verified may have more.
    let path = Path::Business;
    assert_eq!(
        refusal(&create(&mut world, "t4", "en_US")),
        Some(Refusal::TemplateCap)
    );
    world.done(Command::Verify { path });
    assert!(matches!(create(&mut world, "t4", "en_US"), Answer::Template(_)));
    assert_eq!(
        refusal(&create(&mut world, "t5", "en_US")),
        Some(Refusal::TemplateCap)
    );
}

#[test]
fn a_verified_business_has_more_templates() {
    let overrides = "templates.cap = 2\ntemplates.cap_verified = 3";
    for (path, cap) in [(Path::Business, 3), (Path::Partner, 3), (Path::Identity, 2)] {
        let mut world = World::with(overrides);
        assert_eq!(world.portfolio().template_cap(), 2);
        world.add_template("second", "Hello {{1}}, this is the second.");
        let third = || Command::CreateTemplate {
            waba: WabaIx(0),
            draft: draft("third", "Hello {{1}}, this is the third."),
            options: TemplateOptions::default(),
        };
        assert_eq!(refusal(&world.run(third())), Some(Refusal::TemplateCap));
        world.done(Command::Verify { path });
        assert_eq!(world.portfolio().template_cap(), cap, "{path:?}");
        let refused = (cap == 2).then_some(Refusal::TemplateCap);
        assert_eq!(refusal(&world.run(third())), refused, "{path:?}");
    }
}

#[test]
fn a_deletion_waits_until_nothing_is_held() {
    let mut world = World::paced("pacing.template.first = 1");
    world.broadcast(1_000, 3);
    delete(&mut world, "sale", None);
    let status = |world: &World| world.portfolio().template(TEMPLATE).map(|t| t.status);
    assert_eq!(status(&world), Some(TemplateStatus::PendingDeletion));
    assert_eq!(refusal(&world.send(2_000)), Some(Refusal::TemplateNotApproved));
    world.advance(Millis::minutes(60));
    assert_eq!(
        status(&world),
        Some(TemplateStatus::PendingDeletion),
        "the last are on their way"
    );
    world.advance(Millis::seconds(1));
    assert_eq!(status(&world), Some(TemplateStatus::Deleted));
    assert_eq!(
        world.count(|e| matches!(e, Event::HeldArrived(a) if a.messages.len() == 2)),
        1
    );
    assert_eq!(
        refusal(&create(&mut world, "sale", "en_US")),
        Some(Refusal::TemplateNameReserved)
    );
}

#[test]
fn a_message_past_its_time_to_live_arrives_no_more() {
    let values = "templates.ttl.utility_range = [\"30s\", \"12h\"]";
    let mut world = World::opened(Settings {
        transit: false,
        ..settings(values)
    });
    let mut draft = draft("order", "Hello {{1}}, your order has left our house.");
    draft.category = Category::Utility;
    let submit = |ttl| Command::CreateTemplate {
        waba: WabaIx(0),
        draft: draft.clone(),
        options: TemplateOptions {
            ttl: Some(ttl),
            ..TemplateOptions::default()
        },
    };
    assert_eq!(refusal(&world.run(submit(29))), Some(Refusal::TemplateTtl));
    let Answer::Template(template) = world.run(submit(30)) else {
        panic!("not taken")
    };
    world.done(Command::Review {
        template,
        decision: Decision::Approve,
    });
    let send = |world: &mut World, to| match world.send_from(NUMBER, to, "order") {
        Answer::Accepted { message, .. } => message,
        other => panic!("{other:?}"),
    };
    let messages = [send(&mut world, 1_000), send(&mut world, 1_001)];
    world.advance(Millis::seconds(30) - Millis::new(1));
    world.feedback(messages[0], Feedback::Delivered);
    world.advance(Millis::new(1));
    world.feedback(messages[0], Feedback::Read);
    for feedback in [Feedback::Delivered, Feedback::Read] {
        let message = messages[1];
        let answer = world.run(Command::Feedback { message, feedback });
        assert_eq!(refusal(&answer), Some(Refusal::InvalidParameter), "{feedback:?}");
    }
}
