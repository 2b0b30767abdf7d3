//! The gateway in front of the real sandbox, over HTTP: what an app, the platform and whoever runs the gateway see.

mod erasing;
mod people;
mod proxy;
mod receiver;
mod sends;
mod told;
mod webhooks;
mod world;
