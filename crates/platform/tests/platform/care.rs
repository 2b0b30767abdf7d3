//! Templates after their approval: other categories and reviews of that, archival.

use decider::{Millis, Timestamp};
use platform::ids::{TemplateIx, WabaIx};
use platform::portfolio::command::{CareCommand, TemplateOptions};
use platform::portfolio::{Answer, Command, Event};
use rulebook::edition::EditionId;
use rulebook::refusal::Refusal;
use rulebook::template::draft::{Category, TemplateDraft};
use rulebook::template::lifecycle::TemplateStatus;

use crate::world::{NUMBER, TEMPLATE, World, draft, refusal};

const ANNA: u64 = 4_915_112_345_678;

fn newest(overrides: &str) -> World {
    World::under(EditionId::PER_PORTFOLIO_2026, overrides)
}

fn utility(name: &str, body: &str) -> Box<TemplateDraft> {
    Box::new(TemplateDraft {
        category: Category::Utility,
        ..*draft(name, body)
    })
}

fn recategorise(template: TemplateIx, correct: Category) -> Command {
    Command::Care(CareCommand::Recategorise { template, correct })
}

fn category(world: &World, template: TemplateIx) -> Category {
    world
        .portfolio()
        .template(template)
        .expect("it is there")
        .draft
        .category
}

fn status(world: &World, template: TemplateIx) -> TemplateStatus {
    world.portfolio().template(template).expect("it is there").status
}

#[test]
fn a_wrong_category_is_taken_as_judged_or_as_allowed() {
    // (edition, allow_category_change, taken as, status after the review)
    let rows = [
        (
            EditionId::PER_NUMBER_2023,
            false,
            Category::Utility,
            TemplateStatus::Rejected,
        ),
        (
            EditionId::PER_NUMBER_2023,
            true,
            Category::Marketing,
            TemplateStatus::Approved,
        ),
        (
            EditionId::PER_NUMBER_2024,
            false,
            Category::Utility,
            TemplateStatus::Rejected,
        ),
        (
            EditionId::PER_PORTFOLIO_2026,
            false,
            Category::Marketing,
            TemplateStatus::Approved,
        ),
    ];
    for (edition, allow_category_change, taken, then) in rows {
        let mut world = World::under(edition, "");
        let answer = world.run(Command::CreateTemplate {
            waba: WabaIx(0),
            draft: utility("news", "Hello {{1}}, there is a discount for you today."),
            options: TemplateOptions {
                allow_category_change,
                ..TemplateOptions::default()
            },
        });
        let Answer::Template(news) = answer else {
            panic!("{answer:?}")
        };
        assert_eq!(category(&world, news), taken, "{edition:?}");
        world.advance(Millis::minutes(2));
        assert_eq!(status(&world, news), then, "{edition:?}");
        let template = world.portfolio().template(news).expect("it is there");
        let reason = template.rejection.as_ref().map(|(reason, ..)| reason.as_str());
        let rejected = (then == TemplateStatus::Rejected).then_some("INCORRECT_CATEGORY");
        assert_eq!(reason, rejected);
    }
}

#[test]
fn a_change_is_told_a_day_or_a_month_before_or_not_at_all() {
    // 2023-07-22T04:26:40Z and the first of the next month.
    let month = Timestamp::from_millis(1_690_848_000_000).since(Timestamp::from_millis(1_690_000_000_000));
    for (edition, warned, wait) in [
        (EditionId::PER_NUMBER_2024, false, month),
        (EditionId::PER_PORTFOLIO_2026, false, Millis::DAY),
        (EditionId::PER_PORTFOLIO_2026, true, Millis::ZERO),
    ] {
        let mut world = World::under(edition, "");
        let receipt = world.add_draft(utility("receipt", "Hello {{1}}, your order was received."));
        if warned {
            world.done(Command::FindMisuse { waba: WabaIx(0) });
        }
        world.done(recategorise(receipt, Category::Marketing));
        let told = world.count(|event| matches!(event, Event::CategoryNoticed(_)));
        assert_eq!(told, usize::from(wait > Millis::ZERO), "{edition:?}");
        if wait > Millis::ZERO {
            world.advance(Millis::new(wait.get() - 1));
            assert_eq!(category(&world, receipt), Category::Utility, "{edition:?}");
            world.advance(Millis::new(1));
        }
        assert_eq!(category(&world, receipt), Category::Marketing, "{edition:?}");
        assert_eq!(status(&world, receipt), TemplateStatus::Approved);
        let template = world.portfolio().template(receipt).expect("it is there");
        assert_eq!(template.previous_category(), Some(Category::Utility));
        assert_eq!(template.coming_category(), None);
    }
}

#[test]
fn what_should_be_authentication_is_rejected_and_an_edit_calls_it_off() {
    let mut world = newest("");
    let code = world.add_draft(utility("code", "Hello {{1}}, that is what you asked for."));
    world.done(recategorise(code, Category::Authentication));
    world.advance(Millis::DAY);
    assert_eq!(status(&world, code), TemplateStatus::Rejected);
    let review = Command::Care(CareCommand::AskForReview { template: code });
    assert_eq!(refusal(&world.run(review)), Some(Refusal::TemplateNotAppealable));
    let receipt = world.add_draft(utility("receipt", "Hello {{1}}, your order was received."));
    let same = world.run(recategorise(receipt, Category::Utility));
    assert_eq!(refusal(&same), Some(Refusal::InvalidParameter));
    world.done(recategorise(receipt, Category::Marketing));
    world.run(Command::EditTemplate {
        template: receipt,
        draft: utility("receipt", "Hello {{1}}, your order has been received."),
        options: TemplateOptions::default(),
    });
    world.advance(Millis::days(2));
    assert_eq!(category(&world, receipt), Category::Utility);
    let rejected = world.run(recategorise(code, Category::Marketing));
    assert_eq!(refusal(&rejected), Some(Refusal::InvalidParameter));
}

#[test]
fn a_review_of_a_category_is_reversed_or_not() {
    // (words, what the tester says, category after it)
    let rows = [
        ("Hello {{1}}, your order was received.", None, Category::Utility),
        (
            "Hello {{1}}, your order was received.",
            Some(false),
            Category::Marketing,
        ),
        ("Hello {{1}}, here is your voucher.", None, Category::Marketing),
        (
            "Hello {{1}}, here is your voucher.",
            Some(true),
            Category::Utility,
        ),
    ];
    for (body, said, expected) in rows {
        let mut world = newest("categories.judged = false");
        let template = world.add_draft(utility("receipt", body));
        world.done(recategorise(template, Category::Marketing));
        world.advance(Millis::DAY);
        world.done(Command::Care(CareCommand::AskForReview { template }));
        let again = world.run(Command::Care(CareCommand::AskForReview { template }));
        assert_eq!(refusal(&again), Some(Refusal::InvalidParameter));
        match said {
            Some(reversed) => world.done(Command::Care(CareCommand::DecideReview { template, reversed })),
            None => world.advance(Millis::DAY),
        }
        assert_eq!(category(&world, template), expected, "{body} {said:?}");
        let open = world
            .portfolio()
            .template(template)
            .and_then(|of| of.category_review());
        assert_eq!(open, None);
    }
}

#[test]
fn reviews_are_for_60_days_and_not_for_what_is_right() {
    let mut world = newest("");
    let ask = |template| Command::Care(CareCommand::AskForReview { template });
    let receipt = world.add_draft(utility("receipt", "Hello {{1}}, your order was received."));
    assert_eq!(
        refusal(&world.run(ask(receipt))),
        Some(Refusal::TemplateNotAppealable)
    );
    let none = Command::Care(CareCommand::DecideReview {
        template: receipt,
        reversed: true,
    });
    assert_eq!(refusal(&world.run(none)), Some(Refusal::InvalidParameter));
    world.advance(Millis::days(60));
    world.done(ask(TEMPLATE));
    world.advance(Millis::DAY);
    assert_eq!(
        refusal(&world.run(ask(TEMPLATE))),
        Some(Refusal::TemplateNotAppealable)
    );
}

#[test]
fn a_rejection_by_category_can_be_reviewed() {
    let mut world = World::with("");
    let news = world.add_draft_in_review(utility("news", "Hello {{1}}, there is a discount for you today."));
    world.advance(Millis::minutes(2));
    assert_eq!(status(&world, news), TemplateStatus::Rejected);
    world.done(Command::Care(CareCommand::AskForReview { template: news }));
    world.advance(Millis::DAY);
    assert_eq!(
        status(&world, news),
        TemplateStatus::Rejected,
        "its words speak against it"
    );
    world.done(Command::Care(CareCommand::AskForReview { template: news }));
    world.done(Command::Care(CareCommand::DecideReview {
        template: news,
        reversed: true,
    }));
    assert_eq!(status(&world, news), TemplateStatus::Approved);
}

#[test]
fn unused_for_a_year_archived_and_28_days_later_deleted() {
    let mut world = newest("marketing.paused = []");
    let quiet = world.add_template("quiet", "Hello {{1}}, nobody sends this.");
    world.advance(Millis::days(300));
    world.send(ANNA);
    world.advance(Millis::days(64));
    assert_eq!(status(&world, quiet), TemplateStatus::Approved);
    world.advance(Millis::days(1));
    assert_eq!(
        (status(&world, quiet), status(&world, TEMPLATE)),
        (TemplateStatus::Archived, TemplateStatus::Approved)
    );
    let sent = world.send_from(NUMBER, ANNA, "quiet");
    assert_eq!(refusal(&sent), Some(Refusal::TemplateNotApproved));
    // Taken out in time it is what it was; and a year begins anew.
    world.advance(Millis::days(27));
    world.done(Command::Care(CareCommand::Unarchive { template: quiet }));
    assert_eq!(status(&world, quiet), TemplateStatus::Approved);
    world.advance(Millis::days(364));
    assert_eq!(status(&world, quiet), TemplateStatus::Approved);
    world.advance(Millis::days(1));
    assert_eq!(status(&world, quiet), TemplateStatus::Archived);
    world.advance(Millis::days(28));
    assert_eq!(status(&world, quiet), TemplateStatus::Deleted);
    assert_eq!(
        world.portfolio().digest(),
        world.replayed().portfolio().expect("a portfolio").digest()
    );
}

#[test]
fn a_business_archives_approved_and_rejected_templates() {
    let archive = |template| Command::Care(CareCommand::Archive { template });
    let unarchive = |template| Command::Care(CareCommand::Unarchive { template });
    let mut world = newest("");
    let waiting = world.add_draft_in_review(draft("news", "Hello {{1}}, this waits for its review."));
    let not_yet = world.run(archive(waiting));
    assert_eq!(refusal(&not_yet), Some(Refusal::TemplateNotEditable));
    world.done(archive(TEMPLATE));
    assert_eq!(status(&world, TEMPLATE), TemplateStatus::Archived);
    assert_eq!(
        refusal(&world.run(archive(TEMPLATE))),
        Some(Refusal::TemplateNotEditable)
    );
    world.done(unarchive(TEMPLATE));
    assert_eq!(
        refusal(&world.run(unarchive(TEMPLATE))),
        Some(Refusal::TemplateNotEditable)
    );
    let mut old = World::with("");
    assert_eq!(
        refusal(&old.run(archive(TEMPLATE))),
        Some(Refusal::TemplateNotEditable)
    );
    old.advance(Millis::days(400));
    assert_eq!(status(&old, TEMPLATE), TemplateStatus::Approved);
}
