//! Webhooks out and the control API, as a tester and an app see them: requests in, posts to a receiver on a port of
//! its own, nothing else.

mod api;
mod categories;
mod emit;
mod faults;
mod health;
mod history;
mod image;
mod inbound;
mod kinds;
mod mail;
mod openapi;
mod pages;
mod people;
mod preferences;
mod ratings;
mod receiver;
#[path = "../support/smtp.rs"]
mod smtp;
#[path = "../manager/story.rs"]
mod story;
mod testers;
mod text;
mod volumes;
mod webhooks;
mod world;
