//! The directory's decisions.

use decider::{CellId, Ctx};

use super::{
    Answer, AppCreated, AppIx, CallbackSet, Command, Directory, Event, NumberClaimed, NumberReleased,
    PortfolioReserved, Subscribed, TokenIssued, TokenRevoked, Unsubscribed,
};

/// Decides one command.
pub fn decide(directory: &Directory, command: &Command, ctx: &Ctx, out: &mut Vec<Event>) -> Answer {
    match command {
        Command::CreateApp { name } => {
            out.push(
                AppCreated {
                    name: name.clone(),
                    secret: hex(ctx, 0),
                }
                .into(),
            );
            Answer::App(AppIx(directory.apps.len() as u32))
        }
        Command::IssueToken { app } => {
            if !known(directory, *app) {
                return Answer::Unknown("app");
            }
            let token = format!("EAA{}{}", hex(ctx, 0), hex(ctx, 2));
            out.push(
                TokenIssued {
                    app: *app,
                    token: token.clone(),
                }
                .into(),
            );
            Answer::Token(token)
        }
        Command::RevokeToken { token } => {
            if !directory.tokens.contains_key(token) {
                return Answer::Unknown("token");
            }
            done(out, TokenRevoked { token: token.clone() })
        }
        Command::SetCallback { app, callback } => {
            if !known(directory, *app) {
                return Answer::Unknown("app");
            }
            done(
                out,
                CallbackSet {
                    app: *app,
                    callback: callback.clone(),
                },
            )
        }
        Command::Subscribe { subject, app, over } => {
            if !known(directory, *app) {
                return Answer::Unknown("app");
            }
            done(
                out,
                Subscribed {
                    subject: *subject,
                    app: *app,
                    over: over.clone(),
                },
            )
        }
        Command::Unsubscribe { subject, app } => {
            if !directory
                .subscriptions
                .get(subject)
                .is_some_and(|apps| apps.contains_key(app))
            {
                return Answer::Unknown("subscription");
            }
            done(
                out,
                Unsubscribed {
                    subject: *subject,
                    app: *app,
                },
            )
        }
        Command::ReservePortfolio { name } => {
            out.push(PortfolioReserved { name: name.clone() }.into());
            Answer::Cell(CellId(directory.portfolios.len() as u64 + 1))
        }
        Command::ClaimNumber { e164, cell } => match directory.numbers.get(e164) {
            Some(holder) if holder == cell => Answer::Done,
            Some(&holder) => Answer::Taken { cell: holder },
            None => done(
                out,
                NumberClaimed {
                    e164: *e164,
                    cell: *cell,
                },
            ),
        },
        Command::ReleaseNumber { e164 } => {
            if !directory.numbers.contains_key(e164) {
                return Answer::Unknown("phone number");
            }
            done(out, NumberReleased { e164: *e164 })
        }
    }
}

fn known(directory: &Directory, app: AppIx) -> bool {
    (app.0 as usize) < directory.apps.len()
}

fn done(out: &mut Vec<Event>, event: impl Into<Event>) -> Answer {
    out.push(event.into());
    Answer::Done
}

/// 32 hexadecimal digits from two draws.
fn hex(ctx: &Ctx, first: u64) -> String {
    format!("{:016x}{:016x}", ctx.draw(first), ctx.draw(first + 1))
}
