use super::*;

fn check(overrides: &str, expected: &str) {
    let told = match Edition::builtin(EditionId::PER_NUMBER_2023).with_overrides(overrides) {
        Ok(_) => "accepted".to_owned(),
        Err(error) => error.to_string(),
    };
    assert_eq!(told, expected, "{overrides}");
}

#[test]
fn overrides_are_accepted_or_refused_by_path() {
    check("flagged.recovery = \"on_day_7\"", "accepted");
    check(
        "[flagged]\nrecovery = \"good_for_7_days\"\nperiod = \"1h\"",
        "accepted",
    );
    check("rating.window = \"24h\"\nlimits.upgrade.factor = 0.5", "accepted");
    check(
        "flagged.recovery = \"soon\"",
        "`flagged.recovery` must be one of at_once, on_day_7, good_for_7_days",
    );
    check(
        "flagged.recover = \"at_once\"",
        "unknown value `flagged.recover`: the edition has flagged.period, flagged.recovery",
    );
    check(
        "flagged.recovery.when = \"at_once\"",
        "unknown value `flagged.recovery.when`: the edition has flagged.period, flagged.recovery",
    );
    check(
        "limits.tiers = [1000, 250]",
        "`limits.tiers` must be at least one tier, each above the last",
    );
    check(
        "limits.tiers = []",
        "`limits.tiers` must be at least one tier, each above the last",
    );
    check(
        "limits.tiers = [250, \"unlimited\"]\nlimits.start = 2",
        "`limits.start` must be the place of a tier, counted from 0",
    );
    check(
        "limits.window = \"0h\"",
        "`limits.window` must be a span such as 24h (ms, s, m, h, d)",
    );
    check(
        "limits.window = 24",
        "`limits.window` must be a span such as 24h (ms, s, m, h, d)",
    );
    check(
        "rating.yellow = 1.5",
        "`rating.yellow` must be a share from 0 to 1, with at most six decimals",
    );
    check(
        "marketing.paused = [\"us\"]",
        "`marketing.paused` must be a list of countries by the two letters of ISO 3166, such as [\"US\"]",
    );
    check("rating.yellow = 0.03", "`rating.red` must be above rating.yellow");
    check(
        "transit.sent = \"2s\"",
        "`transit.delivered` must be not before transit.sent",
    );
}

#[test]
fn a_section_that_is_not_there_is_answered_with_those_that_are() {
    let edition = Edition::builtin(EditionId::PER_NUMBER_2023);
    let told = edition.with_overrides("colour = 1").unwrap_err().to_string();
    let mut sections: Vec<&str> = (edition.provenance())
        .filter_map(|value| value.path.split('.').next())
        .collect();
    sections.dedup();
    let expected = format!(
        "unknown value `colour`: the edition has sections {}",
        sections.join(", ")
    );
    assert_eq!(told, expected);
}

#[test]
fn an_override_changes_its_value_and_says_so() {
    let builtin = Edition::named("2023-per-number").unwrap();
    let changed = builtin.with_overrides("rating.window = \"24h\"").unwrap();
    assert_eq!(changed.rating.window, Millis::hours(24));
    assert_eq!(changed.template_rating.belief.window, Millis::hours(24));
    assert_eq!(changed.messages.retention, Millis::hours(48));
    let marked: Vec<_> = changed
        .provenance()
        .filter(|value| value.mark == Mark::Override)
        .collect();
    assert_eq!(marked.len(), 1);
    assert_eq!(
        (marked[0].path, marked[0].value.to_string().as_str()),
        ("rating.window", "\"24h\"")
    );
    assert_eq!(builtin.rating.window, Millis::days(7));
}

#[test]
fn numbers_and_names_are_permanent() {
    let known: Vec<(u16, &str)> = EditionId::all().map(|id| (id.number(), id.name())).collect();
    assert_eq!(
        known,
        [
            (1, "2023-per-number"),
            (2, "2024-per-number"),
            (3, "2026-per-portfolio")
        ]
    );
    assert_eq!(EditionId::try_from(1), Ok(EditionId::PER_NUMBER_2023));
    assert_eq!(
        EditionId::try_from(9).unwrap_err().to_string(),
        "no edition `9`: this version has 2023-per-number, 2024-per-number, 2026-per-portfolio"
    );
}

#[test]
fn every_edition_is_read_with_all_its_sources() {
    for id in EditionId::all() {
        let edition = Edition::builtin(id);
        let table: Vec<String> = edition
            .provenance()
            .map(|v| format!("{} = {}  [{}: {}]", v.path, v.value, v.mark.name(), v.source))
            .collect();
        insta::assert_snapshot!(edition.name(), table.join("\n"));
    }
}

#[test]
fn the_editions_differ_where_the_platform_changed() {
    let told = |id: EditionId| {
        let edition = Edition::builtin(id);
        let limits = &edition.limits;
        let upgrade = &limits.upgrade;
        let tiers: Vec<String> = limits.tiers.iter().map(Limit::to_string).collect();
        let recipients = limits.tiers.iter().map(|&tier| upgrade.recipients(tier));
        (
            tiers.join(" "),
            limits.scope,
            recipients.collect::<Vec<_>>(),
            upgrade.delay,
            edition.flagged.is_some(),
        )
    };
    let rows = [
        (
            EditionId::PER_NUMBER_2023,
            "1000 10000 100000 unlimited",
            Scope::Number,
            vec![Some(2_000), Some(20_000), Some(200_000), None],
            Millis::ZERO,
            true,
        ),
        (
            EditionId::PER_NUMBER_2024,
            "250 1000 10000 100000 unlimited",
            Scope::Number,
            vec![Some(125), Some(500), Some(5_000), Some(50_000), None],
            Millis::hours(24),
            true,
        ),
        (
            EditionId::PER_PORTFOLIO_2026,
            "250 2000 10000 100000 unlimited",
            Scope::Portfolio,
            vec![Some(125), Some(1_000), Some(5_000), Some(50_000), None],
            Millis::hours(6),
            false,
        ),
    ];
    for (id, tiers, scope, recipients, delay, flags) in rows {
        assert_eq!(
            told(id),
            (tiers.to_owned(), scope, recipients, delay, flags),
            "{}",
            id.name()
        );
    }
}

#[test]
fn the_text_of_an_edition_is_refused_where_it_is_at_fault() {
    let text = include_str!("../../editions/2023-per-number.toml");
    let read = |text: String| {
        Edition::parse(EditionId::PER_NUMBER_2023, &text)
            .unwrap_err()
            .to_string()
    };
    let unmarked = text.replacen(
        "source = \"S6\", mark = \"published\"",
        "source = \"S6\", mark = \"true\"",
        1,
    );
    assert_eq!(
        read(unmarked),
        "`flagged.period.mark` must be one of published, assumed"
    );
    let unsourced = text.replacen("source = \"S6\", ", "", 1);
    assert_eq!(
        read(unsourced),
        "`flagged.period.source` must be a text that names where the value comes from"
    );
    let added = text.replacen(
        "[flagged]",
        "[flagged]\nx = { value = 1, source = \"-\", mark = \"assumed\" }",
        1,
    );
    let told = read(added);
    assert!(
        told.starts_with("unknown value `flagged.x`: the edition has ") && told.contains(" flagged.period,")
    );
    let plain = text.replacen("[flagged]", "[flagged]\nx = 1", 1);
    assert!(read(plain).starts_with("`flagged.x` must be { value ="));
    let lacking = text.replacen("[service_window]", "[service_hole]", 1);
    assert_eq!(read(lacking), "missing value `service_window.period`");
}

/// Somebody's own edition: what it says when it is read, and how many values are the file's.
fn check_file(text: &str, expected: Result<(&str, usize), &str>) {
    let told = Overrides::file(text).map(|(id, overrides)| {
        let edition = Edition::builtin(id).with_overrides(&overrides.to_string());
        let edition = edition.expect("a file that is read is sound");
        let own = |value: &Provenance<'_>| value.source == "set by override" || value.source == "my own test";
        (edition.name(), edition.provenance().filter(own).count())
    });
    let told = told.map_err(|error| error.to_string());
    assert_eq!(
        told.as_ref().map(|told| *told).map_err(String::as_str),
        expected,
        "{text}"
    );
}

#[test]
fn a_file_extends_an_edition_or_is_refused_by_path() {
    check_file("extends = \"2026-per-portfolio\"", Ok(("2026-per-portfolio", 0)));
    check_file(
        "extends = \"2026-per-portfolio\"\nlimits.tiers = [250, 100000, \"unlimited\"]\n[limits.upgrade]\ndelay = \"1h\"",
        Ok(("2026-per-portfolio", 2)),
    );
    // A value with its own source and mark, as an edition of this program has them.
    check_file(
        "extends = \"2024-per-number\"\n[flagged]\n\
         recovery = { value = \"on_day_7\", source = \"my own test\", mark = \"assumed\" }",
        Ok(("2024-per-number", 1)),
    );
    check_file("limits.start = 1", Err("missing value `extends`"));
    check_file("extends = 2026", Err("`extends` must be the name of an edition"));
    check_file(
        "extends = \"2025\"",
        Err("no edition `2025`: this version has 2023-per-number, 2024-per-number, 2026-per-portfolio"),
    );
    check_file(
        "extends = \"2026-per-portfolio\"\n[flagged]\nperiod = \"7d\"",
        Err("unknown value `flagged.period`: the edition has no section `flagged`"),
    );
    check_file(
        "extends = \"2026-per-portfolio\"\n[service_window]\nperiods = \"24h\"",
        Err("unknown value `service_window.periods`: the edition has service_window.period"),
    );
    check_file(
        "extends = \"2024-per-number\"\n[flagged]\nrecovery = { value = \"on_day_7\", mark = \"assumed\" }",
        Err("`flagged.recovery.source` must be a text that names where the value comes from"),
    );
    check_file(
        "extends = \"2024-per-number\"\n[flagged]\nrecovery = { value = 7, source = \"my own test\", mark = \"assumed\" }",
        Err("`flagged.recovery` must be one of at_once, on_day_7, good_for_7_days"),
    );
}

#[test]
fn overrides_name_their_own_edition_or_none() {
    check(
        "extends = \"2023-per-number\"\nflagged.period = \"1d\"",
        "accepted",
    );
    check(
        "extends = \"2024-per-number\"\nflagged.period = \"1d\"",
        "`extends` must be 2023-per-number, the edition that is extended here",
    );
}

#[test]
fn later_overrides_win() {
    let read = |text: &str| Overrides::parse(text).unwrap();
    let file = read("extends = \"2024-per-number\"\nlimits.start = 1\n[flagged]\nperiod = \"2d\"");
    let set = read("flagged.period = \"3d\"\nflagged.recovery = \"on_day_7\"");
    let both = file.and(set);
    assert_eq!(both.extends(), Some(EditionId::PER_NUMBER_2024));
    assert_eq!(
        both.to_string(),
        "flagged.period = \"3d\"\nflagged.recovery = \"on_day_7\"\nlimits.start = 1\n"
    );
}
