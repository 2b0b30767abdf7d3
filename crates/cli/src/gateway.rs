//! `goodstanding gateway`: starts the sender seat, says how to use it, and runs until it is told to stop.

use std::net::SocketAddr;
use std::process::ExitCode;

use gateway::config::Config;
use gateway::{Gateway, Running};

use crate::args;
use crate::config;
use crate::error::CliError;
use crate::sandbox::{runtime, stop_signal, write_env_file};

/// Runs the command until it is interrupted.
pub(crate) fn run(options: &args::Gateway) -> Result<ExitCode, CliError> {
    let config = configured(options)?;
    runtime()?.block_on(async {
        let (running, token) = start(config.clone()).await?;
        let address = running.address();
        anstream::print!("{}", greeting(address, &config, token.as_deref()));
        if let Some(file) = &options.env_file {
            let token = token
                .map(|token| format!("GATEWAY_TOKEN={token}\n"))
                .unwrap_or_default();
            write_env_file(file, &format!("GATEWAY_URL=http://{address}\n{token}"))?;
        }
        let reloading = tokio::spawn(reload(running.gateway().clone(), options.clone()));
        stop_signal().await;
        reloading.abort();
        anstream::eprintln!("stopping: what is in flight is settled first");
        running.stop().await;
        Ok(ExitCode::SUCCESS)
    })
}

fn configured(options: &args::Gateway) -> Result<Config, CliError> {
    let flags = [
        ("listen", options.listen.map(|listen| listen.to_string())),
        (
            "data",
            options.data.as_ref().map(|data| data.display().to_string()),
        ),
        ("upstream.url", options.upstream.clone()),
        ("follow_clock", options.follow_clock.clone()),
    ];
    let flags: Vec<(&'static str, String)> = flags
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
        .collect();
    let mut config = config::read(&options.config, &flags)?;
    if options.ephemeral {
        config.data = None;
    }
    Ok(config)
}

/// Opens the data and listens. What the platform does not answer now is asked again later.
async fn start(config: Config) -> Result<(Running, Option<String>), CliError> {
    let listen = config.listen;
    let clock = gateway::clock(&config).await.map_err(CliError::Gateway)?;
    let gateway = Gateway::start(config, clock).await.map_err(CliError::Gateway)?;
    let token = gateway
        .first_token()
        .await
        .map_err(|error| CliError::Gateway(error.into()))?;
    let refused = |source| CliError::Listen {
        address: listen.to_string(),
        source,
    };
    let listener = tokio::net::TcpListener::bind(listen).await.map_err(refused)?;
    let running = gateway::serve(gateway, listener).map_err(refused)?;
    running.gateway().watch();
    Ok((running, token))
}

fn greeting(address: SocketAddr, config: &Config, token: Option<&str>) -> String {
    let kept = match &config.data {
        Some(dir) => format!("kept in {}", dir.display()),
        None => "kept in memory only".to_owned(),
    };
    let upstream = &config.upstream.url;
    let mut text =
        format!("goodstanding gateway listens on http://{address} in front of {upstream} ({kept})\n\n");
    text.push_str(&format!("  base URL for apps   http://{address}\n"));
    for app in &config.apps {
        text.push_str(&format!(
            "  webhooks of {:<7} http://{address}/webhooks/{}\n",
            app.name, app.name
        ));
    }
    if let Some(token) = token {
        text.push_str(&format!("  first token         {token}\n"));
    }
    text.push_str(&format!(
        "  native API          http://{address}/v1/openapi.json\n"
    ));
    text
}

/// Takes up another policy whenever the system asks for it. One that cannot be used changes nothing.
async fn reload(gateway: Gateway, options: args::Gateway) {
    #[cfg(unix)]
    {
        let kind = tokio::signal::unix::SignalKind::hangup();
        let Ok(mut hangups) = tokio::signal::unix::signal(kind) else {
            return;
        };
        while hangups.recv().await.is_some() {
            match configured(&options) {
                Ok(config) => match gateway.take_up(&config).await {
                    Ok(()) => {
                        tracing::warn!("policy and words were read again; other settings wait for a restart");
                    }
                    Err(error) => tracing::error!(%error, "the policy was not taken up"),
                },
                Err(error) => tracing::error!("the policy was not taken up: {}", error.for_people()),
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = (gateway, options);
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use gateway::config::Sources;

    #[test]
    fn what_is_printed() {
        let file = r#"
            [[apps]]
            name = "main"
            secrets = [{ env = "SECRET" }]
        "#;
        let config = Config::read(&Sources {
            file: Some(file),
            base: Path::new("."),
            environment: &|name| (name == "SECRET").then(|| "s".to_owned()),
            flags: &[],
        });
        let config = config.expect("it can be used");
        let address = SocketAddr::from(([127, 0, 0, 1], 8788));
        insta::assert_snapshot!(greeting(address, &config, Some("gst_token")));
    }
}
