//! Charts: one or more series over days, drawn as SVG by this module alone.
//!
//! Promises: what a chart shows is also there as a table, and told in one sentence; nothing is told by colour alone; the
//! picture stretches to any width, since all its texts stand outside of it.
//! Must not know: what is counted. Only numbers and words of this program get into the markup, never words of others.

use std::fmt::Write as _;

use super::words::count;

/// Units of the picture, which is stretched anyway: days are a whole number of these wide.
const DAY_WIDTH: usize = 10;
const HEIGHT: f64 = 100.0;

/// A chart with all that is written around it.
pub(super) struct Chart {
    pub(super) title: &'static str,
    /// The same in one sentence.
    pub(super) summary: String,
    /// Along the left edge, from the top.
    pub(super) y: Vec<String>,
    /// Along the lower edge, from the left.
    pub(super) x: Vec<String>,
    /// Width of the picture in its own units.
    pub(super) width: usize,
    /// Whether the left edge names rows, not values.
    pub(super) levels: bool,
    /// The lines behind what is in the picture.
    pub(super) grid: String,
    /// What is in the picture.
    pub(super) marks: String,
    pub(super) legend: Vec<Key>,
    /// The table: its head, and a row for each day with anything in it.
    pub(super) head: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
}

/// What a colour stands for.
pub(super) struct Key {
    pub(super) tone: &'static str,
    pub(super) label: String,
}

/// One of the things counted.
#[derive(Clone, Copy)]
pub(super) struct Series {
    pub(super) label: &'static str,
    pub(super) tone: &'static str,
}

/// A bar a day, its parts on top of each other. `values` has for each day as many counts as there are series.
pub(super) fn bars(title: &'static str, days: &[String], series: &[Series], values: &[Vec<u32>]) -> Chart {
    let total = |day: &Vec<u32>| day.iter().map(|value| u64::from(*value)).sum::<u64>();
    let top = nice(values.iter().map(total).max().unwrap_or(0));
    let mut marks = String::new();
    for (at, day) in values.iter().enumerate() {
        let mut below = 0.0;
        for (series, value) in series.iter().zip(day).filter(|(_, value)| **value > 0) {
            let height = f64::from(*value) / top as f64 * HEIGHT;
            let y = HEIGHT - below - height;
            let told = format!("{}: {} {}", days[at], count(*value), series.label);
            rect(&mut marks, at, (y, height), series.tone, &told);
            below += height;
        }
    }
    let sums = sums(series, values);
    let legend = series.iter().zip(&sums).map(|(series, sum)| Key {
        tone: series.tone,
        label: format!("{} ({})", series.label, count(*sum)),
    });
    let mut head = vec!["Day"];
    head.extend(series.iter().map(|series| series.label));
    let told: Vec<String> = series
        .iter()
        .zip(&sums)
        .map(|(series, sum)| format!("{} {}", count(*sum), series.label))
        .collect();
    let row = |(day, values): (&String, &Vec<u32>)| {
        let cells = values.iter().map(|value| count(*value));
        std::iter::once(day.clone()).chain(cells).collect()
    };
    Chart {
        title,
        summary: format!("In {} days: {}.", days.len(), told.join(", ")),
        y: vec![count(top), count(top / 2), "0".to_owned()],
        x: along(days),
        width: days.len() * DAY_WIDTH,
        levels: false,
        grid: grid(days.len(), 2),
        marks,
        legend: legend.collect(),
        head,
        rows: days
            .iter()
            .zip(values)
            .filter(|(_, day)| total(day) > 0)
            .map(row)
            .collect(),
    }
}

/// What a level is called, and its colour.
#[derive(Clone)]
pub(super) struct Level {
    pub(super) label: String,
    pub(super) tone: &'static str,
}

/// A row a level, and each day's mark in the row of its level; `levels` from the lowest, `None` for days without one.
pub(super) fn steps(
    title: &'static str,
    what: &'static str,
    days: &[String],
    levels: &[Level],
    at: &[Option<usize>],
) -> Chart {
    let mut marks = String::new();
    let row = HEIGHT / levels.len() as f64;
    for (day, level) in at.iter().enumerate() {
        if let Some((ix, level)) = level.and_then(|ix| Some((ix, levels.get(ix)?))) {
            let top = HEIGHT - (ix + 1) as f64 * row;
            let told = format!("{}: {}", days[day], level.label);
            rect(&mut marks, day, (top + row * 0.1, row * 0.8), level.tone, &told);
        }
    }
    let named = |level: &Option<usize>| {
        level
            .and_then(|ix| levels.get(ix))
            .map(|level| level.label.clone())
    };
    let mut changes: Vec<Vec<String>> = Vec::new();
    let mut before = None;
    for (day, level) in days.iter().zip(at) {
        let now = named(level);
        if let Some(label) = now.clone().filter(|_| now != before) {
            changes.push(vec![day.clone(), label]);
        }
        before = now;
    }
    let told: Vec<String> = changes
        .iter()
        .map(|change| format!("{} from {}", change[1], change[0]))
        .collect();
    Chart {
        title,
        summary: if told.is_empty() {
            "Nothing yet.".to_owned()
        } else {
            format!("{}.", told.join(", then "))
        },
        y: levels.iter().rev().map(|level| level.label.clone()).collect(),
        x: along(days),
        width: days.len() * DAY_WIDTH,
        levels: true,
        grid: grid(days.len(), levels.len()),
        marks,
        legend: Vec::new(),
        head: vec!["From", what],
        rows: changes,
    }
}

/// How much of a limit is used: a bar of its own, for the middle of a text.
pub(super) fn meter(used: u32, of: u32) -> String {
    let share = f64::from(used.min(of)) / f64::from(of.max(1)) * 100.0;
    let tone = match share {
        share if share >= 100.0 => "low",
        share if share >= 80.0 => "medium",
        _ => "accent",
    };
    format!(
        "<svg class=\"meter\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"track\" width=\"100\" height=\"6\"/><rect class=\"{tone}\" width=\"{share:.1}\" height=\"6\"/></svg>"
    )
}

/// Lines across the picture that make it so many rows.
fn grid(days: usize, rows: usize) -> String {
    let line = |row: usize| {
        let y = row as f64 / rows as f64 * HEIGHT;
        format!("M0 {y:.2}H{}", days * DAY_WIDTH)
    };
    (0..=rows).map(line).collect()
}

fn rect(marks: &mut String, day: usize, (y, height): (f64, f64), tone: &str, told: &str) {
    let _ = write!(
        marks,
        "<rect class=\"{tone}\" x=\"{}\" y=\"{y:.2}\" width=\"{}\" height=\"{height:.2}\"><title>{told}</title></rect>",
        day * DAY_WIDTH + 1,
        DAY_WIDTH - 2,
    );
}

fn sums(series: &[Series], values: &[Vec<u32>]) -> Vec<u64> {
    let of = |ix| {
        values
            .iter()
            .filter_map(|day| day.get(ix))
            .map(|value| u64::from(*value))
            .sum()
    };
    (0..series.len()).map(of).collect()
}

/// The first, the middle and the last day: more would not fit beside each other on a telephone.
fn along(days: &[String]) -> Vec<String> {
    match days {
        [first, .., last] => vec![first.clone(), days[days.len() / 2].clone(), last.clone()],
        _ => days.to_vec(),
    }
}

/// The least of 2, 4, 10, 20, 40, 100 ... that is not below: a round number with a whole half.
fn nice(most: u64) -> u64 {
    let mut top = 2;
    for (times, over) in [(2, 1), (5, 2), (2, 1)].iter().cycle() {
        if top >= most {
            break;
        }
        top = top * times / over;
    }
    top
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(count: usize) -> Vec<String> {
        (1..=count).map(|day| format!("{day} Mar")).collect()
    }

    #[test]
    fn the_top_is_a_round_number_not_below_the_most() {
        let found: Vec<u64> = [0, 2, 3, 5, 11, 30, 41, 99, 101, 1_234].map(nice).into();
        assert_eq!(found, [2, 2, 4, 10, 20, 40, 100, 100, 200, 2_000]);
    }

    #[test]
    fn parts_of_a_day_stand_on_top_of_each_other() {
        let series = [
            Series {
                label: "sent",
                tone: "accent",
            },
            Series {
                label: "received",
                tone: "plain",
            },
        ];
        let chart = bars(
            "Messages",
            &days(3),
            &series,
            &[vec![5, 5], vec![0, 0], vec![0, 2]],
        );
        insta::assert_snapshot!(format!(
            "{}\n{:?} {:?} {:?}\n{}",
            chart.summary,
            chart.y,
            chart.x,
            chart.rows,
            chart.marks.replace("><rect", ">\n<rect")
        ));
    }

    #[test]
    fn a_level_is_told_when_it_begins() {
        let level = |label: &str, tone| Level {
            label: label.to_owned(),
            tone,
        };
        let levels = [level("1,000", "accent"), level("10,000", "accent")];
        let chart = steps(
            "Limit",
            "Limit",
            &days(4),
            &levels,
            &[None, Some(0), Some(0), Some(1)],
        );
        insta::assert_snapshot!(format!(
            "{}\n{:?} {:?}\n{}",
            chart.summary,
            chart.y,
            chart.rows,
            chart.marks.replace("><rect", ">\n<rect")
        ));
    }
}
