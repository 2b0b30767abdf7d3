//! What the loads of these benchmarks run against: 1,000 numbers in 16 portfolios, one template each, a million people.

use decider::{CellId, mix};
use engine::Engine;
use platform::ids::{NumberIx, TemplateIx, WabaIx};
use platform::portfolio::Command;
use platform::portfolio::command::TemplateOptions;
use platform::portfolio::command::{Open, Send, TemplateKey, What};
use platform::portfolio::event::{Decision, Settings};
use platform::{Answer, Platform};
use rulebook::status::StageChange;
use rulebook::template::draft::{Category, Component, ParameterFormat, TemplateDraft, Text};
use rulebook::template::parameters::SentParameters;

pub(crate) const NUMBERS: u64 = 1_000;
pub(crate) const PORTFOLIOS: u64 = 16;
const PEOPLE: u64 = 1_000_000;
const FIRST: u64 = 15_550_000_000;

/// The settings of every portfolio. Numbers begin on the highest tier: what is measured is the way of a message that
/// goes out.
fn settings() -> Settings {
    Settings {
        edition: 1,
        overrides: "limits.start = 3".into(),
        transit: false,
        errors_at_once: true,
        enforce_rates: false,
        auto_review: false,
    }
}

/// Makes the portfolios.
pub(crate) fn fill(engine: &Engine<Platform>) {
    for cell in 1..=PORTFOLIOS {
        let open = Open {
            name: "Bench".into(),
            settings: settings(),
        };
        let mut commands = vec![
            Command::Open(Box::new(open)),
            Command::AddWaba { name: "Bench".into() },
        ];
        for number in (0..NUMBERS).filter(|number| cell_of(*number) == CellId(cell)) {
            let e164 = 491_700_000_000 + number;
            commands.push(Command::AddNumber {
                waba: WabaIx(0),
                e164,
                verified_name: "Bench".into(),
            });
            let number = number_of(number);
            for change in [
                StageChange::NameApproved,
                StageChange::CertificateIssued,
                StageChange::Register,
            ] {
                commands.push(Command::Stage { number, change });
            }
        }
        commands.push(Command::CreateTemplate {
            waba: WabaIx(0),
            draft: Box::new(draft()),
            options: TemplateOptions::default(),
        });
        commands.push(Command::Review {
            template: TemplateIx(0),
            decision: Decision::Approve,
        });
        let commands = commands.into_iter().map(platform::Command::Portfolio).collect();
        let answers: Vec<Answer> = engine
            .submit_all(CellId(cell), commands)
            .wait()
            .expect("the engine runs");
        let refused = |answer: &Answer| {
            matches!(
                answer,
                Answer::Portfolio(platform::portfolio::Answer::Refused { .. })
            )
        };
        assert!(!answers.iter().any(refused), "the portfolio is made as asked");
    }
}

fn cell_of(number: u64) -> CellId {
    CellId(1 + number % PORTFOLIOS)
}

fn number_of(number: u64) -> NumberIx {
    NumberIx((number / PORTFOLIOS) as u16)
}

/// Numbers that look random, the same in each run.
pub(crate) struct Draws(u64);

impl From<u64> for Draws {
    fn from(seed: u64) -> Self {
        Draws(mix(seed))
    }
}

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(1);
        mix(self.0)
    }
}

/// A template from some number to somebody.
pub(crate) fn send(draws: &mut Draws) -> (CellId, platform::Command) {
    let number = draws.next() % NUMBERS;
    let key = TemplateKey::of("bench", "en_US");
    let what = What::Template {
        key,
        parameters: SentParameters::default(),
    };
    let to = FIRST + draws.next() % PEOPLE;
    let send = Send {
        number: number_of(number),
        to,
        what,
        content: Vec::new(),
    };
    (cell_of(number), platform::Command::Portfolio(Command::Send(send)))
}

fn draft() -> TemplateDraft {
    let text = "Our new opening hours: nine to six, every day.".to_owned();
    TemplateDraft {
        name: "bench".into(),
        language: "en_US".into(),
        category: Category::Utility,
        parameter_format: ParameterFormat::Positional,
        components: vec![Component::Body(Text {
            text,
            ..Text::default()
        })],
    }
}
