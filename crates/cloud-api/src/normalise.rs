//! A recipient as an app writes it, in almost any format, to its E.164 digits.
//!
//! Digits without a plus are international: most libraries send them so. National forms (a leading zero) cannot be
//! told apart without the business's country and are refused by name.
//! No table of numbering plans: a simulated person may have any number of the right length.

use crate::GraphError;

/// Fewest digits of an international number.
const DIGITS_MIN: usize = 7;
/// Most digits of an international number (E.164).
const DIGITS_MAX: usize = 15;

/// The number behind `to`, as an integer of 7 to 15 digits. The error names `to`.
pub fn normalise_recipient(to: &str) -> Result<u64, GraphError> {
    let bare = to.trim();
    // `00` is how a plus is dialled in most countries.
    let bare = bare
        .strip_prefix('+')
        .or_else(|| bare.strip_prefix("00"))
        .unwrap_or(bare);
    let mut number: u64 = 0;
    let mut digits = 0;
    for ch in bare.chars() {
        match ch {
            '0'..='9' if digits < DIGITS_MAX => {
                number = number * 10 + u64::from(ch as u32 - '0' as u32);
                digits += 1;
            }
            '0'..='9' => return Err(refusal(to, "it has more than 15 digits")),
            ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}' | '\u{2010}'..='\u{2015}' => {}
            _ => {
                return Err(refusal(
                    to,
                    "it holds something that is no part of a phone number",
                ));
            }
        }
        if digits == 1 && number == 0 {
            return Err(refusal(
                to,
                "it starts with 0; give the country code, without leading zeros",
            ));
        }
    }
    if digits < DIGITS_MIN {
        return Err(refusal(to, "it has fewer than 7 digits"));
    }
    Ok(number)
}

#[cold]
fn refusal(to: &str, why: &str) -> GraphError {
    let shown: String = to.chars().take(40).collect();
    GraphError::bad_value(&format!(
        "Parameter to is not a valid WhatsApp phone number: {shown:?}: {why}."
    ))
}
