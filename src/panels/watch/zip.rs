//! Files in one: a ZIP archive without compression (PKWARE's APPNOTE 6.3, sections
//! 4.3 and 4.4). It is our own because a crate for it brings compression along.

/// Names are UTF-8 (bit 11), and nothing needs more than version 2.0.
const FLAGS: u16 = 1 << 11;
const VERSION: u16 = 20;
/// 1 January 1980: the same files are the same archive.
const DATE: u16 = 0b10_0001;

/// An archive of files, by name. Of fewer than 65,536 files, and less than 4 GiB.
pub fn zip(files: &[(String, String)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let offset = out.len() as u32;
        let (sum, size, length) = (crc32(text.as_bytes()), text.len() as u32, name.len() as u16);
        // What the entry and the directory say of it alike.
        let mut same = Vec::new();
        for half in [VERSION, FLAGS, 0, 0, DATE] {
            same.extend(half.to_le_bytes());
        }
        for word in [sum, size, size] {
            same.extend(word.to_le_bytes());
        }
        same.extend(length.to_le_bytes());
        same.extend([0; 2]);
        out.extend(b"PK\x03\x04");
        out.extend(&same);
        out.extend(name.as_bytes());
        out.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&same);
        // No comment, the first disk, no attributes.
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, count) = (out.len() as u32, files.len() as u16);
    out.extend(&directory);
    out.extend(b"PK\x05\x06");
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

/// The checksum of ISO 3309, as ZIP has it.
fn crc32(bytes: &[u8]) -> u32 {
    let table: [u32; 256] = std::array::from_fn(|byte| {
        (0..8).fold(byte as u32, |sum, _| (sum >> 1) ^ (0xedb8_8320 * (sum & 1)))
    });
    let step = |sum: u32, byte: &u8| (sum >> 8) ^ table[((sum ^ u32::from(*byte)) & 0xff) as usize];
    !bytes.iter().fold(!0, step)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;

    #[test]
    fn the_checksum_is_the_standard_s() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn others_can_read_it() {
        let files = [("a.txt", "one\n"), ("dir/ü.json", "{}"), ("empty", "")];
        let files = files.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let mut archive = zip::ZipArchive::new(Cursor::new(zip(&files))).unwrap();
        let read = (0..archive.len()).map(|nr| {
            let mut file = archive.by_index(nr).unwrap();
            let mut text = String::new();
            // To the end: only there is the checksum compared.
            file.read_to_string(&mut text).unwrap();
            (file.name().to_owned(), text)
        });
        assert_eq!(read.collect::<Vec<_>>(), files);
    }
}
