//! An edition as it is asked for on the command line: a name, or a file with an edition of somebody's own.

use std::path::Path;

use rulebook::edition::{Edition, EditionError, EditionId, Overrides};

use crate::error::CliError;

/// An edition of this program, and the values that replace some of its own.
#[derive(Debug)]
pub(crate) struct Chosen {
    /// The edition, or the one that the file extends.
    pub(crate) id: EditionId,
    /// The file's values; none for a name.
    pub(crate) overrides: Overrides,
    /// How a person is told of it.
    pub(crate) name: String,
}

impl Chosen {
    /// A name wins over a file of that name.
    pub(crate) fn of(asked: &str) -> Result<Self, CliError> {
        let wrong = |source: EditionError| CliError::Edition {
            asked: asked.to_owned(),
            source,
        };
        let unknown = match EditionId::named(asked) {
            Ok(id) => {
                return Ok(Chosen {
                    id,
                    overrides: Overrides::default(),
                    name: id.name().to_owned(),
                });
            }
            Err(unknown) => unknown,
        };
        if !Path::new(asked).exists() {
            return Err(wrong(unknown));
        }
        let text = std::fs::read_to_string(asked).map_err(|source| CliError::Read {
            path: asked.to_owned(),
            source,
        })?;
        let (id, overrides) = Overrides::file(&text).map_err(wrong)?;
        Ok(Chosen {
            id,
            overrides,
            name: format!("{asked}, which extends {}", id.name()),
        })
    }

    /// The edition with its own values.
    pub(crate) fn edition(&self) -> Result<Edition, CliError> {
        Edition::builtin(self.id)
            .with_overrides(&self.overrides.to_string())
            .map_err(|source| CliError::Edition {
                asked: self.name.clone(),
                source,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(asked: &str, expected: &str) {
        let told = match Chosen::of(asked) {
            Ok(chosen) => format!("{} {}", chosen.id.name(), chosen.overrides)
                .trim()
                .to_owned(),
            Err(error) => error.for_people(),
        };
        assert_eq!(told, expected, "{asked}");
    }

    #[test]
    fn a_name_or_a_file_serves() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).expect("a file");
            path.display().to_string()
        };
        check("2024-per-number", "2024-per-number");
        let own = file(
            "own.toml",
            "extends = \"2026-per-portfolio\"\n[limits]\nstart = 1",
        );
        check(&own, "2026-per-portfolio limits.start = 1");
        check(
            "2025",
            "error: `2025` is no edition\n  because: no edition `2025`: this version has 2023-per-number, \
             2024-per-number, 2026-per-portfolio\n  hint: Give a name, or a file that begins with extends = \"NAME\".\n",
        );
        let wrong = file("wrong.toml", "extends = \"2026-per-portfolio\"\nlimits.begin = 1");
        let told = Chosen::of(&wrong).expect_err("an unknown value").for_people();
        assert!(
            told.contains("unknown value `limits.begin`: the edition has limits."),
            "{told}"
        );
    }
}
