//! The directory's decisions.

use decider::{CellId, Ctx};

use super::{
    Answer, AppCreated, AppIx, CallbackSet, Command, Directory, Event, NumberClaimed, NumberReleased,
    PortfolioReserved, Subscribed, TokenIssued, TokenRevoked, Unsubscribed, UploadBegun, UploadReceived,
    uploads,
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
        Command::BeginUpload { app, mime, length } => begin(directory, *app, mime, *length, ctx, out),
        Command::ReceiveUpload {
            number,
            offset,
            bytes,
        } => receive(directory, *number, *offset, bytes.len(), out),
        Command::ReleaseNumber { e164 } => {
            if !directory.numbers.contains_key(e164) {
                return Answer::Unknown("phone number");
            }
            done(out, NumberReleased { e164: *e164 })
        }
    }
}

fn begin(
    directory: &Directory,
    app: AppIx,
    mime: &str,
    length: u32,
    ctx: &Ctx,
    out: &mut Vec<Event>,
) -> Answer {
    if !known(directory, app) {
        return Answer::Unknown("app");
    }
    if length == 0 || length > uploads::BYTES_MAX {
        return Answer::Refused("a file has 1 byte to 100 MB");
    }
    if directory.uploads.count(ctx.now) >= uploads::SESSIONS_MAX {
        return Answer::Refused("10,000 uploads are open");
    }
    let number = directory.uploads.next();
    let begun = UploadBegun {
        number,
        app,
        mime: mime.to_owned(),
        length,
        until_ms: (ctx.now + uploads::KEPT).millis(),
    };
    out.push(begun.into());
    Answer::Upload(number)
}

fn receive(directory: &Directory, number: u32, offset: u32, bytes: usize, out: &mut Vec<Event>) -> Answer {
    let Some(upload) = directory.uploads.get(number) else {
        return Answer::Unknown("upload");
    };
    let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
    let end = upload.received.checked_add(bytes);
    if upload.is_done() {
        Answer::Refused("the file is complete")
    } else if offset != upload.received {
        Answer::Refused("the piece does not begin where the last one ended")
    } else if bytes == 0 {
        Answer::Refused("a piece has at least one byte")
    } else if end.is_none_or(|end| end > upload.length) {
        Answer::Refused("the file is longer than was said")
    } else if upload.pieces >= uploads::PIECES_MAX {
        Answer::Refused("the file comes in too many pieces")
    } else {
        let received = UploadReceived {
            number,
            piece: upload.pieces,
            bytes,
            until_ms: upload.until_ms,
        };
        done(out, received)
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
