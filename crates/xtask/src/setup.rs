//! Installs what a suite needs: a Python virtual environment under the target directory (with a Node in it, and that
//! one's packages beside it), a browser with its driver, and, on Debian as root, the system's packages.

use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::process;
use crate::workspace::Workspace;

/// The pinned packages, from the root of the repository.
const REQUIREMENTS: &str = "tests/clients/requirements.txt";

/// The pinned Node packages, from the root of the repository.
const NODE_MANIFESTS: [&str; 2] = [
    "tests/clients/node/package.json",
    "tests/clients/node/package-lock.json",
];

/// Names the Python that has what a virtual environment needs.
const PROBE: &str =
    "import sys, venv, ensurepip; print(sys.executable) if sys.version_info >= (3, 10) else sys.exit(1)";

/// Whether packages of the system may be installed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Apt {
    /// Never: a test run changes nothing outside the target directory.
    Never,
    /// On Debian, as root.
    IfRoot,
}

/// Why a suite cannot run.
#[derive(Debug)]
pub(crate) struct Missing {
    reason: String,
    /// What `cargo xtask setup` calls it.
    setup: &'static str,
}

impl Missing {
    /// `reason` is a lower-case fragment.
    pub(crate) fn new(reason: &str) -> Self {
        Missing {
            reason: reason.to_owned(),
            setup: "clients",
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}; install it with `cargo xtask setup {}`",
            self.reason, self.setup
        )
    }
}

/// Makes the virtual environment with the pinned packages, unless it is there already.
pub(crate) fn clients(workspace: &Workspace, apt: Apt) -> Result<(), Missing> {
    let wanted = fs::read_to_string(workspace.root.join(REQUIREMENTS))
        .map_err(|error| Missing::new(&format!("{REQUIREMENTS} cannot be read ({error})")))?;
    // Written last: a half-made environment has none and is made anew.
    let stamp = workspace.clients().join("installed.txt");
    if workspace.in_clients("python").exists()
        && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted)
    {
        return Ok(());
    }
    let python = find_or_install_python(apt)
        .ok_or_else(|| Missing::new("python 3.10 or newer with its venv module was not found"))?;
    println!(
        "\n== setup: {} with the packages of {REQUIREMENTS}",
        workspace.clients().display()
    );
    make_environment(workspace, &python)?;
    fs::write(&stamp, wanted)
        .map_err(|error| Missing::new(&format!("{} cannot be written ({error})", stamp.display())))
}

/// Installs what every suite with a client needs, as far as it can.
pub(crate) fn all_clients(workspace: &Workspace, apt: Apt) -> Result<(), Missing> {
    node_clients(workspace, apt).and(openssl(apt))
}

/// Installs the pinned Node packages, unless they are there already. Node itself comes with the virtual environment.
pub(crate) fn node_clients(workspace: &Workspace, apt: Apt) -> Result<(), Missing> {
    clients(workspace, apt)?;
    let folder = workspace.node_clients();
    let failed =
        |error: std::io::Error| Missing::new(&format!("{} cannot be written ({error})", folder.display()));
    fs::create_dir_all(&folder).map_err(failed)?;
    // Written last: a half-made folder has none and is made anew.
    let stamp = folder.join("installed.json");
    let [_, lock] = NODE_MANIFESTS.map(|path| workspace.root.join(path));
    let wanted = fs::read_to_string(lock).map_err(failed)?;
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!(
        "\n== setup: {} with the packages of {}",
        folder.display(),
        NODE_MANIFESTS[0]
    );
    for manifest in NODE_MANIFESTS.map(|path| workspace.root.join(path)) {
        fs::copy(&manifest, folder.join(manifest.file_name().unwrap_or_default())).map_err(failed)?;
    }
    let mut install = Command::new(workspace.in_clients("npm"));
    install.args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]);
    if !process::run(install.current_dir(&folder)).success {
        return Err(Missing::new("npm cannot install the pinned packages"));
    }
    fs::write(stamp, wanted).map_err(failed)
}

/// Installs what a program needs that builds against the system's OpenSSL, unless it is there already.
pub(crate) fn openssl(apt: Apt) -> Result<(), Missing> {
    let there = || {
        let output = Command::new("pkg-config").args(["--exists", "openssl"]).output();
        output.is_ok_and(|output| output.status.success())
    };
    let installed = there() || may_install(apt) && apt_install(&["pkg-config", "libssl-dev"]) && there();
    installed
        .then_some(())
        .ok_or_else(|| Missing::new("the headers of OpenSSL were not found by pkg-config"))
}

fn make_environment(workspace: &Workspace, python: &PathBuf) -> Result<(), Missing> {
    let mut create = Command::new(python);
    create.args(["-m", "venv", "--clear"]).arg(workspace.clients());
    if !process::run(&mut create).success {
        return Err(Missing::new("python cannot make a virtual environment"));
    }
    let mut install = Command::new(workspace.in_clients("python"));
    install.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
        REQUIREMENTS,
    ]);
    if !process::run(install.current_dir(&workspace.root)).success {
        return Err(Missing::new("pip cannot install the pinned packages"));
    }
    Ok(())
}

fn find_or_install_python(apt: Apt) -> Option<PathBuf> {
    find_python().or_else(|| {
        if may_install(apt) && apt_install(&["python3", "python3-venv"]) {
            find_python()
        } else {
            None
        }
    })
}

/// The first Python that can make a virtual environment.
fn find_python() -> Option<PathBuf> {
    let names = ["python3", "python", "/usr/bin/python3"];
    names.iter().find_map(|name| {
        let output = Command::new(name)
            .args(["-c", PROBE])
            .stderr(Stdio::null())
            .output()
            .ok()?;
        let path = String::from_utf8(output.stdout).ok()?.trim().to_owned();
        (output.status.success() && !path.is_empty()).then(|| PathBuf::from(path))
    })
}

/// Where ChromeDriver is, if it and the browser that it drives are there.
pub(crate) fn driver() -> Option<PathBuf> {
    let is_there = |name: &str| {
        let output = Command::new(name).arg("--version").stderr(Stdio::null()).output();
        output.is_ok_and(|output| output.status.success())
    };
    let browsers = ["chromium", "google-chrome", "chrome"];
    let there = is_there("chromedriver") && browsers.into_iter().any(is_there);
    there.then(|| PathBuf::from("chromedriver"))
}

/// Installs Chromium and ChromeDriver, unless they are there already.
pub(crate) fn browser(apt: Apt) -> Result<(), Missing> {
    let installed = driver().is_some()
        || may_install(apt) && apt_install(&["chromium", "chromium-driver"]) && driver().is_some();
    installed.then_some(()).ok_or(Missing {
        reason: "chromium or chromedriver was not found".to_owned(),
        setup: "browser",
    })
}

/// Installs what the gateway's benchmarks compare with, unless it is there already: nginx, Redis, PostgreSQL. The benchmarks
/// start their own servers; those that Debian starts may be stopped.
pub(crate) fn peers(apt: Apt) -> Result<(), Missing> {
    let is_there = |name: &str| {
        let output = Command::new(name).arg("--version").stderr(Stdio::null()).output();
        output.is_ok_and(|output| output.status.success())
    };
    // Debian keeps the programs of PostgreSQL's server out of the path.
    let postgres = || fs::read_dir("/usr/lib/postgresql").is_ok_and(|mut versions| versions.next().is_some());
    // nginx knows no `--version`.
    let nginx = || {
        Command::new("nginx")
            .arg("-v")
            .stderr(Stdio::null())
            .status()
            .is_ok()
    };
    let there = || nginx() && is_there("redis-server") && is_there("redis-benchmark") && postgres();
    let packages = ["nginx-light", "redis-server", "redis-tools", "postgresql"];
    let installed = there() || may_install(apt) && apt_install(&packages) && there();
    installed.then_some(()).ok_or(Missing {
        reason: "nginx, redis or postgresql was not found".to_owned(),
        setup: "peers",
    })
}

fn may_install(apt: Apt) -> bool {
    apt == Apt::IfRoot && is_root() && fs::exists("/etc/debian_version").unwrap_or(false)
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn apt_install(packages: &[&str]) -> bool {
    println!("\n== setup: apt-get install {}", packages.join(" "));
    let apt_get = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["--quiet", "--quiet"])
            .args(arguments);
        process::run(&mut command).success
    };
    let install: Vec<&str> = ["install", "--yes", "--no-install-recommends"]
        .into_iter()
        .chain(packages.iter().copied())
        .collect();
    apt_get(&["update"]) && apt_get(&install)
}
