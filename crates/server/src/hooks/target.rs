//! Who is told of what: the apps subscribed to a WABA, and where each of them wants it.
//!
//! An override of the phone number goes before one of the WABA, and that before the app's own callback; overrides are
//! for field `messages` only, as on the platform. One thing is kinder than the platform: an app that has an override
//! and no callback of its own gets everything there, so that a client that sets nothing but an override sees template
//! updates too. Must not know: what is delivered, how it is delivered.

use std::collections::BTreeSet;
use std::sync::Arc;

use decider::CellId;
use platform::directory::{AppIx, Callback, Directory, Subject};
use platform::ids::{NumberIx, WabaIx};

use super::FIELDS;

/// The field of people's messages and of statuses, the only one that overrides are for.
const MESSAGES: &str = "messages";

/// An app at an address. One queue of deliveries each.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Target {
    pub(super) app: AppIx,
    pub(super) url: String,
}

impl Target {
    /// The name of its queue in the outbox.
    pub(super) fn queue(&self) -> String {
        format!("webhooks {} {}", self.app.0, self.url)
    }

    /// The target of a queue; `None` if the name is not one of ours.
    pub(super) fn of_queue(queue: &str) -> Option<Target> {
        let (app, url) = queue.strip_prefix("webhooks ")?.split_once(' ')?;
        Some(Target {
            app: AppIx(app.parse().ok()?),
            url: url.to_owned(),
        })
    }
}

/// Where a change of `field` goes: at most one address an app.
pub(super) fn targets(
    directory: &Directory,
    cell: CellId,
    waba: WabaIx,
    number: Option<NumberIx>,
    field: &str,
) -> Vec<Target> {
    let cell = cell.0;
    let Some(subscribed) = directory.subscriptions.get(&Subject::Waba { cell, waba: waba.0 }) else {
        return Vec::new();
    };
    let of_number = number.and_then(|number| {
        directory.subscriptions.get(&Subject::Number {
            cell,
            number: number.0,
        })
    });
    // Nobody can subscribe to a field that this seat never has: put out by hand, it is for everybody.
    let to_all = !FIELDS.contains(&field);
    let address = |(app, of_waba): (&AppIx, &Option<Callback>)| {
        let of_number = of_number.and_then(|apps| apps.get(app)).and_then(Option::as_ref);
        let over = of_number.or(of_waba.as_ref()).map(|callback| &callback.url);
        let own = directory.apps.get(app.0 as usize)?.callback.as_ref();
        let wants = |fields: &[String]| to_all || fields.iter().any(|wanted| wanted == field);
        let wanted = own.filter(|(_, fields)| wants(fields));
        let wanted = wanted.map(|(callback, _)| &callback.url);
        let url = if field == MESSAGES || own.is_none() {
            over.or(wanted)
        } else {
            wanted
        };
        Some(Target {
            app: *app,
            url: url?.clone(),
        })
    };
    subscribed.iter().filter_map(address).collect()
}

/// The cells in which anybody listens at all, worked out once for each picture of the directory.
#[derive(Default)]
pub(super) struct Listeners {
    of: Option<Arc<Directory>>,
    cells: BTreeSet<u64>,
}

impl Listeners {
    /// Looks at the directory as it is now.
    pub(super) fn look(&mut self, directory: Arc<Directory>) {
        if self.of.as_ref().is_some_and(|seen| Arc::ptr_eq(seen, &directory)) {
            return;
        }
        let listens = |(app, over): (&AppIx, &Option<Callback>)| {
            let own = directory
                .apps
                .get(app.0 as usize)
                .and_then(|app| app.callback.as_ref());
            over.is_some() || own.is_some()
        };
        let live = directory
            .subscriptions
            .iter()
            .filter(|(_, apps)| apps.iter().any(listens));
        self.cells = live.map(|(subject, _)| cell_of(subject)).collect();
        self.of = Some(directory);
    }

    /// Whether anybody listens in a cell.
    pub(super) fn any(&self, cell: CellId) -> bool {
        self.cells.contains(&cell.0)
    }
}

fn cell_of(subject: &Subject) -> u64 {
    match subject {
        Subject::Waba { cell, .. } | Subject::Number { cell, .. } => *cell,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use platform::directory::App;

    use super::*;

    const CELL: CellId = CellId(1);

    fn callback(url: &str) -> Callback {
        Callback {
            url: url.to_owned(),
            verify_token: String::new(),
        }
    }

    /// One app, with a callback for `fields`, an override of the WABA and one of the number, as far as given.
    fn directory(own: Option<&[&str]>, of_waba: bool, of_number: bool) -> Directory {
        let fields = |fields: &[&str]| fields.iter().map(|field| (*field).to_owned()).collect();
        let own = own.map(|list| (callback("http://own"), fields(list)));
        let mut directory = Directory::default();
        directory.apps.push(App {
            name: "a".into(),
            secret: "s".into(),
            callback: own,
        });
        let apps = |over: Option<Callback>| BTreeMap::from([(AppIx(0), over)]);
        let waba = apps(of_waba.then(|| callback("http://waba")));
        directory
            .subscriptions
            .insert(Subject::Waba { cell: 1, waba: 0 }, waba);
        if of_number {
            let number = apps(Some(callback("http://number")));
            directory
                .subscriptions
                .insert(Subject::Number { cell: 1, number: 3 }, number);
        }
        directory
    }

    #[test]
    fn overrides_are_for_messages_unless_there_is_nothing_else() {
        const BOTH: &[&str] = &["messages", "account_update"];
        let number = Some(NumberIx(3));
        // (own fields, override of the WABA, of the number, whose, field, where it goes)
        let rows = [
            (None, false, false, number, "messages", None),
            (Some(BOTH), false, false, number, "messages", Some("http://own")),
            (
                Some(BOTH),
                false,
                false,
                None,
                "account_update",
                Some("http://own"),
            ),
            (Some(BOTH), false, false, None, "security", None),
            // What nobody can subscribe to.
            (Some(BOTH), false, false, None, "flows", Some("http://own")),
            (Some(BOTH), true, false, number, "messages", Some("http://waba")),
            (Some(BOTH), true, true, number, "messages", Some("http://number")),
            (
                Some(BOTH),
                true,
                true,
                Some(NumberIx(4)),
                "messages",
                Some("http://waba"),
            ),
            (Some(BOTH), true, true, None, "account_update", Some("http://own")),
            (Some(&["account_update"]), false, false, number, "messages", None),
            (
                Some(&["account_update"]),
                true,
                false,
                number,
                "messages",
                Some("http://waba"),
            ),
            (None, true, false, number, "messages", Some("http://waba")),
            (None, true, false, None, "account_update", Some("http://waba")),
            (
                None,
                false,
                true,
                number,
                "phone_number_quality_update",
                Some("http://number"),
            ),
        ];
        for (own, of_waba, of_number, whose, field, expected) in rows {
            let directory = directory(own, of_waba, of_number);
            let found = targets(&directory, CELL, WabaIx(0), whose, field);
            let found = found.first().map(|target| target.url.as_str());
            assert_eq!(found, expected, "{own:?} {of_waba} {of_number} {whose:?} {field}");
        }
    }

    #[test]
    fn a_queue_names_its_target() {
        let target = Target {
            app: AppIx(7),
            url: "http://a/b c".into(),
        };
        assert_eq!(Target::of_queue(&target.queue()), Some(target));
        assert_eq!(Target::of_queue("mail"), None);
    }

    #[test]
    fn nobody_listens_without_an_address() {
        for (own, of_waba, expected) in [(false, false, false), (true, false, true), (false, true, true)] {
            let mut listeners = Listeners::default();
            listeners.look(Arc::new(directory(own.then_some(&[]), of_waba, false)));
            assert_eq!((listeners.any(CELL), listeners.any(CellId(2))), (expected, false));
        }
    }
}
