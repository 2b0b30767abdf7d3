//! The workers under way: at most one a queue.
//!
//! Promises: a queue that is named while its worker is at its end gets another one; a worker that breaks down takes no
//! queue with it. Must not know: what a worker does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::task::JoinSet;

use super::Post;

/// The workers under way, by their task.
#[derive(Default)]
pub(super) struct Workers {
    tasks: JoinSet<()>,
    queues: BTreeMap<tokio::task::Id, String>,
    /// Queues that were named while their worker was under way: it may have been at its end already.
    again: BTreeSet<String>,
}

impl Workers {
    pub(super) fn start(&mut self, post: &Arc<Post>, mut named: BTreeSet<String>) {
        named.append(&mut self.again);
        for queue in named {
            if self.queues.values().any(|busy| *busy == queue) {
                self.again.insert(queue);
            } else {
                let task = self.tasks.spawn(Arc::clone(post).work(queue.clone()));
                self.queues.insert(task.id(), queue);
            }
        }
    }

    /// Waits for the end of a worker; for ever, if there is none.
    pub(super) async fn ended(&mut self) {
        let id = match self.tasks.join_next_with_id().await {
            Some(Ok((id, ()))) => id,
            Some(Err(error)) => {
                tracing::error!(%error, "a worker of webhooks broke down; its queue goes on");
                error.id()
            }
            None => return std::future::pending().await,
        };
        self.queues.remove(&id);
    }
}
