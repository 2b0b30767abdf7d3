//! Why: a decision in words, from its event alone.

use decider::Millis;
use rulebook::edition::Limit;
use rulebook::rating::Rating;
use rulebook::status::Status;
use rulebook::template::draft::Category;
use rulebook::template::lifecycle::TemplateStatus;
use sender::portfolio::command::{NumberNews, Said, TemplateNews};
use sender::portfolio::explain::{advice, explain};

use crate::world::World;

const ANNA: u64 = 15_550_001_000;
const BERT: u64 = 15_550_002_000;

/// All decisions so far, in words.
fn told(world: &World) -> String {
    let decisions = world.events.iter().filter_map(|(_, event)| explain(event));
    let told = decisions.map(|decision| {
        let mut lines = vec![format!(
            "decision {}, {}: {}",
            decision.decision.0,
            decision.lane.name(),
            decision.outcome
        )];
        lines.extend(decision.because.iter().map(|line| format!("  {line}")));
        lines.extend(advice(&decision.outcome).map(|advice| format!("  {advice}")));
        lines.join("\n")
    });
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_decision_says_why() {
    let mut world = World::new();
    world.template(ANNA);
    world.told(NumberNews::Status(Status::Connected));
    world.told(NumberNews::Rating(Rating::Green));
    world.about("sale", TemplateNews::Category(Category::Marketing));
    world.about("sale", TemplateNews::Status(TemplateStatus::Approved, None));
    world.about("sale", TemplateNews::Quality(Rating::Yellow));
    world.limit(Limit::People(2));
    world.advance(Millis::minutes(5));
    world.wrote(BERT, Said::Nothing);
    world.advance(Millis::seconds(30));
    world.template(ANNA + 1);
    world.template(BERT);
    world.free(BERT);
    world.wrote(ANNA, Said::Stop);
    world.advance(Millis::days(2));
    world.template(ANNA);
    insta::assert_snapshot!(told(&world));
}
