//! The gateway in front of the real sandbox, over HTTP: what an app, the platform and whoever runs the gateway see.

mod erasing;
mod people;
mod proxy;
mod readiness;
mod receiver;
mod sends;
mod stops;
mod told;
mod webhooks;
mod world;
