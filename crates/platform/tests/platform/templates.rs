//! Templates at the decider: review, edit, delete.

use decider::Millis;
use platform::ids::WabaIx;
use platform::portfolio::event::Decision;
use platform::portfolio::{Answer, Command, Event};
use rulebook::refusal::Refusal;
use rulebook::template::lifecycle::TemplateStatus;

use crate::world::{NUMBER, TEMPLATE, World, draft, refusal};

#[test]
fn the_rules_review_in_due_time_and_a_rejection_says_why() {
    let mut world = World::with("");
    let good = draft("news", "Hello {{1}}, here are this week's news.");
    let twin = draft("twin", "Hello {{1}}, our sale begins today.");
    for draft in [good, twin] {
        let answer = world.run(Command::CreateTemplate {
            waba: WabaIx(0),
            draft,
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
    });
    assert_eq!(refusal(&answer), Some(Refusal::TemplateExists));
    let answer = world.run(Command::EditTemplate {
        template: TEMPLATE,
        draft: again,
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
