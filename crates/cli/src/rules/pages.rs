//! Every rule: its name, what it is in a sentence, and its page. Made by `cargo xtask rules`.

/// A rule as a page.
pub(crate) struct Page {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) text: &'static str,
}

/// All of them, by name.
#[rustfmt::skip] // made by a program
pub(crate) const PAGES: &[Page] = &[
    Page {
        name: "analytics",
        summary: "Analytics: how far back a business may look, into which periods its figures are cut, when two templates can be compared",
        text: include_str!("../../../../docs/rules/analytics.md"),
    },
    Page {
        name: "appeal",
        summary: "What the rules decide on an appeal",
        text: include_str!("../../../../docs/rules/appeal.md"),
    },
    Page {
        name: "country",
        summary: "The country of a phone number, by its country code",
        text: include_str!("../../../../docs/rules/country.md"),
    },
    Page {
        name: "escalation",
        summary: "Human escalation: which ways to a person count, and what a tester who looks for one concludes",
        text: include_str!("../../../../docs/rules/escalation.md"),
    },
    Page {
        name: "escalation-answer",
        summary: "What a business's answer offers to somebody who asks for a person",
        text: include_str!("../../../../docs/rules/escalation-answer.md"),
    },
    Page {
        name: "experiment",
        summary: "The platform's experiments: a very small share of people gets no marketing template outside an open service window or free entry point",
        text: include_str!("../../../../docs/rules/experiment.md"),
    },
    Page {
        name: "first-step",
        summary: "The first step: the lowest tier is left by another way than the rise by use",
        text: include_str!("../../../../docs/rules/first-step.md"),
    },
    Page {
        name: "flag",
        summary: "FLAGGED: the warning for low quality, its recovery and its deadline",
        text: include_str!("../../../../docs/rules/flag.md"),
    },
    Page {
        name: "free-entry",
        summary: "The free entry point: a person comes from an ad or a page that leads into the chat",
        text: include_str!("../../../../docs/rules/free-entry.md"),
    },
    Page {
        name: "low-quality",
        summary: "What low quality costs beside a flag: some messages are filtered, and after a long time the volume is throttled",
        text: include_str!("../../../../docs/rules/low-quality.md"),
    },
    Page {
        name: "media",
        summary: "Which files can be uploaded, as what, and how large",
        text: include_str!("../../../../docs/rules/media.md"),
    },
    Page {
        name: "misuse",
        summary: "Misuse of the utility category: each time the platform finds that an account sends marketing as utility, one step: a warning",
        text: include_str!("../../../../docs/rules/misuse.md"),
    },
    Page {
        name: "pair-rate",
        summary: "The pair rate: one message in 6 s from a number to the same person, of which up to 45 may be borrowed from the future",
        text: include_str!("../../../../docs/rules/pair-rate.md"),
    },
    Page {
        name: "per-user",
        summary: "The limit of marketing templates a person: a person gets so many in a day from all businesses together, and no more from any",
        text: include_str!("../../../../docs/rules/per-user.md"),
    },
    Page {
        name: "policy",
        summary: "The policy ladder: what a violation brings, and what each step blocks",
        text: include_str!("../../../../docs/rules/policy.md"),
    },
    Page {
        name: "portfolio-pacing",
        summary: "Pacing of a whole portfolio: when a portfolio that has sent little, or is watched, sends many templates in a short time, the rest is held and let go batch by batch",
        text: include_str!("../../../../docs/rules/portfolio-pacing.md"),
    },
    Page {
        name: "pricing",
        summary: "What a message costs: its category and kind, by the edition's model",
        text: include_str!("../../../../docs/rules/pricing.md"),
    },
    Page {
        name: "rating",
        summary: "Quality rating of numbers and templates, from the feedback of the people written to",
        text: include_str!("../../../../docs/rules/rating.md"),
    },
    Page {
        name: "rating-belief",
        summary: "From evidence to a belief about the harm of one message: the only place of the rating with floating point",
        text: include_str!("../../../../docs/rules/rating-belief.md"),
    },
    Page {
        name: "rating-burst",
        summary: "Unusual bursts: an hour with far more messages than the number's own hours of late",
        text: include_str!("../../../../docs/rules/rating-burst.md"),
    },
    Page {
        name: "rating-engagement",
        summary: "Templates: beside feedback, whether people read what they were sent",
        text: include_str!("../../../../docs/rules/rating-engagement.md"),
    },
    Page {
        name: "rating-params",
        summary: "The values that a rating is made with",
        text: include_str!("../../../../docs/rules/rating-params.md"),
    },
    Page {
        name: "rating-signal",
        summary: "What people do to a message that they did not want, and how heavily it weighs",
        text: include_str!("../../../../docs/rules/rating-signal.md"),
    },
    Page {
        name: "rating-standing",
        summary: "The rating itself and its changes: worse at once and only on a harmful signal, better by the hour and in steps",
        text: include_str!("../../../../docs/rules/rating-standing.md"),
    },
    Page {
        name: "refusal",
        summary: "Every reason for which a send or a management command is refused, in one list",
        text: include_str!("../../../../docs/rules/refusal.md"),
    },
    Page {
        name: "registration",
        summary: "How often something may be tried: registering a number, its PIN, its code",
        text: include_str!("../../../../docs/rules/registration.md"),
    },
    Page {
        name: "service-window",
        summary: "The customer service window: open for 24 h from the person's last message or call",
        text: include_str!("../../../../docs/rules/service-window.md"),
    },
    Page {
        name: "status",
        summary: "The status of a phone number",
        text: include_str!("../../../../docs/rules/status.md"),
    },
    Page {
        name: "status-change",
        summary: "The legal transitions of a number, each with its name",
        text: include_str!("../../../../docs/rules/status-change.md"),
    },
    Page {
        name: "template",
        summary: "Message templates: what a business submits, how it is checked, where it stands in its life, when it is paused, when its messages are held, how often it may be changed, how long its messages live, and what a send must give for its placeholders",
        text: include_str!("../../../../docs/rules/template.md"),
    },
    Page {
        name: "template-archival",
        summary: "Archival of templates: whoever is not used for twelve months is put away, and deleted 28 days later unless taken out again, when it is what it was before",
        text: include_str!("../../../../docs/rules/template-archival.md"),
    },
    Page {
        name: "template-category",
        summary: "Categories of templates: what a template is by its words, what becomes of one that is submitted in another category, and of one that is approved and turns out to be in another: a notice, then the change, at once for an account that was warned of misuse",
        text: include_str!("../../../../docs/rules/template-category.md"),
    },
    Page {
        name: "template-check",
        summary: "Whether a submitted template is well formed: what the platform refuses at once, and what its review rejects with a reason",
        text: include_str!("../../../../docs/rules/template-check.md"),
    },
    Page {
        name: "template-check-adjacent",
        summary: "No two placeholders without a word between them: the review rejects it",
        text: include_str!("../../../../docs/rules/template-check-adjacent.md"),
    },
    Page {
        name: "template-check-authentication",
        summary: "Authentication templates: the platform's own text and one button that takes over the code",
        text: include_str!("../../../../docs/rules/template-check-authentication.md"),
    },
    Page {
        name: "template-check-buttons",
        summary: "Buttons: at most 10, of these 2 links, 1 phone number and 1 code",
        text: include_str!("../../../../docs/rules/template-check-buttons.md"),
    },
    Page {
        name: "template-check-category",
        summary: "A template that is in the wrong category by its words is rejected for it, where it was not taken in the right one",
        text: include_str!("../../../../docs/rules/template-check-category.md"),
    },
    Page {
        name: "template-check-components",
        summary: "The parts: exactly one body, at most one header, one footer and one set of buttons",
        text: include_str!("../../../../docs/rules/template-check-components.md"),
    },
    Page {
        name: "template-check-duplicate",
        summary: "No two templates of an account with the same body and footer, but for authentication: the review rejects the later one",
        text: include_str!("../../../../docs/rules/template-check-duplicate.md"),
    },
    Page {
        name: "template-check-edges",
        summary: "A body neither begins nor ends with a placeholder",
        text: include_str!("../../../../docs/rules/template-check-edges.md"),
    },
    Page {
        name: "template-check-footer",
        summary: "The footer: text without placeholders",
        text: include_str!("../../../../docs/rules/template-check-footer.md"),
    },
    Page {
        name: "template-check-header",
        summary: "The header: one line without line breaks or markup, with at most one placeholder",
        text: include_str!("../../../../docs/rules/template-check-header.md"),
    },
    Page {
        name: "template-check-lengths",
        summary: "Lengths in characters: header 60, body 1,024, footer 60, button label 25, link 2,000, phone number 20, code 15",
        text: include_str!("../../../../docs/rules/template-check-lengths.md"),
    },
    Page {
        name: "template-check-name",
        summary: "The name: 1 to 512 of a-z, 0-9 and _",
        text: include_str!("../../../../docs/rules/template-check-name.md"),
    },
    Page {
        name: "template-check-numbering",
        summary: "Placeholders in a text are well written: `{{1}}`, `{{2}}` … without a gap, in order of their first appearance",
        text: include_str!("../../../../docs/rules/template-check-numbering.md"),
    },
    Page {
        name: "template-check-ratio",
        summary: "Enough words for the placeholders of a body: at least twice as many, and one more",
        text: include_str!("../../../../docs/rules/template-check-ratio.md"),
    },
    Page {
        name: "template-check-samples",
        summary: "A sample for every placeholder and for a header's medium: the review rejects what it cannot read",
        text: include_str!("../../../../docs/rules/template-check-samples.md"),
    },
    Page {
        name: "template-lifecycle",
        summary: "The life of a template: its statuses, and which step is legal in which",
        text: include_str!("../../../../docs/rules/template-lifecycle.md"),
    },
    Page {
        name: "template-pacing",
        summary: "Pacing of templates: of a template whose quality is in doubt the first messages go, the rest are held until feedback on those is known",
        text: include_str!("../../../../docs/rules/template-pacing.md"),
    },
    Page {
        name: "template-parameters",
        summary: "Whether what a send gives matches the template, and the text that comes of it",
        text: include_str!("../../../../docs/rules/template-parameters.md"),
    },
    Page {
        name: "template-pausing",
        summary: "Pausing of templates: each RED pauses, 3 h first, then 6 h, and the next disables",
        text: include_str!("../../../../docs/rules/template-pausing.md"),
    },
    Page {
        name: "template-quota",
        summary: "How often something may be done in a span of time: edits of an approved template and submissions of an account",
        text: include_str!("../../../../docs/rules/template-quota.md"),
    },
    Page {
        name: "template-ttl",
        summary: "How long a message of a template may wait for its delivery",
        text: include_str!("../../../../docs/rules/template-ttl.md"),
    },
    Page {
        name: "throughput",
        summary: "Throughput: so many messages a second of one number, 80 by default",
        text: include_str!("../../../../docs/rules/throughput.md"),
    },
    Page {
        name: "throughput-raise",
        summary: "The rise to the high throughput: a number without a limit and of good quality is raised by itself",
        text: include_str!("../../../../docs/rules/throughput-raise.md"),
    },
    Page {
        name: "tier",
        summary: "Tiers of the messaging limit: the automatic rise, the way down, and their names",
        text: include_str!("../../../../docs/rules/tier.md"),
    },
    Page {
        name: "window",
        summary: "The window of a messaging limit: unique recipients of the last 24 h and of the last 7 days, from one structure, all editions: `limits.window` and `limits.upgrade.window`",
        text: include_str!("../../../../docs/rules/window.md"),
    },
];
