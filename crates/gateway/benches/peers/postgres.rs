//! The decision as a function in PostgreSQL: a table of people by the time at which they were written to, and their count.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::child::{Served, free_address};
use super::seat::PEOPLE;

const ALL: &[usize] = &[0, 1];
/// Who the server runs as when root starts it, which it refuses.
const USER: &str = "postgres";
/// Decisions for one scope take turns: the row of the count is locked first.
const SCHEMA: &str = "
    create table person (id bigint primary key, at bigint not null);
    create index on person (at);
    create table used (people bigint not null) with (fillfactor = 10);
    insert into used values (0);
    create function admit(who bigint, most bigint) returns boolean language plpgsql as $$
    declare
      now_ms bigint := (extract(epoch from clock_timestamp()) * 1000)::bigint;
      counted bigint; gone bigint; known boolean;
    begin
      select people into counted from used for update;
      delete from person where at <= now_ms - 86400000;
      get diagnostics gone = row_count;
      counted := counted - gone;
      select true into known from person where id = who;
      if known then
        update person set at = now_ms where id = who;
      elsif counted >= most then
        update used set people = counted where gone > 0;
        return false;
      else
        insert into person values (who, now_ms);
        counted := counted + 1;
      end if;
      update used set people = counted;
      return true;
    end $$;";

pub(crate) struct Postgres {
    address: SocketAddr,
    programs: PathBuf,
    _served: Served,
    dir: TempDir,
}

impl Postgres {
    pub(crate) fn start() -> Postgres {
        let dir = tempfile::tempdir().expect("there is room for temporary files");
        let (programs, address) = (programs(), free_address());
        let data = dir.path().join("data");
        if is_root() {
            done(Command::new("chown").arg(USER).arg(dir.path()));
        }
        let mut make = as_user(&programs.join("initdb"));
        make.args([
            "--auth=trust",
            "--username=bench",
            "--encoding=UTF8",
            "--locale=C",
            "-D",
        ]);
        done(make.arg(&data));
        let mut command = as_user(&programs.join("postgres"));
        command.arg("-D").arg(&data).arg("-k").arg(dir.path());
        command.args(["-h", "127.0.0.1", "-p", &address.port().to_string()]);
        command.args([
            "-c",
            "synchronous_commit=on",
            "-c",
            "shared_buffers=512MB",
            "-c",
            "max_wal_size=8GB",
        ]);
        let served = Served::other(ALL, &mut command, address);
        let postgres = Postgres {
            address,
            programs,
            _served: served,
            dir,
        };
        postgres.until_ready();
        done(postgres.psql().args(["-q", "-c", SCHEMA]));
        postgres
    }

    /// It listens before it answers.
    fn until_ready(&self) {
        let ready = || self.psql().args(["-q", "-c", "select 1"]).output();
        for _ in 0..500 {
            if ready().is_ok_and(|output| output.status.success()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("PostgreSQL does not get ready");
    }

    fn psql(&self) -> Command {
        let mut psql = Command::new(self.programs.join("psql"));
        self.connected(&mut psql);
        psql
    }

    /// Decisions a second, `each` in a transaction on each of `connections`.
    pub(crate) fn decide(&self, each: usize, connections: usize, span: Duration) -> f64 {
        let most = 2 * PEOPLE;
        let text = match each {
            1 => format!("\\set who random(1, {PEOPLE})\nselect admit(:who, {most});\n"),
            _ => format!(
                "\\set who random(1, {PEOPLE})\n\
                 select count(*) filter (where admit((:who + nth * 7919) % {PEOPLE}, {most})) from generate_series(1, {each}) nth;\n"
            ),
        };
        let script = self.dir.path().join("decide.sql");
        std::fs::write(&script, text).expect("there is room");
        let mut bench = Command::new(self.programs.join("pgbench"));
        let bench = self.connected(&mut bench);
        bench.args(["-n", "-M", "prepared", "-j", "1", "-c", &connections.to_string()]);
        bench.args(["-T", &span.as_secs().to_string(), "-f"]).arg(&script);
        let text = done(bench);
        // `tps = 123.4 (without initial connection time)`
        let rate = text.lines().find_map(|line| {
            line.strip_prefix("tps = ")?
                .split(' ')
                .next()?
                .parse::<f64>()
                .ok()
        });
        rate.unwrap_or_else(|| panic!("pgbench says {text}")) * each as f64
    }

    fn connected<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let port = self.address.port().to_string();
        command.args(["-h", "127.0.0.1", "-U", "bench", "-d", "postgres", "-p", &port])
    }
}

/// Where Debian keeps the programs of the newest version.
fn programs() -> PathBuf {
    let versions =
        std::fs::read_dir("/usr/lib/postgresql").expect("cargo xtask setup peers installs PostgreSQL");
    let newest = versions.flatten().map(|version| version.path()).max();
    newest.expect("there is a version").join("bin")
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn as_user(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid", USER, "--regid", USER, "--clear-groups"])
        .arg(program);
    command
}

fn done(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program()));
    assert!(output.status.success(), "{:?}: {output:?}", command.get_program());
    String::from_utf8_lossy(&output.stdout).into_owned()
}
