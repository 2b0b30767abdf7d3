//! What is done with templates after their approval.

use rulebook::template::draft::Category;

use crate::ids::TemplateIx;

/// One wish about one template.
#[derive(Clone, Copy, Debug)]
pub enum CareCommand {
    /// The platform finds that it is in the wrong category.
    Recategorise {
        /// The template.
        template: TemplateIx,
        /// What it should be.
        correct: Category,
    },
    /// The business asks for a review of its category.
    AskForReview {
        /// The template.
        template: TemplateIx,
    },
    /// The tester decides that review now instead of the rules in due time.
    DecideReview {
        /// The template.
        template: TemplateIx,
        /// The decision is taken back; else it stays.
        reversed: bool,
    },
    /// The business puts it away.
    Archive {
        /// The template.
        template: TemplateIx,
    },
    /// The business takes it out again.
    Unarchive {
        /// The template.
        template: TemplateIx,
    },
}

impl CareCommand {
    /// What it is about.
    pub fn template(&self) -> TemplateIx {
        match self {
            CareCommand::Recategorise { template, .. }
            | CareCommand::AskForReview { template }
            | CareCommand::DecideReview { template, .. }
            | CareCommand::Archive { template }
            | CareCommand::Unarchive { template } => *template,
        }
    }
}
