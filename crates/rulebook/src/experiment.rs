//! The platform's experiments (editions 2024 and 2026: `marketing.experiment`): a very small share of people gets no
//! marketing template outside an open service window or free entry point; others are as usual.
//! Source: platform-rules.md §8 (page on experiments); answered with 130472.
//!
//! Promises: who takes part follows from the seed of the world and the phone number alone: the same for every business,
//! and for ever.

use decider::mix;

const SALT: u64 = 0x0065_7870_6572;

/// Whether the person with this number takes part, where `share_ppm` millionths of all people do.
pub fn takes_part(world: u64, e164: u64, share_ppm: u32) -> bool {
    share_ppm > 0 && mix(mix(world ^ SALT) ^ e164) % 1_000_000 < u64::from(share_ppm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn about_so_many_take_part_and_always_the_same() {
        for (share_ppm, least, most) in [
            (0, 0, 0),
            (10_000, 900, 1_100),
            (500_000, 49_500, 50_500),
            (1_000_000, 100_000, 100_000),
        ] {
            let of = |world: u64| -> Vec<u64> {
                (0..100_000)
                    .filter(|person| takes_part(world, 491_510_000_000 + person, share_ppm))
                    .collect()
            };
            let some = of(7);
            assert!(
                (least..=most).contains(&some.len()),
                "{share_ppm}: {}",
                some.len()
            );
            assert_eq!(some, of(7));
            assert!(share_ppm == 0 || share_ppm == 1_000_000 || some != of(8));
        }
    }
}
