//! Where things are: the root of the repository, the target directory, the programs built into it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The cargo that built this program.
pub(crate) const CARGO: &str = env!("CARGO");

/// What cargo tells a program that it runs about the program's own package, as far as build scripts look at it.
const OF_PACKAGE: [&str; 8] = [
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_LINKS",
    "CARGO_PKG_NAME",
    "CARGO_PKG_VERSION",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PKG_VERSION_MINOR",
    "CARGO_PKG_VERSION_PATCH",
    "CARGO_PKG_VERSION_PRE",
];

/// The places that the suites share.
pub(crate) struct Workspace {
    /// The root of the repository.
    pub(crate) root: PathBuf,
    /// Cargo's target directory.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Asks cargo, so that a target directory set elsewhere is respected.
    pub(crate) fn find() -> Result<Self, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let output = Command::new(CARGO)
            .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
            .current_dir(&root)
            .output()
            .map_err(|error| format!("cargo cannot be started: {error}"))?;
        let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)
            .map_err(|error| format!("cargo metadata cannot be read: {error}"))?;
        let path = |key: &str| metadata[key].as_str().map(PathBuf::from);
        match (path("workspace_root"), path("target_directory")) {
            (Some(root), Some(target)) => Ok(Workspace { root, target }),
            _ => Err("cargo metadata names no workspace root or target directory".to_owned()),
        }
    }

    /// A cargo command that runs in the root, without what the outer cargo told this program about itself: build scripts
    /// that look at it would have everything behind them built anew.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(CARGO);
        command.args(arguments).current_dir(&self.root);
        for variable in OF_PACKAGE {
            command.env_remove(variable);
        }
        command
    }

    /// The release binary that demo, crash and client tests share.
    pub(crate) fn goodstanding(&self) -> PathBuf {
        self.target
            .join("release")
            .join(format!("goodstanding{}", std::env::consts::EXE_SUFFIX))
    }

    /// The Python virtual environment of the clients' suites.
    pub(crate) fn clients(&self) -> PathBuf {
        self.target.join("clients")
    }

    /// A program inside [`Workspace::clients`]: `python`, `node`, `npm`.
    pub(crate) fn in_clients(&self, program: &str) -> PathBuf {
        let folder = if cfg!(windows) { "Scripts" } else { "bin" };
        self.clients()
            .join(folder)
            .join(format!("{program}{}", std::env::consts::EXE_SUFFIX))
    }

    /// The Node packages of the suite `clients-node`.
    pub(crate) fn node_clients(&self) -> PathBuf {
        self.target.join("clients-node")
    }

    /// Where the client of the suite `clients-rust` is built.
    pub(crate) fn rust_client(&self) -> PathBuf {
        self.target.join("clients-rust")
    }
}
