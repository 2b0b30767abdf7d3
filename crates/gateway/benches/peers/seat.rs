//! What the child process serves: a gateway in front of the trivial platform.

use std::io::Read;
use std::path::Path;

use engine::Clock;
use gateway::Gateway;
use gateway::config::{Config, Sources};

/// Numbers of the account: so many that none of them comes near its throughput.
pub(crate) const NUMBERS: u64 = 2_000;
/// People who are written to.
pub(crate) const PEOPLE: u64 = 1_000_000;
/// The first of them.
pub(crate) const FIRST: u64 = 15_550_000_000;

/// The id of a number.
pub(crate) fn number(nth: u64) -> u64 {
    300_000_000_000_000 + nth
}

/// Serves until the input ends. `kept`: `disk` (in `dir`), or `memory`.
pub(crate) fn serve(upstream: &str, kept: &str, edition: &str, dir: &Path) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime starts").block_on(async {
        let data = (kept == "disk").then(|| dir.join("data"));
        let config = config(upstream, edition, data.as_deref());
        let gateway = Gateway::start(config, Clock::system())
            .await
            .expect("the gateway begins");
        assert!(gateway.poll().await, "the platform answers");
        let token = gateway
            .first_token()
            .await
            .expect("a token is made")
            .expect("it is the first");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("there is a free port");
        let running = gateway::serve(gateway, listener).expect("the gateway listens");
        println!("{}\n{token}\n", running.address());
        let read = || std::io::stdin().read_to_end(&mut Vec::new());
        let _ = tokio::task::spawn_blocking(read).await;
        running.stop().await;
    });
}

/// The defaults, but for what a benchmark would run into: nobody tells statuses, the first day is over, and the same text
/// goes to the same people again.
fn config(upstream: &str, edition: &str, data: Option<&Path>) -> Config {
    let file = format!(
        r#"
        listen = "127.0.0.1:0"
        [policy]
        first_day_permille = 1000
        silence_ms = 0
        repetition_ms = 0
        caution = "off"
        [[portfolios]]
        name = "bench"
        edition = "{edition}"
        token = {{ env = "TOKEN" }}
        accounts = [{{ id = "200000000000000" }}]
        "#
    );
    let mut config = Config::read(&Sources {
        file: Some(&file),
        base: Path::new("."),
        environment: &|name| (name == "TOKEN").then(|| "EAAbench".to_owned()),
        flags: &[("upstream.url", format!("http://{upstream}"))],
    })
    .expect("the configuration can be used");
    config.data = data.map(Path::to_owned);
    config
}
