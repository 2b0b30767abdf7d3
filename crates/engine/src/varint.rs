//! Integers in as few bytes as they need: seven bits a byte, least significant first (LEB128).

/// Appends `value`.
pub(crate) fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Takes a value off the front of `bytes`; `None` if they end early or it does not fit.
#[inline]
pub(crate) fn take(bytes: &mut &[u8]) -> Option<u64> {
    let (&first, rest) = bytes.split_first()?;
    *bytes = rest;
    if first < 0x80 {
        return Some(u64::from(first));
    }
    let mut value = u64::from(first & 0x7f);
    for shift in (7..64).step_by(7) {
        let (&next, rest) = bytes.split_first()?;
        *bytes = rest;
        if shift == 63 && next > 1 {
            return None;
        }
        value |= u64::from(next & 0x7f) << shift;
        if next < 0x80 {
            return Some(value);
        }
    }
    None
}

/// Takes `length` bytes off the front of `bytes`.
#[inline]
pub(crate) fn take_bytes<'a>(bytes: &mut &'a [u8], length: u64) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(usize::try_from(length).ok()?)?;
    *bytes = rest;
    Some(taken)
}

/// A signed value as an unsigned one that is small when the value is near zero.
pub(crate) fn fold_sign(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// The inverse of [`fold_sign`].
pub(crate) fn unfold_sign(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}
