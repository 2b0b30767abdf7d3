//! Wire types of the Graph API and its webhooks.
