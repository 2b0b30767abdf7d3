//! Webhooks out and the control API, as a tester and an app see them: requests in, posts to a receiver on a port of
//! its own, nothing else.

mod api;
mod inbound;
mod kinds;
mod openapi;
mod people;
mod ratings;
mod receiver;
mod webhooks;
mod world;
