//! Instants as text.

use crate::time::{graph_time, spoken_date};

#[test]
fn instants_are_written_in_utc() {
    let rows = [
        (0, "1970-01-01T00:00:00+0000", "January 1, 1970"),
        (951_782_399, "2000-02-28T23:59:59+0000", "February 28, 2000"),
        (951_782_400, "2000-02-29T00:00:00+0000", "February 29, 2000"),
        (1_744_848_000, "2025-04-17T00:00:00+0000", "April 17, 2025"),
        (1_755_889_553, "2025-08-22T19:05:53+0000", "August 22, 2025"),
        (1_767_225_599, "2025-12-31T23:59:59+0000", "December 31, 2025"),
        (4_107_542_400, "2100-03-01T00:00:00+0000", "March 1, 2100"),
    ];
    for (seconds, time, date) in rows {
        assert_eq!(
            (graph_time(seconds).as_str(), spoken_date(seconds).as_str()),
            (time, date)
        );
    }
}
