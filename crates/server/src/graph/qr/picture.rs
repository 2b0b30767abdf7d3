//! A text as a QR code, drawn as SVG or PNG.
//!
//! The PNG is black and white with one bit a dot and stored without compression: a few kilobytes, no encoder needed.

use std::fmt::Write as _;

use cloud_api::qr::QrImage;
use qrcodegen::{QrCode, QrCodeEcc};

/// Empty modules around a code, as its standard wants.
const BORDER: i32 = 4;
/// Dots of a module in a PNG.
const DOTS: i32 = 8;

/// The picture; `None` for a text that no QR code can hold.
pub(super) fn of(text: &str, image: QrImage) -> Option<Vec<u8>> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    Some(match image {
        QrImage::Svg => svg(&code).into_bytes(),
        QrImage::Png => png(&code),
    })
}

fn svg(code: &QrCode) -> String {
    let side = code.size() + 2 * BORDER;
    let mut path = String::new();
    for (x, y) in dark(code) {
        // Text can always be written to.
        let _ = write!(path, "M{},{}h1v1h-1z", x + BORDER, y + BORDER);
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path d=\"M0,0h{side}v{side}h-{side}z\" fill=\"#fff\"/><path d=\"{path}\"/></svg>\n"
    )
}

fn dark(code: &QrCode) -> impl Iterator<Item = (i32, i32)> {
    let size = code.size();
    (0..size * size)
        .map(move |at| (at % size, at / size))
        .filter(|(x, y)| code.get_module(*x, *y))
}

fn png(code: &QrCode) -> Vec<u8> {
    let side = (code.size() + 2 * BORDER) * DOTS;
    let mut header = Vec::new();
    header.extend(side.to_be_bytes());
    header.extend(side.to_be_bytes());
    // One bit a dot, grey; no compression method, filter method or interlace other than the only ones.
    header.extend([1, 0, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut bytes, b"IHDR", &header);
    chunk(&mut bytes, b"IDAT", &zlib(&rows(code, side)));
    chunk(&mut bytes, b"IEND", &[]);
    bytes
}

/// Each row: filter 0, then its dots, white as ones.
fn rows(code: &QrCode, side: i32) -> Vec<u8> {
    let mut rows = Vec::new();
    for y in 0..side {
        rows.push(0);
        let dot = |x: i32| !code.get_module(x / DOTS - BORDER, y / DOTS - BORDER);
        rows.extend(
            (0..side / 8).map(|byte| (0..8).fold(0, |bits, bit| bits << 1 | u8::from(dot(byte * 8 + bit)))),
        );
    }
    rows
}

/// A zlib stream of stored blocks.
fn zlib(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = data.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        out.push(u8::from(blocks.peek().is_none()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    let (low, high) = data.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    out.extend((high << 16 | low).to_be_bytes());
    out
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    out.extend((data.len() as u32).to_be_bytes());
    let from = out.len();
    out.extend(kind);
    out.extend(data);
    let sum = crc32fast::hash(&out[from..]);
    out.extend(sum.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_of_both_kinds() {
        let text = "https://wa.me/message/0000000000001";
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).expect("short");
        let svg = String::from_utf8(of(text, QrImage::Svg).expect("short")).expect("text");
        assert_eq!(svg.matches("h1v1").count(), dark(&code).count());
        let png = of(text, QrImage::Png).expect("short");
        // 29 modules and a border of 4 on both sides, 8 dots each.
        let side = u32::from_be_bytes([png[16], png[17], png[18], png[19]]);
        assert_eq!((side as i32, &png[1..4]), ((code.size() + 8) * 8, &b"PNG"[..]));
        let rows = rows(&code, side as i32);
        assert_eq!(rows.len(), side as usize * (1 + side as usize / 8));
        assert!(
            rows[1..=side as usize / 8].iter().all(|byte| *byte == 0xff),
            "the border is white"
        );
        // The corner of a finder pattern is dark.
        let row = 4 * 8 * (1 + side as usize / 8);
        assert_eq!((rows[row + 1 + 3], rows[row + 1 + 4]), (0xff, 0));
        assert_eq!(
            zlib(&[]).len(),
            2 + 4,
            "an empty stream has only its head and its sum"
        );
        assert!(of(&"x".repeat(5_000), QrImage::Svg).is_none());
    }
}
